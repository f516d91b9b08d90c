"""Items in the state that a law needs: borrowed if the profile names one, or else created and changed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.fixtures.item import Item
from contracts.results.verdict import Inconclusive, NotApplicable


def states(context: Context) -> list[str]:
    """Return the names of the states for which the profile says who sees an item."""
    notes = context.notes
    if not notes.access.may:
        raise NotApplicable(
            "nothing says who may do what: add access: to the resource in the profile, or x-allowed-to in the spec"
        )
    visible = [state for state in (*notes.known, *notes.states) if state in notes.access.visible]
    if not visible:
        raise NotApplicable(
            "there is no item to try it on: name some in the profile under known: or states:, and who sees them "
            "under access: visible:"
        )
    return list(dict.fromkeys(visible))


def is_created(context: Context, state: str) -> bool:
    """Return whether each trial creates its item in this state, so that it may also delete it."""
    return state not in context.notes.known


@contextmanager
def item_in_state(context: Context, state: str, *, touched: bool = True) -> Iterator[Item]:
    """Provide an item in a state; a known item is restored afterwards if the trial changes it."""
    if is_created(context, state):
        yield create_in_state(context, context.notes.states.get(state, {}))
    elif touched:
        with context.borrowed(state) as subject:
            yield subject
    else:
        yield context.known_item(state)


def create_in_state(context: Context, fields: Mapping[str, Any]) -> Item:
    """Create an item with these values; fields that cannot start so are changed afterwards."""
    at_start = {name: value for name, value in fields.items() if name in context.resource.create_fields}
    subject = _create_with(context, at_start)
    for name, value in fields.items():
        _move_to(context, subject, name, value)
    return subject


def _create_with(context: Context, fields: Mapping[str, Any]) -> Item:
    """Create an item with these values, or without them if the target rejects that."""
    try:
        return context.fresh(None, **fields)
    except Inconclusive:
        if not fields:
            raise
    return context.fresh()


def _move_to(context: Context, subject: Item, name: str, value: Any) -> None:
    start = subject.state().get(name)
    table = context.notes.transitions.get(name, {})
    for step in shortest_path(table, start, value):
        answer = subject.patch({name: step})
        assume(answer.ok, f"{name} of an item could not be changed to {value!r}: {answer.summary}")
    end = subject.state().get(name)
    assume(end == value, f"{name} of an item could not be changed to {value!r}: it shows {end!r}")


def shortest_path(table: Mapping[str, Sequence[Any]], start: Any, end: Any) -> list[Any]:
    """Return the shortest path along allowed transitions, or a single step if there is none."""
    if start == end:
        return []
    paths: dict[Any, list[Any]] = {start: []}
    waiting = [start]
    while waiting and end not in paths:
        current = waiting.pop(0)
        new = [value for value in table.get(current, ()) if value not in paths]
        paths.update((value, [*paths[current], value]) for value in new)
        waiting += new
    return paths.get(end, [end])
