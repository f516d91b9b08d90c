"""The address of a new item, for the header Location."""

from urllib.parse import quote

from mockserver.call import Call
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import parameter, shape, split
from mockserver.store import Key


def location(call: Call, reading: Operation, key: Key) -> str:
    """Return the path of the item that a call has created; ``reading`` is the operation that reads it."""
    path = call.request.escaped_path
    segments, own = split(reading.path), split(call.operation.path)
    if shape(segments[:-1]) == shape(own):
        slash = "/" if call.operation.path.endswith("/") else ""
        return f"{path.rstrip('/')}/{quote(str(key), safe='')}{slash}"
    # The document names the collection of both paths, which need not begin with the same segments.
    base = path.split("/")[1 : -len(own)]
    keys = iter((*call.keys, key))
    filled = [quote(str(next(keys, "")), safe="") if parameter(segment) else segment for segment in segments]
    return "/".join(["", *base, *filled])
