"""Counts incomplete responses by operation: one that exceeds a limit too often is no longer tried."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import requests

from contracts.client.responses import Limit
from contracts.client.routes import Steps, split

PATIENCE = 3
"""Incomplete responses after which an operation is given up."""
PATIENCE_OF_A_RUN = 20
"""Incomplete responses, of all operations together, that took all of their time, after which the run is given up."""
COMPLETE_FOR_ONE_MORE = 100
"""Complete responses that allow one more incomplete one."""


@dataclass
class Overrun:
    """An operation with incomplete responses."""

    operation: str
    """Method and path, as the document writes it."""
    exceeded: str
    """The limit that the last one exceeded."""
    expected: str
    """A response within that limit, in words."""
    times: int = 0
    complete: int = 0
    """Complete responses since the first incomplete one."""
    drawn: int = 0
    """Incomplete responses to requests of the conformance engine."""
    example: requests.PreparedRequest | None = None
    """The first request of the conformance engine among them."""

    @property
    def is_too_often(self) -> bool:
        """Whether the operation is no longer tried."""
        return self.times >= PATIENCE + self.complete // COMPLETE_FOR_ONE_MORE

    @property
    def message(self) -> str:
        """Why the operation is no longer tried."""
        return f"{self.operation} is not tried any more: {self.exceeded}, {self.times} times"


@dataclass
class Overruns:
    """The incomplete responses of a run."""

    rejected: int = 0
    """Requests that were not sent because of earlier incomplete responses."""
    by_operation: dict[str, Overrun] = field(default_factory=dict)
    """Empty in most runs, which saves the search for the operation of each request."""
    _templates: list[tuple[str, Steps]] = field(default_factory=list)
    _complete: int = 0
    _slow: int = 0

    def learn(self, paths: Iterable[str]) -> None:
        """Add the paths of a document: responses are counted by path, not by item."""
        present = {path for path, _ in self._templates}
        self._templates += [(path, split(path)) for path in paths if path not in present]

    def rejection(self, method: str, path: str) -> str:
        """Return why a request is not worth sending, empty where it is."""
        overrun = self.by_operation.get(self._operation(method, path))
        if overrun is None or not overrun.is_too_often:
            return ""
        self.rejected += 1
        return overrun.message

    def note_incomplete(
        self, method: str, path: str, limit: Limit, drawn: requests.PreparedRequest | None = None
    ) -> str:
        """Count an incomplete response; return why the run should stop, empty where it should not.

        ``drawn`` is the request, if it came from the conformance engine.
        """
        operation = self._operation(method, path)
        overrun = self.by_operation.setdefault(operation, Overrun(operation, "", ""))
        overrun.exceeded, overrun.expected = limit.exceeded, limit.expected
        overrun.times += 1
        overrun.drawn += drawn is not None
        overrun.example = overrun.example or drawn
        self._slow += limit.takes_time
        if self._slow < PATIENCE_OF_A_RUN + self._complete // COMPLETE_FOR_ONE_MORE:
            return ""
        return f"{self._slow} times there was {limit.exceeded}, at last of {operation}: the run was stopped."

    def note_complete(self, method: str, path: str) -> None:
        """Count a complete response."""
        self._complete += 1
        overrun = self.by_operation.get(self._operation(method, path))
        if overrun is not None:
            overrun.complete += 1

    def _operation(self, method: str, path: str) -> str:
        steps = split(path)
        matching = [template for template, own in self._templates if _matches(own, steps)]
        most_exact = min(matching, key=lambda template: template.count("{"), default=path)
        return f"{method} {most_exact}"


def _matches(template: Steps, steps: Steps) -> bool:
    if len(template) != len(steps):
        return False
    return all("{" in own or own == step for own, step in zip(template, steps, strict=True))
