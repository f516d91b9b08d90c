"""CT3xx: users may do what the table of users and operations says, and nothing else."""

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
    """With an item that every user sees, each user may do what their role allows, and nothing else."""
    visible = [state for state in states(context) if _is_visible_to_all(context, state)]
    on_collection = list(_operations(context, on_collection=True))
    if not visible and not on_collection:
        raise NotApplicable(
            f"all items of {context.resource.name} in the profile are hidden from some user, which CT302 tries, and "
            f"access: in the profile names no operation of the collection"
        )
    yield from _matrix(context, visible)
    for name in _everybody(context):
        for operation in on_collection:
            attempt = partial(_check_collection, context, name, operation)
            yield Trial(f"{name} on {COLLECTION}", operation.label, attempt, person=name, state=COLLECTION)
    for operation in _writes_below(context):
        yield Trial("below an item", operation.label, partial(_report_unknown_body, operation))


@law("CT302", severity="critical", owasp="API1:2023", aka="BOLA")
def objects(context: Context) -> Iterator[Trial]:
    """An item that is hidden from a user does not exist for that user, to read, to write, or in a list."""
    hidden = [state for state in states(context) if not _is_visible_to_all(context, state)]
    yield from _matrix(context, hidden)
    for state in hidden:
        for name in _everybody(context):
            if name not in context.profile.expand(context.notes.access.visible[state]):
                for listed in lists(context):
                    attempt = partial(_check_unlisted, context, state, name, listed)
                    yield Trial(f"{name} on {state}", listed[0].label, attempt, person=name, state=state)


@law("CT303", severity="critical", wfc="204, 205, 207")
def denials(context: Context) -> Iterator[Trial]:
    """A denied request has no effect, names the authentication scheme, and does not reveal whether an item exists."""
    for state, name, operation in _cells(context, states(context)):
        if operation.method != "GET" and _expected_denial(context, state, name, operation) is not None:
            yield Trial(f"{name} on {state}", operation.label, partial(_check_denial, context, state, name, operation))


def _everybody(context: Context) -> list[str]:
    return [*context.profile.people, ANONYMOUS]


def _is_visible_to_all(context: Context, state: str) -> bool:
    """Return whether every user with a login sees an item; without a login, reading may be forbidden altogether."""
    return set(context.profile.people) <= context.profile.expand(context.notes.access.visible[state])


def _operations(context: Context, *, on_collection: bool = False) -> Iterator[Operation]:
    """Yield the operations of the collection in the table, or those of an item, with the reads below it."""
    resource, may = context.resource, context.notes.access.may
    own = {operation.id for verb, operation in resource.operations.items() if (verb in ON_COLLECTION) is on_collection}
    for operation in context.model.operations.values():
        if operation.id not in may:
            continue
        is_read_below = not on_collection and resource.has(operation) and operation.method == "GET"
        if operation.id in own or (is_read_below and not _is_of_another(context, operation)):
            yield operation


def _writes_below(context: Context) -> Iterator[Operation]:
    """Yield the operations in the table that no trial sends: writes below an item."""
    own = {operation.id for operation in context.resource.operations.values()}
    for operation in context.model.operations.values():
        if operation.method == "GET" or operation.id in own or operation.id not in context.notes.access.may:
            continue
        if context.resource.has(operation) and not _is_of_another(context, operation):
            yield operation


def _report_unknown_body(operation: Operation) -> None:
    raise Lacking(
        f"{operation.id}, which access: names, writes below an item: the checker does not know its body, and tries "
        f"only reads there"
    )


def _is_of_another(context: Context, operation: Operation) -> bool:
    """Return whether an operation belongs to another resource, whose items are inside an item, and is tried there."""
    own = {context.resource.item, context.resource.collection}
    if "{" not in context.resource.rest(operation):
        return False
    for resource in context.model.resources:
        is_nested = resource.parent is not None and resource is not context.resource and resource.item not in own
        if is_nested and (resource.has(operation) or resource.collection == operation.path):
            return True
    return False


@dataclass(frozen=True)
class Denial:
    """The expected rejection of a user: its status, and the key of the profile that declares another one."""

    status: int
    key: str
    instead: int | None = None
    """Another legal status of a hidden item: that of an operation which the role never allows.

    It must not reveal the item: an unknown item must get the same response."""


def _expected_denial(context: Context, state: str, name: str, operation: Operation) -> Denial | None:
    """Return how a request is denied, or None if it is allowed."""
    access, expand = context.notes.access, context.profile.expand
    allowed = name in expand(access.may[operation.id])
    visible = state == COLLECTION or name in expand(access.visible[state])
    if allowed and visible:
        return None
    if name == ANONYMOUS and not allowed:
        return Denial(access.anonymous, "anonymous")
    if visible:
        return Denial(access.forbidden, "forbidden")
    return Denial(access.hidden, "hidden", None if allowed else access.forbidden)


def _cells(context: Context, names: list[str]) -> Iterator[tuple[str, str, Operation]]:
    """Yield every state, user and operation to try; a known item is never deleted, since that cannot be undone."""
    for state in names:
        for name in _everybody(context):
            for operation in _operations(context):
                if operation.method != "DELETE" or is_created(context, state):
                    yield state, name, operation


def _matrix(context: Context, names: list[str]) -> Iterator[Trial]:
    for state, name, operation in _cells(context, names):
        attempt = partial(_check_cell, context, state, name, operation)
        yield Trial(f"{name} on {state}", operation.label, attempt, person=name, state=state)


def _check_cell(context: Context, state: str, name: str, operation: Operation) -> None:
    denial = _expected_denial(context, state, name, operation)
    if denial is not None and name != ANONYMOUS:
        _create_own_item(context, name)
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
    """Return how a user is denied who does not see the parent of an item or a collection: as for the parent."""
    above = context.factory.above
    if above is None or "read" not in above.resource.operations or (denial and denial.key != "forbidden"):
        return denial
    answer = above.home(context.owner).read(by=context.person(name))
    return Denial(answer.status, "hidden") if answer.status in GONE else denial


def _create_own_item(context: Context, name: str) -> None:
    """Create an item of a user's own: a right to it must not extend to the items of others."""
    with suppress(Inconclusive):
        context.fresh(context.person(name))


def call_operation(context: Context, subject: Item, name: str, operation: Operation) -> Answer:
    """Call an operation of an item, or a read below it, as a user."""
    if operation.method == "GET":
        person = context.person(name)
        return person.get(
            context.target.lending.fill_path(address(context, subject, operation), context.resource, name)
        )
    return _write(context, subject, name, operation)


def address(context: Context, subject: Item, operation: Operation) -> str:
    """Return the path of an operation of an item, or of one below it."""
    return subject.path.rstrip("/") + context.resource.rest(operation)


def _judge(context: Context, answer: Answer, denial: Denial | None) -> None:
    if denial is None:
        if not answer.ok:
            raise Broken(f"{answer.request.line} is allowed", answer.summary)
    elif answer.status not in context.profile.same_status.get(denial.status, [denial.status]):
        raise Broken(f"{answer.request.line}: {denial.status}", f"{answer.summary}{_suggest_status(answer, denial)}")


def _suggest_status(answer: Answer, denial: Denial) -> str:
    """Return the line that declares a rejection with another status."""
    if answer.status not in REJECTIONS:
        return ""
    return f" (if this is intended, declare `{denial.key}: {answer.status}` under access: in the profile)"


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
    """Return the body of a harmless change; for PUT, it includes the required fields as they are."""
    field = harmless(context)
    body: dict[str, object] = {field.name: context.unique() if _is_free_text(field) else context.distinct(field)}
    if operation.method == "PUT":
        state = subject.state()
        body = {name: state[name] for name in context.resource.create_required if name in state} | body
    return body


def harmless(context: Context) -> Field:
    """Return a field that can be restored, preferably a free text."""
    shielded = set(context.notes.shield)
    fields = [field for field in context.writable if not field.write_only and field.name not in shielded]
    if not fields:
        raise NotApplicable(f"{context.resource.name} has no field that can be restored")
    not_unique = [field for field in fields if not context.notes.notes(field.name).unique]
    return [*filter(_is_free_text, not_unique), *not_unique, *fields][0]


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
    changed = [key for key in {**before, **now} if now.get(key) != before.get(key)]
    if changed:
        raise Broken(f"{answer.request.line} was denied ({answer.status}) and has no effect", f"{changed} changed")


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
        raise Broken(f"the same response as for an unknown item: {unknown.summary}", answer.summary)


def _shape(answer: Answer, identifier: Identifier) -> bytes:
    return answer.content.replace(str(identifier).encode(), b"")
