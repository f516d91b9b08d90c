"""The parameters of a DELETE, in its body or in its query.

Documentation mixes up the two, and proxies drop such bodies. Each place is read for the other where that one is empty.
The strict reading takes both as the document has them.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from mockserver.call import Request
from mockserver.errors import ApiError
from mockserver.openapi.operation import Operation
from mockserver.request.decoding import Decoder
from mockserver.request.media_types import JSON, MULTIPART, URLENCODED
from mockserver.request.negotiation import header

_decode = Decoder((JSON, URLENCODED, MULTIPART), strict=True)


class Normalized(NamedTuple):
    """A request as the document describes it, and notices of the mistakes that were tolerated."""

    request: Request
    query: dict[str, list[str]]
    notices: tuple[str, ...] = ()


class DeleteParameters:
    """Moves the parameters of one DELETE operation to the place where the document has them."""

    def __init__(self, operation: Operation) -> None:
        self._has_body = URLENCODED in operation.bodies
        self._query_names = frozenset(p.name for p in operation.parameters if p.location == "query")

    def normalize(self, request: Request, query: dict[str, list[str]]) -> Normalized:
        """Return the request and its query, each with the parameters that were sent in the other place."""
        # Proxies drop the body of a DELETE, and clients fall back to the query.
        if self._has_body and request.query and not request.content:
            headers = {**request.headers, b"content-type": URLENCODED.encode()}
            moved = msgspec.structs.replace(request, headers=headers, content=request.query)
            return Normalized(moved, query, ("the query was read as the body",))
        if self._query_names and request.content:
            return self._read_body_as_query(request, query)
        return Normalized(request, query)

    def _read_body_as_query(self, request: Request, query: Mapping[str, list[str]]) -> Normalized:
        try:
            fields = _decode(header(request, b"content-type"), request.content).fields
        except ApiError:
            return Normalized(request, dict(query))  # the operation has no body, so the body cannot be wrong
        # A parameter in its own place wins.
        absent = self._query_names - query.keys()
        moved = {name: [str(value)] for name, value in fields.items() if name in absent and value is not None}
        notices = tuple(f"{name} was read from the body; its place is the query" for name in sorted(moved))
        return Normalized(request, {**query, **moved}, notices)
