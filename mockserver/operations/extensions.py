"""The specification extensions of a document as policies: who may do what, who sees what, where a field may move.

docs/reference/extensions.md describes them. They hold for any document; a domain adds what they cannot express, and may
make exceptions.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Self
from zlib import crc32

from mockserver.call import Actor, Call
from mockserver.domain import Access, Authenticate, Domain, InitialState
from mockserver.errors import BadCredentials, Problem
from mockserver.messages import translatable
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import OWNER, Kind
from mockserver.openapi.schemas import Resolve, Schema, canonical, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.wrappers import UNKNOWN, Item
from mockserver.policy import Gate, Policy, Predicate, Rule
from mockserver.store import Document, State

ALLOWED_TO: Final = "x-allowed-to"
SEEN_BY: Final = "x-item-visible-to"
TRANSITIONS: Final = "x-transitions"
"""The ids under which these extensions reject, where no documented rule says the same."""

DOMAIN: Final = "x-mock-domain"
"""The extension by which a document asks for a domain of the mock."""

Roles = Collection[str]


def has_role(roles: Roles, actor: Actor | None, document: Document | None = None) -> bool:
    """Return whether a caller has one of these roles, on a document if one is given."""
    if actor is None:
        return "anonymous" in roles
    owns = document is not None and document.get(OWNER) == actor.name
    return "everyone" in roles or actor.role in roles or (owns and "owner" in roles)


@dataclass(frozen=True, slots=True)
class Source:
    """The fields that a field is derived from, and the type that it has."""

    fields: tuple[str, ...]
    type: str

    def value(self, document: Document) -> Any:
        """Derive a plain value: texts and lists joined, the sum of numbers and lengths, whether there is any."""
        values = [document[name] for name in self.fields if document.get(name) is not None]
        if self.type in ("integer", "number"):
            total = sum(_amount(value) for value in values)
            # Numbers of another type, such as 0.0, may be among the sources.
            return int(total) if self.type == "integer" else total
        if self.type == "boolean":
            return any(values)
        if self.type == "array":
            return [entry for value in values for entry in (value if isinstance(value, list) else [value])]
        return " ".join(str(value) for value in values)


def _amount(value: Any) -> Any:
    return len(value) if isinstance(value, (str, list)) else value


@dataclass(frozen=True, slots=True)
class SchemaExtensions:
    """The specification extensions of a schema."""

    readers: Mapping[str, Roles]
    """Field → who may read it."""
    sight: Mapping[str, Mapping[str, Roles]]
    """Field → value → who sees a document while the field has it."""
    transitions: Mapping[str, Mapping[str, Collection[str]]]
    """Field → value → the values that may follow it."""
    sources: Mapping[str, Source]
    """Field → the fields that it is derived from."""

    @classmethod
    def of(cls, schema: Schema, resolve: Resolve) -> Self:
        """Read the extensions of a schema."""
        fields = {name: canonical(value, resolve) for name, value in properties(schema, resolve).items()}
        return cls(
            readers=dict(_values(fields, "x-visible-to")),
            sight=dict(_values(fields, SEEN_BY)),
            transitions=dict(_values(fields, TRANSITIONS)),
            sources={
                name: Source(tuple(sources), fields[name].get("type", "string"))
                for name, sources in _values(fields, "x-derived-from")
            },
        )

    def sees(self, actor: Actor | None, document: Document) -> bool:
        """Return whether a document exists for a caller."""
        # A value that is not listed hides nothing.
        audiences = (table.get(document.get(field, "")) for field, table in self.sight.items())
        return all(roles is None or has_role(roles, actor, document) for roles in audiences)

    def visible_part(self, actor: Actor | None, document: Document, answer: Document) -> Document:
        """Return an answer without the fields that a caller may not read."""
        hidden = {name for name, roles in self.readers.items() if not has_role(roles, actor, document)}
        return {name: value for name, value in answer.items() if name not in hidden} if hidden else answer

    def with_derived_fields(self, document: Document) -> Document:
        """Return the document with its derived fields up to date."""
        if not self.sources:
            return document
        return {**document, **{name: source.value(document) for name, source in self.sources.items()}}


def _values(fields: Mapping[str, Schema], extension: str) -> Iterator[tuple[str, Any]]:
    return ((name, schema[extension]) for name, schema in fields.items() if extension in schema)


def extensions_of(specification: Specification, collection: str, item: Item = UNKNOWN) -> SchemaExtensions:
    """Return the extensions that hold for the documents of a collection: those of the answers that show one."""
    # Most operations of a collection share one schema.
    schemas = {id(schema): schema for schema in (*specification.item_answers.get(collection, ()), item.schema)}
    parts = [SchemaExtensions.of(schema, specification.resolve) for schema in schemas.values()]
    return SchemaExtensions(
        readers=_merge(part.readers for part in parts),
        sight=_merge(part.sight for part in parts),
        transitions=_merge(part.transitions for part in parts),
        sources=_merge(part.sources for part in parts),
    )


def _merge(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def role_tokens(roles: Roles) -> Authenticate:
    """Build the reader of tokens that name a role: ``librarian``, or ``librarian:carol`` for one of several users.

    ``everyone:ada`` is a user without a role; a token that begins with no role is rejected.
    """
    names = ("everyone", *roles)

    def authenticate(header: str | None, state: State, now: datetime) -> Actor | None:
        name = (header or "").rpartition(" ")[2]
        role = name.partition(":")[0]
        if name and role not in names:
            template = "Say who you are by a role ({roles}), or by role and name (everyone:ada)."
            raise BadCredentials(translatable(template, roles=", ".join(names)))
        # The id only has to be the same for the same name.
        return Actor(crc32(name.encode()), name, role=role) if name else None

    return authenticate


def domain(contract: Specification) -> Domain:
    """Return the domain of a document that asks for no other: its roles, and plain CRUD."""
    roles = contract.document.get("x-roles")
    if not roles:
        return Domain()
    return Domain(
        access=Access(authenticate=role_tokens(roles)),
        initial_state=InitialState(introduce=partial(_introduce, roles)),
    )


def _introduce(roles: Mapping[str, str], state: State, base: str) -> list[str]:
    width = max(map(len, ("everyone", *roles)))
    return [
        f"Users    {'everyone':{width}}  A user without a role",
        *(f"         {role:{width}}  {meaning}" for role, meaning in roles.items()),
        "         The token of a user is their role, or role:name (Authorization: Bearer everyone:ada)",
        f"Try      curl {base}/openapi.json",
    ]


def apply_extensions(contract: Specification, items: Mapping[str, Item], behaviour: Domain) -> Domain:
    """Return a domain whose policies enforce the specification extensions of a document too.

    ``items`` are those of each collection.
    """
    operations = contract.operations.values()
    collections = {step.collection for operation in operations for step in operation.address.steps}
    extensions = {name: extensions_of(contract, name, items[name]) for name in collections}
    policies = {operation.id: _policy(operation, behaviour, extensions) for operation in operations}
    access = replace(behaviour.access, policies={**behaviour.access.policies, **policies})
    return replace(behaviour, access=access)


def _policy(operation: Operation, behaviour: Domain, extensions: Mapping[str, SchemaExtensions]) -> Policy:
    policy = behaviour.access.policy(operation)
    roles = operation.extensions.get(ALLOWED_TO)
    if roles is not None:
        # The document may protect an operation by roles alone, without a security scheme.
        login = None if "anonymous" in roles else policy.login or ALLOWED_TO
        policy = replace(policy, login=login, allowed=(*policy.allowed, Gate(_allowed(roles), ALLOWED_TO)))
    on_path = [extensions[step.collection] for step in operation.address.steps]
    if any(extension.sight for extension in on_path):
        policy = replace(policy, visible=(*policy.visible, Gate(_visible(on_path), SEEN_BY)))
    if operation.address.kind is Kind.ITEM and operation.bodies:
        moves = (Move(*transitions, operation.id, behaviour) for transitions in on_path[-1].transitions.items())
        policy = replace(policy, valid=(*policy.valid, *moves))
    return policy


def _allowed(roles: Roles) -> Rule:
    def holds(call: Call) -> bool:
        return has_role(roles, call.actor, call.documents[-1] if call.documents else None)

    return Rule("allowed", holds)


def _visible(on_path: list[SchemaExtensions]) -> Rule:
    def holds(call: Call) -> bool:
        # An item that the call creates is none of them yet.
        pairs = zip(on_path, call.documents, strict=False)
        return all(extension.sees(call.actor, document) for extension, document in pairs)

    return Rule("visible", holds)


class Move:
    """A field moves only along its transitions; it may always stay."""

    def __init__(self, field: str, table: Mapping[str, Collection[str]], operation: str, behaviour: Domain) -> None:
        self.field = field
        self.id = behaviour.rejections.schema_rules.get(operation, {}).get(field, {}).get(TRANSITIONS, TRANSITIONS)
        self._table = table
        self._is_excused: Predicate | None = behaviour.access.excuses.get(self.id)

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield the rejection of a move that is not allowed."""
        document = call.addressed
        if self.field not in call.body or document is None:
            return
        before, after = document.get(self.field, ""), call.body[self.field]
        if before == after or before not in self._table or after in self._table[before]:
            return
        if self._is_excused is None or not self._is_excused(call):
            message = translatable("This field cannot go from {before!r} to {after!r}.", before=before, after=after)
            yield Problem(self.field, "invalid", message, self.id)
