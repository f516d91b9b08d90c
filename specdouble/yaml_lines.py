"""The places of a YAML or JSON text, and their lines."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml

from specdouble.yaml_events import events


class Key(NamedTuple):
    """A key of a YAML text, and its line."""

    name: str
    line: int


def line_of(text: str, steps: Iterable[str]) -> int:
    """Return the line of a place in a YAML text that was parsed before, or that of the nearest place above it."""
    place = tuple(steps)
    return lines_of(text, [place])[place]


def lines_of(text: str, places: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """Return the lines of several places in a YAML text that was parsed before, in one pass over it."""
    wanted = list(places)
    tree: dict[str, Any] = {}
    for place in wanted:
        node = tree
        for step in place:
            node = node.setdefault(step, {})
    lines = _LineFinder(tree).lines(text)
    return {place: _nearest(lines, place) for place in wanted}


def _nearest(lines: Mapping[tuple[str, ...], int], place: tuple[str, ...]) -> int:
    return next((lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in lines), 1)


class _LineFinder:
    """Notes the line of each wanted place while it reads the events of a text."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._lines: dict[tuple[str, ...], int] = {}
        # One entry for each open mapping or list: its place, the wanted part below it, its index or key.
        self._open: list[list[Any]] = []
        self._next: tuple[tuple[str, ...], dict[str, Any] | None] = ((), tree)

    def lines(self, text: str) -> dict[tuple[str, ...], int]:
        """Return the lines of the places that the text has."""
        for event in events(text):
            kind = type(event)
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._open.pop()
                if not self._open:
                    break
                self._pass_value()
            elif isinstance(event, yaml.NodeEvent):
                self._node(event, kind)
        return self._lines

    def _node(self, event: Any, kind: type) -> None:
        if self._open and self._open[-1][2] == "":  # a mapping that waits for a key
            self._step(str(event.value) if kind is yaml.ScalarEvent else "?", event)
            self._open[-1][2] = "value"
            return
        if self._open and isinstance(self._open[-1][2], int):
            self._step(str(self._open[-1][2]), event)
        if kind is yaml.MappingStartEvent:
            self._open.append([*self._next, ""])
        elif kind is yaml.SequenceStartEvent:
            self._open.append([*self._next, 0])
        else:
            self._pass_value()

    def _step(self, step: str, event: Any) -> None:
        place, wanted, _ = self._open[-1]
        below = None if wanted is None else wanted.get(step)
        self._next = ((*place, step) if below is not None else (), below)
        if below is not None:
            self._lines[self._next[0]] = event.start_mark.line + 1

    def _pass_value(self) -> None:
        if self._open:
            state = self._open[-1][2]
            self._open[-1][2] = state + 1 if isinstance(state, int) else ""
