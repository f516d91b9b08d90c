"""What a mock knows beyond its specification: who calls, who may, what happens, and the world at start.

``Domain()`` alone serves any document as plain create, read, update and delete.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zlib import crc32

from mockserver.call import Actor, Answer, Call
from mockserver.errors import ErrorBody, envelope
from mockserver.languages import Languages
from mockserver.openapi.coercion import Rewrite
from mockserver.openapi.specification import Operation, Specification
from mockserver.policy import Policy, Predicate, anybody
from mockserver.store import Indexes, Key, State

Handler = Callable[[Call], Any]
"""Does what an operation does; returns the JSON-like content of its success, or a whole Answer."""

Authenticate = Callable[[str | None, State, datetime], Actor | None]
"""Turns an Authorization header or an API key into who calls; None is anonymous. Raises Unauthenticated."""

Link = Callable[[str, State], Answer | None]
"""Answers a path outside the specification, such as a stored picture, or returns None."""


Gone = Callable[[str, Key, Actor | None, State], bool]
"""Tells whether a document of a collection was deleted, and whether the caller may know of that."""

READING = frozenset({"GET", "HEAD"})


def any_credentials(header: str | None, state: State, now: datetime) -> Actor | None:
    """Take every credential for somebody of that name: a plain document tells nothing of people."""
    name = (header or "").rpartition(" ")[2]
    return Actor(crc32(name.encode()), name) if name else None


def _nothing(state: State) -> None:
    """Leave the world empty."""


def _first_steps(state: State, base: str) -> list[str]:
    """A plain document has no people and no world to speak of."""
    return [f"Try: curl {base}/openapi.json"]


def _no_link(path: str, state: State) -> Answer | None:
    return None


def nothing_is_gone(collection: str, key: Key, actor: Actor | None, state: State) -> bool:
    """What was deleted never was."""
    return False


def _as_it_is(contract: Specification) -> Specification:
    return contract


@dataclass(frozen=True)
class Domain:
    """Behaviour by operation id; what is left out is plain CRUD, open to everybody whom the document lets in."""

    policies: Mapping[str, Policy] = field(default_factory=dict)
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    authenticate: Authenticate = any_credentials
    seed: Callable[[State], None] = _nothing
    indexes: Indexes = field(default_factory=dict)
    link: Link = _no_link
    introduce: Callable[[State, str], list[str]] = _first_steps
    """Tells, line by line, who is there and what to try; the second argument is the address of the mock."""
    advice: Mapping[str, str] = field(default_factory=dict)
    """What to tell whoever asks for a path that nothing serves, by its shape: /course/{}/subscribe/ (see signpost)."""
    refusals: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    """(operation id, field, code) → the id of the documented rule that refuses so."""
    rewritten: Mapping[str, Mapping[str, Rewrite]] = field(default_factory=dict)
    """Operation id → field → what becomes of its text before anything judges it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What was set, by name, as far as it may be told."""
    amend: Callable[[Specification], Specification] = _as_it_is
    """Changes what the document promises, where the settings have the mock do otherwise."""
    error_body: ErrorBody = envelope
    languages: Languages | None = None
    """In which languages refusals are written; in English alone for None."""
    sent_on: Container[str] = READING
    """The methods that are redirected from a path that only lacks its slash (TRANS-01)."""
    gone: Gone = nothing_is_gone
    cross_origin: bool = True
    """Whether pages of any origin may read the answers."""
    requests_per_minute: int = 0
    """How many requests somebody has a minute; any number for 0."""

    excuses: Mapping[str, Predicate] = field(default_factory=dict)
    """Rule that a word of the document stands for → the calls to which it does not apply."""

    def policy(self, operation: Operation) -> Policy:
        """Return what stands between a call and its handler; the document alone decides where nothing else is known."""
        return self.policies.get(operation.id) or Policy(login="AUTH-02" if operation.protected else None)

    def rule_of(self, operation: str, field: str, code: str) -> str | None:
        """Return the id of the documented rule that refuses so, if need be one that speaks of another operation."""
        named = self.refusals.get((operation, field, code))
        return named or next((rule for key, rule in self.refusals.items() if key[1:] == (field, code)), None)

    def without(self, rule: str) -> "Domain":
        """The same domain with one rule taken out of every policy, and of what the document says."""
        policies = {name: policy.without(rule) for name, policy in self.policies.items()}
        return replace(self, policies=policies, excuses={**self.excuses, rule: anybody})
