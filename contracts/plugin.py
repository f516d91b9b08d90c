"""The former name of `contracts.pytest_plugin`, for `-p contracts.plugin` where the package is not installed."""

from contracts.pytest_plugin import *  # noqa: F403  # the hooks are found by their names
