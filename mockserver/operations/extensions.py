"""What the words of a document ask of the mock: who may do what, who sees what, how a field may move, what follows.

docs/vocabulary.md has the words. They hold for any document; a domain adds what they cannot say, and may excuse.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Self
from zlib import crc32

from mockserver.call import Actor, Call
from mockserver.domain import Authenticate, Domain
from mockserver.errors import BadCredentials, Problem
from mockserver.messages import said
from mockserver.openapi.resources import OWNER, Kind
from mockserver.openapi.specification import Operation, Resolve, Schema, Specification, canonical, properties
from mockserver.policy import Gate, Policy, Predicate, Rule
from mockserver.store import Document, State

ALLOWED_TO, SEEN_BY, TRANSITIONS = "x-allowed-to", "x-item-visible-to", "x-transitions"
"""The ids under which the words refuse, where no documented rule says the same."""

DOMAIN = "x-mock-domain"
"""The extension by which a document asks for a domain of the mock."""

Roles = Collection[str]


def has_role(roles: Roles, actor: Actor | None, document: Document | None = None) -> bool:
    """Tell whether a caller has one of these roles, on a document if one is meant."""
    if actor is None:
        return "anonymous" in roles
    owns = document is not None and document.get(OWNER) == actor.name
    return "everyone" in roles or actor.role in roles or (owns and "owner" in roles)


@dataclass(frozen=True, slots=True)
class Source:
    """The fields that a field is made from, and the type that it has."""

    fields: tuple[str, ...]
    type: str

    def value(self, document: Document) -> Any:
        """A plain value: texts in one text, lists in one list, the sum of numbers and lengths, whether there is any."""
        found = [document[name] for name in self.fields if document.get(name) is not None]
        if self.type in ("integer", "number"):
            return sum(_amount(each) for each in found)
        if self.type == "boolean":
            return any(found)
        if self.type == "array":
            return [entry for each in found for entry in (each if isinstance(each, list) else [each])]
        return " ".join(str(each) for each in found)


def _amount(value: Any) -> Any:
    return len(value) if isinstance(value, (str, list)) else value


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a schema say of its documents."""

    readers: Mapping[str, Roles]
    """Field → who is shown it."""
    sight: Mapping[str, Mapping[str, Roles]]
    """Field → value → who sees a document while the field has it."""
    transitions: Mapping[str, Mapping[str, Collection[str]]]
    """Field → value → what may follow it."""
    sources: Mapping[str, Source]
    """Field → what it is made from."""

    @classmethod
    def of(cls, schema: Schema, resolve: Resolve) -> Self:
        """Read the words of a schema."""
        known = {name: canonical(value, resolve) for name, value in properties(schema, resolve).items()}
        return cls(
            readers=dict(_said(known, "x-visible-to")),
            sight=dict(_said(known, SEEN_BY)),
            transitions=dict(_said(known, TRANSITIONS)),
            sources={
                name: Source(tuple(fields), known[name].get("type", "string"))
                for name, fields in _said(known, "x-derived-from")
            },
        )

    def sees(self, actor: Actor | None, document: Document) -> bool:
        """Tell whether a document exists for a caller."""
        asked = (table.get(document.get(field, "")) for field, table in self.sight.items())
        return all(roles is None or has_role(roles, actor, document) for roles in asked)

    def shown(self, actor: Actor | None, document: Document, answer: Document) -> Document:
        """Leave out of an answer what is not for a caller."""
        hidden = {name for name, roles in self.readers.items() if not has_role(roles, actor, document)}
        return {name: value for name, value in answer.items() if name not in hidden} if hidden else answer

    def derived(self, document: Document) -> Document:
        """The document with what follows from its fields."""
        made = {name: source.value(document) for name, source in self.sources.items()}
        return {**document, **made} if made else document


def _said(known: Mapping[str, Schema], word: str) -> Iterator[tuple[str, Any]]:
    return ((name, schema[word]) for name, schema in known.items() if word in schema)


def words_of(specification: Specification, collection: str) -> Words:
    """Return what is said of the documents of a collection, by the answers that show one of them."""
    parts = [
        Words.of(each.response, specification.resolve)
        for each in specification.operations.values()
        if each.address.collection == collection and each.address.kind is Kind.ITEM and each.response
    ]
    return Words(
        readers=_merged(each.readers for each in parts),
        sight=_merged(each.sight for each in parts),
        transitions=_merged(each.transitions for each in parts),
        sources=_merged(each.sources for each in parts),
    )


def _merged(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def people(roles: Roles) -> Authenticate:
    """Make the reader of credentials that say who has a role: ``librarian``, or ``librarian:carol`` for one of several.

    ``everyone:ada`` is somebody without a role; what begins with no role is refused.
    """
    known = ("everyone", *roles)

    def authenticate(header: str | None, state: State, now: datetime) -> Actor | None:
        name = (header or "").rpartition(" ")[2]
        role = name.partition(":")[0]
        if name and role not in known:
            template = "Say who you are by a role ({roles}), or by role and name (everyone:ada)."
            raise BadCredentials(said(template, roles=", ".join(known)))
        return Actor(crc32(name.encode()), name, role=role) if name else None

    return authenticate


def domain(contract: Specification) -> Domain:
    """Return the domain of a document of which nothing is known but what it says."""
    roles = contract.document.get("x-roles")
    return Domain(authenticate=people(roles), introduce=partial(_introduce, roles)) if roles else Domain()


def _introduce(roles: Mapping[str, str], state: State, base: str) -> list[str]:
    width = max(map(len, ("everyone", *roles)))
    return [
        f"Users    {'everyone':{width}}  A user without a role",
        *(f"         {role:{width}}  {meaning}" for role, meaning in roles.items()),
        "         The token of a user is their role, or role:name (Authorization: Bearer everyone:ada)",
        f"Try      curl {base}/openapi.json",
    ]


def apply_extensions(contract: Specification, behaviour: Domain) -> Domain:
    """Return a domain whose policies enforce the specification extensions of a document too."""
    collections = {step.collection for each in contract.operations.values() for step in each.address.steps}
    known = {name: words_of(contract, name) for name in collections}
    policies = {each.id: _policy(each, behaviour, known) for each in contract.operations.values()}
    return replace(behaviour, policies={**behaviour.policies, **policies})


def _policy(operation: Operation, behaviour: Domain, known: Mapping[str, Words]) -> Policy:
    policy = behaviour.policy(operation)
    roles = operation.words.get(ALLOWED_TO)
    if roles is not None:
        login = None if "anonymous" in roles else policy.login or ALLOWED_TO
        policy = replace(policy, login=login, allowed=(*policy.allowed, Gate(_allowed(roles), ALLOWED_TO)))
    on_path = [known[step.collection] for step in operation.address.steps]
    if any(each.sight for each in on_path):
        policy = replace(policy, visible=(*policy.visible, Gate(_visible(on_path), SEEN_BY)))
    if operation.address.kind is Kind.ITEM and operation.bodies:
        moves = (Move(*each, operation.id, behaviour) for each in on_path[-1].transitions.items())
        policy = replace(policy, valid=(*policy.valid, *moves))
    return policy


def _allowed(roles: Roles) -> Rule:
    def holds(call: Call) -> bool:
        return has_role(roles, call.actor, call.documents[-1] if call.documents else None)

    return Rule("allowed", holds)


def _visible(words: list[Words]) -> Rule:
    def holds(call: Call) -> bool:
        return all(each.sees(call.actor, document) for each, document in zip(words, call.documents, strict=True))

    return Rule("visible", holds)


class Move:
    """A field goes only where its transitions lead; to stay is always allowed."""

    def __init__(self, field: str, table: Mapping[str, Collection[str]], operation: str, behaviour: Domain) -> None:
        self.field = field
        self.id = behaviour.schema_rules.get(operation, {}).get(field, {}).get(TRANSITIONS, TRANSITIONS)
        self._table = table
        self._excused: Predicate | None = behaviour.excuses.get(self.id)

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield the refusal of a move that is not allowed."""
        if self.field not in call.body:
            return
        before, after = call.documents[-1].get(self.field, ""), call.body[self.field]
        if before == after or before not in self._table or after in self._table[before]:
            return
        if self._excused is None or not self._excused(call):
            message = said("This field cannot go from {before!r} to {after!r}.", before=before, after=after)
            yield Problem(self.field, "invalid", message, self.id)
