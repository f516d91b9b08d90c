"""What a caller asks of the answer: its media type, and how strictly the request is read."""

from functools import lru_cache

from mockserver.call import Request
from mockserver.errors import NotAcceptable

JSON = "application/json"

_WITHOUT_DECORATION = str.maketrans("", "", ' \t"')


@lru_cache(maxsize=256)
def accepts_json(accept: bytes) -> bool:
    """Tell whether an Accept header lets JSON through."""
    for entry in accept.decode("latin-1").split(","):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        refused = any(part.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for part in parameters)
        if media in {"*/*", "application/*", JSON, ""} and not refused:
            return True
    return False


def negotiate(request: Request) -> None:
    """Refuse a caller that takes no JSON, which is the first of the gates."""
    accept = request.headers.get(b"accept")
    if accept is not None and not accepts_json(accept):
        raise NotAcceptable


def header(request: Request, name: bytes) -> str | None:
    """Return a header as text, or None where it did not come or is empty."""
    value = request.headers.get(name)
    return value.decode("latin-1") if value else None


def handling(request: Request, strict: bool) -> tuple[bool, str | None]:
    """Tell whether a request is read strictly, and which preference of its own was honoured (RFC 7240)."""
    prefer = request.headers.get(b"prefer")
    if prefer is None:
        return strict, None
    said = prefer.decode("latin-1").lower().translate(_WITHOUT_DECORATION)
    wanted = set(said.replace(";", ",").split(","))
    if "handling=strict" in wanted:
        return True, "handling=strict"
    if "handling=lenient" in wanted:
        return False, "handling=lenient"
    return strict, None
