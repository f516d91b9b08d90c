"""Suggest the operation that a request for an unknown path may have meant. Only failed requests pay for it."""

from collections.abc import Mapping
from typing import Final

from mockserver.messages import Translatable, joined, translatable
from mockserver.openapi.resources import parameter
from specdouble.suggest import closest

MISSING_VALUES: Final = frozenset({"undefined", "null", "NaN", "None", "[object Object]"})
"""What clients write into a path where they had no value."""

_ID: Final = "{}"
_LONGEST: Final = 200
"""How many characters of a path are compared: a longer one resembles nothing."""
_SIMILARITY: Final = 0.6
"""How alike a path must be to the nearest one, from 0 to 1, where it does not begin as the paths of this API do."""


def shape(path: str) -> str:
    """Return a path with {} in the place of its ids, even where an id is missing."""
    return "/".join(_ID if _is_id(segment) else segment for segment in path.split("/"))


def _is_id(segment: str) -> bool:
    return segment in MISSING_VALUES or segment.isdecimal() or parameter(segment) is not None


class Suggestions:
    """Knows every operation by the shape of its path; ``advice`` explains shapes that nothing serves."""

    def __init__(self, advice: Mapping[str, str]) -> None:
        self._advice = advice
        self._methods: dict[str, list[str]] = {}
        self._templates: dict[str, str] = {}

    def add(self, method: str, template: str) -> None:
        """Add an operation."""
        self._methods.setdefault(shape(template), []).append(method)
        self._templates[shape(template)] = template

    def describe(self, path: str) -> Translatable:
        """Say that nothing is served at a path, why that may be, and which path is nearest to it."""
        visible = path[:_LONGEST]
        messages = [translatable("Nothing is served at {path}.", path=visible), *self._missing_value(visible)]
        if shape(visible) in self._advice:
            messages.append(translatable(self._advice[shape(visible)]))
        return joined([*messages, self._nearest(path) or translatable("GET /openapi.json lists what is.")])

    def _missing_value(self, path: str) -> list[Translatable]:
        template = '"{text}" stands in the place of an id: the client had none when it built the path.'
        segments = (segment for segment in path.split("/") if segment in MISSING_VALUES)
        return [translatable(template, text=segment) for segment in segments][:1]

    def _nearest(self, path: str) -> Translatable | None:
        if len(path) > _LONGEST:
            return None
        form = shape(path)
        nearest = next((other for other in self._methods if _fits(form, other)), None)
        if nearest is None:
            nearest = closest(form, self._methods, self._cutoff(form))
        if nearest is None:
            return None
        methods, template = ", ".join(self._methods[nearest]), self._templates[nearest]
        return translatable("Nearest is {methods} {path}; see /openapi.json.", methods=methods, path=template)

    def _cutoff(self, form: str) -> float:
        """Return how alike the nearest path must be: not at all, where the path begins as those of this API do."""
        first = form.split("/")[1:2]
        return 0.0 if any(other.split("/")[1:2] == first for other in self._methods) else _SIMILARITY


def _fits(form: str, other: str) -> bool:
    """Return whether two shapes differ only in the places of ids."""
    here, there = form.split("/"), other.split("/")
    return len(here) == len(there) and all(b in {a, _ID} for a, b in zip(here, there, strict=True) if a)
