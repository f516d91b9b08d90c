"""What a target takes although, or refuses although, the document says nothing of it or otherwise.

Where a field starts of which only the transitions are known is looked up; without fields that are refused all the same,
laws about all fields go on.
"""

from msgspec import structs

from contracts.checks.assertions import encodable
from contracts.checks.context import Context
from contracts.messages.bodies import Encoding
from contracts.results.verdict import Broken, Inconclusive


def learn(context: Context) -> bool:
    """Send each field alone, once for a resource; whether some are refused, while others are taken."""
    if context.refusals is not None or not {"create", "read", "patch"} <= set(context.resource.operations):
        return False
    context.refusals = {}
    found: dict[tuple[str, Encoding], str] = {}
    taken = 0
    try:
        found_starts = _learn_starts(context)
        for field in context.writable:
            for encoding in field.encodings:
                why = _find_rejection(context, {field.name: context.distinct(field)}, encoding)
                taken += why is None
                found |= {} if why is None else {(field.name, encoding): why}
    except (Broken, Inconclusive):
        return False
    finally:
        context.factory.clean_up()
    context.refusals = found if taken else {}
    return bool(context.refusals) or found_starts


def _learn_starts(context: Context) -> bool:
    """See what a fresh item holds in the fields whose start the document does not tell; whether there are any."""
    notes = context.notes
    unknown = [each for each in notes.transitions if notes.notes(each).values is None]
    if not unknown:
        return False
    state = context.fresh().state()
    tables = {name: notes.transitions[name] for name in unknown}
    reach = {name: table[state[name]] for name, table in tables.items() if state.get(name) in table}
    fields = {name: structs.replace(notes.notes(name), values=values) for name, values in reach.items()}
    context.notes = structs.replace(notes, fields={**notes.fields, **fields})
    return bool(reach)


def _find_rejection(context: Context, fields: dict[str, object], encoding: Encoding) -> str | None:
    if not encodable(fields, encoding):
        return None
    answer = context.fresh().patch(fields, encoding)
    return answer.summary if 400 <= answer.status < 500 else None
