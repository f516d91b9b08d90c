"""Choose the indexes of a store: the fields by which the operations of a document look their items up."""

from collections import defaultdict

from mockserver.domain import Domain
from mockserver.openapi.resources import PARENT
from mockserver.openapi.schemas import canonical, properties
from mockserver.openapi.specification import Specification
from mockserver.store import Indexes


def indexes(contract: Specification, behaviour: Domain) -> Indexes:
    """Collect the fields by which documents are looked up: parents, unique fields, and those that the domain needs."""
    fields: defaultdict[str, dict[str, None]] = defaultdict(dict)
    read: set[tuple[str, int]] = set()
    for operation in contract.operations.values():
        collection = operation.address.collection
        # Every nested list is a lookup by the documents above it.
        if operation.address.steps:
            fields[collection][PARENT] = None
        for schema in operation.bodies.values():
            # Most operations of a collection share one schema.
            if (collection, id(schema)) in read:
                continue
            read.add((collection, id(schema)))
            for name, value in properties(schema, contract.resolve).items():
                if canonical(value, contract.resolve).get("x-unique"):
                    fields[collection][name] = None
    for collection, names in behaviour.initial_state.indexes.items():
        fields[collection].update(dict.fromkeys(names))
    return {collection: tuple(names) for collection, names in fields.items()}
