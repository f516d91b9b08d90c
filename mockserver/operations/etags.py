"""Versions of documents: an ETag that changes with the document, and changes that ask for it by If-Match (RFC 9110)."""

from hashlib import blake2b
from typing import Any

import msgspec

from mockserver.call import Answer, Call
from mockserver.domain import Handler
from mockserver.errors import PreconditionFailed, PreconditionRequired
from mockserver.openapi.resources import Kind
from mockserver.openapi.specification import Operation, Specification
from mockserver.request.negotiation import header
from mockserver.store import Document, Key

RULE = "If-Match"
"""Under which name a change is refused: no documented rule asks for versions, the header does."""


def tag(document: Document) -> str:
    """Return the version of a document as a strong ETag: it is the same as long as the document is."""
    return f'"{blake2b(repr(document).encode(errors="surrogatepass"), digest_size=8).hexdigest()}"'


def heeded(operation: Operation, handler: Handler, specification: Specification) -> Handler:
    """Let an operation on an item, or the one that makes it, tell its version; let no change pass of another one.

    A change heeds the version where its parameters have If-Match, and comes with one where that is required, or 428
    is among its answers. Who names none is told so by 428 where that is announced, else by 412.
    """
    # Under the name that it has in paths an answer may have the key of an item that was made.
    parameter = specification.key(operation.address.collection).name
    kind, condition = operation.address.kind, operation.condition
    asked = condition is not None and (condition.required or PreconditionRequired.status in operation.responses)
    if kind is not Kind.ITEM and not (kind is Kind.COLLECTION and operation.method == "POST"):
        return handler

    def handle(call: Call) -> Any:
        if kind is Kind.ITEM and condition is not None:
            _insist_matches(call, asked=asked)
        return _tagged(call, handler(call), parameter)

    return handle


def _insist_matches(call: Call, *, asked: bool) -> None:
    wanted = header(call.request, b"if-match")
    if wanted is None and asked:
        announced = PreconditionRequired.status in call.operation.responses
        raise PreconditionRequired(rule=RULE) if announced else PreconditionFailed(PreconditionRequired.text, rule=RULE)
    if wanted is None:
        return
    known = {each.strip() for each in wanted.split(",")}
    if known.isdisjoint({"*", tag(call.documents[-1])}):
        raise PreconditionFailed(rule=RULE)


def _tagged(call: Call, result: Any, parameter: str) -> Any:
    """Return an answer with the version of the item that it is about, where there is one."""
    answer = result if isinstance(result, Answer) else Answer(call.operation.status, result)
    key = _key(call, answer.content, parameter)
    found = None if key is None else call.state.get(call.operation.address.collection, key)
    if found is None:
        return result
    return msgspec.structs.replace(answer, headers={**answer.headers, "ETag": tag(found)})


def _key(call: Call, content: Any, parameter: str) -> Key | None:
    """Return what paths call the item that is addressed, or was made: None where there is none."""
    if call.operation.address.kind is Kind.ITEM:
        return call.path[call.operation.address.steps[-1].parameter] if call.documents else None
    return content.get(parameter, content.get("id")) if isinstance(content, dict) else None
