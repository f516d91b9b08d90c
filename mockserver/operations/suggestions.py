"""The way from a path that nothing serves to what may have been meant. Only requests that fail pay for it."""

from collections.abc import Mapping
from difflib import get_close_matches

from mockserver.messages import Said, joined, said
from mockserver.openapi.resources import parameter

UNSET = frozenset({"undefined", "null", "NaN", "None", "[object Object]"})
"""What clients write where they had no value."""

_HOLE = "{}"
_LONGEST = 200  # characters: what is longer resembles nothing
_ALIKE = 0.6  # of 1: what a path has in common with the nearest, where nothing else tells that it belongs to this API


def shape(path: str) -> str:
    """Return a path with {} in the place of its ids, those that are missing included."""
    return "/".join(_HOLE if _is_id(segment) else segment for segment in path.split("/"))


def _is_id(segment: str) -> bool:
    return segment in UNSET or segment.isdecimal() or parameter(segment) is not None


class Signpost:
    """Knows every operation by the shape of its path; ``advice`` says more about some shapes that nothing serves."""

    def __init__(self, advice: Mapping[str, str]) -> None:
        self._advice = advice
        self._methods: dict[str, list[str]] = {}
        self._templates: dict[str, str] = {}

    def add(self, method: str, template: str) -> None:
        """Take note of an operation."""
        self._methods.setdefault(shape(template), []).append(method)
        self._templates[shape(template)] = template

    def read(self, path: str) -> Said:
        """Say that nothing is served at a path, why that may be, and what is nearest to it."""
        shown = path[:_LONGEST]
        told = [said("Nothing is served at {path}.", path=shown), *self._unset(shown)]
        if shape(shown) in self._advice:
            told.append(said(self._advice[shape(shown)]))
        return joined([*told, self._nearest(path) or said("GET /openapi.json lists what is.")])

    def _unset(self, path: str) -> list[Said]:
        template = '"{text}" stands in the place of an id: the client had none when it built the path.'
        return [said(template, text=segment) for segment in path.split("/") if segment in UNSET][:1]

    def _nearest(self, path: str) -> Said | None:
        if len(path) > _LONGEST:
            return None
        form = shape(path)
        fitting = [known for known in self._methods if _fits(form, known)]
        for near in (fitting or get_close_matches(form, self._methods, n=1, cutoff=self._cutoff(form)))[:1]:
            methods, template = ", ".join(self._methods[near]), self._templates[near]
            return said("Nearest is {methods} {path}; see /openapi.json.", methods=methods, path=template)
        return None

    def _cutoff(self, form: str) -> float:
        """How alike the nearest has to be: not at all, where the path begins as those of this API do."""
        begins = form.split("/")[1:2]
        return 0.0 if any(known.split("/")[1:2] == begins for known in self._methods) else _ALIKE


def _fits(form: str, known: str) -> bool:
    """Tell whether one shape is another but for what stands in the place of its ids."""
    here, there = form.split("/"), known.split("/")
    return len(here) == len(there) and all(b in {a, _HOLE} for a, b in zip(here, there, strict=True) if a)
