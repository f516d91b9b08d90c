"""What a mock knows beyond its specification: who calls, who may, what happens, and the world at start.

``Domain()`` alone serves any document as plain create, read, update and delete.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from mockserver.call import Actor, Answer, Call
from mockserver.error_bodies import ErrorBody, error_list, framework_body
from mockserver.errors import Reason
from mockserver.languages import ENGLISH, FOLDER, Languages
from mockserver.openapi.body_schema import SchemaRules
from mockserver.openapi.coercion import Rewrite
from mockserver.openapi.specification import Operation, Specification
from mockserver.policy import Policy, Predicate, anybody
from mockserver.settings import Settings
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
_EVERY_METHOD = READING | {"POST", "PUT", "PATCH", "DELETE"}


def any_credentials(header: str | None, state: State, now: datetime) -> Actor | None:
    """Take every credential for somebody of that name: a plain document tells nothing of people."""
    name = (header or "").rpartition(" ")[2]
    return Actor(crc32(name.encode()), name) if name else None


def _nothing(state: State) -> None:
    """Leave the world empty."""


def _first_steps(state: State, base: str) -> list[str]:
    """A plain document has no people and no world to speak of."""
    return [f"Try      curl {base}/openapi.json"]


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
    """The shape of a path that nothing serves, as in /books/{}/lend/ → advice for who asks for it."""
    rules: Mapping[Reason, str] = field(default_factory=dict)
    """The reason of a rejection by the core → the id of the rule that documents it."""
    schema_rules: Mapping[str, SchemaRules] = field(default_factory=dict)
    """Operation id → the ids of the rules that its request schema enforces."""
    rewritten: Mapping[str, Mapping[str, Rewrite]] = field(default_factory=dict)
    """Operation id → field → what becomes of its text before anything judges it."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What was set, by name, as far as it may be told."""
    amend: Callable[[Specification], Specification] = _as_it_is
    """Changes what the document promises, where the settings have the mock do otherwise."""
    error_body: ErrorBody = error_list
    languages: Languages | None = None
    """In which languages refusals are written; in English alone for None."""
    sent_on: Container[str] = READING
    """The methods that are redirected from a path that only lacks its slash."""
    gone: Gone = nothing_is_gone
    cross_origin: bool = True
    """Whether pages of any origin may read the answers."""
    requests_per_minute: int = 0
    """How many requests somebody has a minute; any number for 0."""

    excuses: Mapping[str, Predicate] = field(default_factory=dict)
    """Rule that a word of the document stands for → the calls to which it does not apply."""

    def policy(self, operation: Operation) -> Policy:
        """Return what stands between a call and its handler; the document alone decides where nothing else is known."""
        return self.policies.get(operation.id) or Policy(login="" if operation.protected else None)

    def without(self, rule: str) -> "Domain":
        """The same domain with one rule taken out of every policy, and of what the document says."""
        policies = {name: policy.without(rule) for name, policy in self.policies.items()}
        return replace(self, policies=policies, excuses={**self.excuses, rule: anybody})

    def configured(self, settings: Settings, *catalogues: Path) -> "Domain":
        """The same domain as the settings of any document have it; ``catalogues`` hold its own translations."""
        translated = settings.message_language != ENGLISH or settings.accept_language_is_heeded
        languages = Languages(
            settings.message_language, negotiated=settings.accept_language_is_heeded, folders=(FOLDER, *catalogues)
        )
        return replace(
            self,
            settings=settings.public_values(),
            error_body=framework_body if settings.plain_errors else self.error_body,
            languages=languages if translated else None,
            sent_on=_EVERY_METHOD if settings.slashless_writes_are_redirected else READING,
            cross_origin=settings.pages_of_any_origin_may_read,
            requests_per_minute=settings.requests_per_minute,
        )
