"""Requests and responses as values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, cast

from contracts.messages.bodies import Payload
from contracts.results.redaction import NOTHING, Redactor
from contracts.results.verdict import Broken

Json: TypeAlias = dict[str, Any]


READS = frozenset({"GET", "HEAD", "OPTIONS", "QUERY", "TRACE"})
"""The methods that change nothing."""
GONE = frozenset({404, 410})
"""The statuses of what is not there."""

IF_MATCH = "If-Match"
"""The header that says of which version a change is (RFC 9110)."""


@dataclass(frozen=True)
class Credentials:
    """How curl lines identify a person: by options of each line, and lines that come before all."""

    options: tuple[str, ...]
    before: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    """Options of the lines that write."""


@dataclass(frozen=True)
class Request:
    """A request as one person sent it."""

    person: str
    method: str
    url: str
    path: str
    headers: Mapping[str, str]
    credentials: Credentials | None = None
    """None for nobody."""
    payload: Payload | None = None

    @property
    def line(self) -> str:
        """The request in a few words."""
        return f"{self.method} {self.path} as {self.person}"


@dataclass(frozen=True)
class Answer:
    """An answer, and the request that it belongs to."""

    request: Request
    status: int
    headers: Mapping[str, str]
    content: bytes
    redactor: Redactor = field(default=NOTHING, repr=False, compare=False)
    """Removes the secrets of the run from what is shown of it."""

    @property
    def ok(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300

    @cached_property
    def body(self) -> Any:
        """The decoded JSON body; an answer that is not JSON breaks whatever promised one."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise Broken(f"{self.request.line}: a JSON body", f"{self.status}, {self.told}") from error

    @cached_property
    def json(self) -> Any:
        """The decoded JSON body, None where it is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    @property
    def document(self) -> Json:
        """The body of an answer that must be an accepted JSON object."""
        if not self.ok or not isinstance(self.body, dict):
            raise Broken(f"{self.request.line}: 2xx with an object", f"{self.status}, {self.told}")
        return cast("Json", self.body)

    def __getitem__(self, key: str) -> Any:
        if key not in self.document:
            raise Broken(f"{self.request.line}: the key {key!r}", f"keys {sorted(self.document)}")
        return self.document[key]

    @property
    def told(self) -> str:
        """The body without secrets, cut to what a reader takes in."""
        return self.redactor.shorten(self.content.decode(errors="replace"))

    @property
    def summary(self) -> str:
        """Status and body in one line."""
        return f"{self.status} {self.told}".strip()
