"""Paths as a document writes them, with parameters in braces."""

import re
from collections.abc import Callable

_PARAMETER = re.compile(r"\{([^}/]*)\}")


def shape(path: str) -> str:
    """A path without the names of its parameters, which may differ between the paths of one resource."""
    return _PARAMETER.sub("{}", path).rstrip("/")


def parameters_of(path: str) -> list[str]:
    """The names of its parameters, in their order."""
    return _PARAMETER.findall(path)


def filled(path: str, value: Callable[[str], str]) -> str:
    """A path with what each parameter stands for, by its name."""
    return _PARAMETER.sub(lambda found: value(found[1]), path)


def addresses_of(path: str) -> re.Pattern[str]:
    """What matches the addresses that a path stands for."""
    return re.compile("[^/]+".join(map(re.escape, _PARAMETER.sub("\0", path).split("\0"))))


def fits(path: str, template: str) -> bool:
    """Whether an address is one of those that a path of the document stands for."""
    steps, parts = path.strip("/").split("/"), template.strip("/").split("/")
    return len(steps) == len(parts) and all(
        "{" in part or part == step for part, step in zip(parts, steps, strict=True)
    )
