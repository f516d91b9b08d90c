"""CT1xx: accepted values are kept, other fields stay, and a rejected request changes nothing."""

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
"""The statuses that reject the content of a body."""
LATER_SECONDS = 1.5
"""The time between a PATCH and the GET that shows whether its values lasted."""


@law("CT101", aka="persistence")
@of_patch
def read_your_writes(context: Context) -> Iterator[Trial]:
    """The next GET shows the values that a PATCH accepted."""
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
            yield Trial(f"{field.name} removed", label(context), partial(_remove_and_read, context, field, encoding))
    for media in context.resource.operations["patch"].unwritten:
        yield Trial(f"all fields in {media}", label(context), partial(_report_unwritable, label(context), media))
    for name, notes in context.notes.fields.items():
        if notes.follows:
            yield Trial(f"{name} follows", label(context), partial(_require_following, context, name))


def _write_and_read(context: Context, name: str, encoding: Encoding, value: Any) -> None:
    _require_shown(context, {name: value}, encoding)


def _longest_texts(context: Context) -> Iterator[Trial]:
    from contracts.generation.values import longest

    for field in context.writable:
        text = longest(field, context.notes.notes(field.name), context.unique("l"))
        if text and field.name not in context.factory.links:
            yield Trial(f"{field.name}, as long as allowed", label(context), partial(_write_longest, context, field))


def _write_longest(context: Context, field: Field) -> None:
    """Require that a text is neither cut nor rejected at a length that the document allows."""
    from contracts.generation.values import longest

    subject, word = context.fresh(), context.unique("l")
    text = longest(field, context.notes.notes(field.name), word) or word
    answer = subject.patch({field.name: text})
    if not answer.ok:
        short = subject.patch({field.name: f"{word}x"})
        is_allowed = "maxLength" in field.constraints and answer.status in BODY_REJECTIONS
        assume(short.ok and is_allowed, f"the change was rejected: {answer.summary}")
        got = f"{answer.summary}; {len(word) + 1} characters are accepted"
        raise Broken(f"{field.name} accepts {len(text)} characters, as maxLength says", got)
    state = subject.state()
    mismatches = find_mismatches(context, {field.name: text}, state)
    if mismatches:
        actual = context.shown_value(field.name, state)
        is_cut = isinstance(actual, str) and text.startswith(actual)
        got = f"the first {len(actual)}" if is_cut else describe(mismatches)
        raise Broken(f"GET shows all {len(text)} characters of {field.name}", got)


def _refer_and_read(context: Context, field: Field, encoding: Encoding) -> None:
    _require_shown(context, {field.name: context.distinct(field)}, encoding)


def _write_all_and_read(context: Context, encoding: Encoding) -> None:
    _require_shown(context, distinct_values(context, encoding), encoding)


def _remove_and_read(context: Context, field: Field, encoding: Encoding) -> None:
    """Require that null in a merge patch removes a field (RFC 7396)."""
    subject = context.fresh()
    assume(subject.patch({field.name: context.distinct(field)}, encoding).ok, "the change was rejected")
    answer = subject.patch({field.name: None}, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    left = context.shown_value(field.name, subject.state())
    if left is not None and left != field.constraints.get("default", field.default):
        raise Broken(f"null in a merge patch removes {field.name}", repr(left))


def _report_unwritable(operation: str, media: str) -> None:
    raise Lacking(f"{operation} also accepts {media}, which no law can write")


def _require_shown(context: Context, fields: Json, encoding: Encoding) -> None:
    subject = context.fresh()
    subject.state()  # fill caches, so that a stale one shows
    answer = subject.patch(fields, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    mismatches = find_mismatches(context, fields, subject.state())
    if mismatches:
        raise Broken("GET shows the accepted values", describe(mismatches))


def _require_following(context: Context, name: str) -> None:
    """Require that a field follows the fields that it is derived from.

    Several values are written, because some may give the same result: texts of the same length, for example.
    """
    from contracts.generation.values import add_spice

    subject, sources = context.fresh(), context.notes.notes(name).derived_from
    fields = {field.name: field for field in context.changeable if field.name in sources}
    results = [subject.state().get(name)]
    for encoding in context.resource.encodings:
        plain = {key: value for key, value in distinct_values(context, encoding).items() if key in fields}
        hard = {key: add_spice(fields[key], value) for key, value in plain.items()}
        for sent in filter(None, (plain, hard)):
            answer = subject.patch(sent, encoding)
            if answer.ok:
                results.append(subject.state().get(name))
    assume(len(results) > 1, "none of the fields that it is derived from could be written")
    if all(result == results[0] for result in results):
        raise Broken(f"{name} follows {', '.join(sources)}", f"it stays {results[0]!r}")


@law("CT102", emb="906", rfc="7396")
@of_patch
def frame(context: Context) -> Iterator[Trial]:
    """A PATCH changes only the fields that it names."""
    for field, encoding in pairs(context, context.changeable):
        attempt = partial(_patch_one, context, field, encoding)
        yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)
    for field, encoding in pairs(context, context.writable):
        if encoding.merges and len(_members(context, field)) > 1:
            yield Trial(f"a member of {field.name}", label(context), partial(_patch_member, context, field, encoding))


def _members(context: Context, field: Field) -> Json:
    """Return the members of an object field that may be changed one by one."""
    is_free = field.kind == "object" and context.notes.notes(field.name).values is None
    return dict(context.distinct(field)) if is_free and field.constraints.get("properties") else {}


def _patch_member(context: Context, field: Field, encoding: Encoding) -> None:
    """Require that a merge patch keeps the other members of an object (RFC 7396)."""
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
    """Require that only the written fields changed, and the fields derived from them."""
    names = list(written)
    differences = find_differences(before, after, None, derived_fields(context, *names))
    if differences:
        subject, source = (names[0], names[0]) if len(names) == 1 else ("all fields", "…")
        note = f"{next(iter(differences))}: {{derived_from: [{source}]}}"
        hint = f" (if it is derived, declare `{note}` under fields: in the profile)"
        raise Broken(f"the change of {subject} changes nothing else", describe(differences) + hint)


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
        require_unchanged(state, sibling.state(), None, "the change of one item changes no other")


@law("CT104")
@of_patch
def response_is_state(context: Context) -> Iterator[Trial]:
    """The response to a PATCH equals the next GET by the same user."""
    patch = context.resource.operations["patch"]
    if patch.answer is None:
        raise NotApplicable(f"the spec describes no body of the response to {patch.label}")
    for field, encoding in pairs(context, context.changeable):
        attempt = partial(_compare_response, context, field, encoding)
        yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)


def _compare_response(context: Context, field: Field, encoding: Encoding) -> None:
    subject = context.fresh()
    value = context.distinct(field)
    answer = subject.patch({field.name: value}, encoding)
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    assume(bool(answer.content), f"the response to the change has no body: {answer.summary}")
    state, response = subject.state(), subject.unwrap(answer)
    differences = find_differences(response, state, [key for key in response if key in state])
    if differences:
        raise Broken("the next GET equals the response to the change (response → GET)", describe(differences))


@law("CT105", wfc="104", emb="901")
@of_patch
def rejections_are_atomic(context: Context) -> Iterator[Trial]:
    """A rejected PATCH changes nothing, not even its valid half."""
    for field, encoding in pairs(context, context.writable):
        for word, value in bad_values(field, encoding).items():
            if encodable({field.name: value}, encoding):
                attempt = partial(_send_half_valid, context, field.name, value, encoding)
                yield Trial(f"{field.name} {word} in {encoding.short}", label(context), attempt)
    yield Trial("malformed JSON", label(context), partial(_send_malformed, context))


def bad_values(field: Field, encoding: Encoding = Encoding.JSON) -> dict[str, Any]:
    """Return values that break the schema of a field, by the name of the mistake.

    A form has no such value for a list of texts: there, a text is a list of one.
    """
    limits = field.constraints
    bad: dict[str, Any] = {} if field.nullable else {"null": None}
    if "enum" in limits:
        bad["outside the enum"] = "no-such-member"
    elif field.kind == "string" and "maxLength" in limits:
        bad["too long"] = "x" * (int(limits["maxLength"]) + 1)
    elif field.kind in ("boolean", "integer", "number"):
        bad["of another type"] = "neither"
    elif field.kind == "array" and (encoding.is_json or not _is_list_of_free_texts(field)):
        bad["of another type"] = "not-a-list"
    return bad


def _is_list_of_free_texts(field: Field) -> bool:
    items = limits_of(field.constraints.get("items", {}))
    return kind_of(items) == "string" and not {"enum", "format", "pattern"} & set(items)


def _send_half_valid(context: Context, name: str, value: object, encoding: Encoding) -> None:
    """Require that a body with one bad value changes nothing, wherever the bad value stands.

    A fresh item shows a good half that was written first: a filled one may have had the same values before.
    """
    good = {key: other for key, other in distinct_values(context, encoding).items() if key != name}
    bodies = ({**good, name: value}, {name: value, **good})
    for fields, subject in zip(bodies, (context.fresh(), create_filled_item(context)), strict=True):
        before = subject.state()
        answer = subject.patch(fields, encoding)
        assume(400 <= answer.status < 500, f"the bad value was not rejected: {answer.summary}")
        require_unchanged(before, subject.state(), None, "a rejected change changes nothing")


def _send_malformed(context: Context) -> None:
    subject = create_filled_item(context)
    before = subject.state()
    media = next((encoding for encoding in context.resource.encodings if encoding.is_json), Encoding.JSON)
    unclosed = f'{{"{context.changeable[0].name}": "x"'
    subject.send(context.resource.operations["patch"].method, raw(unclosed.encode(), media))
    require_unchanged(before, subject.state(), None, "a malformed body changes nothing")


@law("CT106", aka="idempotence")
@of_patch
def replay(context: Context) -> Iterator[Trial]:
    """An empty PATCH changes nothing, and a repeated one changes nothing more."""
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
    ignored = derived_fields(context)
    if second.status != first.status or _without(ignored, second, subject) != _without(ignored, first, subject):
        raise Broken(f"the same response again: {first.summary}", second.summary)
    require_unchanged(before, subject.state(), None, "a repeated change changes nothing more", ignored)


def _without(fields: set[str], answer: Answer, subject: Item) -> object:
    """Return the item that a response shows, without some fields, or the body of any other response."""
    body = answer.json
    if answer.ok and isinstance(body, dict):
        body = subject.unwrap(answer)
    return {name: value for name, value in body.items() if name not in fields} if isinstance(body, dict) else body


@law("CT107", aka="durability")
@of_patch
def lasting(context: Context) -> Iterator[Trial]:
    """The values that a PATCH accepted are still there a while later."""
    yield Trial("all fields, read later", label(context), partial(_write_all_and_read_later, context))


def _write_all_and_read_later(context: Context) -> None:
    """Require that no write is lost in the background, or reaches only a cache."""
    written = []
    for encoding in context.resource.encodings:
        subject, fields = context.fresh(), distinct_values(context, encoding)
        written.append((subject, fields, encoding))
    for subject, fields, encoding in written:
        answer = subject.patch(fields, encoding)
        assume(answer.ok, f"the change was rejected: {answer.summary}")
    context.target.tape.wait(LATER_SECONDS)
    for subject, fields, _ in written:
        mismatches = find_mismatches(context, fields, subject.state())
        if mismatches:
            raise Broken(f"GET still shows the accepted values {LATER_SECONDS:g} s later", describe(mismatches))
