"""What a DELETE says, in its body or in its query: documentation mixes up the two, and proxies drop such bodies.

Each is read for the other where that other one is silent. The strict reading takes both as the document has them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from mockserver.call import Request
from mockserver.errors import ApiError
from mockserver.openapi.specification import Operation
from mockserver.request.decoding import JSON, MULTIPART, URLENCODED, Decoder
from mockserver.request.negotiation import header

_read = Decoder((JSON, URLENCODED, MULTIPART), strict=True)


class Said(NamedTuple):
    """A request as the document would have had it, and what lenient reading let pass."""

    request: Request
    query: Mapping[str, list[str]]
    notices: tuple[str, ...] = ()


class Deletion:
    """Puts what one kind of DELETE says to where the document has it; compiled at start."""

    def __init__(self, operation: Operation) -> None:
        self._has_body = URLENCODED in operation.bodies
        self._asked = frozenset(p.name for p in operation.parameters if p.location == "query")

    def straighten(self, request: Request, query: Mapping[str, list[str]]) -> Said:
        """Return the request and its query, each with what was said in the other one's place."""
        if self._has_body and request.query and not request.content:
            headers = {**request.headers, b"content-type": URLENCODED.encode()}
            moved = msgspec.structs.replace(request, headers=headers, content=request.query)
            return Said(moved, query, ("the query was read as the body",))
        if self._asked and request.content:
            return self._asked_in_body(request, query)
        return Said(request, query)

    def _asked_in_body(self, request: Request, query: Mapping[str, list[str]]) -> Said:
        try:
            fields = _read(header(request, b"content-type"), request.content).fields
        except ApiError:
            return Said(request, query)  # nothing is meant to be read here, so nothing can be wrong with it
        silent = self._asked - query.keys()
        said = {name: [str(value)] for name, value in fields.items() if name in silent and value is not None}
        notices = tuple(f"{name} was read from the body; its place is the query" for name in sorted(said))
        return Said(request, {**query, **said}, notices)
