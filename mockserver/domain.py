"""What a mock adds to its specification: who calls, who may do what, what operations do, and the initial state.

``Domain()`` alone serves any document as plain create, read, update and delete.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from mockserver.call import Actor, Answer, Call
from mockserver.error_bodies import ErrorBody, framework_body, problem_details
from mockserver.errors import Reason
from mockserver.languages import ENGLISH, FOLDER, Languages
from mockserver.openapi.coercion import Rewrite
from mockserver.openapi.operation import Operation
from mockserver.openapi.specification import Specification
from mockserver.openapi.violations import SchemaRules
from mockserver.policy import Policy, Predicate, anybody
from mockserver.settings import Settings
from mockserver.store import Indexes, Key, State

Handler = Callable[[Call], Any]
"""Runs an operation; returns the JSON-like content of its success, or a whole Answer."""

Authenticate = Callable[[str | None, State, datetime], Actor | None]
"""Returns who calls by an Authorization header or an API key, None for an anonymous caller; raises BadCredentials."""

Link = Callable[[str, State], Answer | None]
"""Answers a path outside the specification, such as a stored picture, or returns None."""


Gone = Callable[[str, Key, Actor | None, State], bool]
"""Returns whether a document of a collection was deleted and the caller may know it."""

READING = frozenset({"GET", "HEAD"})
_EVERY_METHOD = READING | {"POST", "PUT", "PATCH", "DELETE"}


def any_credentials(header: str | None, state: State, now: datetime) -> Actor | None:
    """Accept every credential as the name of its caller: a plain document says nothing about users."""
    name = (header or "").rpartition(" ")[2]
    return Actor(crc32(name.encode()), name) if name else None


def _no_seed(state: State) -> None:
    """Start with an empty state."""


def _introduce(state: State, base: str) -> list[str]:
    """Return a first request to try: a plain document has no users and no initial state."""
    return [f"Try      curl {base}/openapi.json"]


def _no_link(path: str, state: State) -> Answer | None:
    return None


def nothing_is_gone(collection: str, key: Key, actor: Actor | None, state: State) -> bool:
    """Treat a deleted document as one that never existed."""
    return False


def _unchanged(contract: Specification) -> Specification:
    return contract


@dataclass(frozen=True)
class Access:
    """Who calls, and what stands between a call and its handler."""

    policies: Mapping[str, Policy] = field(default_factory=dict)
    """Operation id → its policy; without one, only what the document says holds."""
    authenticate: Authenticate = any_credentials
    excuses: Mapping[str, Predicate] = field(default_factory=dict)
    """Rule that a specification extension enforces → the calls to which it does not apply."""
    gone: Gone = nothing_is_gone

    def policy(self, operation: Operation) -> Policy:
        """Return what stands between a call and its handler; by default only what the document says."""
        return self.policies.get(operation.id) or Policy(login="" if operation.protected else None)

    def without(self, rule: str) -> "Access":
        """Return the same access without one rule: in no policy, and in no extension of the document."""
        policies = {name: policy.without(rule) for name, policy in self.policies.items()}
        return replace(self, policies=policies, excuses={**self.excuses, rule: anybody})


@dataclass(frozen=True)
class Operations:
    """What the operations of the document do, and the paths beside them."""

    handlers: Mapping[str, Handler] = field(default_factory=dict)
    """Operation id → its handler; without one it is plain create, read, update or delete."""
    rewritten: Mapping[str, Mapping[str, Rewrite]] = field(default_factory=dict)
    """Operation id → field → rewrites its text before it is validated."""
    link: Link = _no_link
    follows_document: bool = True
    """Whether the document decides where it says something: which query, header and cookie parameters are allowed, how
    rejections are written, and which response ``Prefer`` asks for."""


@dataclass(frozen=True)
class InitialState:
    """The state at the start and after a reset, the indexes over it, and its introduction."""

    seed: Callable[[State], None] = _no_seed
    indexes: Indexes = field(default_factory=dict)
    introduce: Callable[[State, str], list[str]] = _introduce
    """Returns the lines that introduce the users and a first request to the mock at an address."""


@dataclass(frozen=True)
class Rejections:
    """How a rejection is written: its body, its language, the rule that it names, and the advice in a 404."""

    body: ErrorBody = problem_details
    languages: Languages | None = None
    """Translates rejections; None: they are in English."""
    rules: Mapping[Reason, str] = field(default_factory=dict)
    """The reason of a rejection by the core → the id of the rule that documents it."""
    schema_rules: Mapping[str, SchemaRules] = field(default_factory=dict)
    """Operation id → the ids of the rules that its request schema enforces."""
    advice: Mapping[str, str] = field(default_factory=dict)
    """The shape of a path that nothing serves, as in /books/{}/lend/ → advice for who asks for it."""


@dataclass(frozen=True)
class Transport:
    """What holds for every request and every answer, whatever the operation."""

    redirected: Container[str] = READING
    """The methods that are redirected from a path that only lacks its slash."""
    cross_origin: bool = True
    """Whether pages of any origin may read the answers."""
    requests_per_minute: int = 0
    """How many requests a caller may send per minute; 0: any number."""


@dataclass(frozen=True)
class Domain:
    """The behaviour of a document; the default is plain CRUD, open to everybody whom the document lets in."""

    access: Access = Access()
    operations: Operations = Operations()
    initial_state: InitialState = InitialState()
    rejections: Rejections = Rejections()
    transport: Transport = Transport()
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings by name, without secrets."""
    override: Callable[[Specification], Specification] = _unchanged
    """Overrides the document where the settings change what the mock does."""

    def without(self, rule: str) -> "Domain":
        """Return the same domain without one rule: in no policy, and in no extension of the document."""
        return replace(self, access=self.access.without(rule))

    def configured(self, settings: Settings, *catalogues: Path) -> "Domain":
        """Return the same domain with the settings of any document; ``catalogues`` are folders of translations."""
        translated = settings.message_language != ENGLISH or settings.accept_language_is_heeded
        languages = Languages(
            settings.message_language, negotiated=settings.accept_language_is_heeded, folders=(FOLDER, *catalogues)
        )
        rejections = replace(
            self.rejections,
            body=framework_body if settings.plain_errors else self.rejections.body,
            # None and not English: a mock without translations pays nothing for them.
            languages=languages if translated else None,
        )
        transport = Transport(
            redirected=_EVERY_METHOD if settings.slashless_writes_are_redirected else READING,
            cross_origin=settings.pages_of_any_origin_may_read,
            requests_per_minute=settings.requests_per_minute,
        )
        return replace(self, settings=settings.public_values(), rejections=rejections, transport=transport)
