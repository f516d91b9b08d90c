"""One request as the rules and handlers see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from mockserver.openapi.operation import Operation
from mockserver.store import Document, State

_IN_QUERY = "%=&+/?:@!$'()*,;~"
"""The characters that need no escape in a query string, beside letters and digits."""


class Actor(msgspec.Struct, frozen=True):
    """A caller who is logged in; an anonymous caller is None."""

    id: int
    name: str
    staff: bool = False
    scope: str | None = None
    """The scope of the token, None where it has none."""
    role: str = ""
    """The role that the token names, where the document declares roles (x-roles)."""


class Request(msgspec.Struct, frozen=True):
    """An HTTP request: raw bytes, and header names in lower case."""

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    content: bytes
    base: str
    """Scheme and host as the caller wrote them, without a slash at the end."""
    segments: tuple[str, ...] | None = None
    """The segments of the path, if one of them has an encoded slash in it; ``path`` does not show which slash it is."""

    @property
    def url(self) -> str:
        """The absolute URL of the request, its query string included."""
        return f"{self.base}{self.target}"

    @property
    def target(self) -> str:
        """The path and the query string, escaped as a URL requires."""
        query = f"?{quote(self.query, safe=_IN_QUERY)}" if self.query else ""
        return self.escaped_path + query

    @property
    def escaped_path(self) -> str:
        """The path, escaped as a URL requires."""
        if self.segments is None:
            return quote(self.path)
        return "/".join(quote(segment, safe="") for segment in self.segments)

    def with_slash(self) -> "Request":
        """Return the same request with a slash at the end of its path."""
        segments = None if self.segments is None else (*self.segments, "")
        return msgspec.structs.replace(self, path=f"{self.path}/", segments=segments)


class Call(msgspec.Struct, frozen=True):
    """One request after the steps before its handler.

    ``path`` holds the path parameters, ``documents`` the resources that they address, outermost first. ``parameters``
    are the query parameters, and ``body`` the fields of the body, which is empty until the caller was authorised.
    ``files`` are the uploads among the fields. A body that is no object has no fields: it is ``value``.
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
    files: Mapping[str, Any] = {}
    value: Any = None
    parameters: Mapping[str, Any] = {}

    @property
    def keys(self) -> tuple[Any, ...]:
        """The keys in the path, outermost first."""
        return tuple(self.path[step.parameter] for step in self.operation.address.steps)

    @property
    def addressed(self) -> Document | None:
        """The document at the path; None where the call creates it, and where the path names no document."""
        steps = self.operation.address.steps
        return self.documents[-1] if steps and len(self.documents) == len(steps) else None

    def with_body(self, body: Mapping[str, Any], files: Mapping[str, Any] = {}) -> "Call":
        """Return the same call with the fields of its body, and the uploads among them."""
        return msgspec.structs.replace(self, body=body, files=files)

    def with_value(self, value: Any) -> "Call":
        """Return the same call with a body that is no object."""
        return msgspec.structs.replace(self, value=value)


class Answer(msgspec.Struct, frozen=True):
    """A response: ``content`` is JSON-like, or bytes of the media type that the headers name, or None."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = {}
