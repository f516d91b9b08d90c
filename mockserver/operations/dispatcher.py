"""The API as one function from a request to an answer: finds the endpoint, and turns every outcome into an answer."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from mockserver.call import Actor, Answer, Request
from mockserver.clock import Clock
from mockserver.domain import READING, Domain
from mockserver.error_bodies import ErrorBody, error_list
from mockserver.errors import (
    ApiError,
    BadCredentials,
    Failed,
    MethodNotAllowed,
    NotFound,
    Reason,
    Unauthenticated,
)
from mockserver.openapi.specification import Specification
from mockserver.operations.endpoint import Endpoint
from mockserver.operations.faults import ANONYMOUS, Fault, Faults
from mockserver.operations.journal import Journal
from mockserver.operations.routing import Route, Router
from mockserver.operations.suggestions import Signpost
from mockserver.operations.throttling import Throttle
from mockserver.request.negotiation import negotiate
from mockserver.store import State, Store

log = logging.getLogger("mockserver")


class Dispatcher:
    """Every operation of one specification on one store."""

    def __init__(
        self,
        specification: Specification,
        domain: Domain,
        store: Store,
        clock: Clock,
        *,
        strict: bool = False,
    ) -> None:
        self.store = store
        self.clock = clock
        self.domain = domain
        self.journal = Journal()
        self.faults = Faults()
        self._throttle = Throttle(domain.requests_per_minute) if domain.requests_per_minute else None
        self.endpoints = {
            (each.method, each.path): Endpoint(each, specification, domain, strict=strict, throttle=self._throttle)
            for each in specification.operations.values()
        }
        self._router: Router[Endpoint] = Router()
        self._signpost = Signpost(domain.advice)

    def mount(self, method: str, path: str, base_path: str) -> None:
        """Serve the endpoint of an operation under a base path."""
        endpoint = self.endpoints[method, path]
        schemas = {p.name: p.schema for p in endpoint.operation.parameters if p.location == "path"}
        self._router.add(base_path + path, method, endpoint, schemas)
        self._signpost.add(method, base_path + path)

    def __call__(self, request: Request, fault: Mapping[str, Any] | None = None) -> Answer | None:
        """Answer a request, or return None where the path is not one of this API; ``fault`` is for the journal."""
        found = self._router.find(request.path)
        now = self.clock()
        if found is None:
            elsewhere = self._elsewhere(request)
            if elsewhere is not None:
                self.journal.record(request.method, request.path, elsewhere, now)
            return elsewhere
        try:
            answer = self._run(request, *found, now)
        except ApiError as error:
            answer = self.refusal(error, request.headers)
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            answer = self.refusal(Failed(), request.headers)
        self.journal.record(request.method, request.path, answer, now, fault)
        return answer

    def serves(self, path: str) -> bool:
        """Tell whether the document has a path."""
        return self._router.find(path) is not None

    def strike(self, request: Request) -> Fault | None:
        """Return the fault that befalls a request, None where none waits for it."""
        found = self._router.find(request.path)
        if found is None:
            return None
        endpoint = found[0].methods.get("GET" if request.method == "HEAD" else request.method)
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

    def known(self, token: str) -> Actor | None:
        """Return whom a token names, None for an empty one; raises BadCredentials where it names nobody."""
        with self.store.transaction() as state:
            return self.domain.authenticate(f"Bearer {token}", state, self.clock())

    def befallen(self, request: Request, fault: Fault) -> Answer | None:
        """Answer a request that a fault has befallen; None where it gets no answer."""
        told = fault.told()
        if fault.late:
            return fault.mark(self(request, told))
        answer = None if fault.broken else fault.failure(self.refusal(fault.error(), request.headers))
        self.journal.record(request.method, request.path, answer, self.clock(), told)
        return fault.mark(answer)

    def reset(self) -> None:
        """Return to the world at start, and to the real time."""
        self.store.reset()
        self.journal.clear()
        self.faults.reset()
        self.clock.release()
        if self._throttle is not None:
            self._throttle.reset()

    def nowhere(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> Answer:
        """Answer a request for a path that nothing serves: 404, with the way to what may have been meant."""
        return self.turn_away(method, path, NotFound(self._signpost.read(path)), headers)

    def turn_away(self, method: str, path: str, error: ApiError, headers: Mapping[bytes, bytes]) -> Answer:
        """Refuse a request that did not get as far as an operation."""
        answer = self.refusal(error, headers)
        self.journal.record(method, path, answer, self.clock())
        return answer

    def refusal(self, error: ApiError, headers: Mapping[bytes, bytes]) -> Answer:
        """The answer that says in the words of the domain what a request with these headers was refused for."""
        if error.rule is None and error.reason is not None:
            error.rule = self.domain.rules.get(error.reason)
        if self.domain.languages is not None:
            self.domain.languages.reword(error, headers)
        return rejection(error, self.domain.error_body)

    def _run(self, request: Request, route: Route[Endpoint], path: Mapping[str, Any], now: datetime) -> Answer:
        method = request.method
        if method == "OPTIONS":
            return Answer(200, None, {"Allow": ", ".join(route.allow())})
        endpoint = route.methods.get("GET" if method == "HEAD" else method)
        with self.store.transaction() as state:
            if endpoint is not None:
                return endpoint(request, path, state, now)
            negotiate(request)
            _insist_known(request, route, state, now)
            raise MethodNotAllowed(method, route.allow())

    def _elsewhere(self, request: Request) -> Answer | None:
        """Answer what is near the API: a path that only lacks its slash, or what the domain links to."""
        if request.method in self.domain.sent_on:
            slashed = request.path + "/"
            if self._router.find(slashed) is not None:
                return Answer(301, None, {"Location": msgspec.structs.replace(request, path=slashed).target})
        if request.method in READING:
            with self.store.transaction() as state:
                return self.domain.link(request.path, state)
        return None


def _insist_known(request: Request, route: Route[Endpoint], state: State, now: datetime) -> None:
    """Ask for a login before telling that the path has no such method.

    What is open to everybody there is open for reading; where nobody is asked who he is, nobody is asked now.
    """
    endpoints = list(route.methods.values())
    asked = next((endpoint for endpoint in endpoints if endpoint.needs_login), endpoints[0])
    if asked.identify(request, state, now) is None and asked.operation.knows_callers:
        raise Unauthenticated(reason=Reason.LOGIN_BEFORE_METHOD)


def rejection(error: ApiError, body: ErrorBody = error_list) -> Answer:
    """The answer that says what a request was refused for, and by which rule."""
    headers = error.headers
    if error.rule:
        headers["X-Mock-Rule"] = error.rule
    return Answer(error.status, body(error), headers)
