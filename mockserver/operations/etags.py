"""ETags: a version that changes with the document, and changes that require it by If-Match (RFC 9110)."""

from hashlib import blake2b
from typing import Any, Final

import msgspec

from mockserver.call import Answer, Call
from mockserver.domain import Handler
from mockserver.errors import PreconditionFailed, PreconditionRequired
from mockserver.openapi.bindings import Binding
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import Kind
from mockserver.operations.nesting import find
from mockserver.request.negotiation import header
from mockserver.store import Document, Key
from specdouble.pointers import found_at

_NOT_MODIFIED: Final = 304

RULE: Final = "If-Match"
"""The id of these rejections: the document requires versions by a header of this name."""


def etag(document: Document) -> str:
    """Return the version of a document as a strong ETag: it is the same as long as the document is."""
    # repr and not JSON: documents hold tuples and files, and only equality matters.
    return f'"{blake2b(repr(document).encode(errors="surrogatepass"), digest_size=8).hexdigest()}"'


def with_etags(operation: Operation, handler: Handler, binding: Binding) -> Handler:
    """Return a handler that sends the ETag of an item, and rejects changes of another version.

    If-Match is checked for every change, and If-None-Match for every reading. If-Match is required where the document
    says so, or announces 428. A change without it is then rejected with 428 where that is announced, else with 412.
    """
    kind, condition = operation.address.kind, operation.condition
    if kind is not Kind.ITEM and not (kind is Kind.COLLECTION and operation.method == "POST"):
        return handler
    required = condition is not None and (condition.required or PreconditionRequired.status in operation.responses)

    reads = operation.method == "GET"

    def handle(call: Call) -> Any:
        if kind is Kind.ITEM and not reads:
            _require_current_version(call, required=required)
        if kind is Kind.ITEM and reads and (tag := _unchanged(call)) is not None:
            return Answer(_NOT_MODIFIED, None, {"ETag": tag})
        return _add_etag(call, handler(call), binding)

    return handle


def _unchanged(call: Call) -> str | None:
    """Return the version of an item if If-None-Match names it (compared weakly), else None."""
    condition = header(call.request, b"if-none-match")
    if condition is None:
        return None
    from werkzeug.http import parse_etags  # as below

    tag = etag(call.documents[-1])
    return tag if parse_etags(condition).contains_weak(tag.strip('"')) else None


def _require_current_version(call: Call, *, required: bool) -> None:
    condition = header(call.request, b"if-match")
    if call.addressed is None:
        if condition is not None:
            raise PreconditionFailed(rule=RULE)
        return
    if condition is None and required:
        announced = PreconditionRequired.status in call.operation.responses
        raise PreconditionRequired(rule=RULE) if announced else PreconditionFailed(PreconditionRequired.text, rule=RULE)
    if condition is not None and not _matches(condition, etag(call.documents[-1])):
        raise PreconditionFailed(rule=RULE)


def _matches(condition: str, current: str) -> bool:
    """Compare strongly, as If-Match does: a weak tag matches nothing, and ``*`` everything."""
    # Imported here, because werkzeug takes a fifth of a start and most documents have no ETags.
    from werkzeug.http import parse_etags

    tags = parse_etags(condition)
    # werkzeug also accepts a tag without its quotes, which RFC 9110 does not.
    return tags.star_tag or (current in condition and tags.contains(current.strip('"')))


def _add_etag(call: Call, result: Any, binding: Binding) -> Any:
    """Return an answer with the ETag of the item that it shows, if it shows one."""
    answer = result if isinstance(result, Answer) else Answer(call.operation.status, result)
    key = _key(call, found_at(answer.content, binding.answer), binding.item.key)
    collection, steps = call.operation.address.collection, call.operation.address.steps
    if call.operation.address.kind is Kind.ITEM:
        steps = steps[:-1]
    above = tuple(call.path[step.parameter] for step in steps)
    document = None if key is None else find(call.state, collection, key, above)
    if document is None:
        return result
    return msgspec.structs.replace(answer, headers={**answer.headers, "ETag": etag(document)})


def _key(call: Call, content: Any, key_name: str) -> Key | None:
    """Return the key of the item that is addressed or was created, None where there is none."""
    if call.operation.address.kind is Kind.ITEM:
        return call.path[call.operation.address.steps[-1].parameter] if call.documents else None
    return content.get(key_name, content.get("id")) if isinstance(content, dict) else None
