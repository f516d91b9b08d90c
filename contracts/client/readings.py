"""Describes how to read responses about items: as the document says, unless the profile says otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from contracts.client.routes import Routes, split
from contracts.openapi.description import Model
from contracts.openapi.envelopes import Listing, Reading
from contracts.openapi.identifiers import names_of
from contracts.openapi.paths import fits, shape
from contracts.openapi.resources import Resource
from contracts.profile.models import Profile
from specdouble.pointers import steps_of


class ItemList(NamedTuple):
    """A list that shows the items of a collection."""

    path: str
    query: Mapping[str, Any]
    listing: Listing


class Readings:
    """The readings of all collections of a document."""

    def __init__(self, profile: Profile, routes: Routes) -> None:
        self._profile = profile
        self._routes = routes
        self._by_collection: dict[str, Reading] = {}
        self._lists: dict[str, list[ItemList]] = {}

    def learn(self, model: Model) -> None:
        """Add the resources of a document."""
        for resource in model.resources:
            self._by_collection[shape(resource.collection)] = self.of_resource(resource)
            self._lists[shape(resource.collection)] = list(self._named_lists(model, resource))

    def keys(self, resource: Resource) -> Sequence[str]:
        """Return the names that the id of an item can have in responses, or the one that the profile sets."""
        name = self._profile.resource(resource.item).identified_by
        return [name] if name else resource.keys

    def of_resource(self, resource: Resource) -> Reading:
        """Return how to read responses about a resource."""
        answers = self._profile.resource(resource.item).answers
        items = resource.items
        if answers.item is not None:
            items = dict.fromkeys(resource.items, steps_of(answers.item))
        return Reading(self.keys(resource), items, self.listing(resource, resource.listing))

    def listing(self, resource: Resource, described: Listing) -> Listing:
        """Return how to read a list of a resource, from its description in the document and the profile."""
        answers = self._profile.resource(resource.item).answers
        return Listing(
            rows=described.rows if answers.rows is None else steps_of(answers.rows),
            following=None if answers.next is None else steps_of(answers.next),
            cursor=answers.cursor,
            parameters=described.parameters,
        )

    def find(self, collection: str) -> Reading | None:
        """Return how to read responses about the items of a collection, None if the document lacks the collection."""
        readings = (reading for path, reading in self._by_collection.items() if fits(collection, path))
        return next(readings, None)

    def of(self, collection: str) -> Reading:
        """Return the same; without such a collection, go by the name of the path parameter."""
        reading = self.find(collection)
        if reading is not None:
            return reading
        route = self._routes.below(split(collection))
        return Reading(names_of(route.parameter if route else "id"))

    def lists_of(self, collection: str) -> list[ItemList]:
        """Return the lists that show items of a collection: those of the profile, or the collection itself."""
        lists = next((named for path, named in self._lists.items() if fits(collection, path)), [])
        own = [
            item_list._replace(path=collection) if fits(collection, shape(item_list.path)) else item_list
            for item_list in lists
        ]
        return own or [ItemList(collection, {}, self.of(collection).listing)]

    def _named_lists(self, model: Model, resource: Resource) -> Iterator[ItemList]:
        """Yield the lists that the profile names, except for those whose query depends on the item."""
        for name, query in self._profile.resource(resource.item).lists.items():
            operation = model.operations.get(name)
            depends = any("{" in str(value) for value in query.values())
            if operation is None or depends:
                continue
            if operation.path == resource.collection or "{" not in operation.path:
                listing = self.listing(resource, model.listing(operation, resource))
                yield ItemList(operation.path, query, listing)
