"""Items in a state that a law needs: borrowed where one stands there already, else made and brought there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.fixtures.item import Item
from contracts.results.verdict import Inconclusive, NotApplicable


def states(context: Context) -> list[str]:
    """The names of the states of which it is known who sees an item in them."""
    notes = context.notes
    if not notes.access.may:
        raise NotApplicable(
            "nothing says who may do what: add access: to the resource in the profile, or x-allowed-to in the spec"
        )
    named = [each for each in (*notes.known, *notes.states) if each in notes.access.visible]
    if not named:
        raise NotApplicable(
            "there is no item to try it on: name some in the profile under known: or states:, and who sees them "
            "under access: visible:"
        )
    return list(dict.fromkeys(named))


def is_created(context: Context, state: str) -> bool:
    """Whether an item in this state is made for each trial, so that it may be deleted too."""
    return state not in context.notes.known


@contextmanager
def item_in_state(context: Context, state: str, *, touched: bool = True) -> Iterator[Item]:
    """An item in a state; a known one is put back afterwards, if it is touched at all."""
    if is_created(context, state):
        yield create_in_state(context, context.notes.states.get(state, {}))
    elif touched:
        with context.borrowed(state) as subject:
            yield subject
    else:
        yield context.known_item(state)


def create_in_state(context: Context, fields: Mapping[str, Any]) -> Item:
    """A fresh item on which fields hold these values: it starts so where it can, else it is changed until it does."""
    at_start = {name: value for name, value in fields.items() if name in context.resource.create_fields}
    subject = _create_with(context, at_start)
    for name, value in fields.items():
        _move_to(context, subject, name, value)
    return subject


def _create_with(context: Context, fields: Mapping[str, Any]) -> Item:
    """A fresh item that holds these values; one as it comes where none may begin so."""
    try:
        return context.fresh(None, **fields)
    except Inconclusive:
        if not fields:
            raise
    return context.fresh()


def _move_to(context: Context, subject: Item, name: str, value: Any) -> None:
    held = subject.state().get(name)
    table = context.notes.transitions.get(name, {})
    for step in shortest_way(table, held, value):
        answer = subject.patch({name: step})
        assume(answer.ok, f"an item could not be brought to {name} {value!r}: {answer.summary}")
    held = subject.state().get(name)
    assume(held == value, f"an item could not be brought to {name} {value!r}: it shows {held!r}")


def shortest_way(table: Mapping[str, Sequence[Any]], start: Any, end: Any) -> list[Any]:
    """The shortest way along allowed transitions; straight to the end where the table knows none."""
    if start == end:
        return []
    ways: dict[Any, list[Any]] = {start: []}
    waiting = [start]
    while waiting and end not in ways:
        here = waiting.pop(0)
        new = [each for each in table.get(here, ()) if each not in ways]
        ways.update((each, [*ways[here], each]) for each in new)
        waiting += new
    return ways.get(end, [end])
