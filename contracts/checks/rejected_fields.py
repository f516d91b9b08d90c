"""The behaviour of fields that the document does not describe: which ones a target rejects, and how they start.

Laws about all fields leave out those that the target rejects whatever is sent. If the document gives only the
transitions of a field, a fresh item shows where it starts.
"""

from msgspec import structs

from contracts.checks.assertions import encodable
from contracts.checks.context import Context
from contracts.messages.bodies import Encoding
from contracts.results.verdict import Broken, Inconclusive


def learn(context: Context) -> bool:
    """Send each field alone, once for a resource; return whether that showed anything that helps a law to judge."""
    if context.rejections is not None or not {"create", "read", "patch"} <= set(context.resource.operations):
        return False
    context.rejections = {}
    try:
        has_new_starts = _learn_starts(context)
        context.rejections = _find_rejections(context)
    except (Broken, Inconclusive):
        return False
    finally:
        context.factory.clean_up()
    return bool(context.rejections) or has_new_starts


def _learn_starts(context: Context) -> bool:
    """Read the start of fields of which only the transitions are documented; return whether there are any."""
    notes = context.notes
    unknown = [name for name in notes.transitions if notes.notes(name).values is None]
    if not unknown:
        return False
    state = context.fresh().state()
    tables = {name: notes.transitions[name] for name in unknown}
    reach = {name: table[state[name]] for name, table in tables.items() if state.get(name) in table}
    fields = {name: structs.replace(notes.notes(name), values=values) for name, values in reach.items()}
    context.notes = structs.replace(notes, fields={**notes.fields, **fields})
    return bool(reach)


def _find_rejections(context: Context) -> dict[tuple[str, Encoding], str]:
    """Return the fields that the target rejects; none if it rejects all, since then the fields are not the cause."""
    rejections: dict[tuple[str, Encoding], str] = {}
    accepts_some = False
    for field in context.writable:
        for encoding in field.encodings:
            why = _find_rejection(context, {field.name: context.distinct(field)}, encoding)
            if why is None:
                accepts_some = True
            else:
                rejections[field.name, encoding] = why
    return rejections if accepts_some else {}


def _find_rejection(context: Context, fields: dict[str, object], encoding: Encoding) -> str | None:
    if not encodable(fields, encoding):
        return None
    answer = context.fresh().patch(fields, encoding)
    return answer.summary if 400 <= answer.status < 500 else None
