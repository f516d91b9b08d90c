"""The options of a run that concern its target."""

import ipaddress
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from contracts.client.cleanup_time import CLEANUP_SECONDS
from contracts.client.connection import Wire
from contracts.client.limits import Halt
from contracts.client.responses import ResponseLimits
from contracts.client.safety import Safety
from contracts.errors import CannotRun


@dataclass(frozen=True)
class Conduct:
    """The options of a run that concern its target: safety, speed, limits, connection, ledger."""

    safety: Safety | None = None
    """Default: sandbox for this machine, observe for other hosts."""
    rate: float | None = None
    """Requests per second."""
    max_requests: int | None = None
    wire: Wire = field(default_factory=Wire)
    ledger: Path | None = None
    halt: Halt = field(default_factory=Halt)
    """Stops the run from outside."""
    request_timeout: float = ResponseLimits.seconds
    """Seconds from the sending of a request to the last byte of its response."""
    cleanup_timeout: float = CLEANUP_SECONDS
    """Seconds for cleaning up after the run was stopped."""

    def part(self, number: int, of: int) -> "Conduct":
        """Return the options of one of several shards: its part of the rate and the requests, and its own ledger."""
        return replace(
            self,
            rate=self.rate and self.rate / of,
            max_requests=self.max_requests and max(1, self.max_requests // of),
            ledger=self.ledger and self.ledger.with_name(f"{self.ledger.name}.{number}"),
        )

    @property
    def limits(self) -> ResponseLimits:
        """The limits of each response."""
        return ResponseLimits(seconds=self.request_timeout)

    def safety_for(self, url: str, allow_writes: bool = False) -> Safety:
        """Return the safety level for a URL."""
        if self.safety is not None:
            return self.safety
        return Safety.SANDBOX if allow_writes or is_loopback(url) else Safety.OBSERVE


def require_plain_address(url: str) -> None:
    """Reject a URL with credentials: every report shows the URL, and no request would send them."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise CannotRun(
            "--url: the address has a name or a password in it, and every report would show them; leave them out. "
            "Put them into an environment variable, and name that in the profile: "
            "headers: {Authorization: {env: NAME}}."
        )


_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+(%\w+)?", re.IGNORECASE)


def require_base_url(url: str, option: str = "--url") -> None:
    """Raise CannotRun if no request can be sent below a URL; the text begins with the name of the option."""
    require_plain_address(url)
    problem = _problem_of(url)
    if problem:
        raise CannotRun(f"{option} {url}: {problem}")


def _problem_of(url: str) -> str:
    not_http = "not an HTTP URL. Write it like http://127.0.0.1:8000."
    try:
        parts = urlsplit(url)
    except ValueError:
        return not_http
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        return not_http
    try:
        if parts.port == 0:
            raise ValueError
    except ValueError:
        return "the port is not a number from 1 to 65535. Correct it."
    if not _HOST.fullmatch(host) or not _is_encodable(host):
        return f'"{host[:80]}" is not the name of a host. Write the URL like http://127.0.0.1:8000.'
    if parts.query or parts.fragment:
        return "a base URL has no query and no fragment. Leave out what follows the path."
    return ""


def _is_encodable(host: str) -> bool:
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True


def is_loopback(url: str) -> bool:
    """Whether the host of a URL is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.endswith(".localhost")
