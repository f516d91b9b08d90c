"""How each operation of a document is understood: what it does, to the items of which collection, and why.

The document decides by ``x-resource``. Where it says nothing, the form of the path and the schemas do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final

from mockserver.openapi.operation import Operation
from mockserver.openapi.schemas import Schema
from mockserver.openapi.wrappers import Item, Steps


class Role(Enum):
    """What an operation does."""

    LIST = "list"
    CREATE = "create"
    READ = "read"
    REPLACE = "replace"
    CHANGE = "change"
    DELETE = "delete"
    STORE = "store"
    SINGLETON = "singleton"
    ACTION = "action"
    EXAMPLE = "example"


MEANINGS: Final[Mapping[Role, str]] = {
    Role.LIST: "lists the items",
    Role.CREATE: "creates an item",
    Role.READ: "reads an item",
    Role.REPLACE: "replaces an item",
    Role.CHANGE: "changes an item",
    Role.DELETE: "deletes an item",
    Role.STORE: "stores the item in the body",
    Role.SINGLETON: "keeps one object",
    Role.ACTION: "acts on an item",
    Role.EXAMPLE: "answers with an example",
}


@dataclass(frozen=True, slots=True)
class Binding:
    """How one operation is understood.

    ``schema`` is that of the items as its answer shows them, ``answer`` are the keys that lead to the item or to
    the rows in its answer, and ``body`` those that lead to the fields in its body.
    """

    role: Role
    collection: str
    reason: str
    item: Item
    schema: Schema
    answer: Steps = ()
    body: Steps = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Property of the body → the property of the item in which it is kept, where that is spelt otherwise."""
    says_created: bool = False
    """Whether the document lists 201 among the answers."""

    @property
    def keeps_state(self) -> bool:
        """Whether the operation reads or changes what is stored."""
        return self.role is not Role.EXAMPLE

    @property
    def has_items(self) -> bool:
        """Whether the operation concerns items that have ids."""
        return self.role not in (Role.EXAMPLE, Role.SINGLETON)


@dataclass(frozen=True)
class Bindings:
    """How the operations of a document are understood."""

    operations: Mapping[str, Binding]
    """Operation id → how it is understood."""
    items: Mapping[str, Item]
    """Collection → its items."""

    def creates_at_path(self, operation: Operation) -> bool:
        """Return whether PUT creates an item under the id in its path: it says 201, or nothing else creates items."""
        binding = self.operations[operation.id]
        if operation.method != "PUT" or binding.role is not Role.REPLACE:
            return False
        return binding.says_created or binding.collection not in self._created

    @cached_property
    def _created(self) -> frozenset[str]:
        """The collections in which an operation beside their items creates some."""
        creating = (Role.CREATE, Role.STORE)
        return frozenset(binding.collection for binding in self.operations.values() if binding.role in creating)

    @cached_property
    def creatable(self) -> frozenset[str]:
        """The collections in which some operation creates items; PUT may do so where it says 201."""
        return frozenset(
            binding.collection
            for binding in self.operations.values()
            if binding.role in (Role.CREATE, Role.STORE) or (binding.role is Role.REPLACE and binding.says_created)
        )
