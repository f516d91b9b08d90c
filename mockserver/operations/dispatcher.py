"""The API as one function from a request to an answer: it finds the endpoint and turns every outcome into an answer."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.call import Actor, Answer, Request
from mockserver.clock import Clock
from mockserver.domain import READING, Domain
from mockserver.error_bodies import ErrorBody, error_list, headers_of
from mockserver.errors import (
    ApiError,
    BadCredentials,
    Failed,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Problem,
    Reason,
    Unauthenticated,
)
from mockserver.openapi.bindings import Bindings
from mockserver.openapi.specification import Specification
from mockserver.operations.endpoint import Endpoint
from mockserver.operations.faults import ANONYMOUS, Fault, Faults
from mockserver.operations.journal import Journal
from mockserver.operations.rejections import DocumentedRejections
from mockserver.operations.routing import Match, Route, Router, converter, counting
from mockserver.operations.suggestions import Suggestions
from mockserver.operations.throttling import Throttle
from mockserver.request.negotiation import negotiate
from mockserver.request.prefer import without_wait
from mockserver.store import State, Store

log = logging.getLogger("mockserver")


class Dispatcher:
    """Every operation of one specification on one store."""

    def __init__(
        self,
        specification: Specification,
        bindings: Bindings,
        domain: Domain,
        store: Store,
        clock: Clock,
        *,
        strict: bool = False,
    ) -> None:
        self._specification = specification
        self.store = store
        self.clock = clock
        self.domain = domain
        self.journal = Journal()
        self.faults = Faults()
        limit = domain.transport.requests_per_minute
        self._throttle = Throttle(limit) if limit else None
        self.bindings = bindings
        self.endpoints = {
            (operation.method, operation.path): Endpoint(
                operation, specification, self.bindings, domain, strict=strict, throttle=self._throttle
            )
            for operation in specification.operations.values()
        }
        self._router: Router[Endpoint] = Router(converter if domain.operations.follows_document else counting)
        self._suggestions = Suggestions(domain.rejections.advice)

    def mount(self, method: str, path: str) -> None:
        """Serve the endpoint of an operation under each of its base paths."""
        endpoint = self.endpoints[method, path]
        in_path = [parameter for parameter in endpoint.operation.parameters if parameter.location == "path"]
        schemas = {parameter.name: parameter.schema for parameter in in_path}
        prefixes = {parameter.name: parameter.prefix for parameter in in_path if parameter.prefix}
        for base_path in self._specification.base_paths_of(path):
            self._router.add(base_path + path, method, endpoint, schemas, prefixes)
            self._suggestions.add(method, base_path + path)

    def __call__(self, request: Request, fault: Mapping[str, Any] | None = None) -> Answer | None:
        """Answer a request, or return None where the path is not one of this API; ``fault`` is for the journal."""
        match = self._find(request)
        now = self.clock()
        if match is None:
            answer = self._elsewhere(request)
            if answer is not None:
                self.journal.record(request.method, request.path, answer, now)
            return answer
        try:
            answer = self._run(request, *match, now)
        except ApiError as error:
            answer = self.rejection(error, request.headers, self._endpoint(request.method, match[0]))
        # A bug of the mock must not end its process: the client gets a 500, the log the traceback.
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            answer = self.rejection(Failed(), request.headers)
        self.journal.record(request.method, request.path, answer, now, fault)
        return answer

    def serves(self, path: str) -> bool:
        """Return whether the document has a path."""
        return self._router.find(path) is not None

    def _find(self, request: Request) -> Match[Endpoint] | None:
        return self._router.find(request.path, request.segments)

    def _run(self, request: Request, route: Route[Endpoint], path: Mapping[str, Any], now: datetime) -> Answer:
        method = request.method
        endpoint = self._endpoint(method, route)
        # Open to everybody: clients ask for the methods before they log in.
        if method == "OPTIONS" and endpoint is None:
            return _with_allow(Answer(200), route)
        # One transaction per request: a rejection rolls back everything that its handler changed.
        with self.store.transaction() as state:
            if endpoint is not None:
                answer = endpoint(request, path, state, now)
                return answer if method != "OPTIONS" else _with_allow(answer, route)
            if not self.domain.operations.follows_document:
                negotiate(request)
            _require_login(request, route, state, now)
            raise MethodNotAllowed(method, route.allow())

    @staticmethod
    def _endpoint(method: str, route: Route[Endpoint]) -> Endpoint | None:
        endpoint = route.methods.get(method)
        return route.methods.get("GET") if endpoint is None and method == "HEAD" else endpoint

    def _elsewhere(self, request: Request) -> Answer | None:
        """Redirect a path that only lacks its slash, and answer the paths that the domain serves beside the API."""
        if request.method in self.domain.transport.redirected:
            with_slash = request.with_slash()
            if self._find(with_slash) is not None:
                return Answer(301, None, {"Location": with_slash.target})
        if request.method in READING:
            with self.store.transaction() as state:
                return self.domain.operations.link(request.path, state)
        return None

    # --- rejections ---------------------------------------------------------------------------------------------------

    def not_found(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> Answer:
        """Answer a request for an unknown path, with a suggestion: 404, as the operation has it whose form it has."""
        route = self._router.route(path)
        endpoint = None if route is None else self._endpoint(method, route)
        message = self._suggestions.describe(path)
        error: ApiError = NotFound(message)
        if endpoint is not None and endpoint.rejections is not None:
            error = endpoint.rejections.of_path(Invalid([Problem(None, "invalid", message)]))
        return self.reject(method, path, error, headers, endpoint)

    def reject(
        self,
        method: str,
        path: str,
        error: ApiError,
        headers: Mapping[bytes, bytes],
        endpoint: Endpoint | None = None,
    ) -> Answer:
        """Reject a request that never reached an operation."""
        answer = self.rejection(error, headers, endpoint)
        self.journal.record(method, path, answer, self.clock())
        return answer

    def rejection(self, error: ApiError, headers: Mapping[bytes, bytes], endpoint: Endpoint | None = None) -> Answer:
        """Return the answer to a rejected request, in the body, the language and with the rule ids of the domain."""
        if error.rule is None and error.reason is not None:
            error.rule = self.domain.rejections.rules.get(error.reason)
        if self.domain.rejections.languages is not None:
            self.domain.rejections.languages.translate(error, headers)
        return rejection(error, self.domain.rejections.body, endpoint.rejections if endpoint else None, headers)

    # --- the control plane --------------------------------------------------------------------------------------------

    def strike(self, request: Request) -> Fault | None:
        """Return the injected fault that hits a request, or None."""
        match = self._find(request)
        endpoint = None if match is None else self._endpoint(request.method, match[0])
        if endpoint is None:
            return None
        return self.faults.strike(endpoint.operation.id, lambda: self._name(endpoint, request))

    def _name(self, endpoint: Endpoint, request: Request) -> str | None:
        with self.store.transaction() as state:
            try:
                actor = endpoint.caller(request, state, self.clock())
            except BadCredentials:
                return None
        return ANONYMOUS if actor is None else actor.name

    def fail(self, request: Request, fault: Fault) -> Answer | None:
        """Answer a request that an injected fault has hit; None where it gets no answer."""
        description = fault.describe()
        if fault.only_delays:
            request = without_wait(request, (fault.delay_ms or 0) / 1000)
            return fault.mark(self(request, description))
        answer = None if fault.broken else fault.failure(self.rejection(fault.error(), request.headers))
        self.journal.record(request.method, request.path, answer, self.clock(), description)
        return fault.mark(answer)

    def person_of(self, token: str) -> Actor | None:
        """Return the person whom a token names, None for an empty one; raises BadCredentials for an unknown one."""
        with self.store.transaction() as state:
            return self.domain.access.authenticate(f"Bearer {token}", state, self.clock())

    def reset(self) -> None:
        """Return to the initial state, and to the real time."""
        self.store.reset()
        self.journal.clear()
        self.faults.reset()
        self.clock.release()
        if self._throttle is not None:
            self._throttle.reset()


def _with_allow(answer: Answer, route: Route[Endpoint]) -> Answer:
    """Return an answer with the methods that a path offers, whatever the document gives as an example of them."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "allow"}
    return Answer(answer.status, answer.content, {**headers, "Allow": ", ".join(route.allow())})


def _require_login(request: Request, route: Route[Endpoint], state: State, now: datetime) -> None:
    """Require a login before rejecting a method that the path does not offer.

    Operations that are open to everybody are open for reading only. Where no operation knows its callers, none of them
    needs a login.
    """
    endpoints = list(route.methods.values())
    endpoint = next((endpoint for endpoint in endpoints if endpoint.needs_login), endpoints[0])
    if endpoint.identify(request, state, now) is None and endpoint.operation.knows_callers:
        raise Unauthenticated(reason=Reason.LOGIN_BEFORE_METHOD)


def rejection(
    error: ApiError,
    body: ErrorBody = error_list,
    documented: DocumentedRejections | None = None,
    headers: Mapping[bytes, bytes] = {},
) -> Answer:
    """Return the answer to a rejected request, with the id of the rule behind it."""
    if error.rule:
        error.headers["X-Mock-Rule"] = error.rule
    if documented is not None:
        return documented.write(error, body, headers.get(b"accept", b""))
    return Answer(error.status, body(error), {**headers_of(body), **error.headers})
