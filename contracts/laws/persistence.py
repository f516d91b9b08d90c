"""CT1xx: what was accepted is kept, what was not sent stays, what was refused left no trace."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from contracts.checks.assertions import assume, derived_fields, encodable, find_differences, require_unchanged
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.fixtures.item import Item
from contracts.laws._patching import (
    create_filled_item,
    describe,
    distinct_values,
    find_mismatches,
    label,
    of_patch,
    pairs,
)
from contracts.messages.bodies import Encoding, raw
from contracts.messages.exchange import Answer, Json
from contracts.openapi.resources import Field
from contracts.openapi.schemas import kind_of, limits_of
from contracts.results.verdict import Broken, Lacking, NotApplicable

BODY_REJECTIONS = (400, 422)
"""The statuses of a refusal of what a body says."""
LATER_SECONDS = 1.5
"""How long after a PATCH it is looked at again."""


@law("CT101", aka="persistence")
@of_patch
def read_your_writes(context: Context) -> Iterator[Trial]:
    """What a PATCH accepted is what the next GET shows."""
    from contracts.generation.values import values

    for field, encoding in pairs(context, context.writable):
        subject = f"{field.name} in {encoding.short}"
        if field.name in context.factory.links:
            yield Trial(subject, label(context), partial(_refer_and_read, context, field, encoding))
            continue
        strategy = partial(values, field, context.notes.notes(field.name), partial(context.unique, "v"))
        yield Trial(subject, label(context), partial(_write_and_read, context, field.name, encoding), strategy)
    for encoding in context.resource.encodings:
        attempt = partial(_write_all_and_read, context, encoding)
        yield Trial(f"all fields in {encoding.short}", label(context), attempt)
    yield from _longest_texts(context)
    for field, encoding in pairs(context, context.writable):
        if encoding.merges and field.nullable:
            yield Trial(f"{field.name} taken away", label(context), partial(_remove_and_read, context, field, encoding))
    for media in context.resource.operations["patch"].unwritten:
        yield Trial(f"all fields in {media}", label(context), partial(_report_unwritable, label(context), media))
    for name, notes in context.notes.fields.items():
        if notes.follows:
            yield Trial(f"{name} follows", label(context), partial(_write_and_see_follow, context, name))


def _write_and_read(context: Context, name: str, encoding: Encoding, value: Any) -> None:
    _require_shown(context, {name: value}, encoding)


def _longest_texts(context: Context) -> Iterator[Trial]:
    from contracts.generation.values import longest

    for field in context.writable:
        takes_more = longest(field, context.notes.notes(field.name), context.unique("l"))
        if takes_more and field.name not in context.factory.links:
            yield Trial(f"{field.name}, as long as may be", label(context), partial(_write_longest, context, field))


def _write_longest(context: Context, field: Field) -> None:
    """A text is not cut, nor refused for a length that the document allows."""
    from contracts.generation.values import longest

    subject, word = context.fresh(), context.unique("l")
    text = longest(field, context.notes.notes(field.name), word) or word
    answer = subject.patch({field.name: text})
    if not answer.ok:
        short = subject.patch({field.name: f"{word}x"})
        allowed = "maxLength" in field.constraints and answer.status in BODY_REJECTIONS
        assume(short.ok and allowed, f"the change was rejected: {answer.summary}")
        told_of = f"{answer.summary}; {len(word) + 1} characters are accepted"
        raise Broken(f"{field.name} takes {len(text)} characters, as maxLength has it", told_of)
    state = subject.state()
    missing = find_mismatches(context, {field.name: text}, state)
    if missing:
        seen = context.shown_value(field.name, state)
        cut = isinstance(seen, str) and text.startswith(seen)
        what = f"the first {len(seen)}" if cut else describe(missing)
        raise Broken(f"GET shows all {len(text)} characters of {field.name}", what)


def _refer_and_read(context: Context, field: Field, encoding: Encoding) -> None:
    _require_shown(context, {field.name: context.distinct(field)}, encoding)


def _write_all_and_read(context: Context, encoding: Encoding) -> None:
    _require_shown(context, distinct_values(context, encoding), encoding)


def _remove_and_read(context: Context, field: Field, encoding: Encoding) -> None:
    """Null in a merge patch takes a field away (RFC 7396), whatever it was before."""
    subject = context.fresh()
    assume(subject.patch({field.name: context.distinct(field)}, encoding).ok, "the change was rejected")
    answer = subject.patch({field.name: None}, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    left = context.shown_value(field.name, subject.state())
    if left is not None and left != field.constraints.get("default", field.default):
        raise Broken(f"null in a merge patch takes {field.name} away", repr(left))


def _report_unwritable(operation: str, media: str) -> None:
    raise Lacking(f"{operation} is read as {media} too, which no law can write")


def _require_shown(context: Context, fields: Json, encoding: Encoding) -> None:
    subject = context.fresh()
    subject.state()  # a cache that goes stale must be filled first
    answer = subject.patch(fields, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    missing = find_mismatches(context, fields, subject.state())
    if missing:
        raise Broken("GET shows what was accepted", describe(missing))


def _write_and_see_follow(context: Context, name: str) -> None:
    """What is derived may show two values alike, and hardly all of them: texts of one length, say."""
    from contracts.generation.values import add_spice

    subject, sources = context.fresh(), context.notes.notes(name).derived_from
    fields = [each for each in context.changeable if each.name in sources]
    seen = [subject.state().get(name)]
    for encoding in context.resource.encodings:
        every = distinct_values(context, encoding)
        plain = {each.name: every[each.name] for each in fields if each.name in every}
        hard = {each.name: add_spice(each, plain[each.name]) for each in fields if each.name in plain}
        seen += [subject.state().get(name) for sent in (plain, hard) if sent and subject.patch(sent, encoding).ok]
    assume(len(seen) > 1, "nothing that it is derived from could be written")
    if all(each == seen[0] for each in seen):
        raise Broken(f"{name} follows {', '.join(sources)}", f"it stays {seen[0]!r}")


@law("CT102", emb="906", rfc="7396")
@of_patch
def frame(context: Context) -> Iterator[Trial]:
    """A PATCH leaves the fields alone that it did not name."""
    for field, encoding in pairs(context, context.changeable):
        attempt = partial(_patch_one, context, field, encoding)
        yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)
    for field, encoding in pairs(context, context.writable):
        if encoding.merges and len(_members(context, field)) > 1:
            yield Trial(f"a member of {field.name}", label(context), partial(_patch_member, context, field, encoding))


def _members(context: Context, field: Field) -> Json:
    """The members of an object in a field that may be changed one by one."""
    is_free = field.kind == "object" and context.notes.notes(field.name).values is None
    return dict(context.distinct(field)) if is_free and field.constraints.get("properties") else {}


def _patch_member(context: Context, field: Field, encoding: Encoding) -> None:
    """A merge patch merges an object into the one that is there (RFC 7396)."""
    subject, whole = context.fresh(), _members(context, field)
    assume(subject.patch({field.name: whole}, encoding).ok, "the change was rejected")
    before = context.shown_value(field.name, subject.state())
    assume(isinstance(before, dict), f"GET shows no object in {field.name}")
    name, value = next(iter(_members(context, field).items()))
    answer = subject.patch({field.name: {name: value}}, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    now = context.shown_value(field.name, subject.state())
    promise = f"a merge patch of {name} in {field.name} changes nothing else in it"
    require_unchanged(before, now if isinstance(now, dict) else {}, None, promise, {name})


def _patch_one(context: Context, field: Field, encoding: Encoding) -> None:
    subject = context.fresh()
    born = subject.state()
    fields = distinct_values(context)
    assume(subject.patch(fields).ok, "the change of all fields was rejected")
    before = subject.state()
    _require_frame(context, born, before, fields)
    value = context.distinct(field)
    answer = subject.patch({field.name: value}, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    _require_frame(context, before, subject.state(), [field.name])


def _require_frame(context: Context, before: Json, after: Json, written: Iterable[str]) -> None:
    """Insist that nothing moved beside what was written, and what is derived from that."""
    names = list(written)
    moved = find_differences(before, after, None, derived_fields(context, *names))
    if moved:
        note = f"{next(iter(moved))}: {{derived_from: [{names[0] if len(names) == 1 else '…'}]}}"
        hint = f" (if that follows from it, say `{note}` under fields: in the profile)"
        what = names[0] if len(names) == 1 else "all fields"
        raise Broken(f"the change of {what} touches nothing else", describe(moved) + hint)


@law("CT103", aka="wrong row")
@of_patch
def siblings(context: Context) -> Iterator[Trial]:
    """A PATCH changes no other item."""
    for encoding in context.resource.encodings:
        yield Trial(f"siblings, {encoding.short}", label(context), partial(_patch_between, context, encoding))


def _patch_between(context: Context, encoding: Encoding) -> None:
    older, subject, younger = context.fresh(), context.fresh(), context.fresh()
    before = [older.state(), younger.state()]
    answer = subject.patch(distinct_values(context, encoding), encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    for sibling, state in zip((older, younger), before, strict=True):
        require_unchanged(state, sibling.state(), None, "the change of one item touches no other")


@law("CT104")
@of_patch
def answer_is_state(context: Context) -> Iterator[Trial]:
    """The answer of a PATCH equals the next GET by the same person."""
    patch = context.resource.operations["patch"]
    if patch.answer is None:
        raise NotApplicable(f"the spec describes no body of the answer to {patch.label}")
    for field, encoding in pairs(context, context.changeable):
        attempt = partial(_compare_answer, context, field, encoding)
        yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)


def _compare_answer(context: Context, field: Field, encoding: Encoding) -> None:
    subject = context.fresh()
    value = context.distinct(field)
    answer = subject.patch({field.name: value}, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    assume(bool(answer.content), f"the change was answered without a body: {answer.summary}")
    state, shown = subject.state(), subject.unwrap(answer)
    moved = find_differences(shown, state, [key for key in shown if key in state])
    if moved:
        raise Broken("the next GET equals the answer to the change (answer → GET)", describe(moved))


@law("CT105", wfc="104", emb="901")
@of_patch
def rejections_are_atomic(context: Context) -> Iterator[Trial]:
    """A refused PATCH changes nothing, not even its valid half."""
    for field, encoding in pairs(context, context.writable):
        for word, value in bad_values(field, encoding).items():
            if encodable({field.name: value}, encoding):
                attempt = partial(_send_half_valid, context, field.name, value, encoding)
                yield Trial(f"{field.name} {word} in {encoding.short}", label(context), attempt)
    yield Trial("malformed JSON", label(context), partial(_send_malformed, context))


def bad_values(field: Field, encoding: Encoding = Encoding.JSON) -> dict[str, Any]:
    """Values that break the schema of a field, by what is wrong with them; a text in a form is a list of one, too."""
    limits = field.constraints
    bad: dict[str, Any] = {} if field.nullable else {"null": None}
    if "enum" in limits:
        bad["outside the enum"] = "no-such-member"
    elif field.kind == "string" and "maxLength" in limits:
        bad["too long"] = "x" * (int(limits["maxLength"]) + 1)
    elif field.kind in ("boolean", "integer", "number"):
        bad["of another type"] = "neither"
    elif field.kind == "array" and (encoding.is_json or not _holds_any_text(field)):
        bad["of another type"] = "not-a-list"
    return bad


def _holds_any_text(field: Field) -> bool:
    items = limits_of(field.constraints.get("items", {}))
    return kind_of(items) == "string" and not {"enum", "format", "pattern"} & set(items)


def _send_half_valid(context: Context, name: str, value: object, encoding: Encoding) -> None:
    """What is written after the good half shows on a fresh item: on a filled one numbers have been the same before."""
    good = {key: other for key, other in distinct_values(context, encoding).items() if key != name}
    bodies = ({**good, name: value}, {name: value, **good})
    for fields, subject in zip(bodies, (context.fresh(), create_filled_item(context)), strict=True):
        before = subject.state()
        answer = subject.patch(fields, encoding)
        assume(400 <= answer.status < 500, f"the bad value was not refused: {answer.summary}")
        require_unchanged(before, subject.state(), None, "a refused change leaves no trace")


def _send_malformed(context: Context) -> None:
    subject = create_filled_item(context)
    before = subject.state()
    media = next((each for each in context.resource.encodings if each.is_json), Encoding.JSON)
    subject.send(
        context.resource.operations["patch"].method, raw(b'{"' + context.changeable[0].name.encode() + b'": "x"', media)
    )
    require_unchanged(before, subject.state(), None, "a body that cannot be read changes nothing")


@law("CT106", aka="idempotence")
@of_patch
def replay(context: Context) -> Iterator[Trial]:
    """An empty PATCH changes nothing, a repeated one changes nothing more."""
    yield Trial("empty object", label(context), partial(_send_empty, context))
    for encoding in context.resource.encodings:
        yield Trial(f"repeated in {encoding.short}", label(context), partial(_send_repeated, context, encoding))


def _send_empty(context: Context) -> None:
    subject = create_filled_item(context)
    before = subject.state()
    answer = subject.patch({})
    if not answer.ok:
        raise Broken("an empty change is accepted", answer.summary)
    require_unchanged(before, subject.state(), None, "an empty change changes nothing", derived_fields(context))


def _send_repeated(context: Context, encoding: Encoding) -> None:
    subject = context.fresh()
    fields = distinct_values(context, encoding)
    first = subject.patch(fields, encoding)
    assume(first.ok, f"the change was rejected: {first.summary}")
    before = subject.state()
    second = subject.patch(fields, encoding)
    spared = derived_fields(context)
    if second.status != first.status or _without(spared, second, subject) != _without(spared, first, subject):
        raise Broken(f"the same answer again: {first.summary}", second.summary)
    require_unchanged(before, subject.state(), None, "a repeated change changes nothing more", derived_fields(context))


def _without(fields: set[str], answer: Answer, subject: Item) -> object:
    """What an answer shows of an item but for some fields; nothing where it has no body."""
    shown = subject.unwrap(answer) if answer.ok and isinstance(answer.json, dict) else answer.json
    return {name: value for name, value in shown.items() if name not in fields} if isinstance(shown, dict) else shown


@law("CT107", aka="durability")
@of_patch
def lasting(context: Context) -> Iterator[Trial]:
    """What a PATCH accepted is there a while later too."""
    yield Trial("all fields, seen again later", label(context), partial(_write_all_and_come_back, context))


def _write_all_and_come_back(context: Context) -> None:
    """A write that is lost in the background, or that only a cache knows of, shows to whoever looks again."""
    written = [
        (context.fresh(), distinct_values(context, encoding), encoding) for encoding in context.resource.encodings
    ]
    for subject, fields, encoding in written:
        answer = subject.patch(fields, encoding)
        assume(answer.ok, f"the change was rejected: {answer.summary}")
    context.target.tape.wait(LATER_SECONDS)
    for subject, fields, _ in written:
        missing = find_mismatches(context, fields, subject.state())
        if missing:
            raise Broken(f"GET shows what was accepted, {LATER_SECONDS:g} s later too", describe(missing))
