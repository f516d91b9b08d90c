"""One request as the rules and handlers see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from mockserver.openapi.specification import Operation
from mockserver.store import Document, State

_IN_QUERY = "%=&+/?:@!$'()*,;~"
"""What stands for itself in a query string, beside letters and digits."""


class Actor(msgspec.Struct, frozen=True):
    """Who calls. An anonymous caller is None in the place of an Actor."""

    id: int
    name: str
    staff: bool = False
    scope: str | None = None
    """What the token is good for, None where it says nothing of that."""
    role: str = ""
    """What the document calls people of this kind, where it declares roles (x-roles)."""


class Request(msgspec.Struct, frozen=True):
    """What came over HTTP: raw bytes, and header names in lower case."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    content: bytes
    base: str
    """Scheme and host as the caller wrote them, without a slash at the end."""

    @property
    def url(self) -> str:
        """The absolute URL of the request, its query string included."""
        return f"{self.base}{self.target}"

    @property
    def target(self) -> str:
        """The path and the query string, with only such characters as a URL may hold."""
        query = f"?{quote(self.query, safe=_IN_QUERY)}" if self.query else ""
        return quote(self.path) + query


class Call(msgspec.Struct, frozen=True):
    """One request after the steps that are behind it.

    ``path`` holds the path parameters, ``documents`` the resources that they address, outermost first; ``body`` is
    empty until it has been decoded, which happens after the caller was authorised.
    """

    operation: Operation
    actor: Actor | None
    path: Mapping[str, Any]
    documents: tuple[Document, ...]
    query: Mapping[str, list[str]]
    state: State
    now: datetime
    request: Request
    strict: bool
    body: Mapping[str, Any] = {}

    def with_body(self, body: Mapping[str, Any]) -> "Call":
        """The same call, its body decoded."""
        return msgspec.structs.replace(self, body=body)


class Answer(msgspec.Struct, frozen=True):
    """What goes back: ``content`` is JSON-like, or bytes of the media type that the headers name, or None."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = {}
