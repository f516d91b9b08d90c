"""Which fields a target refuses although the document takes their values: laws about all fields go on without them."""

from contracts.law import Context, encodable
from contracts.payload import Encoding
from contracts.verdict import Inconclusive


def learn(context: Context) -> bool:
    """Send each field alone, once for a resource; whether some are refused, while others are taken."""
    if context.refusals is not None or not {"create", "read", "patch"} <= set(context.resource.operations):
        return False
    context.refusals = {}
    found: dict[tuple[str, Encoding], str] = {}
    taken = 0
    try:
        for field in context.writable:
            for encoding in field.encodings:
                why = _refusal(context, {field.name: context.distinct(field)}, encoding)
                taken += why is None
                found |= {} if why is None else {(field.name, encoding): why}
    except Inconclusive:
        return False
    finally:
        context.factory.clean_up()
    context.refusals = found if taken else {}
    return bool(context.refusals)


def _refusal(context: Context, fields: dict[str, object], encoding: Encoding) -> str | None:
    if not encodable(fields, encoding):
        return None
    answer = context.fresh().patch(fields, encoding)
    return answer.summary if 400 <= answer.status < 500 else None
