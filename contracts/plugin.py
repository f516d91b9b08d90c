"""The pytest plugin by its public name: to load or block `contracts.plugin` loads or blocks `pytest_plugin`."""

pytest_plugins = ["contracts.pytest_plugin"]
