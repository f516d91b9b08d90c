"""CT3xx: everybody may do what the table of the profile says, and nothing else."""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from contracts.exchange import Answer
from contracts.law import Context, Trial, law, reached
from contracts.model import Operation
from contracts.payload import Encoding, encode
from contracts.profile import ANONYMOUS
from contracts.resources import Subject
from contracts.target import Client
from contracts.verdict import Broken, Inconclusive, NotApplicable

UNKNOWN_ID = 987_654_321
VERBS = ("read", "patch", "replace", "delete")


@law("CT301", severity="critical", wfc="206", owasp="API5:2023")
def functions(context: Context) -> Iterator[Trial]:
    """Of an item that everybody sees, each person may do what the role allows and nothing else."""
    yield from _matrix(context, [state for state in _states(context) if _seen_by_all(context, state)])


@law("CT302", severity="critical", owasp="API1:2023")
def objects(context: Context) -> Iterator[Trial]:
    """An item that is hidden from a person does not exist for that person, to read or to write."""
    yield from _matrix(context, [state for state in _states(context) if not _seen_by_all(context, state)])


@law("CT303", severity="critical", wfc="204, 205, 207")
def denials(context: Context) -> Iterator[Trial]:
    """A denied request has no effect, tells anonymous how to sign in, and does not tell hidden from unknown."""
    for state in _states(context):
        for name in _everybody(context):
            for operation in _operations(context, writes=True):
                if _expected(context, state, name, operation) is not None and operation.method != "DELETE":
                    attempt = partial(_denied, context, state, name, operation)
                    yield Trial(f"{name} on {state}", operation.label, attempt)


def _states(context: Context) -> list[str]:
    access = context.notes.access
    if not access.visible or not access.may:
        raise NotApplicable("the profile has no table of who may what")
    return [state for state in context.notes.known if state in access.visible]


def _everybody(context: Context) -> list[str]:
    return [*context.profile.people, ANONYMOUS]


def _seen_by_all(context: Context, state: str) -> bool:
    return set(_everybody(context)) <= context.profile.expand(context.notes.access.visible[state])


def _operations(context: Context, writes: bool | None = None) -> Iterator[Operation]:
    operations = {each.id: each for each in context.resource.operations.values()}
    for each in context.model.operations.values():
        below = context.resource.has(each) and each.method == "GET"
        wanted = writes in (None, each.method != "GET") and each.id in context.notes.access.may
        if wanted and (each.id in operations or below):
            yield each


def _expected(context: Context, state: str, name: str, operation: Operation) -> int | None:
    """The status of the denial; None if the request is allowed."""
    access, expand = context.notes.access, context.profile.expand
    allowed = name in expand(access.may[operation.id])
    visible = name in expand(access.visible[state])
    if allowed and visible:
        return None
    if name == ANONYMOUS and (not allowed):
        return access.anonymous
    return access.forbidden if visible else access.hidden


def _matrix(context: Context, states: list[str]) -> Iterator[Trial]:
    for state in states:
        for name in _everybody(context):
            for operation in _operations(context):
                if operation.method != "DELETE":
                    attempt = partial(_cell, context, state, name, operation)
                    yield Trial(f"{name} on {state}", operation.label, attempt)


def _cell(context: Context, state: str, name: str, operation: Operation) -> None:
    denial = _expected(context, state, name, operation)
    if denial is not None and name != ANONYMOUS:
        _own_something(context, name)
    if operation.method == "GET":
        _judge(context, context.person(name).get(_path(context, operation, state)), denial)
        return
    with context.factory.borrowed(state) as subject:
        _judge(context, _write(context, subject, name, operation), denial)


def _own_something(context: Context, name: str) -> None:
    """Let a person own an item too: who may do something with his own may not do it with all."""
    with suppress(Inconclusive):
        context.fresh(context.person(name))


def _path(context: Context, operation: Operation, state: str) -> str:
    subject = context.factory.known(state)
    return subject.path.rstrip("/") + context.resource.rest(operation)


def _judge(context: Context, answer: Answer, denial: int | None) -> None:
    if denial is None:
        if not answer.ok:
            raise Broken(f"{answer.request.line} is allowed", answer.summary)
    elif answer.status not in context.profile.same_status.get(denial, [denial]):
        raise Broken(f"{answer.request.line}: {denial}", answer.summary)


def _write(
    context: Context, subject: Subject, name: str, operation: Operation, encoding: Encoding = Encoding.JSON
) -> Answer:
    payload = encode(_body(context, operation, subject), encoding)
    return subject.send(operation.method, payload, by=context.person(name))


def _body(context: Context, operation: Operation, subject: Subject) -> dict[str, object]:
    """A harmless change; with PUT beside the required fields as they are."""
    body: dict[str, object] = {harmless(context): context.unique()}
    if operation.method == "PUT":
        state = subject.state()
        body |= {name: state[name] for name in context.resource.create_required if name in state}
    return body


def harmless(context: Context) -> str:
    """A free text field, which can be put back."""
    for field in context.writable:
        plain_text = field.kind == "string" and not field.write_only and not {"enum", "format"} & set(field.constraints)
        if plain_text and not context.notes.notes(field.name).unique and field.name not in context.notes.shield:
            return field.name
    raise NotApplicable(f"{context.resource.name} has no free text field that could be put back")


def _denied(context: Context, state: str, name: str, operation: Operation) -> None:
    with context.factory.borrowed(state) as subject:
        before = subject.state()
        for encoding in operation.encodings:
            answer = _write(context, subject, name, operation, encoding)
            _insist_no_effect(subject, before, answer)
            _insist_challenge(context, answer)
            if answer.status == context.notes.access.hidden:
                _insist_unknown_alike(context, subject, answer, context.person(name), operation)


def _insist_no_effect(subject: Subject, before: dict[str, object], answer: Answer) -> None:
    now = subject.state()
    moved = [key for key in before if now.get(key) != before[key]]
    if moved:
        raise Broken(f"{answer.request.line} was denied ({answer.status}) and has no effect", f"{moved} changed")


def _insist_challenge(context: Context, answer: Answer) -> None:
    if answer.request.credentials is None and answer.status == 401 and "WWW-Authenticate" not in answer.headers:
        raise Broken(f"{answer.request.line}: 401 with WWW-Authenticate", f"headers {sorted(answer.headers)}")


def _insist_unknown_alike(
    context: Context, subject: Subject, answer: Answer, person: Client, operation: Operation
) -> None:
    unknown = context.factory.beside(subject, UNKNOWN_ID).send(operation.method, answer.request.payload, by=person)
    reached(unknown.status == answer.status, f"an unknown id answers {unknown.summary}")
    if _shape(unknown, UNKNOWN_ID) != _shape(answer, subject.id):
        raise Broken(f"hidden and unknown answer alike: {unknown.summary}", answer.summary)


def _shape(answer: Answer, identifier: int) -> bytes:
    return answer.content.replace(str(identifier).encode(), b"")
