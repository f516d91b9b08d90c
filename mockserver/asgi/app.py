"""The Connexion seam: Connexion reads the specification, wires the operations and serves the console; we answer.

One middleware stands first in Connexion's stack. Connexion registers each operation of the specification on it, the
endpoint compiled for that operation answers, and what is not ours goes on to Connexion's Swagger UI. Decision record 1
says why requests do not run through Connexion's own validation.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson
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
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockserver.call import Answer, Request
from mockserver.control import Control
from mockserver.control.routes import PREFIX
from mockserver.domain import Domain
from mockserver.errors import MethodNotAllowed, TooLarge
from mockserver.messages import said
from mockserver.openapi.specification import Specification
from mockserver.operations.dispatcher import Dispatcher
from mockserver.operations.faults import Fault
from specdouble.testserver import HANG_UP

CONSOLE = "/ui"
JSON = b"application/json"
EXPOSED = (
    b"Allow, ETag, Location, Preference-Applied, Retry-After, WWW-Authenticate, "
    b"X-Mock-Fault, X-Mock-Notice, X-Mock-Rule"
)
METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

_IN_ENGLISH = (PREFIX, CONSOLE)
"""Where paths begin that lead to the mock itself and not to the API."""

_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[\da-f:.]+\](:\d+)?", re.ASCII | re.IGNORECASE)

Headers = list[tuple[bytes, bytes]]
Wire = tuple[Scope, Receive, Send]


def application(api: Dispatcher, specification: Specification, *, body_limit: int) -> ASGIApp:
    """Build the ASGI application that serves a specification.

    ``body_limit`` is the largest request body that is read, in bytes.
    """

    def front(app: ASGIApp) -> "Front":
        return Front(app, api, specification, body_limit)

    app: ASGIApp = ConnexionMiddleware(
        Nowhere(api),
        middlewares=[front, SwaggerUIMiddleware, LifespanMiddleware],
        swagger_ui_options=SwaggerUIOptions(swagger_ui_path=CONSOLE, spec_path="/openapi.json", serve_spec=False),
    )
    app.add_api(_outline(specification), base_path=specification.base_path)  # type: ignore[attr-defined]
    return app


def _outline(specification: Specification) -> dict[str, Any]:
    """The document without its schemas: which operations there are, and where.

    Connexion would hold the whole against the standard once more, which was half of a start, and asks for no schema.
    """
    paths: dict[str, Any] = {}
    for operation in specification.operations.values():
        outline = {"operationId": operation.id, "responses": {"default": {"description": "See /openapi.json."}}}
        paths.setdefault(operation.path, {})[operation.method.lower()] = outline
    return {name: specification.document[name] for name in ("openapi", "info")} | {"paths": paths}


class Nowhere:
    """Stands at the end of Connexion's stack, where only requests for what nothing serves arrive."""

    def __init__(self, api: Dispatcher) -> None:
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404."""
        method, path = scope["method"], scope["path"]
        answer = self._api.nowhere(method, path, _headers(scope["headers"]))
        await respond(send, answer, (), head=method == "HEAD")


class _EndpointResolver(Resolver):  # type: ignore[misc]  # Connexion ships no types
    """Takes every operation for resolved: its endpoint was compiled before Connexion asked."""

    def resolve(self, operation: AbstractOperation) -> Resolution:
        return Resolution(lambda: None, operation.operation_id or f"{operation.method} {operation.path}")


class _EndpointApi(AbstractRoutingAPI):  # type: ignore[misc]  # Connexion ships no types
    """Mounts an endpoint for each operation that Connexion finds in a specification."""

    def __init__(self, specification: ConnexionSpecification, *, api: Dispatcher, base_path: str | None) -> None:
        self._api = api
        super().__init__(specification, base_path=base_path, resolver=_EndpointResolver())

    def make_operation(self, operation: AbstractOperation) -> AbstractOperation:
        return operation

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, operation.operation_id

    def _add_operation_internal(
        self, method: str, path: str, operation: AbstractOperation, name: str | None = None
    ) -> None:
        self._api.mount(method.upper(), path, self.base_path)


class Front(SpecMiddleware):  # type: ignore[misc]  # Connexion ships no types
    """Reads requests, has them answered, writes answers; outermost, so that every answer carries the common headers."""

    def __init__(self, app: ASGIApp, api: Dispatcher, specification: Specification, body_limit: int) -> None:
        self._app = app
        self._api = api
        self._control = Control(api)
        self._faults = api.faults
        self._body_limit = body_limit
        self._cross_origin = api.domain.cross_origin
        self._common = _common(api.domain)
        document = Answer(200, orjson.dumps(specification.document), {"Content-Type": "application/json"})
        self._base_path = specification.base_path
        self._documents = {"/openapi.json": document, f"{specification.base_path}/openapi.json": document}

    def add_api(self, specification: ConnexionSpecification, base_path: str | None = None, **options: Any) -> None:
        """Mount the operations of a specification; Connexion calls this while it builds its stack."""
        _EndpointApi(specification, api=self._api, base_path=base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it to the rest of Connexion's stack."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        common = self._common(scope["path"], headers)
        try:
            content = await _content(headers, receive, self._body_limit)
        except TooLarge as error:
            refusal = self._api.turn_away(scope["method"], scope["path"], error, headers)
            await respond(send, refusal, [*common, (b"connection", b"close")])
            return
        except ConnectionError:
            return
        base = _base(scope, headers)
        request = Request(scope["method"], scope["path"], scope["query_string"], headers, content, base)
        if self._faults.waiting and (fault := self._api.strike(request)) is not None:
            await self._fail(fault, request, common, (scope, receive, send))
            return
        answer = self._answer(request)
        if answer is None:
            answer = await self._console(headers, scope, _replay(content, receive), _with(send, common))
        if answer is not None:
            await respond(send, answer, common, head=request.method == "HEAD")

    async def _fail(self, fault: Fault, request: Request, common: Headers, wire: Wire) -> None:
        """Let a request meet with the fault that has befallen it."""
        await self._faults.hold(fault)
        answer = self._api.befallen(request, fault)
        if answer is None:
            await _hang_up(*wire)
        else:
            await respond(wire[2], answer, common, head=request.method == "HEAD")

    async def _console(
        self, headers: Mapping[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> Answer | None:
        """Let the rest of the stack answer; return the answer to what it does not have."""
        if f"{scope['path']}/".startswith(f"{CONSOLE}/"):  # which Connexion has below the base path of the document
            scope = {**scope, "path": self._base_path + scope["path"]}
        try:
            await self._app(scope, receive, send)
        except HTTPException as error:
            method, path = scope["method"], scope["path"]
            if error.status_code == MethodNotAllowed.status:
                refused = MethodNotAllowed(method, ("GET", "HEAD", "OPTIONS"))
                return self._api.turn_away(method, path, refused, headers)
            return self._api.nowhere(method, path, headers)
        return None

    def _answer(self, request: Request) -> Answer | None:
        path, method = request.path, request.method
        if method == "OPTIONS" and b"access-control-request-method" in request.headers and self._cross_origin:
            return _preflight(request.headers)
        if path in self._documents:
            if method in {"GET", "HEAD"}:
                return self._documents[path]
            return self._api.turn_away(method, path, MethodNotAllowed(method, ("GET", "HEAD")), request.headers)
        return self._control(request) if path.startswith(PREFIX) else self._api(request)


async def _hang_up(scope: Scope, receive: Receive, send: Send) -> None:
    """Break the connection: without a word where the server lets us, else in the middle of an answer."""
    break_off = scope.get("state", {}).get(HANG_UP)
    if break_off is None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        return
    break_off()
    while (await receive())["type"] != "http.disconnect":  # a server complains of what ends before it has noticed
        pass


def _headers(sent: Headers) -> dict[bytes, bytes]:
    """Return headers by name; what came in several lines is one list (RFC 9110, 5.3)."""
    headers = dict(sent)
    if len(headers) != len(sent):
        for name in headers:
            headers[name] = b", ".join(value for other, value in sent if other == name)
    return headers


async def _content(headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """Read the whole body; raises TooLarge past the limit, ConnectionError where the caller has left."""
    length = headers.get(b"content-length", b"0")
    if length == b"0" and b"transfer-encoding" not in headers:
        return b""
    if length.isdigit() and int(length[:20]) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(limit: int) -> TooLarge:
    template = "The body is larger than {limit} bytes; start the mock with a larger --max-body to send it."
    return TooLarge(said(template, limit=limit))


def _replay(content: bytes, receive: Receive) -> Receive:
    """Give a body that was read already to whoever is next, and then whatever comes: that the caller has left."""
    messages: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def replaying() -> Message:
        return messages.pop() if messages else await receive()

    return replaying


def _with(send: Send, headers: Headers) -> Send:
    """Add headers to whatever is sent."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return sending


def _base(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    """Return scheme and host as the caller knows them, proxies in between included."""
    schemes = headers.get(b"x-forwarded-proto", b"")
    return _address(scope["scheme"], schemes, headers.get(b"x-forwarded-host", b""), headers.get(b"host", b""))


@lru_cache(maxsize=64)
def _address(scheme: str, schemes: bytes, hosts: bytes, host: bytes) -> str:
    """Choose what the first proxy was asked for; what is no scheme or no host is passed over."""
    asked = _first(schemes).lower()
    named = (name for name in (_first(hosts), _first(host)) if _HOST.fullmatch(name))
    return f"{asked if asked in {'http', 'https'} else scheme}://{next(named, '127.0.0.1')}"


def _first(values: bytes) -> str:
    return values.partition(b",")[0].strip().decode("latin-1")


Common = Callable[[str, Mapping[bytes, bytes]], Headers]
"""From the path and the headers of a request to what its answer carries, whatever it is."""

_ANY_ORIGIN: Headers = [(b"access-control-allow-origin", b"*")]


def _common(domain: Domain) -> Common:
    """Choose what every answer carries: the CORS headers, and its language where callers have a choice."""
    origins = _cors if domain.cross_origin else _same_origin
    languages = domain.languages
    if languages is None or not languages.negotiated:
        return origins

    def common(path: str, headers: Mapping[bytes, bytes]) -> Headers:
        told = [] if path.startswith(_IN_ENGLISH) else languages.told(headers)
        return [*origins(path, headers), *told]

    return common


def _cors(path: str, headers: Mapping[bytes, bytes]) -> Headers:
    """The headers that let a page of any origin read the answer, sessions with cookies included."""
    origin = headers.get(b"origin")
    if origin is None:
        return _ANY_ORIGIN
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", EXPOSED),
        (b"vary", b"Origin"),
    ]


def _same_origin(path: str, headers: Mapping[bytes, bytes]) -> Headers:
    """No headers for pages of other origins."""
    return []


def _preflight(headers: Mapping[bytes, bytes]) -> Answer:
    """Let every request of a page through; the browser asks without a token."""
    wanted = headers.get(b"access-control-request-headers", b"authorization, content-type").decode("latin-1")
    return Answer(
        200,
        None,
        {
            "Access-Control-Allow-Methods": METHODS.decode(),
            "Access-Control-Allow-Headers": wanted,
            "Access-Control-Max-Age": "600",
        },
    )


def encode(content: Any) -> bytes:
    """Write JSON; what the fast encoder refuses (integers past 64 bits) is written by the standard one."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return json.dumps(content, separators=(",", ":")).encode("ascii")


_JSON_TYPE = (b"content-type", JSON)
_VARY = (b"vary", b"Accept")


async def respond(send: Send, answer: Answer, common: Iterable[tuple[bytes, bytes]], *, head: bool = False) -> None:
    """Write an answer."""
    content = answer.content
    headers: Headers = [_VARY, *common]
    if content is None:
        body = b""
    elif isinstance(content, bytes):
        body = content
    else:
        body = encode(content)
        headers.append(_JSON_TYPE)
    if answer.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    for name, value in answer.headers.items():
        headers.append((name.lower().encode("ascii"), value.encode("ascii", "backslashreplace")))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
