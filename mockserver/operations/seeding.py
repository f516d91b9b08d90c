"""Seed collections with the items that the examples of a document show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from mockserver.openapi.bindings import Binding, Bindings, Role
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import PARENT, Kind, Step
from mockserver.openapi.specification import Specification
from mockserver.operations.documented import DocumentedResponses
from mockserver.operations.extensions import SchemaExtensions, extensions_of
from mockserver.operations.ids import Ids, key_in
from mockserver.operations.nesting import stored_key
from mockserver.store import Document, State
from specdouble.pointers import found_at


@dataclass(frozen=True)
class _Source:
    """The items of one collection that the examples of one operation show."""

    collection: str
    parents: tuple[Step, ...]
    """The documents above the collection, outermost first."""
    items: tuple[Document, ...]
    is_list: bool
    ids: Ids
    extensions: SchemaExtensions


def from_examples(specification: Specification, bindings: Bindings) -> Callable[[State], None]:
    """Return a function that stores the items which lists and items have as examples, lists first.

    An item that is there already is left as it is. Items below others are stored only if there is one parent.
    """
    sources = [
        source
        for operation in specification.operations.values()
        if (source := _source(operation, bindings.operations[operation.id], specification)) is not None
    ]
    # Parents come before their children, which need them.
    sources.sort(key=lambda source: (len(source.parents), not source.is_list))
    return partial(_store_all, sources)


def _source(operation: Operation, binding: Binding, specification: Specification) -> _Source | None:
    """Return the items that the examples of an operation show, None if they show none."""
    if binding.role not in (Role.LIST, Role.READ) or operation.address.kind is Kind.VIEW:
        return None
    is_list = binding.role is Role.LIST
    contents = [found_at(example, binding.answer) for example in _examples(operation, specification)]
    items = [item for content in contents for item in (_rows(content) if is_list else [content])]
    if not items:
        return None
    steps = operation.address.steps
    return _Source(
        collection=binding.collection,
        parents=steps if is_list else steps[:-1],
        items=tuple(item for item in items if isinstance(item, Mapping)),
        is_list=is_list,
        ids=Ids.of(binding.item, specification.key(binding.collection).schema),
        extensions=extensions_of(specification, binding.collection, binding.item),
    )


def _examples(operation: Operation, specification: Specification) -> Iterator[Any]:
    """Yield the examples of the JSON answer of success."""
    _, response = DocumentedResponses(operation, specification).success
    if response is not None:
        media = next((media for name, media in response.content.items() if "json" in name.lower()), None)
        yield from media.examples.values() if media is not None else ()


def _rows(content: Any) -> list[Any]:
    return content if isinstance(content, list) else []


def _store_all(sources: list[_Source], state: State) -> None:
    for source in sources:
        above = _above(source.parents, state)
        if above is not None:
            for item in source.items:
                _store(source, item, above, state)


def _above(parents: tuple[Step, ...], state: State) -> tuple[Any, ...] | None:
    """Return the keys of the documents above a collection; None unless each of them is the only one."""
    above: tuple[Any, ...] = ()
    for step in parents:
        if state.count(step.collection) != 1:
            return None
        [parent] = state.all(step.collection)
        if parent.get(PARENT, ()) != above:
            return None
        above = (*above, key_in(parent))
    return above


def _store(source: _Source, item: Document, above: tuple[Any, ...], state: State) -> None:
    # An example of a single item that lacks the id may show one that the list has shown already.
    if not source.is_list and item.get(source.ids.identity) is None:
        return
    ids = source.ids.of_example(state, source.collection, item, above)
    if ids is None:
        return
    document: dict[str, Any] = {**item, **ids}
    if above:
        document[PARENT] = above
    key = stored_key(state, source.collection, key_in(document), above)
    state.put(source.collection, key, source.extensions.with_derived_fields(document))
