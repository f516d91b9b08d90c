"""The other Connexion seam: serve with state those operations of a Connexion application that have no handler.

Connexion routes, checks security and validates; then the endpoint compiled for the operation acts and answers.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from inspect import Parameter, Signature
from threading import Lock
from typing import Any, Final
from zlib import crc32

from connexion.context import context, scope
from connexion.exceptions import ProblemException, ResolverError
from connexion.lifecycle import ConnexionResponse
from connexion.operations import AbstractOperation, OpenAPIOperation
from connexion.resolver import Resolution, Resolver

from mockserver.asgi.handler_bodies import written
from mockserver.asgi.io import base_url, encode, headers_by_name
from mockserver.asgi.resolved_document import documents
from mockserver.call import Actor, Answer, Request
from mockserver.clock import now
from mockserver.domain import Access, Domain
from mockserver.error_bodies import error_list
from mockserver.errors import ApiError, NotFound
from mockserver.openapi import reader
from mockserver.openapi.guesses import bindings_of
from mockserver.operations import extensions
from mockserver.operations.endpoint import Endpoint
from mockserver.operations.indexes import indexes
from mockserver.operations.routing import converter
from mockserver.store import State, open_store

log = logging.getLogger("mockserver")

_BODY: Final = "body"
"""What Connexion calls the body, unless the document names it by x-body-name."""


class StatefulResolver(Resolver):  # type: ignore[misc]  # Connexion ships no types
    """Serves operations without a handler with state: what one request creates, the next one can read.

    Another resolver of Connexion can be given to find the handlers. All documents that share one StatefulResolver share
    its state.
    """

    def __init__(self, resolver: Resolver | None = None) -> None:
        super().__init__()
        self._handlers = resolver or Resolver()
        self._service = _Service()

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """Return the handler of an operation, else a function that answers with state.

        Raises ResolverError for an operation of Swagger 2.0 without a handler.
        """
        if self._service.is_running:
            # Another application begins to use the resolver.
            self._service = _Service()
        if isinstance(operation, OpenAPIOperation):
            self._service.operations.append(operation)
        try:
            return self._handlers.resolve(operation)
        except ResolverError as error:
            if not isinstance(operation, OpenAPIOperation):
                place = f"{operation.method.upper()} {operation.path}"
                reason = f"{place} is an operation of Swagger 2.0. Convert the document to OpenAPI 3.0."
                raise ResolverError(reason) from error
            log.info("%s %s is served with state: %s", operation.method.upper(), operation.path, error)
        # Each middleware asks for the id, and must get the same one.
        name = self._handlers.resolve_operation_id(operation) or f"{operation.method} {operation.path}"
        return Resolution(_function(self._service, operation), name)

    def reset(self) -> None:
        """Return to the state at the start: no items."""
        self._service.reset()


def _function(service: "_Service", operation: OpenAPIOperation) -> Callable[..., Any]:
    """Return a function that Connexion calls as the handler of an operation, with its body and files."""

    def answer(**values: Any) -> ConnexionResponse:
        return service.answer(operation, values)

    has_files = any(media_type.startswith("multipart/") for media_type in operation.request_body.get("content", {}))
    if not has_files and operation.body_name("") == _BODY:
        # Asked for less than everything: Connexion fails for a query parameter without a type that is asked for.
        answer.__signature__ = Signature([Parameter(_BODY, Parameter.KEYWORD_ONLY)])  # type: ignore[attr-defined]
    return answer


class _Service:
    """The operations that are served together, and their state.

    Connexion shows the operations one by one while it builds its application. They are compiled on the first request.
    """

    def __init__(self) -> None:
        self.operations: list[OpenAPIOperation] = []
        """Those with a handler too, and each once for every middleware of Connexion."""
        self.is_running = False
        self._endpoints: dict[OpenAPIOperation, Endpoint] = {}
        self._store = open_store("memory://")
        # Connexion runs handlers in threads.
        self._lock = Lock()

    def answer(self, operation: OpenAPIOperation, values: Mapping[str, Any]) -> ConnexionResponse:
        """Answer the current request of Connexion by an operation.

        Raises ProblemException, Connexion's own, for a rejection that the document does not describe.
        """
        request = _request(operation, values)
        with self._lock:
            if not self.is_running:
                self._start()
            endpoint = self._endpoints[operation]
            try:
                with self._store.transaction() as state:
                    answer = endpoint(request, _path(endpoint), state, now())
            except ApiError as error:
                answer = _rejection(error, endpoint)
        return _response(answer)

    def _start(self) -> None:
        """Compile every operation, and open the store."""
        fields: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for document in documents(self.operations):
            contract = reader.read(document.write())
            bindings = bindings_of(contract)
            behaviour = extensions.apply_extensions(
                contract, bindings.items, Domain(access=Access(authenticate=_caller))
            )
            for collection, names in indexes(contract, behaviour).items():
                fields[collection].update(dict.fromkeys(names))
            compiled = {
                (operation.path, operation.method.lower()): Endpoint(
                    operation, contract, bindings, behaviour, strict=False
                )
                for operation in contract.operations.values()
            }
            self._endpoints |= {operation: compiled[place] for operation, place in document.places()}
        self._store = open_store("memory://", {collection: tuple(names) for collection, names in fields.items()})
        self.is_running = True

    def reset(self) -> None:
        with self._lock:
            self._store.reset()


def _caller(header: str | None, state: State, now: datetime) -> Actor | None:
    """Return the user that Connexion's security has found, None where there is none."""
    user = context.get("user")
    return None if user is None else Actor(crc32(str(user).encode()), str(user))


def _request(operation: OpenAPIOperation, values: Mapping[str, Any]) -> Request:
    headers = headers_by_name(scope["headers"])
    content, content_type = written(operation, headers, values)
    if content_type:
        headers[b"content-type"] = content_type
    base = base_url(scope, headers)
    return Request(scope["method"], scope["path"], scope["query_string"], headers, content, base)


def _path(endpoint: Endpoint) -> dict[str, Any]:
    """Return the path parameters as keys of the store; raises NotFound for a text that is no key."""
    # Connexion writes the names with underscores.
    texts = {name: str(value) for name, value in scope["path_params"].items()}
    parameters = [parameter for parameter in endpoint.operation.parameters if parameter.location == "path"]
    keys = {p.name: converter(p.schema)(texts[p.name.replace("-", "_")]) for p in parameters}
    if None in keys.values():
        raise NotFound
    return keys


def _rejection(error: ApiError, endpoint: Endpoint) -> Answer:
    if error.rule:
        error.headers["X-Mock-Rule"] = error.rule
    if endpoint.rejections is not None and endpoint.rejections.describe(error):
        return endpoint.rejections.write(error, error_list)
    title = HTTPStatus(error.status).phrase
    raise ProblemException(
        status=error.status, title=title, detail=error.message, headers=error.headers, ext=error_list(error)
    )


def _response(answer: Answer) -> ConnexionResponse:
    headers, content = dict(answer.headers), answer.content
    if content is not None and not isinstance(content, bytes):
        content = encode(content)
        headers.setdefault("Content-Type", "application/json")
    return ConnexionResponse(
        answer.status, body=content, headers=headers, content_type=headers.pop("Content-Type", None)
    )
