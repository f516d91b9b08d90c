"""How a run treats its target, as far as whoever starts it decides."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from contracts.transport.guard import Safety
from contracts.transport.wire import Wire


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

    def safety_for(self, url: str, allow_writes: bool = False) -> Safety:
        """How far a run may go at an address."""
        if self.safety is not None:
            return self.safety
        return Safety.SANDBOX if allow_writes or is_loopback(url) else Safety.OBSERVE


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.endswith(".localhost")
