"""Collects facts about the items of each collection, from the document and from earlier creations."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.client.marks import Mark, mark_of, unwrap
from contracts.client.ownership import Item
from contracts.client.routes import Routes, split
from contracts.openapi.description import Model
from contracts.openapi.resources import Resource
from contracts.profile.models import Profile

UNPROVEN_AT_MOST = 3
"""Unproven creations after which a collection is given up, if others of it were proven."""
CREATED = 201


@dataclass
class Kind:
    """The items of one collection of the document."""

    collection: str
    """Its path in the document."""
    has_read: bool = False
    has_list: bool = False
    statuses: frozenset[str] = frozenset()
    """The documented statuses of a creation."""
    owner: str = ""
    """The owner of its items, who reads them if their creator may not."""
    visible: Collection[str] = ()
    """The fields that responses show."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Field of a request → the field in which responses show it."""
    has_moment: bool = False
    """Whether responses show a timestamp, such as the time of creation."""
    takes_tag: bool = False
    """Whether a creation can send the tag in a text that responses show."""
    id_field: str | None = None
    """The field in which a creation names the id of the new item, None if the target chooses it."""

    proven: int = 0
    """Creations that were proven."""
    unproven: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """Whether the tag was sent → creations that could not be proven."""
    doubt: str = "nothing shows that this run created it"
    """Why the last of them could not be proven."""
    altered: set[str] = field(default_factory=set)
    """The fields that the target changes, so that they cannot carry the tag."""
    unmarked: int = 0
    """Creations without a tag."""
    ids_before: set[str] | None = None
    """The ids in the first rows before the first creation without a tag, None if no list shows them."""
    deleted: int = 0
    """Accepted deletions."""
    still_shown: list[Item] = field(default_factory=list)
    """Items that a GET still shows although their DELETE was accepted."""

    @property
    def is_recognised_by_time(self) -> bool:
        """Whether an item without a tag can be recognised by the time of its creation."""
        return self.takes_tag and self.has_moment

    def is_success(self, status: int) -> bool:
        """Whether a status says that an item was created, according to the document."""
        if status == CREATED or not self.statuses:
            return status in (200, CREATED, 202)
        if str(CREATED) in self.statuses or not 200 <= status < 300:
            return False
        is_class = status in (200, 202) and self.statuses & {"2XX", "2xx", "default"}
        return str(status) in self.statuses or bool(is_class)

    def is_doubtful(self, tagged: bool) -> bool:
        """Whether too many creations, with the tag or without, could not be proven."""
        should_prove = tagged or not self.takes_tag
        at_most = 1 if should_prove and not self.proven else UNPROVEN_AT_MOST
        return self.unproven[tagged] >= at_most

    def note_doubt(self, mark: Mark, why: str) -> None:
        """Count a creation that cannot be proven."""
        self.unproven[bool(mark.tag)] += 1
        self.doubt = why

    def mark(self, fields: Mapping[str, Any] | None, tags: Iterable[str]) -> Mark:
        """Return the mark of an item that is created with these fields."""
        reliable = [name for name in self.visible if name not in self.altered]
        return mark_of(self._with_response_names(fields), reliable or self.visible, tags)

    def mark_after_change(self, mark: Mark, fields: Mapping[str, Any]) -> Mark:
        """Return the mark of an item after a change of these fields was sent."""
        return mark.with_change(self._with_response_names(fields) or {}, self.visible)

    def _with_response_names(self, fields: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Return the fields of a request under the names that responses use."""
        if fields is None or not self.aliases:
            return fields
        aliases, inner = self.aliases, unwrap(fields)
        plain = {name: value for name, value in inner.items() if name not in {*aliases, *aliases.values()}}
        return plain | {aliases[name]: value for name, value in inner.items() if name in aliases}


class Kinds:
    """The kinds of items in a document."""

    def __init__(self, profile: Profile, routes: Routes) -> None:
        self._profile = profile
        self._routes = routes
        self._by_template: dict[str, Kind] = {}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_template.values())

    def learn(self, model: Model) -> None:
        """Add the resources of a document."""
        for resource in model.resources:
            self._learn(model, resource)

    def _learn(self, model: Model, resource: Resource) -> None:
        kind, visible = self.of(resource.collection), _visible(model, resource)
        notes = self._profile.resource(resource.item)
        aliases = {name: field.shown_as for name, field in notes.fields.items() if field.shown_as is not None}
        kind.has_read, kind.has_list = "read" in resource.operations, "list" in resource.operations
        kind.statuses = resource.operations["create"].statuses
        kind.owner = self._profile.owner_of(resource.item)
        kind.visible, kind.aliases = visible.keys(), aliases
        kind.has_moment = any(schema.get("format") == "date-time" for schema in visible.values())
        kind.takes_tag = any(
            field.kind == "string" and "enum" not in field.constraints and aliases.get(name, name) in visible
            for name, field in resource.create_fields.items()
        )
        kind.id_field = next((name for name in resource.keys if name in resource.create_fields), None)

    def of(self, collection: str) -> Kind:
        """Return the kind of the items in a collection, by the path of a request."""
        steps = split(collection)
        items = self._routes.below(steps)
        template = items.path.rstrip("/").rpartition("/")[0] if items else collection.rstrip("/")
        if template not in self._by_template:
            own = self._routes.exact(steps)
            self._by_template[template] = Kind(own.path if own else collection)
        return self._by_template[template]

    def can_delete(self, collection: str) -> bool:
        """Whether the document has a DELETE for the items of a collection."""
        items = self._routes.below(split(collection))
        return items is not None and "DELETE" in items.methods


def _visible(model: Model, resource: Resource) -> dict[str, Mapping[str, Any]]:
    """Return the fields in responses about an item, with their schemas."""
    operations = [resource.operations[verb] for verb in ("read", "create", "patch") if verb in resource.operations]
    parts = [
        model.part(operation.answer, resource.items.get(operation.method, ()))
        for operation in operations
        if operation.answer
    ]
    fields = [field for part in parts for field in model.properties(part).items()]
    return {name: schema for name, schema in fields if not schema.get("writeOnly")}
