"""Reads responses within limits of time, size, nesting and redirects."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import requests
import urllib3

from contracts.client.calls import Call, End

MEGABYTE = 1_000_000
LEVELS = 100
"""Levels of nesting that every JSON parser can follow, and far more than any API uses."""
REDIRECTS = 10
CHUNK = 65_536

EVENTS = 20
"""Events of a stream that are read, up to a megabyte: a stream need not end."""
EVENT_SECONDS, SHORT_EVENT_SECONDS = 1.0, 0.1
"""How long a stream of events is read: at first, and after it showed too few events a few times."""
WAITS_FOR_EVENTS = 3

_END_OF_EVENT = re.compile(rb"\r\n\r\n|\n\n|\r\r")
# A string without its closing quote reaches to the end, which keeps the time of the search linear.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_OPENING, _CLOSING = b"[{", b"]}"
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in _OPENING + _CLOSING)
_STEP = {**dict.fromkeys(_OPENING, 1), **dict.fromkeys(_CLOSING, -1)}
_BEFORE_JSON = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"
"""Whitespace, the zeros of UTF-16 and UTF-32, and byte order marks."""


@dataclass(frozen=True)
class ResponseLimits:
    """The limits of a response."""

    seconds: float = 30.0
    bytes: int = 10 * MEGABYTE
    """After decompression."""
    levels: int = LEVELS
    redirects: int = REDIRECTS

    @property
    def slow(self) -> "Limit":
        """The limit of time, from the sending of the request to the last byte of the response."""
        seconds = f"{self.seconds:g} s"
        return Limit(f"a complete response within {seconds}", f"no complete response within {seconds}", takes_time=True)

    @property
    def large(self) -> "Limit":
        """The limit of size."""
        size = f"{self.bytes / MEGABYTE:g} MB"
        return Limit(f"a response of at most {size}", f"the response is larger than {size}")

    @property
    def deep(self) -> "Limit":
        """The limit of nesting."""
        return Limit(
            f"a response nested at most {self.levels} levels deep",
            f"the response is nested deeper than {self.levels} levels",
        )

    @property
    def redirected(self) -> "Limit":
        """The limit of redirects."""
        return Limit(f"at most {self.redirects} redirects in a row", f"more than {self.redirects} redirects in a row")


@dataclass(frozen=True)
class Limit:
    """A limit, in the words of a finding."""

    expected: str
    exceeded: str
    takes_time: bool = False
    """Whether a response that exceeds it has taken all of its time."""


class IncompleteResponse(requests.Timeout):
    """The response exceeds a limit, and was not read to its end.

    It derives from a timeout of `requests`: the callers take one for a failure of this request, not of the target.
    """

    def __init__(self, limit: Limit, request: requests.PreparedRequest | None = None) -> None:
        super().__init__(limit.exceeded, request=request)
        self.limit = limit


class NotTried(requests.Timeout):
    """The request was not sent, because too many responses of its operation were incomplete."""


@dataclass
class Reader:
    """A reader that keeps to the limits of responses."""

    limits: ResponseLimits
    _silent: Counter[str] = field(default_factory=Counter)
    """URL of a stream of events → how often its time was over before it showed enough events."""

    def read(self, response: requests.Response, call: Call) -> None:
        """Read a response to its end; raise IncompleteResponse if it exceeds a limit."""
        if not _is_stream_of_events(response):
            _read_whole(response, self.limits)
            return
        address = (response.url or "").partition("?")[0]
        seconds = EVENT_SECONDS if self._silent[address] < WAITS_FOR_EVENTS else SHORT_EVENT_SECONDS
        self._silent[address] += _read_events(response, call, seconds)


def _read_whole(response: requests.Response, limits: ResponseLimits) -> None:
    if (response.raw.length_remaining or 0) > limits.bytes:
        raise IncompleteResponse(limits.large, response.request)
    content = b"".join(_chunks(response, limits))
    # `requests` has no public way to set the content that was read in chunks.
    response._content = content  # noqa: SLF001
    if is_deeper(content, limits.levels):
        raise IncompleteResponse(limits.deep, response.request)


def _chunks(response: requests.Response, limits: ResponseLimits) -> Iterator[bytes]:
    size = 0
    for chunk in response.iter_content(CHUNK):
        size += len(chunk)
        if size > limits.bytes:
            raise IncompleteResponse(limits.large, response.request)
        yield chunk


def is_deeper(content: bytes, levels: int) -> bool:
    """Whether a JSON text is nested deeper than some levels; other texts are not."""
    if content.count(b"[") + content.count(b"{") <= levels:
        return False
    if content.lstrip(_BEFORE_JSON)[:1] not in (b"[", b"{"):
        return False
    brackets = _STRING.sub(b"", content).translate(None, _NO_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > levels


def _is_stream_of_events(response: requests.Response) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "text/event-stream"


def _read_events(response: requests.Response, call: Call, seconds: float) -> bool:
    """Read the first events of a stream, which count as its response; return whether its time was over before."""
    call.shorten(seconds)
    content, whole = b"", False
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            content += chunk
            if len(content) > MEGABYTE or len(_END_OF_EVENT.findall(content)) >= EVENTS:
                break
        else:
            whole = call.ended is None
    except (urllib3.exceptions.HTTPError, OSError):
        if call.ended is not End.TIME:
            raise
    silent = call.ended is End.TIME
    if silent:
        call.ended = None  # For a stream, this is not a failure.
    response.close()
    _replace_content(response, content if whole else content[: _end_of_last_event(content)])
    return silent


def _end_of_last_event(content: bytes) -> int:
    return max((match.end() for match in _END_OF_EVENT.finditer(content)), default=0)


def _replace_content(response: requests.Response, content: bytes) -> None:
    """Make both `content` and `raw` return these bytes: the conformance engine reads streams of events from `raw`."""
    raw = response.raw
    headers = urllib3.HTTPHeaderDict(raw.headers)
    for name in ("Content-Encoding", "Content-Length", "Transfer-Encoding"):
        headers.discard(name)
    response.raw = urllib3.HTTPResponse(
        io.BytesIO(content),
        headers,
        raw.status,
        raw.version,
        reason=raw.reason,
        preload_content=False,
        original_response=raw._original_response,  # noqa: SLF001  # `requests` reads the cookies from it
    )
    response._content = content  # noqa: SLF001  # as above
    # The stubs lack this attribute.
    response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
