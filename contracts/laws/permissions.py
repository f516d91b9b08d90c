"""CT3xx: everybody may do what the table of people and operations says, and nothing else."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.checks.context import Context
from contracts.checks.registration import COLLECTION, Trial, law
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.laws._listing import lists, search_list
from contracts.laws._states import is_created, item_in_state, states
from contracts.messages.bodies import Encoding, Unencodable, encode
from contracts.messages.exchange import GONE, Answer
from contracts.openapi.identifiers import Identifier
from contracts.openapi.resources import Field, Operation
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken, Inconclusive, Lacking, NotApplicable

ON_COLLECTION = ("create", "list")
REJECTIONS = (401, 403, 404)


@law("CT301", severity="critical", wfc="206", owasp="API5:2023", aka="BFLA")
def functions(context: Context) -> Iterator[Trial]:
    """Of an item that everybody sees, each person may do what the role allows and nothing else."""
    seen_by_all = [state for state in states(context) if _is_visible_to_all(context, state)]
    on_collection = list(_operations(context, on_collection=True))
    if not seen_by_all and not on_collection:
        raise NotApplicable(
            f"everything that is known of {context.resource.name} is hidden from somebody, which CT302 tries, and "
            f"access: in the profile says of no operation of the collection who may call it"
        )
    yield from _matrix(context, seen_by_all)
    for name in _everybody(context):
        for operation in on_collection:
            yield Trial(
                f"{name} on {COLLECTION}", operation.label, partial(_check_collection, context, name, operation)
            )
    for operation in _writes_below(context):
        yield Trial("below an item", operation.label, partial(_report_unknown_body, operation))


@law("CT302", severity="critical", owasp="API1:2023", aka="BOLA")
def objects(context: Context) -> Iterator[Trial]:
    """An item that is hidden from a person does not exist for that person, to read, to write, or in a list."""
    hidden = [state for state in states(context) if not _is_visible_to_all(context, state)]
    yield from _matrix(context, hidden)
    for state in hidden:
        for name in _everybody(context):
            if name not in context.profile.expand(context.notes.access.visible[state]):
                for listed in lists(context):
                    attempt = partial(_check_unlisted, context, state, name, listed)
                    yield Trial(f"{name} on {state}", listed[0].label, attempt)


@law("CT303", severity="critical", wfc="204, 205, 207")
def denials(context: Context) -> Iterator[Trial]:
    """A denied request has no effect, tells anonymous how to sign in, and does not tell hidden from unknown."""
    for state, name, operation in _cells(context, states(context)):
        if operation.method != "GET" and _expected_denial(context, state, name, operation) is not None:
            yield Trial(f"{name} on {state}", operation.label, partial(_check_denial, context, state, name, operation))


def _everybody(context: Context) -> list[str]:
    return [*context.profile.people, ANONYMOUS]


def _is_visible_to_all(context: Context, state: str) -> bool:
    """Whether everybody sees an item who has a login; where reading takes one, nobody sees anything without."""
    return set(context.profile.people) <= context.profile.expand(context.notes.access.visible[state])


def _operations(context: Context, *, on_collection: bool = False) -> Iterator[Operation]:
    """What the table speaks of: the operations of the collection, or those of an item and the reads below it."""
    resource, may = context.resource, context.notes.access.may
    wanted = {each.id for verb, each in resource.operations.items() if (verb in ON_COLLECTION) is on_collection}
    for each in context.model.operations.values():
        below = not on_collection and resource.has(each) and each.method == "GET"
        if each.id in may and (each.id in wanted or (below and not _is_of_another(context, each))):
            yield each


def _writes_below(context: Context) -> Iterator[Operation]:
    """What the table speaks of, and nothing tries: a write below an item."""
    own = {each.id for each in context.resource.operations.values()}
    for each in context.model.operations.values():
        written = each.method != "GET" and each.id not in own and context.resource.has(each)
        if written and each.id in context.notes.access.may and not _is_of_another(context, each):
            yield each


def _report_unknown_body(operation: Operation) -> None:
    raise Lacking(
        f"{operation.id}, which access: names, writes below an item: what it takes is not known, and only reads are "
        f"tried there"
    )


def _is_of_another(context: Context, operation: Operation) -> bool:
    """Whether an operation belongs to what lives inside of an item, and is tried there."""
    inside = (each for each in context.model.resources if each.parent is not None and each is not context.resource)
    own = {context.resource.item, context.resource.collection}
    return "{" in context.resource.rest(operation) and any(
        each.item not in own and (each.has(operation) or each.collection == operation.path) for each in inside
    )


@dataclass(frozen=True)
class Denial:
    """How somebody is refused: the status, and the key of the profile that says another."""

    status: int
    key: str
    instead: int | None = None
    """The status for what the role may not do at all, where the item is hidden as well: so be it, if an unknown item
    is answered alike."""


def _expected_denial(context: Context, state: str, name: str, operation: Operation) -> Denial | None:
    """How the request is denied; None if it is allowed."""
    access, expand = context.notes.access, context.profile.expand
    allowed = name in expand(access.may[operation.id])
    visible = state == COLLECTION or name in expand(access.visible[state])
    if allowed and visible:
        return None
    if name == ANONYMOUS and (not allowed):
        return Denial(access.anonymous, "anonymous")
    if visible:
        return Denial(access.forbidden, "forbidden")
    return Denial(access.hidden, "hidden", None if allowed else access.forbidden)


def _cells(context: Context, names: list[str]) -> Iterator[tuple[str, str, Operation]]:
    """State, person, operation; a known item is never deleted, since that could not be undone."""
    for state in names:
        for name in _everybody(context):
            for operation in _operations(context):
                if operation.method != "DELETE" or is_created(context, state):
                    yield state, name, operation


def _matrix(context: Context, names: list[str]) -> Iterator[Trial]:
    for state, name, operation in _cells(context, names):
        yield Trial(f"{name} on {state}", operation.label, partial(_check_cell, context, state, name, operation))


def _check_cell(context: Context, state: str, name: str, operation: Operation) -> None:
    denial = _expected_denial(context, state, name, operation)
    if denial is not None and name != ANONYMOUS:
        _let_own_item(context, name)
    with item_in_state(context, state, touched=operation.method != "GET") as subject:
        if is_created(context, state):
            denial = _apply_parent_visibility(context, name, denial)
        answer = call_operation(context, subject, name, operation)
        if denial is not None and answer.status == denial.instead:
            _require_same_as_unknown(context, subject, answer, context.person(name), operation)
            return
        _judge(context, answer, denial)


def _check_unlisted(context: Context, state: str, name: str, listed: tuple[Operation, Mapping[str, Any]]) -> None:
    with item_in_state(context, state, touched=False) as subject:
        for answer, _, row in search_list(context, subject, context.person(name), listed, subject.state()):
            if row is not None:
                raise Broken(f"{answer.request.line} does not show {subject.path}, which is hidden", repr(row))


def _check_collection(context: Context, name: str, operation: Operation) -> None:
    person, path = context.person(name), context.factory.collection(context.owner)
    denial = _apply_parent_visibility(context, name, _expected_denial(context, COLLECTION, name, operation))
    if operation.method == "GET":
        _judge(context, person.get(path), denial)
        return
    answer = person.send("POST", path, context.factory.creation(context.factory.body()))
    if answer.ok:
        context.factory.adopt(answer, person, path)
    _judge(context, answer, denial)


def _apply_parent_visibility(context: Context, name: str, denial: Denial | None) -> Denial | None:
    """How somebody is refused who does not see what a fresh item, or its collection, is inside of: as from there."""
    above = context.factory.above
    if above is None or "read" not in above.resource.operations or (denial and denial.key != "forbidden"):
        return denial
    seen = above.home(context.owner).read(by=context.person(name))
    return Denial(seen.status, "hidden") if seen.status in GONE else denial


def _let_own_item(context: Context, name: str) -> None:
    """Let a person own an item too: who may do something with his own may not do it with all."""
    with suppress(Inconclusive):
        context.fresh(context.person(name))


def call_operation(context: Context, subject: Item, name: str, operation: Operation) -> Answer:
    """What somebody is answered who calls an operation of an item, or one below it that reads."""
    if operation.method == "GET":
        person = context.person(name)
        return person.get(
            context.target.lending.fill_path(address(context, subject, operation), context.resource, name)
        )
    return _write(context, subject, name, operation)


def address(context: Context, subject: Item, operation: Operation) -> str:
    """The path of an operation of an item, or of one below it."""
    return subject.path.rstrip("/") + context.resource.rest(operation)


def _judge(context: Context, answer: Answer, denial: Denial | None) -> None:
    if denial is None:
        if not answer.ok:
            raise Broken(f"{answer.request.line} is allowed", answer.summary)
    elif answer.status not in context.profile.same_status.get(denial.status, [denial.status]):
        raise Broken(f"{answer.request.line}: {denial.status}", f"{answer.summary}{_suggest_status(answer, denial)}")


def _suggest_status(answer: Answer, denial: Denial) -> str:
    """Of a refusal with another status, what would declare it."""
    if answer.status not in REJECTIONS:
        return ""
    return f" (a refusal too; if it is meant, say `{denial.key}: {answer.status}` under access: in the profile)"


def _write(
    context: Context, subject: Item, name: str, operation: Operation, encoding: Encoding | None = None
) -> Answer:
    body = {} if operation.method == "DELETE" else _body(context, operation, subject)
    try:
        payload = encode(operation.wrapped(body, encoding), encoding or operation.encoding) if body else None
    except Unencodable as error:
        raise Inconclusive(str(error)) from error
    return subject.send(operation.method, payload, by=context.person(name))


def _body(context: Context, operation: Operation, subject: Item) -> dict[str, object]:
    """A harmless change; with PUT beside the required fields as they are."""
    field = harmless(context)
    body: dict[str, object] = {field.name: context.unique() if _is_free_text(field) else context.distinct(field)}
    if operation.method == "PUT":
        state = subject.state()
        body = {name: state[name] for name in context.resource.create_required if name in state} | body
    return body


def harmless(context: Context) -> Field:
    """A field that can be put back: a free text, where there is one."""
    shielded = set(context.notes.shield)
    fields = [each for each in context.writable if not each.write_only and each.name not in shielded]
    plain = [each for each in fields if not context.notes.notes(each.name).unique]
    for each in [*filter(_is_free_text, plain), *plain, *fields]:
        return each
    raise NotApplicable(f"{context.resource.name} has no field that could be put back")


def _is_free_text(field: Field) -> bool:
    return field.kind == "string" and not {"enum", "format", "pattern"} & set(field.constraints)


def _check_denial(context: Context, state: str, name: str, operation: Operation) -> None:
    with item_in_state(context, state) as subject:
        before = subject.state()
        for encoding in operation.encodings or (operation.encoding,):
            answer = _write(context, subject, name, operation, encoding)
            _require_no_effect(subject, before, answer)
            _require_challenge(context, answer)
            if answer.status == context.notes.access.hidden:
                _require_same_as_unknown(context, subject, answer, context.person(name), operation)


def _require_no_effect(subject: Item, before: dict[str, object], answer: Answer) -> None:
    now = subject.state()
    moved = [key for key in {**before, **now} if now.get(key) != before.get(key)]
    if moved:
        raise Broken(f"{answer.request.line} was denied ({answer.status}) and has no effect", f"{moved} changed")


def _require_challenge(context: Context, answer: Answer) -> None:
    if answer.request.credentials is None and answer.status == 401 and "WWW-Authenticate" not in answer.headers:
        raise Broken(f"{answer.request.line}: 401 with WWW-Authenticate", f"headers {sorted(answer.headers)}")


def _require_same_as_unknown(
    context: Context, subject: Item, answer: Answer, person: Client, operation: Operation
) -> None:
    nothing = context.factory.missing()
    sent = answer.request
    unknown = person.send(sent.method, address(context, nothing, operation), sent.payload, headers=sent.headers)
    if (unknown.status, _shape(unknown, nothing.id)) != (answer.status, _shape(answer, subject.id)):
        raise Broken(f"hidden and unknown answer alike: {unknown.summary}", answer.summary)


def _shape(answer: Answer, identifier: Identifier) -> bytes:
    return answer.content.replace(str(identifier).encode(), b"")
