"""The plugin by its public name, `contracts.plugin`: whoever loads or blocks it loads or blocks `pytest_plugin`."""

pytest_plugins = ["contracts.pytest_plugin"]
