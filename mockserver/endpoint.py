"""One operation from start to finish.

Everything that can be known beforehand is compiled when the endpoint is made; a request only runs it. The order of the
gates is that of the real backend (ERR-05): 406, 401, 404, 403, then 415 and 400.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from mockserver import crud, queries
from mockserver.call import Actor, Answer, Call, Request
from mockserver.decoding import Body, Decoder
from mockserver.domain import Domain
from mockserver.errors import (
    BadCredentials,
    Forbidden,
    Invalid,
    NotAcceptable,
    NotFound,
    Problem,
    Unauthenticated,
)
from mockserver.policy import Policy
from mockserver.resources import PARENT
from mockserver.schemas import BodySchema
from mockserver.specification import Operation, Specification, properties
from mockserver.store import Document, State

JSON = "application/json"

_WITHOUT_DECORATION = str.maketrans("", "", ' \t"')

_NOTED = 10
"""How many notices one answer carries: a header has to stay short enough for whoever reads it."""


@lru_cache(maxsize=256)
def accepts_json(accept: bytes) -> bool:
    """Tell whether an Accept header lets JSON through (TRANS-05)."""
    for entry in accept.decode("latin-1").split(","):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        refused = any(part.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"} for part in parameters)
        if media in {"*/*", "application/*", JSON, ""} and not refused:
            return True
    return False


def negotiate(request: Request) -> None:
    """Refuse a caller that takes no JSON, which is the first of the gates (TRANS-05, ERR-05)."""
    accept = request.headers.get(b"accept")
    if accept is not None and not accepts_json(accept):
        raise NotAcceptable(rule="TRANS-05")


def header(request: Request, name: bytes) -> str | None:
    """Return a header as text, or None where it did not come or is empty."""
    value = request.headers.get(name)
    return value.decode("latin-1") if value else None


def handling(request: Request, strict: bool) -> tuple[bool, str | None]:
    """Tell whether a request is read strictly, and which preference of its own was honoured (RFC 7240)."""
    prefer = request.headers.get(b"prefer")
    if prefer is None:
        return strict, None
    said = prefer.decode("latin-1").lower().translate(_WITHOUT_DECORATION)
    wanted = set(said.replace(";", ",").split(","))
    if "handling=strict" in wanted:
        return True, "handling=strict"
    if "handling=lenient" in wanted:
        return False, "handling=lenient"
    return strict, None


@dataclass(frozen=True, slots=True)
class _BodyReader:
    """How the body of one media type is read."""

    schema: BodySchema
    lenient: Decoder
    strict: Decoder


class Endpoint:
    """Answers the calls of one operation."""

    def __init__(self, operation: Operation, specification: Specification, domain: Domain, *, strict: bool) -> None:
        self.operation = operation
        self._domain = domain
        self._strict = strict
        self._authenticate = domain.authenticate
        self._policy = domain.policies.get(operation.id) or Policy(login="AUTH-02" if operation.protected else None)
        self._handler = domain.handlers.get(operation.id) or crud.handler(operation, specification)
        self._collection = operation.address.collection
        self._status = operation.status
        self._bodies = self._compile(specification)
        self._read_only = _read_only(operation, specification)

    def _compile(self, specification: Specification) -> dict[str, _BodyReader]:
        bodies = self.operation.bodies
        readers: dict[str, _BodyReader] = {}
        for media, schema in bodies.items():
            compiled = BodySchema(schema, specification, partial=self.operation.method == "PATCH")
            readers[media] = _BodyReader(
                compiled, Decoder(bodies, compiled.lists), Decoder(bodies, compiled.lists, strict=True)
            )
        return readers

    def __call__(self, request: Request, path: Mapping[str, Any], state: State, now: datetime) -> Answer:
        """Answer a request; raises ApiError for a refusal."""
        negotiate(request)
        strict, preference = handling(request, self._strict)
        call = Call(
            operation=self.operation,
            actor=self.identify(request, state, now),
            path=path,
            documents=self._load(path, state),
            query=queries.parse(request.query),
            state=state,
            now=now,
            request=request,
            strict=strict,
        )
        self._authorise(call)
        notices: tuple[str, ...] = ()
        if self._bodies:
            call, notices = self._read(request, call)
        elif self._policy.valid:
            self._validate(call, [])
        return self._answer(self._handler(call), notices, preference)

    def identify(self, request: Request, state: State, now: datetime) -> Actor | None:
        """Tell who calls; refuse whoever had to log in and has not (AUTH-02, AUTH-03)."""
        try:
            actor = self._authenticate(header(request, b"authorization"), state, now)
        except BadCredentials as error:
            error.rule = error.rule or "AUTH-03"
            raise
        if actor is None and self._policy.login is not None:
            raise Unauthenticated(rule=self._policy.login)
        return actor

    @property
    def needs_login(self) -> bool:
        """Whether anonymous callers are refused."""
        return self._policy.login is not None

    def _load(self, path: Mapping[str, Any], state: State) -> tuple[Document, ...]:
        documents: list[Document] = []
        above: tuple[Any, ...] = ()
        for step in self.operation.address.steps:
            key = path[step.parameter]
            document = state.get(step.collection, key)
            if document is None or (above and document.get(PARENT) != above):
                raise NotFound(rule=self._policy.missing)
            documents.append(document)
            above = (*above, key)
        return tuple(documents)

    def _authorise(self, call: Call) -> None:
        for gate in self._policy.visible:
            if not gate.rule.holds(call):
                raise NotFound(rule=gate.refusal(call))
        for gate in self._policy.allowed:
            if not gate.rule.holds(call):
                raise Forbidden(rule=gate.refusal(call))

    def _read(self, request: Request, call: Call) -> tuple[Call, tuple[str, ...]]:
        content_type = header(request, b"content-type")
        reader = self._reader(content_type)
        given: Body = (reader.strict if call.strict else reader.lenient)(content_type, request.content)
        values, problems = reader.schema.read(given.fields)
        ignored = reader.schema.unknown(given.fields)
        if call.strict:
            problems.extend(self._refuse(ignored))
            ignored = []
        problems.extend(self._against_state(call, reader.schema, values, problems))
        call = call.with_body(values)
        self._validate(call, problems)
        return call, (*given.notices, *map(self._ignored, ignored))

    def _reader(self, content_type: str | None) -> _BodyReader:
        media = (content_type or JSON).partition(";")[0].strip().lower()
        return self._bodies.get(media) or next(iter(self._bodies.values()))

    def _refuse(self, names: list[str]) -> list[Problem]:
        return [
            Problem(name, "read_only", "This field is read-only.")
            if name in self._read_only
            else Problem(name, "unknown", "This operation has no such field.")
            for name in names
        ]

    def _ignored(self, name: str) -> str:
        kind = "read-only" if name in self._read_only else "unknown"
        return f"{kind} field {name[:80]!r} was ignored"

    def _against_state(
        self, call: Call, schema: BodySchema, values: dict[str, Any], problems: list[Problem]
    ) -> list[Problem]:
        """Look for values that are taken and ids that nothing has, among the fields that are sound so far."""
        unsound = {problem.field for problem in problems}
        found = [p for name in schema.unique if name not in unsound for p in self._taken(call, name, values)]
        for name, collection in schema.references.items():
            if name in values and name not in unsound:
                values[name], missing = _referenced(call.state, collection, values[name])
                found.extend(_does_not_exist(name, key) for key in missing)
        return found

    def _taken(self, call: Call, name: str, values: Mapping[str, Any]) -> list[Problem]:
        value = values.get(name)
        if value is None or value == "":
            return []
        own = call.documents[-1]["id"] if call.documents else None
        others = [row for row in call.state.where(self._collection, name, value) if row["id"] != own]
        return [Problem(name, "unique", f"This {name} is already taken.")] if others else []

    def _validate(self, call: Call, problems: list[Problem]) -> None:
        refused = {problem.field for problem in problems}
        for check in self._policy.valid:
            if check.field is None or check.field not in refused:
                problems.extend(check.problems(call))
        if problems:
            raise Invalid(self._named(problem) for problem in problems)

    def _named(self, problem: Problem) -> Problem:
        """Put the id of the documented rule to a refusal that came from the schema."""
        if problem.rule is not None or problem.field is None:
            return problem
        rule = self._domain.refusals.get((self.operation.id, problem.field, problem.code))
        return Problem(problem.field, problem.code, problem.message, rule)

    def _answer(self, result: Any, notices: tuple[str, ...], preference: str | None) -> Answer:
        answer = result if isinstance(result, Answer) else Answer(self._status, result)
        if not notices and preference is None:
            return answer
        headers = dict(answer.headers)
        if notices:
            more = (f"and {len(notices) - _NOTED} more",) if len(notices) > _NOTED else ()
            headers["X-Mock-Notice"] = "; ".join((*notices[:_NOTED], *more))
        if preference is not None:
            headers["Preference-Applied"] = preference
        return Answer(answer.status, answer.content, headers)


def _read_only(operation: Operation, specification: Specification) -> frozenset[str]:
    """Names the fields that answers have and requests may not set."""
    answered = properties(operation.response or {}, specification.resolve)
    writable = {
        n
        for s in operation.bodies.values()
        for n, v in properties(s, specification.resolve).items()
        if not v.get("readOnly")
    }
    return frozenset(set(answered) - writable)


def _referenced(state: State, collection: str, value: Any) -> tuple[Any, list[Any]]:
    """Return what a reference, or a list of them, stands for, each once, and the ids that nothing has."""
    if not isinstance(value, list):
        return value, [] if state.get(collection, value) is not None else [value]
    keys = list(dict.fromkeys(value))
    return keys, [key for key in keys if state.get(collection, key) is None]


def _does_not_exist(field: str, key: Any) -> Problem:
    return Problem(field, "does_not_exist", f'Invalid pk "{key}" - object does not exist.')
