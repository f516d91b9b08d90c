"""Broken promises, described so that an engineer can reproduce them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CONFIRMATIONS = 3


def finding_id(code: str, operation: str, subject: str) -> str:
    """Return the id that distinguishes one broken promise from another."""
    text = "|".join((code, operation, subject))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:10]


@dataclass(frozen=True)
class Finding:
    """A broken promise: what was expected, what came, and the curl lines that reproduce it from scratch."""

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
    """JSON pointer to the operation in the spec."""
    lane: str = "B"
    again: Mapping[str, Any] = field(default_factory=dict)
    """The data to try it again alone, as JSON can hold it; empty where that is not possible."""

    @property
    def id(self) -> str:
        """The id, which is the same for the same broken promise in every run, whatever values showed it."""
        return finding_id(self.code, self.operation, self.subject)

    @property
    def confirmation(self) -> str:
        """How often it came back when tried again on fresh resources."""
        if not self.tries:
            return "seen once"
        word = "confirmed" if self.came_back == self.tries else "flaky"
        return f"{word} {self.came_back}/{self.tries}"

    @property
    def rule(self) -> str:
        """The documented rule that it breaks, or the law's code where there is no rule."""
        return self.rules[0] if self.rules else self.code
