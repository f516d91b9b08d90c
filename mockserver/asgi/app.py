"""The Connexion seam: Connexion reads the specification, wires the operations and serves the console; we answer.

One middleware stands first in Connexion's stack. Connexion registers each operation of the specification on it, the
endpoint compiled for that operation answers, and everything else goes on to Connexion's Swagger UI. Decision record 1
explains why requests do not run through Connexion's own validation.
"""

from collections.abc import Mapping
from typing import Any, Final

from connexion import ConnexionMiddleware
from connexion.middleware import SpecMiddleware
from connexion.middleware.abstract import AbstractRoutingAPI
from connexion.middleware.lifespan import LifespanMiddleware
from connexion.middleware.swagger_ui import SwaggerUIMiddleware
from connexion.operations import AbstractOperation
from connexion.options import SwaggerUIOptions
from connexion.resolver import Resolution, Resolver
from connexion.spec import Specification as ConnexionSpecification
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.asgi.cors import common_headers, is_preflight, preflight
from mockserver.asgi.entry_points import CONSOLE, DOCUMENT, EntryPoints
from mockserver.asgi.io import (
    Headers,
    base_url,
    decoded,
    hang_up,
    headers_by_name,
    read_body,
    replay,
    require_host,
    respond,
    with_headers,
)
from mockserver.call import Answer, Request
from mockserver.control import PREFIX, Control
from mockserver.errors import BadRequest, MethodNotAllowed, ParseError, TooLarge, UnsupportedMediaType
from mockserver.openapi.specification import Specification
from mockserver.operations.dispatcher import Dispatcher
from mockserver.operations.faults import Fault
from mockserver.operations.routing import encoded_segments

Wire = tuple[Scope, Receive, Send]

QUERY: Final = "QUERY"
"""The method of OpenAPI 3.2 that Connexion does not have."""


def application(dispatcher: Dispatcher, specification: Specification, *, body_limit: int) -> ASGIApp:
    """Build the ASGI application that serves a specification.

    ``body_limit`` is the largest request body that is read, in bytes.
    """

    def front(app: ASGIApp) -> "Front":
        return Front(app, dispatcher, specification, body_limit)

    app: ASGIApp = ConnexionMiddleware(
        NotFoundApp(dispatcher),
        # Outermost first. Connexion adds its routing and validation unless the list is replaced.
        middlewares=[front, SwaggerUIMiddleware, LifespanMiddleware],
        swagger_ui_options=SwaggerUIOptions(swagger_ui_path=CONSOLE, spec_path=DOCUMENT, serve_spec=False),
    )
    app.add_api(_outline(specification), base_path=specification.base_path)  # type: ignore[attr-defined]
    return app


def _outline(specification: Specification) -> dict[str, Any]:
    """Return the document without its schemas.

    Connexion asks for no schema, and to validate the whole document a second time took half of the start.
    """
    paths: dict[str, Any] = {}
    for operation in specification.operations.values():
        if operation.method == QUERY:
            continue
        outline = {"operationId": operation.id, "responses": {"default": {"description": "See /openapi.json."}}}
        paths.setdefault(operation.path, {})[operation.method.lower()] = outline
    info = specification.document["info"]
    return {"openapi": "3.0.3", "info": {name: info[name] for name in ("title", "version")}, "paths": paths}


class NotFoundApp:
    """The end of Connexion's stack, where only requests for unknown paths arrive."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404."""
        method, path = scope["method"], scope["path"]
        answer = self._dispatcher.not_found(method, path, headers_by_name(scope["headers"]))
        await respond(send, answer, (), head=method == "HEAD")


class _EndpointResolver(Resolver):  # type: ignore[misc]  # Connexion ships no types
    """Takes every operation for resolved: its endpoint was compiled before Connexion asks."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        return Resolution(lambda: None, operation.operation_id or f"{operation.method} {operation.path}")


class _EndpointApi(AbstractRoutingAPI):  # type: ignore[misc]  # Connexion ships no types
    """Mounts an endpoint for each operation that Connexion reads from a specification."""

    def __init__(self, specification: ConnexionSpecification, *, dispatcher: Dispatcher, base_path: str | None) -> None:
        self._dispatcher = dispatcher
        super().__init__(specification, base_path=base_path, resolver=_EndpointResolver())

    def make_operation(self, operation: AbstractOperation) -> AbstractOperation:
        return operation

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, operation.operation_id

    def _add_operation_internal(
        self, method: str, path: str, operation: AbstractOperation, name: str | None = None
    ) -> None:
        self._dispatcher.mount(method.upper(), path)


class Front(SpecMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Reads requests, has them answered, and writes responses.

    It is outermost, so that every response carries the common headers.
    """

    def __init__(self, app: ASGIApp, dispatcher: Dispatcher, specification: Specification, body_limit: int) -> None:
        self._app = app
        self._dispatcher = dispatcher
        self._control = Control(dispatcher)
        self._entry_points = EntryPoints(dispatcher, specification)
        self._faults = dispatcher.faults
        self._body_limit = body_limit
        self._cross_origin = dispatcher.domain.transport.cross_origin
        self._common_headers = common_headers(dispatcher.domain, (PREFIX, CONSOLE))
        self._base_path = specification.base_path
        operations = specification.operations.values()
        self._queried_paths = [operation.path for operation in operations if operation.method == QUERY]

    def add_api(self, specification: ConnexionSpecification, base_path: str | None = None, **options: Any) -> None:
        """Mount the operations of a specification; Connexion calls this while it builds its stack."""
        _EndpointApi(specification, dispatcher=self._dispatcher, base_path=base_path)
        for path in self._queried_paths:
            self._dispatcher.mount(QUERY, path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it to the rest of Connexion's stack."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = headers_by_name(scope["headers"])
        common = self._common_headers(scope["path"], headers)
        try:
            require_host(scope, headers)
            content = await read_body(headers, receive, self._body_limit)
            if b"content-encoding" in headers:
                content = decoded(content, headers[b"content-encoding"], self._body_limit)
        except (BadRequest, ParseError, UnsupportedMediaType) as error:
            await respond(send, self._dispatcher.reject(scope["method"], scope["path"], error, headers), common)
            return
        except TooLarge as error:
            rejection = self._dispatcher.reject(scope["method"], scope["path"], error, headers)
            # The rest of the body is still on its way, so that the connection cannot be used again.
            await respond(send, rejection, [*common, (b"connection", b"close")])
            return
        except ConnectionError:
            return
        base = base_url(scope, headers)
        raw_path = scope.get("raw_path")
        # The path in the scope is decoded as a whole, and almost no path has an encoded slash.
        segments = encoded_segments(raw_path) if raw_path and b"%" in raw_path else None
        request = Request(scope["method"], scope["path"], scope["query_string"], headers, content, base, segments)
        # Checked first, because almost no request has a fault to wait for.
        if self._faults.waiting and (fault := self._dispatcher.strike(request)) is not None:
            await self._fail(fault, request, common, (scope, receive, send))
            return
        answer = self._answer(request)
        if answer is None:
            answer = await self._console(headers, scope, replay(content, receive), with_headers(send, common))
        if answer is not None:
            await respond(send, answer, common, head=request.method == "HEAD")

    async def _fail(self, fault: Fault, request: Request, common: Headers, wire: Wire) -> None:
        """Apply an injected fault to a request."""
        await self._faults.hold(fault)
        answer = self._dispatcher.fail(request, fault)
        if answer is None:
            await hang_up(*wire)
        else:
            await respond(wire[2], answer, common, head=request.method == "HEAD")

    def _answer(self, request: Request) -> Answer | None:
        """Answer a request for the API, the control plane or the document; None for anything else."""
        # A browser sends a preflight without a token, so it is answered before anything that may require one.
        if self._cross_origin and is_preflight(request.method, request.headers):
            return preflight(request.headers)
        # The control plane comes before the document: tests rely on it, whatever is served.
        if request.path.startswith(PREFIX):
            return self._control(request)
        return self._entry_points(request) or self._dispatcher(request)

    async def _console(
        self, headers: Mapping[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> Answer | None:
        """Let the rest of the stack answer; return the answer where it has none."""
        if f"{scope['path']}/".startswith(f"{CONSOLE}/"):  # Connexion serves it below the base path of the document
            scope = {**scope, "path": self._base_path + scope["path"]}
        try:
            await self._app(scope, receive, send)
        except HTTPException as error:
            method, path = scope["method"], scope["path"]
            # Swagger UI serves its files for reading only, and raises this for other methods.
            if error.status_code == MethodNotAllowed.status:
                rejection = MethodNotAllowed(method, ("GET", "HEAD", "OPTIONS"))
                return self._dispatcher.reject(method, path, rejection, headers)
            return self._dispatcher.not_found(method, path, headers)
        return None
