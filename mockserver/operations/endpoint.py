"""One operation from request to answer.

Everything that can be known beforehand is compiled once; a request only runs it. The gates have the order of the real
backend: 406, 401, 404, 403, then 415 and 400. Where the document decides, the parameters are validated before 404:
whether an item exists does not depend on how it is asked for.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from mockserver.auth import credentials
from mockserver.auth.requirements import Requirements
from mockserver.call import Actor, Answer, Call, Request
from mockserver.domain import Domain, Handler
from mockserver.errors import ApiError, Forbidden, Gone, Invalid, NotFound, Reason, Unauthenticated
from mockserver.openapi.bindings import Bindings
from mockserver.openapi.operation import Operation
from mockserver.openapi.specification import Specification
from mockserver.operations import crud, etags
from mockserver.operations.conforming import ConformingAnswers
from mockserver.operations.documented import DocumentedResponses, UnknownResponse
from mockserver.operations.first_use import FirstUse
from mockserver.operations.nesting import find
from mockserver.operations.preferences import (
    Preferences,
    choice,
    choice_in_query,
    with_applied,
    with_applied_choice,
    with_handling,
)
from mockserver.operations.rejections import DocumentedRejections
from mockserver.operations.throttling import Identify, Throttle
from mockserver.policy import Gate, Policy, Predicate
from mockserver.request import parameters
from mockserver.request.body import Bodies
from mockserver.request.delete_parameters import DeleteParameters
from mockserver.request.documented_body import DocumentedBodies
from mockserver.request.negotiation import negotiate, require_acceptable
from mockserver.request.parameter_validation import Parameters
from mockserver.request.prefer import handling, preferences
from mockserver.store import Document, State

_MAX_NOTICES: Final = 10
"""How many notices one answer carries: clients and servers limit the length of a header."""


class Endpoint:
    """Answers the calls of one operation."""

    def __init__(
        self,
        operation: Operation,
        specification: Specification,
        bindings: Bindings,
        domain: Domain,
        *,
        strict: bool,
        throttle: Throttle | None = None,
    ) -> None:
        self.operation = operation
        self._specification = specification
        self._bindings = bindings
        self._domain = domain
        self._strict = strict
        self._credentials = credentials.reader(specification)
        self._authenticate = domain.access.authenticate
        self._policy = domain.access.policy(operation)
        self._gates = _gates(self._policy)
        self._follows_document = domain.operations.follows_document
        self._gone = domain.access.gone
        self._delete_parameters = DeleteParameters(operation) if operation.method == "DELETE" else None
        self._may_be_new = self._follows_document and bindings.creates_at_path(operation)
        self._status = operation.status
        self.identify: Identify = self._identify if throttle is None else throttle.guard(self._identify)
        """Returns who calls; rejects anonymous callers of a protected operation, and callers who call too often."""

    # --- compiled at the first request, because no run uses all operations of a large document -----------------------

    @cached_property
    def _handler(self) -> Handler:
        operation, binding = self.operation, self._bindings.operations[self.operation.id]
        # HEAD finds what GET finds, and has no content.
        acting = replace(operation, method="GET") if operation.method == "HEAD" else operation
        handler = self._domain.operations.handlers.get(operation.id) or crud.handler(
            acting, binding, self._specification, self._responses, self._first_use
        )
        if operation.address.collection in self._specification.versioned:
            return etags.with_etags(acting, handler, binding)
        return handler

    @cached_property
    def _bodies(self) -> Bodies | DocumentedBodies:
        operation, specification = self.operation, self._specification
        rules = self._domain.rejections.schema_rules.get(operation.id, {})
        if self._follows_document:
            return DocumentedBodies(operation, specification, self._policy, rules)
        rewritten = self._domain.operations.rewritten.get(operation.id, {})
        return Bodies(operation, specification, self._policy, rules, rewritten)

    @cached_property
    def _responses(self) -> DocumentedResponses:
        return DocumentedResponses(self.operation, self._specification)

    @cached_property
    def _documented(self) -> DocumentedResponses | None:
        return self._responses if self._follows_document else None

    @cached_property
    def _conforming(self) -> ConformingAnswers:
        return ConformingAnswers(self._responses, self._specification)

    @cached_property
    def _first_use(self) -> FirstUse | None:
        return FirstUse(self._specification, self._bindings) if self._follows_document else None

    @cached_property
    def _requirements(self) -> Requirements | None:
        return Requirements(self.operation.security, self._specification) if self._follows_document else None

    @cached_property
    def _parameters(self) -> Parameters | None:
        # None and not empty: most operations have no parameters to read.
        return Parameters(self.operation, self._specification) or None if self._follows_document else None

    @cached_property
    def rejections(self) -> DocumentedRejections | None:
        """How the document writes rejections; None where the domain does."""
        return DocumentedRejections(self.operation, self._specification) if self._follows_document else None

    # --- each request -------------------------------------------------------------------------------------------------

    def __call__(self, request: Request, path: Mapping[str, Any], state: State, now: datetime) -> Answer:
        """Answer a request; raises ApiError for a rejection."""
        # 406 comes before 401: Django REST Framework negotiates before it authenticates.
        self._negotiate(request)
        preferred = preferences(request)
        strict = handling(preferred, self._strict) if preferred else self._strict
        actor = self.identify(request, state, now)
        # Checked here, as all that is None for some documents: the call of a method takes longer than the question.
        values = {} if self._parameters is None else self._read_parameters(request, path)
        if self._documented is not None and (chosen := self._choice(request, preferred)) is not None:
            return with_applied_choice(_chosen_answer(request, self._documented, chosen), preferred, chosen)
        query = parameters.parse(request.query)
        notices: tuple[str, ...] = ()
        if self._delete_parameters is not None and not strict:
            request, query, notices = self._delete_parameters.normalize(request, query)
        call = Call(
            operation=self.operation,
            actor=actor,
            path=path,
            documents=self._load(path, actor, state),
            query=query,
            state=state,
            now=now,
            request=request,
            strict=strict,
            parameters=values,
        )
        # The body is read last, so that a caller without permission learns nothing about its errors.
        self._authorise(call)
        call, body_notices = self._bodies.read(request, call)
        return self._answer(call, self._handler(call), (*notices, *body_notices), preferred)

    def _negotiate(self, request: Request) -> None:
        """Reject a caller who accepts no media type of the answers; a response without content is for everybody."""
        if self._documented is None:
            negotiate(request)
        elif b"accept" in request.headers:
            require_acceptable(request.headers[b"accept"], self._documented.offered)

    def _choice(self, request: Request, preferred: Mapping[str, str]) -> Preferences | None:
        """Return the response that the caller chooses, by the header Prefer or else by the query."""
        # Checked first, because almost no request has such a query.
        if b"__" in request.query:
            preferred = {**choice_in_query(parameters.parse(request.query), self.operation), **preferred}
        return choice(preferred) if preferred else None

    def _read_parameters(self, request: Request, path: Mapping[str, Any]) -> Mapping[str, Any]:
        """Validate the parameters of a request, and return those of its query."""
        if self._parameters is None or self.rejections is None:
            return {}
        try:
            self._parameters.check_path(request, path)
        except Invalid as error:
            raise self.rejections.of_path(error) from error
        return self._parameters.read(request)

    def _identify(self, request: Request, state: State, now: datetime) -> Actor | None:
        """Return who calls; reject anonymous callers of a protected operation."""
        login = self._policy.login
        if login is not None and self._requirements is not None and not self._requirements.are_met(request):
            error = Unauthenticated(rule=login, reason=Reason.LOGIN_REQUIRED)
            error.headers["WWW-Authenticate"] = self._requirements.challenge
            raise error
        actor = self.caller(request, state, now)
        if actor is None and login is not None:
            raise Unauthenticated(rule=login, reason=Reason.LOGIN_REQUIRED)
        return actor

    def caller(self, request: Request, state: State, now: datetime) -> Actor | None:
        """Return who calls, whether they have to log in or not; raises BadCredentials."""
        return self._authenticate(self._credentials(request), state, now)

    @property
    def needs_login(self) -> bool:
        """Whether anonymous callers are rejected."""
        return self._policy.login is not None

    def _load(self, path: Mapping[str, Any], actor: Actor | None, state: State) -> tuple[Document, ...]:
        documents: list[Document] = []
        above: tuple[Any, ...] = ()
        for step in self.operation.address.steps:
            key = path[step.parameter]
            document = find(state, step.collection, key, above)
            if document is None and self._first_use is not None:
                document = self._first_use.item(state, step.collection, key, above)
            # A document under another parent does not exist at this path.
            if document is None:
                if self._may_be_new and len(documents) == len(self.operation.address.steps) - 1:
                    break
                raise self._missing(step.collection, key, actor, state)
            documents.append(document)
            above = (*above, key)
        return tuple(documents)

    def _missing(self, collection: str, key: Any, actor: Actor | None, state: State) -> ApiError:
        kind = Gone if self._gone(collection, key, actor, state) else NotFound
        return kind(rule=self._policy.missing)

    def _authorise(self, call: Call) -> None:
        for holds, gate, error in self._gates:
            if not holds(call):
                raise error(rule=gate.rule_id(call))

    def _answer(self, call: Call, result: Any, notices: tuple[str, ...], preferred: Mapping[str, str]) -> Answer:
        answer = result if isinstance(result, Answer) else Answer(self._status, result)
        if self._documented is not None:
            answer = self._conforming.conform(self._documented.complete(answer))
            answer = self._documented.written(answer, call.request.headers.get(b"accept", b""))
        if notices:
            more = (f"and {len(notices) - _MAX_NOTICES} more",) if len(notices) > _MAX_NOTICES else ()
            notice = "; ".join((*notices[:_MAX_NOTICES], *more))
            answer = Answer(answer.status, answer.content, {**answer.headers, "X-Mock-Notice": notice})
        if not preferred:
            return answer
        if self._documented is None:
            return with_handling(answer, preferred)
        return with_applied(answer, preferred, self.operation)


def _chosen_answer(request: Request, documented: DocumentedResponses, chosen: Preferences) -> Answer:
    """Return the documented answer that a caller has chosen; no body is read and nothing changed for it."""
    try:
        return documented.chosen(chosen, request.headers.get(b"accept", b""))
    except UnknownResponse as error:
        raise NotFound(error.message) from error


def _gates(policy: Policy) -> list[tuple[Predicate, Gate, type[ApiError]]]:
    """Return the gates of a policy in the order in which they are checked, each with the error of its rejection."""
    visible: list[tuple[Predicate, Gate, type[ApiError]]] = [
        (gate.rule.holds, gate, NotFound) for gate in policy.visible
    ]
    return visible + [(gate.rule.holds, gate, Forbidden) for gate in policy.allowed]
