"""The lists in which an item is looked for, page by page."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from contracts.checks.context import Context
from contracts.client.pagination import pages
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.exchange import Answer, Json
from contracts.openapi.resources import Operation
from contracts.results.verdict import Inconclusive


def lists(context: Context) -> Iterator[tuple[Operation, Mapping[str, Any]]]:
    """The lists in which a fresh item is found, each with its query: those that the profile names, else the one."""
    known = context.model.operations
    if context.notes.lists:
        yield from ((known[name], query) for name, query in context.notes.lists.items() if name in known)
    elif "list" in context.resource.operations:
        yield context.resource.operations["list"], {}


def search_list(
    context: Context, subject: Item, person: Client, listed: tuple[Operation, Mapping[str, Any]], state: Json
) -> Iterator[tuple[Answer, list[Json], Json | None]]:
    """The pages of a list up to the one that shows an item: each with its rows, and the row of the item."""
    operation, query = listed
    asked = {name: value.format_map(state) if isinstance(value, str) else value for name, value in query.items()}
    path = subject.collection if operation.path == context.resource.collection else operation.path
    for answer, rows in pages(person, path, context.listing(operation), asked):
        row = next((each for each in rows if context.is_row_of(subject, each)), None)
        yield answer, rows, row
        if row is not None:
            return


def search_all_lists(
    context: Context, subject: Item, person: Client, state: Json
) -> Iterator[tuple[Answer, list[Json], Json | None]]:
    """What somebody is shown of all lists on the way to an item, as far as their pages lead."""
    for each in lists(context):
        with suppress(Inconclusive):
            yield from search_list(context, subject, person, each, state)
