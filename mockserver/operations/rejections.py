"""Write rejections as the document has them: in its status, media type and schema, with what is wrong filled in."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from http import HTTPStatus
from typing import Any, Final, NamedTuple, TypeAlias

from mockserver.call import Answer
from mockserver.error_bodies import ErrorBody, headers_of, problem_details, with_status
from mockserver.errors import ApiError, Invalid, NotFound, Problem
from mockserver.openapi.generation import Generator
from mockserver.openapi.operation import Media, Operation, Response
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.operations.xml_answers import write_xml
from mockserver.request.media_types import is_xml
from mockserver.request.negotiation import Choice, choose, usual

_SUBSTITUTES: Final = {400: (422,), 409: (422, 400)}
"""Status → others with which documents mean the same, where they do not list it."""
_MESSAGE_NAMES: Final = (
    "message",
    "detail",
    "error_description",
    "errormessage",
    "description",
    "reason",
    "msg",
    "text",
)
_STATUS_NAMES: Final = ("status", "statuscode", "code", "httpstatus", "errorcode")
_TITLE_NAMES: Final = ("title", "error", "name", "summary")
_CODE_NAMES: Final = ("code", "errorcode", "type", "kind")
_FIELD_NAMES: Final = ("field", "property", "param", "parameter", "path", "pointer", "source")
_LIST_NAMES: Final = ("errors", "messages", "details", "detail", "error")
_DEEPEST: Final = 3


class DocumentedRejections:
    """The rejections of one operation."""

    def __init__(self, operation: Operation, specification: Specification) -> None:
        self._responses = operation.documented
        self._specification = specification
        self._forms: dict[tuple[str, str], _Form] = {}

    def of_path(self, error: Invalid) -> ApiError:
        """Return the rejection of a path whose parameters are not valid.

        Such a path names nothing: 404. It is bad input where the document has an answer to that, and none to 404.
        """
        keys = self._responses.keys()
        is_bad_input = bool(keys & {"400", "422"}) and not keys & {"404", "4XX", "default"}
        return error if is_bad_input else NotFound(error.message)

    def write(self, error: ApiError, otherwise: ErrorBody, accept: bytes = b"") -> Answer:
        """Return the answer to a rejected request, in a media type that the caller accepts if there is one.

        ``otherwise`` writes its body where none is documented.
        """
        status, key = self._status(error.status)
        headers = {**error.headers}
        media_type = None if key is None else _media_type(self._responses[key], accept)
        usual = otherwise(error)
        if otherwise is problem_details:
            usual = with_status(usual, status)
        if key is None or media_type is None:
            return Answer(status, usual, {**headers_of(otherwise), **headers})
        headers["Content-Type"] = media_type.media_type
        form = self._form(key, media_type.documented)
        if "json" in media_type.media_type:
            return Answer(status, usual if form.allows(usual) else form.fill(status, error), headers)
        if is_xml(media_type.media_type):
            return Answer(status, form.as_xml(form.fill(status, error)), headers)
        return Answer(status, form.as_text(error).encode(), headers)

    def describe(self, error: ApiError) -> bool:
        """Return whether the document describes the body of a rejection."""
        key = self._status(error.status)[1]
        return key is not None and _media_type(self._responses[key]) is not None

    def _status(self, status: int) -> tuple[int, str | None]:
        """Return the status of a rejection, and the key of its documented response.

        Bad input and conflicts have the first of the documented statuses that mean them. Every other status has a
        meaning of its own.
        """
        candidates = [(number, str(number)) for number in (status, *_SUBSTITUTES.get(status, ()))]
        candidates += [(status, f"{status // 100}XX"), (status, "default")]
        return next(((number, key) for number, key in candidates if key in self._responses), (status, None))

    def _form(self, key: str, media_type: str) -> "_Form":
        if (key, media_type) not in self._forms:
            media = self._responses[key].content[media_type]
            self._forms[key, media_type] = _Form(media, self._specification)
        return self._forms[key, media_type]


def _media_type(response: Response, accept: bytes = b"") -> Choice | None:
    """Return the media type of a rejection: the preferred one, else JSON, XML or text; None without any of them."""
    kinds = ("json", "xml", "text", "*")
    offered = tuple(name for kind in kinds for name in response.content if kind in name.lower())
    return choose(accept, offered) or usual(offered)


class _Form:
    """The body of one documented rejection, with places for what is wrong."""

    def __init__(self, media: Media, specification: Specification) -> None:
        self._schema: Schema = media.schema or {}
        self._specification = specification
        self._validator = compile_validator(self._schema, specification)
        example = next(iter(media.examples.values()), self._schema.get("example"))
        self._has_example = example is not None
        self._base = Generator(specification).value(self._schema) if example is None else example

    def allows(self, body: Any) -> bool:
        """Return whether the document allows a body; an example without a schema says what form it has."""
        return (bool(self._schema) or not self._has_example) and self._validator.is_valid(body)

    def as_xml(self, body: Any) -> bytes:
        """Return a body as XML."""
        return write_xml(body, self._schema, self._specification)

    def as_text(self, error: ApiError) -> str:
        """Return the body as a text: the example of the document, else the message."""
        return self._base if self._has_example and isinstance(self._base, str) else error.message

    def fill(self, status: int, error: ApiError) -> Any:
        """Return the body that says what is wrong, as far as the schema has places for it."""
        body = deepcopy(self._base)
        problems = error.problems
        whole = _Wrong(
            status, error.code, error.message, next((entry.field for entry in problems if entry.field), None)
        )
        if not isinstance(body, dict):
            if self._has_example:
                return body
            return self._first_valid([error.message, [error.message]], body)
        for place, name, value in _fillings(body, whole, problems, _DEEPEST):
            before = place[name]
            place[name] = value
            if not self._validator.is_valid(body):
                place[name] = before
        return body

    def _first_valid(self, values: list[Any], otherwise: Any) -> Any:
        return next((value for value in values if self._validator.is_valid(value)), otherwise)


class _Wrong(NamedTuple):
    """What is wrong with a request, or with one part of it."""

    status: int
    code: str
    message: str
    field: str | None


Filling: TypeAlias = tuple[dict[str, Any], str, Any]
"""An object, the name of a property in it, and the value to put there if that is valid."""


def _fillings(body: dict[str, Any], wrong: _Wrong, problems: Sequence[Problem], depth: int) -> Iterator[Filling]:
    """Yield what to write in which place of a body, by the names that such places usually have."""
    for name, value in list(body.items()):
        plain = name.lower().replace("_", "").replace("-", "")
        if isinstance(value, dict) and depth:
            yield from _fillings(value, wrong, problems, depth - 1)
        elif isinstance(value, list) and plain in _LIST_NAMES:
            yield body, name, _entries(value, wrong.status, problems)
        elif isinstance(value, int | float) and not isinstance(value, bool) and plain in _STATUS_NAMES:
            yield body, name, wrong.status
        elif isinstance(value, str):
            text = _text(plain, wrong)
            if text is not None:
                yield body, name, text


def _entries(entries: list[Any], status: int, problems: Sequence[Problem]) -> list[Any]:
    """Return one entry for each problem: its message, or an object like the first one that is there."""
    if not entries or not isinstance(entries[0], dict):
        return [problem.message for problem in problems]
    filled: list[Any] = []
    for problem in problems:
        entry = deepcopy(entries[0])
        wrong = _Wrong(status, problem.code, problem.message, problem.field)
        for place, name, value in _fillings(entry, wrong, [problem], 1):
            place[name] = value
        filled.append(entry)
    return filled


def _text(name: str, wrong: _Wrong) -> str | None:
    """Return the text for a place of this name, None where it is for something else."""
    if name in _MESSAGE_NAMES:
        return str(wrong.message)
    if name in _TITLE_NAMES:
        return HTTPStatus(wrong.status).phrase
    if name == "type":
        return "about:blank"
    if name in _CODE_NAMES:
        return wrong.code
    if name in _STATUS_NAMES:
        return str(wrong.status)
    return wrong.field if name in _FIELD_NAMES else None
