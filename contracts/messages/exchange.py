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
"""The statuses of an item that does not exist."""

IF_MATCH = "If-Match"
"""The header that names the version to change (RFC 9110)."""


@dataclass(frozen=True)
class Credentials:
    """How curl lines identify a person: options of each line, and lines that come first."""

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
    """None for an anonymous request."""
    payload: Payload | None = None

    @property
    def line(self) -> str:
        """Method, path and person."""
        return f"{self.method} {self.path} as {self.person}"


@dataclass(frozen=True)
class Answer:
    """An answer with its request."""

    request: Request
    status: int
    headers: Mapping[str, str]
    content: bytes
    redactor: Redactor = field(default=NOTHING, repr=False, compare=False)
    """Removes the secrets of the run from the texts that reports show."""

    @property
    def ok(self) -> bool:
        """Whether the request was accepted."""
        return 200 <= self.status < 300

    @cached_property
    def body(self) -> Any:
        """The decoded JSON body; raises Broken for a body that is not JSON."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise Broken(f"{self.request.line}: a JSON body", f"{self.status}, {self.excerpt}") from error

    @cached_property
    def json(self) -> Any:
        """The decoded JSON body, or None where it is not JSON."""
        try:
            return json.loads(self.content)
        except ValueError:
            return None

    @property
    def document(self) -> Json:
        """The body, which must be a JSON object of an accepted request; raises Broken where it is not."""
        if not self.ok or not isinstance(self.body, dict):
            raise Broken(f"{self.request.line}: 2xx with an object", f"{self.status}, {self.excerpt}")
        return cast("Json", self.body)

    def __getitem__(self, key: str) -> Any:
        if key not in self.document:
            raise Broken(f"{self.request.line}: the key {key!r}", f"keys {sorted(self.document)}")
        return self.document[key]

    @property
    def excerpt(self) -> str:
        """The beginning of the body, without secrets."""
        return self.redactor.shorten(self.content.decode(errors="replace"))

    @property
    def summary(self) -> str:
        """Status and body in one line."""
        return f"{self.status} {self.excerpt}".strip()
