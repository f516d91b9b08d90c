"""Guess what each operation does: from the form of its path, and from its schemas. ``x-resource`` overrules a guess."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from mockserver.openapi.bindings import Binding, Bindings, Role
from mockserver.openapi.items import items_of, singular
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import Kind, split
from mockserver.openapi.schemas import canonical, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.wrappers import (
    UNKNOWN,
    Hints,
    Item,
    Steps,
    fields_at,
    is_array,
    is_object,
    item_at,
    only_object,
    part,
    row_of,
    rows_at,
)
from specdouble.resource_extension import RESOURCE

Guess: TypeAlias = tuple[Role, str]
"""A role, and the reason for it."""

_CREATED: Final = 201

_BY_METHOD: Final[Mapping[str, Role]] = {
    "GET": Role.READ,
    "PUT": Role.REPLACE,
    "PATCH": Role.CHANGE,
    "DELETE": Role.DELETE,
}


def bindings_of(specification: Specification) -> Bindings:
    """Understand every operation of a document."""
    items = items_of(specification)
    guesses = _Guesses(specification, items)
    return Bindings({name: guesses.binding(operation) for name, operation in specification.operations.items()}, items)


class _Guesses:
    """Understands one operation after the other."""

    def __init__(self, specification: Specification, items: Mapping[str, Item]) -> None:
        self._resolve = specification.resolve
        self._items = items
        self._by_path: dict[str, dict[str, Operation]] = {}
        for operation in specification.operations.values():
            self._by_path.setdefault(operation.path, {})[operation.method] = operation
        creating = {
            operation.address.collection
            for operation in specification.operations.values()
            if operation.method in ("POST", "PUT") and operation.address.kind in (Kind.COLLECTION, Kind.DETAIL)
        }
        self._filled = creating | specification.reading.keys()
        """The collections whose items are created, or come into being when they are read."""
        self._by_kind: Mapping[Kind, Callable[[Operation], Guess]] = {
            Kind.ITEM: self._on_item,
            Kind.COLLECTION: self._on_collection,
            Kind.VIEW: self._beside_items,
            Kind.DETAIL: self._elsewhere,
        }

    def binding(self, operation: Operation) -> Binding:
        """Return how an operation is understood."""
        if operation.method == "HEAD":
            reading = self._by_path[operation.path].get("GET") or replace(operation, method="GET")
            return replace(self.binding(reading), reason="HEAD finds what GET finds")
        role, reason = _declared(operation) or self._guess(operation)
        collection = self._collection(operation, role)
        item = self._items.get(collection, UNKNOWN)
        answer = self._answer(operation, role, item)
        schema = part(operation.response or {}, answer, self._resolve)
        if role is Role.LIST and is_array(schema):
            schema = row_of(schema, self._resolve)
        body = self._body(operation, role, item)
        renamed = self._renamed(operation, body, item)
        return Binding(role, collection, reason, item, schema, answer, body, renamed, _CREATED in operation.responses)

    def _guess(self, operation: Operation) -> Guess:
        if operation.method in ("OPTIONS", "TRACE"):
            return Role.EXAMPLE, f"{operation.method} concerns no items"
        return self._by_kind[operation.address.kind](operation)

    @staticmethod
    def _collection(operation: Operation, role: Role) -> str:
        """Return the collection on which an operation acts; a singleton beside items has one of its own."""
        address = operation.address
        if role is Role.ACTION:
            return address.steps[-1].collection
        if role is Role.SINGLETON and address.kind is not Kind.DETAIL:
            return f"{address.collection}/{split(operation.path)[-1]}"
        return address.collection

    def _answer(self, operation: Operation, role: Role, item: Item) -> Steps:
        if not operation.response or role is Role.EXAMPLE:
            return ()
        if role is Role.LIST:
            return rows_at(operation.response, item, self._resolve) or ()
        return self._item_in(operation, item)

    def _item_in(self, operation: Operation, item: Item) -> Steps:
        """Return the keys that lead to the item in the answer of an operation."""
        noun = singular(operation.address.collection.rpartition("/")[2])
        return item_at(
            operation.response or {}, Hints(item.schema, frozenset(item.fields), item.key, noun), self._resolve
        )

    def _body(self, operation: Operation, role: Role, item: Item) -> Steps:
        body = next(iter(operation.bodies.values()), None)
        if not body or role in (Role.EXAMPLE, Role.DELETE, Role.LIST):
            return ()
        return fields_at(body, item, self._resolve)

    def _renamed(self, operation: Operation, steps: Steps, item: Item) -> Mapping[str, str]:
        """Return the properties of a body that an item has in another spelling."""
        body = next(iter(operation.bodies.values()), {})
        fields = properties(part(body, steps, self._resolve), self._resolve)
        return {name: own for name, own in item.spellings(fields).items() if name != own}

    # --- by the kind of the path --------------------------------------------------------------------------------------

    def _on_item(self, operation: Operation) -> Guess:
        role = _BY_METHOD.get(operation.method)
        if role is not None:
            return role, f"{operation.method} on a path that ends in a parameter"
        if operation.method != "POST":
            return Role.EXAMPLE, f"{operation.method} on an item changes nothing"
        item = self._items[operation.address.collection]
        is_alone = not {"PUT", "PATCH"} & self._by_path[operation.path].keys()
        if is_alone and item.spellings(self._fields_sent(operation)):
            return (
                Role.CHANGE,
                "POST on an item, with properties of it in the body, and neither PUT nor PATCH beside it",
            )
        return self._action(operation) or (Role.EXAMPLE, "POST on an item, and the answer is not the item")

    def _on_collection(self, operation: Operation) -> Guess:
        method = operation.method
        if method == "GET":
            return self._lists(operation) or (Role.EXAMPLE, "GET on a collection, but the answer has no array of items")
        if method == "POST":
            return Role.CREATE, "POST on a path below which there are items"
        if method == "PUT":
            return Role.STORE, "PUT on a path below which there are items: the body names the item"
        return Role.EXAMPLE, f"{method} on a collection names no item"

    def _beside_items(self, operation: Operation) -> Guess:
        if operation.method == "GET" and (guess := self._lists(operation)):
            return guess
        singleton = self._singleton(operation)
        if singleton is not None:
            return singleton
        if operation.method == "GET":
            return Role.EXAMPLE, "GET beside items, and the answer has no array of objects that look like them"
        return Role.EXAMPLE, f"{operation.method} beside items, on a path where GET shows no object"

    def _elsewhere(self, operation: Operation) -> Guess:
        if operation.method == "GET" and (guess := self._lists(operation)):
            return guess
        return self._action(operation) or self._singleton(operation) or self._sole(operation)

    def _sole(self, operation: Operation) -> Guess:
        """Understand an operation on a path without items, beside which nothing reads an object."""
        beside_list = self._beside_list(operation)
        if operation.method == "POST" and self._stores_body(operation):
            return Role.CREATE, "POST, and the answer has properties of the body"
        if operation.method == "PUT" and beside_list:
            return Role.STORE, "PUT beside a list: the body names the item"
        if operation.method in ("PUT", "PATCH") and not beside_list and self._stores_body(operation):
            return Role.SINGLETON, f"{operation.method}, and the answer has properties of the body"
        if operation.method == "GET":
            return Role.EXAMPLE, "GET, and nothing on this path creates or changes what it shows"
        return Role.EXAMPLE, f"{operation.method}, and the answer has no properties of the body"

    # --- by the schemas -----------------------------------------------------------------------------------------------

    def _lists(self, operation: Operation) -> Guess | None:
        item = self._items[operation.address.collection]
        is_collection = operation.address.kind is Kind.COLLECTION
        if not operation.response:
            return (Role.LIST, "GET on a path below which there are items") if is_collection else None
        if not is_collection and operation.address.collection not in self._filled:
            return None
        steps = rows_at(operation.response, item, self._resolve)
        if steps is None or (steps and not is_collection and self._is_whole(operation)):
            return None
        place = f" at {'.'.join(steps)}" if steps else ""
        return Role.LIST, f"the answer has an array{place} of objects that look like the items"

    def _is_whole(self, operation: Operation) -> bool:
        """Return whether another operation on the path writes properties that stand beside the rows of an answer."""
        own = properties(canonical(operation.response or {}, self._resolve), self._resolve).keys()
        return any(own & set(self._fields_sent(other)) for other in self._by_path[operation.path].values())

    def _beside_list(self, operation: Operation) -> bool:
        reading = self._by_path[operation.path].get("GET")
        return reading is not None and self._lists(reading) is not None

    def _action(self, operation: Operation) -> Guess | None:
        """Understand an operation below an item that answers with the item, or with nothing."""
        address = operation.address
        if not address.steps or "GET" in self._others_on(operation):
            return None
        item = self._items[address.steps[-1].collection]
        if operation.response is None:
            is_silent = operation.method == "POST" and not operation.bodies
            return (Role.ACTION, "POST below an item, with neither body nor answer") if is_silent else None
        schema = part(operation.response, self._item_in(operation, item), self._resolve)
        if not item.equals(properties(schema, self._resolve)):
            return None
        return Role.ACTION, f"{operation.method} below an item, and the answer is the item"

    def _others_on(self, operation: Operation) -> Collection[str]:
        return self._by_path[operation.path].keys() - {operation.method}

    def _singleton(self, operation: Operation) -> Guess | None:
        """Understand an operation on a path at which GET shows one object."""
        on_path = self._by_path[operation.path]
        reading = on_path.get("GET")
        if reading is None or not is_object(canonical(reading.response or {}, self._resolve), self._resolve):
            return None
        writing = [method for method in ("PUT", "PATCH", "POST") if method in on_path]
        if not writing or self._beside_list(operation):
            return None
        if operation.method != "GET":
            return Role.SINGLETON, "GET on the same path shows one object"
        return Role.SINGLETON, f"GET of one object that {writing[0]} writes"

    def _fields_sent(self, operation: Operation) -> Collection[str]:
        body = next(iter(operation.bodies.values()), {})
        return properties(part(body, only_object(body, self._resolve), self._resolve), self._resolve).keys()

    def _stores_body(self, operation: Operation) -> bool:
        """Return whether the answer has properties of the body, or none at all."""
        if not operation.bodies:
            return False
        answer = operation.response or {}
        fields = properties(part(answer, only_object(answer, self._resolve), self._resolve), self._resolve)
        return not fields or bool(Item(answer, fields).spellings(self._fields_sent(operation)))


def _declared(operation: Operation) -> Guess | None:
    """Return the role that the document gives an operation."""
    if operation.declared.is_example:
        return Role.EXAMPLE, f"{RESOURCE} is false"
    role = operation.declared.role
    return None if role is None else (Role(role), f"{RESOURCE} says so")
