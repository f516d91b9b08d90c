"""How a run treats its target, as far as whoever starts it decides."""

import ipaddress
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
    """How far a run goes, how fast, how long, over which wire, and with which ledger."""

    safety: Safety | None = None
    """By the host, unless said: a foreign one is only read."""
    rate: float | None = None
    """Requests a second."""
    max_requests: int | None = None
    wire: Wire = field(default_factory=Wire)
    ledger: Path | None = None
    halt: Halt = field(default_factory=Halt)
    """By which whoever started it ends it."""
    request_timeout: float = ResponseLimits.seconds
    """Seconds from the sending of a request to the last byte of its response."""
    cleanup_timeout: float = CLEANUP_SECONDS
    """Seconds for cleaning up once somebody has asked for the end."""

    def part(self, number: int, of: int) -> "Conduct":
        """What one of several shards has of it: its part of the rate and of the requests, a ledger of its own."""
        return replace(
            self,
            rate=self.rate and self.rate / of,
            max_requests=self.max_requests and max(1, self.max_requests // of),
            ledger=self.ledger and self.ledger.with_name(f"{self.ledger.name}.{number}"),
        )

    @property
    def limits(self) -> ResponseLimits:
        """What each response may take."""
        return ResponseLimits(seconds=self.request_timeout)

    def safety_for(self, url: str, allow_writes: bool = False) -> Safety:
        """How far a run may go at an address."""
        if self.safety is not None:
            return self.safety
        return Safety.SANDBOX if allow_writes or is_loopback(url) else Safety.OBSERVE


def require_plain_address(url: str) -> None:
    """Reject an address that holds credentials: it is in every report, and nobody would send them."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise CannotRun(
            "--url: the address has a name or a password in it, and every report would show them; leave them out. "
            "Put them into an environment variable, and that into the profile: "
            "headers: {Authorization: {env: NAME}}."
        )


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.endswith(".localhost")
