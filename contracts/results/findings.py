"""A broken promise, told so that an engineer can see it again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONFIRMATIONS = 3


def finding_id(code: str, operation: str, subject: str) -> str:
    """What tells one broken promise from another."""
    told = "|".join((code, operation, subject))
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:10]


@dataclass(frozen=True)
class Finding:
    """What was promised, what came, and the curl lines that show it from nothing."""

    code: str
    title: str
    operation: str
    subject: str
    expected: str
    got: str
    severity: str
    seed: int
    rules: tuple[str, ...] = ()
    curl: tuple[str, ...] = ()
    came_back: int = 0
    tries: int = CONFIRMATIONS
    names: Mapping[str, str] = field(default_factory=dict)
    promise: str = ""
    pointer: str = ""
    """Where the operation stands in the spec."""
    lane: str = "B"
    again: Mapping[str, Any] = field(default_factory=dict)
    """How it is tried again alone, as JSON can hold it; empty where it cannot be."""

    @property
    def id(self) -> str:
        """The same for the same broken promise in every run, whatever values showed it."""
        return finding_id(self.code, self.operation, self.subject)

    @property
    def confirmation(self) -> str:
        """How often it came back when run again on fresh resources."""
        if not self.tries:
            return "seen once"
        word = "confirmed" if self.came_back == self.tries else "flaky"
        return f"{word} {self.came_back}/{self.tries}"

    @property
    def rule(self) -> str:
        """The documented rule that it breaks, the law's code where no rule is behind it."""
        return self.rules[0] if self.rules else self.code
