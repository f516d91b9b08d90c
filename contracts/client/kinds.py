"""What is known of the items of each collection: from the document, and from what became of earlier creations."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.client.marks import Mark, mark_of, unwrapped
from contracts.client.ownership import Item
from contracts.client.routes import Routes, split
from contracts.openapi.description import Model
from contracts.openapi.resources import Resource
from contracts.profile.models import Profile

UNPROVEN_AT_MOST = 3
"""Creations of a collection that may stay unproven although others of it were proven."""
CREATED = 201


@dataclass
class Kind:
    """The items of one collection of the document."""

    collection: str
    """Its path, as the document writes it."""
    has_read: bool = False
    has_list: bool = False
    statuses: frozenset[str] = frozenset()
    """The statuses that the document lists for a creation."""
    owner: str = ""
    """Who owns its items, and reads them where their creator may not."""
    shown: Collection[str] = ()
    """The fields that responses show."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Field that is written → the field in which responses show it."""
    tells_moment: bool = False
    """Whether items show a moment, such as that of their creation."""
    takes_tag: bool = False
    """Whether some text that responses show can carry the tag, if not that of each creation."""
    given_id: str | None = None
    """The field in which a creation names the id of the new item, None where the target chooses it."""

    proven: int = 0
    """Creations of which it was shown that they are the run's."""
    unproven: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """Whether the tag was sent → creations of which that could not be shown."""
    doubt: str = "nothing shows that this run created it"
    """Why the last one could not be proven."""
    altered: set[str] = field(default_factory=set)
    """The fields that have shown something else than was sent: none of them can carry the tag."""
    unmarked: int = 0
    """Creations without a tag."""
    before: set[str] | None = None
    """The ids of the first rows, as they were before the first creation without a tag; None where no list tells."""
    deleted: int = 0
    """Deletions that were accepted."""
    still_shown: list[Item] = field(default_factory=list)
    """Items that a GET still shows although their DELETE was accepted."""

    @property
    def is_known_by_time(self) -> bool:
        """Whether an item without a tag can be known by the moment at which it came into being."""
        return self.takes_tag and self.tells_moment

    def is_success(self, status: int) -> bool:
        """Whether the document says that an item was created where a creation is answered with a status."""
        if status == CREATED or not self.statuses:
            return status in (200, CREATED, 202)
        if str(CREATED) in self.statuses or not 200 <= status < 300:
            return False
        is_class = status in (200, 202) and self.statuses & {"2XX", "2xx", "default"}
        return str(status) in self.statuses or bool(is_class)

    def is_doubtful(self, tagged: bool) -> bool:
        """Whether another creation, with the tag or without, would leave one more item of unknown owner."""
        is_sure_sign = tagged or not self.takes_tag
        at_most = 1 if is_sure_sign and not self.proven else UNPROVEN_AT_MOST
        return self.unproven[tagged] >= at_most

    def note_doubt(self, mark: Mark, why: str) -> None:
        """Count a creation of which cannot be shown that it is the run's."""
        self.unproven[bool(mark.tag)] += 1
        self.doubt = why

    def mark(self, fields: Mapping[str, Any] | None, tags: Iterable[str]) -> Mark:
        """Return the mark of an item that a creation with these fields makes."""
        reliable = [name for name in self.shown if name not in self.altered]
        return mark_of(self._as_shown(fields), reliable or self.shown, tags)

    def changed(self, mark: Mark, fields: Mapping[str, Any]) -> Mark:
        """Return the mark of an item once a change of these fields is sent."""
        return mark.changed(self._as_shown(fields) or {}, self.shown)

    def _as_shown(self, fields: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Fields under the names that responses have for them."""
        if fields is None or not self.aliases:
            return fields
        aliases, inner = self.aliases, unwrapped(fields)
        plain = {name: value for name, value in inner.items() if name not in {*aliases, *aliases.values()}}
        return plain | {aliases[name]: value for name, value in inner.items() if name in aliases}


class Kinds:
    """The kinds of items that a document has."""

    def __init__(self, profile: Profile, routes: Routes) -> None:
        self._profile = profile
        self._routes = routes
        self._by_template: dict[str, Kind] = {}

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._by_template.values())

    def learn(self, model: Model) -> None:
        """Read a document."""
        for resource in model.resources:
            self._learn(model, resource)

    def _learn(self, model: Model, resource: Resource) -> None:
        kind, shown = self.of(resource.collection), _shown(model, resource)
        notes = self._profile.resource(resource.item)
        aliases = {name: field.shown_as for name, field in notes.fields.items() if field.shown_as is not None}
        kind.has_read, kind.has_list = "read" in resource.operations, "list" in resource.operations
        kind.statuses = resource.operations["create"].statuses
        kind.owner = self._profile.owner_of(resource.item)
        kind.shown, kind.aliases = shown.keys(), aliases
        kind.tells_moment = any(schema.get("format") == "date-time" for schema in shown.values())
        kind.takes_tag = any(
            field.kind == "string" and "enum" not in field.constraints and aliases.get(name, name) in shown
            for name, field in resource.create_fields.items()
        )
        kind.given_id = next((name for name in resource.keys if name in resource.create_fields), None)

    def of(self, collection: str) -> Kind:
        """Return the kind of the items at the address of a collection."""
        steps = split(collection)
        items = self._routes.below(steps)
        template = items.path.rstrip("/").rpartition("/")[0] if items else collection.rstrip("/")
        if template not in self._by_template:
            own = self._routes.exact(steps)
            self._by_template[template] = Kind(own.path if own else collection)
        return self._by_template[template]

    def can_delete(self, collection: str) -> bool:
        """Whether the document has a way to delete the items of a collection."""
        items = self._routes.below(split(collection))
        return items is not None and "DELETE" in items.methods


def _shown(model: Model, resource: Resource) -> dict[str, Mapping[str, Any]]:
    """The fields that responses about an item have, each with its schema."""
    operations = [resource.operations[verb] for verb in ("read", "create", "patch") if verb in resource.operations]
    parts = [
        model.part(operation.answer, resource.items.get(operation.method, ()))
        for operation in operations
        if operation.answer
    ]
    fields = [field for part in parts for field in model.properties(part).items()]
    return {name: schema for name, schema in fields if not schema.get("writeOnly")}
