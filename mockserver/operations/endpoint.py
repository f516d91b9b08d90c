"""One operation from start to finish.

Everything that can be known beforehand is compiled when the endpoint is made; a request only runs it. The order of the
gates is that of the real backend: 406, 401, 404, 403, then 415 and 400.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.auth import credentials
from mockserver.call import Actor, Answer, Call, Request
from mockserver.domain import Domain
from mockserver.errors import ApiError, Forbidden, Gone, NotFound, Reason, Unauthenticated
from mockserver.openapi.resources import PARENT
from mockserver.openapi.specification import Operation, Specification
from mockserver.operations import crud, etags
from mockserver.operations.throttling import Identify, Throttle
from mockserver.policy import Gate, Policy, Predicate
from mockserver.request import parameters
from mockserver.request.body import Bodies
from mockserver.request.delete_parameters import Deletion, Said
from mockserver.request.negotiation import handling, negotiate
from mockserver.store import Document, State

_NOTED = 10
"""How many notices one answer carries: a header has to stay short enough for whoever reads it."""


class Endpoint:
    """Answers the calls of one operation."""

    def __init__(
        self,
        operation: Operation,
        specification: Specification,
        domain: Domain,
        *,
        strict: bool,
        throttle: Throttle | None = None,
    ) -> None:
        self.operation = operation
        self._strict = strict
        self._credentials = credentials.reader(specification)
        self._authenticate = domain.authenticate
        self._policy = domain.policy(operation)
        self._gates = _gates(self._policy)
        self._handler = domain.handlers.get(operation.id) or crud.handler(operation, specification)
        if operation.address.collection in specification.versioned:
            self._handler = etags.with_etags(operation, self._handler, specification)
        self._gone = domain.gone
        rewritten = domain.rewritten.get(operation.id, {})
        self._bodies = Bodies(
            operation, specification, self._policy, domain.schema_rules.get(operation.id, {}), rewritten
        )
        self._deletion = Deletion(operation) if operation.method == "DELETE" else None
        self._status = operation.status
        self.identify: Identify = self._identify if throttle is None else throttle.guarding(self._identify)
        """Tells who calls; refuses whoever had to log in and has not, or has called too often."""

    def __call__(self, request: Request, path: Mapping[str, Any], state: State, now: datetime) -> Answer:
        """Answer a request; raises ApiError for a refusal."""
        negotiate(request)
        strict, preference = handling(request, self._strict)
        actor = self.identify(request, state, now)
        said = Said(request, parameters.parse(request.query))
        if self._deletion is not None and not strict:
            said = self._deletion.straighten(said.request, said.query)
        call = Call(
            operation=self.operation,
            actor=actor,
            path=path,
            documents=self._load(path, actor, state),
            query=said.query,
            state=state,
            now=now,
            request=request,
            strict=strict,
        )
        self._authorise(call)
        call, notices = self._bodies.read(said.request, call)
        return self._answer(self._handler(call), (*said.notices, *notices), preference)

    def _identify(self, request: Request, state: State, now: datetime) -> Actor | None:
        """Tell who calls; refuse whoever had to log in and has not."""
        actor = self.caller(request, state, now)
        if actor is None and self._policy.login is not None:
            raise Unauthenticated(rule=self._policy.login, reason=Reason.LOGIN_REQUIRED)
        return actor

    def caller(self, request: Request, state: State, now: datetime) -> Actor | None:
        """Tell who calls, whether he has to log in or not; raises BadCredentials."""
        return self._authenticate(self._credentials(request), state, now)

    @property
    def needs_login(self) -> bool:
        """Whether anonymous callers are refused."""
        return self._policy.login is not None

    def _load(self, path: Mapping[str, Any], actor: Actor | None, state: State) -> tuple[Document, ...]:
        documents: list[Document] = []
        above: tuple[Any, ...] = ()
        for step in self.operation.address.steps:
            key = path[step.parameter]
            document = state.get(step.collection, key)
            if document is None or (above and document.get(PARENT) != above):
                raise self._missing(step.collection, key, actor, state)
            documents.append(document)
            above = (*above, key)
        return tuple(documents)

    def _missing(self, collection: str, key: Any, actor: Actor | None, state: State) -> ApiError:
        kind = Gone if self._gone(collection, key, actor, state) else NotFound
        return kind(rule=self._policy.missing)

    def _authorise(self, call: Call) -> None:
        for holds, gate, refusal in self._gates:
            if not holds(call):
                raise refusal(rule=gate.refusal(call))

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


def _gates(policy: Policy) -> list[tuple[Predicate, Gate, type[ApiError]]]:
    """Lay out the gates of a policy in the order in which they are asked, each with what it answers."""
    seen: list[tuple[Predicate, Gate, type[ApiError]]] = [(gate.rule.holds, gate, NotFound) for gate in policy.visible]
    return seen + [(gate.rule.holds, gate, Forbidden) for gate in policy.allowed]
