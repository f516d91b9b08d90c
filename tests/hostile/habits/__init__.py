"""All habits, by name."""

from collections.abc import Mapping
from importlib import import_module

from tests.hostile.backend import Backend

_MODULES = ("creation", "ids", "texts", "deleting", "actions", "paths", "lists", "limits", "secrets", "crashes")


def _habits() -> Mapping[str, type[Backend]]:
    found: dict[str, type[Backend]] = {}
    for name in _MODULES:
        module = import_module(f"{__name__}.{name}")
        classes = (each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Backend))
        habits = (each for each in classes if each.__module__ == module.__name__)
        found |= {each.name(): each for each in habits if not each.about().endswith("no habit by itself.")}
    return found


HABITS = _habits()
