"""Paths of a document, with parameters in braces."""

import re
from collections.abc import Callable

_PARAMETER = re.compile(r"\{([^}/]*)\}")


def shape(path: str) -> str:
    """Remove the names of the parameters, which may differ between the paths of one resource."""
    return _PARAMETER.sub("{}", path).rstrip("/")


def parameters_of(path: str) -> list[str]:
    """Return the names of the parameters of a path, in order."""
    return _PARAMETER.findall(path)


def fill_path(path: str, value: Callable[[str], str]) -> str:
    """Replace each parameter of a path by its value, which ``value`` returns for its name."""
    return _PARAMETER.sub(lambda match: value(match[1]), path)


def addresses_of(path: str) -> re.Pattern[str]:
    """Return a regular expression that matches every address of a path."""
    return re.compile("[^/]+".join(map(re.escape, _PARAMETER.sub("\0", path).split("\0"))))


def fits(path: str, template: str) -> bool:
    """Whether an address is one of those that a path of the document stands for."""
    steps, parts = path.strip("/").split("/"), template.strip("/").split("/")
    return len(steps) == len(parts) and all(
        "{" in part or part == step for part, step in zip(parts, steps, strict=True)
    )
