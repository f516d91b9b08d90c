"""The search for an item in lists, page by page."""

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
    """Yield the lists that show a fresh item, each with its query: those of the profile, or else the collection."""
    operations = context.model.operations
    for name, query in context.notes.lists.items():
        if name in operations:
            yield operations[name], query
    if not context.notes.lists and "list" in context.resource.operations:
        yield context.resource.operations["list"], {}


def search_list(
    context: Context, subject: Item, person: Client, listed: tuple[Operation, Mapping[str, Any]], state: Json
) -> Iterator[tuple[Answer, list[Json], Json | None]]:
    """Yield the pages of a list up to the one that shows an item: the response, its rows, and the row of the item."""
    operation, query = listed
    query = {name: value.format_map(state) if isinstance(value, str) else value for name, value in query.items()}
    path = subject.collection if operation.path == context.resource.collection else operation.path
    for answer, rows in pages(person, path, context.listing(operation), query):
        own_row = next((row for row in rows if context.is_row_of(subject, row)), None)
        yield answer, rows, own_row
        if own_row is not None:
            return


def search_all_lists(
    context: Context, subject: Item, person: Client, state: Json
) -> Iterator[tuple[Answer, list[Json], Json | None]]:
    """Yield the pages of all lists up to the ones that show an item; a list that cannot be read to its end is cut."""
    for listed in lists(context):
        with suppress(Inconclusive):
            yield from search_list(context, subject, person, listed, state)
