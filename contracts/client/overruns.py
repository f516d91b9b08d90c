"""Which operations exceed the limits of responses again and again: they are asked no more, so that every run ends."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import requests

from contracts.client.responses import Limit
from contracts.client.routes import split

PATIENCE = 3
"""Incomplete responses of one operation that are waited for, and one more for every hundred that are complete."""
PATIENCE_OF_A_RUN = 20
"""The same of all operations together, of those that took all of their time."""
COMPLETE_FOR_ONE_MORE = 100


@dataclass
class Overrun:
    """An operation with incomplete responses."""

    operation: str
    """Method and path, as the spec writes it."""
    exceeded: str
    """Which limit, at last."""
    expected: str
    """What a response that keeps to it is."""
    times: int = 0
    complete: int = 0
    """Complete responses since the first that was not."""
    drawn: int = 0
    """How many of them the engine got."""
    example: requests.PreparedRequest | None = None
    """The first request of the engine among them."""

    @property
    def is_too_often(self) -> bool:
        """Whether the operation is asked no more."""
        return self.times >= PATIENCE + self.complete // COMPLETE_FOR_ONE_MORE

    @property
    def told(self) -> str:
        """Why the operation is asked no more."""
        return f"{self.operation} is not tried any more: {self.exceeded}, {self.times} times"


@dataclass
class Overruns:
    """The incomplete responses of a run."""

    refused: int = 0
    """Requests that were not sent for this."""
    _templates: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    found: dict[str, Overrun] = field(default_factory=dict)
    """By operation; empty in most runs, where nothing else need be asked."""
    _complete: int = 0
    _slow: int = 0

    def learn(self, paths: Iterable[str]) -> None:
        """Take note of the paths of a spec: what is said of one holds for all of its items."""
        known = {path for path, _ in self._templates}
        self._templates += [(path, split(path)) for path in paths if path not in known]

    def refusal(self, method: str, path: str) -> str:
        """Why a request is not worth sending, empty where it is."""
        found = self.found.get(self._operation(method, path))
        if found is None or not found.is_too_often:
            return ""
        self.refused += 1
        return found.told

    def exceeded(self, method: str, path: str, limit: Limit, drawn: requests.PreparedRequest | None = None) -> str:
        """Note an incomplete response; why there is no use in going on at all, empty where there is."""
        operation = self._operation(method, path)
        found = self.found.setdefault(operation, Overrun(operation, "", ""))
        found.exceeded, found.expected = limit.exceeded, limit.expected
        found.times += 1
        found.drawn += drawn is not None
        found.example = found.example or drawn
        self._slow += limit.takes_time
        if self._slow < PATIENCE_OF_A_RUN + self._complete // COMPLETE_FOR_ONE_MORE:
            return ""
        return f"{self._slow} times there was {limit.exceeded}, at last of {operation}: the run was stopped."

    def completed(self, method: str, path: str) -> None:
        """Note a complete response."""
        self._complete += 1
        found = self.found.get(self._operation(method, path))
        if found is not None:
            found.complete += 1

    def _operation(self, method: str, path: str) -> str:
        steps = split(path)
        fitting = (template for template in self._templates if _fits(template[1], steps))
        most_exact = min(fitting, key=lambda template: template[0].count("{"), default=(path, steps))
        return f"{method} {most_exact[0]}"


def _fits(template: tuple[str, ...], steps: tuple[str, ...]) -> bool:
    return len(template) == len(steps) and all(
        "{" in own or own == step for own, step in zip(template, steps, strict=True)
    )
