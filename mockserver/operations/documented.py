"""Answer an operation from its documented responses alone: by an example, else by a generated value."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from mockserver.call import Answer
from mockserver.messages import translatable
from mockserver.openapi.generation import Generator
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Media, Operation, Response, Specification
from mockserver.operations.preferences import NO_PREFERENCES, Preferences

JSON: Final = "application/json"
_NO_CONTENT: Final = frozenset({204, 205, 304})

_NO_STATUS: Final = "Prefer: code={code}: a status is a number from 200 to 599."
_NO_RESPONSE: Final = "Prefer: code={code}: the document has no such response, only {statuses}."
_NO_EXAMPLE: Final = "Prefer: example={example}: the response has no such example; it has {examples}."


class UnknownResponse(Exception):
    """A preference names a response or an example that the document does not have."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class DocumentedResponses:
    """The documented responses of one operation."""

    def __init__(self, operation: Operation, specification: Specification) -> None:
        self._responses = operation.documented
        self._status = operation.status
        self._generator = Generator(specification)
        # Generated on first use, by the identity of the part of the document: to generate takes longer than to answer.
        self._generated: dict[int, Any] = {}
        self._header_values: dict[tuple[int, str], str] = {}

    def find(self, status: int) -> Response | None:
        """Return the documented response of a status: its own, else that of its class, else the default."""
        keys = (str(status), f"{status // 100}XX", "default")
        return next((self._responses[key] for key in keys if key in self._responses), None)

    def json_schema(self, status: int) -> Schema | None:
        """Return the schema of the JSON answer with a status, None where nothing describes it."""
        response = self.find(status)
        media = None if response is None else _preferred_media(response.content)
        if response is None or media is None or not is_json(media):
            return None
        return response.content[media].schema

    def success(self) -> tuple[int, Response | None]:
        """Return the status and the response of success; the first documented status where no success is documented."""
        if str(self._status) in self._responses:
            return self._status, self._responses[str(self._status)]
        for key, response in self._responses.items():
            if key in ("2XX", "default"):
                return 200, response
        for key, response in self._responses.items():
            return _status_of(key), response
        return self._status, None

    def answer(self, preferred: Preferences = NO_PREFERENCES) -> Answer:
        """Return the documented answer of success, or the one that a caller prefers.

        Raises:
            UnknownResponse: The document has no response or example of that name.
        """
        status, response = self._preferred(preferred.code) if preferred.code else self.success()
        if response is None:
            return Answer(status)
        headers = self.headers(response, response.required_headers)
        media_type = _preferred_media(response.content)
        if media_type is None or status in _NO_CONTENT:
            return Answer(status, None, headers)
        return _answer(status, self._content(response, media_type, preferred), media_type, headers)

    def _preferred(self, code: str) -> tuple[int, Response | None]:
        if not code.isdecimal() or not 200 <= int(code) <= 599:
            raise UnknownResponse(translatable(_NO_STATUS, code=code))
        response = self.find(int(code))
        if response is None:
            statuses = ", ".join(self._responses)
            raise UnknownResponse(translatable(_NO_RESPONSE, code=code, statuses=statuses))
        return int(code), response

    def complete(self, answer: Answer) -> Answer:
        """Return an answer in its documented form: its media type, the required headers, no undocumented content."""
        response = self._responses.get(str(answer.status)) or self._responses.get(f"{answer.status // 100}XX")
        if response is None or "Content-Type" in answer.headers:
            return answer
        missing = response.required_headers - answer.headers.keys()
        headers = {**self.headers(response, missing), **answer.headers} if missing else dict(answer.headers)
        media_type = _preferred_media(response.content)
        if media_type is None or answer.status in _NO_CONTENT:
            return Answer(answer.status, None, headers)
        content = self.value(response.content[media_type]) if answer.content is None else answer.content
        return _answer(answer.status, content, media_type, headers)

    def headers(self, response: Response, names: Iterable[str]) -> dict[str, str]:
        """Return a value for some headers of a response."""
        return {name: self._header(response, name) for name in names if name.lower() != "content-type"}

    def _header(self, response: Response, name: str) -> str:
        key = id(response), name
        if key not in self._header_values:
            self._header_values[key] = str(self._generator.value(response.headers[name]))
        return self._header_values[key]

    def _content(self, response: Response, media_type: str, preferred: Preferences) -> Any:
        media = response.content[media_type]
        if preferred.example:
            if preferred.example not in media.examples:
                names = ", ".join(media.examples) or "none"
                raise UnknownResponse(translatable(_NO_EXAMPLE, example=preferred.example, examples=names))
            return media.examples[preferred.example]
        return self.generated(media) if preferred.dynamic else self.value(media)

    def value(self, media: Media) -> Any:
        """Return the first example of a media type, else a value of its schema."""
        for example in media.examples.values():
            return example
        return self.generated(media)

    def generated(self, media: Media) -> Any:
        """Return a value of the schema of a media type, None where it has none."""
        if id(media) not in self._generated:
            self._generated[id(media)] = None if media.schema is None else self._generator.value(media.schema)
        return self._generated[id(media)]

    @property
    def has_example(self) -> bool:
        """Whether the document has an example of the answer of success."""
        _, response = self.success()
        return response is not None and any(media.examples for media in response.content.values())

    def example(self) -> dict[str, Any]:
        """Return the object that the answer of success shows, an empty one if it shows none."""
        content = self.answer().content
        return content if isinstance(content, dict) else {}


def _status_of(key: str) -> int:
    """Return the status that a key of the documented responses stands for: 4XX stands for 400."""
    if key == "default":
        return int(HTTPStatus.OK)
    return int(key.replace("X", "0"))


def is_json(media_type: str) -> bool:
    """Return whether a documented media type is JSON, or a range that has it."""
    return "json" in media_type.lower() or "*" in media_type


def _preferred_media(content: Mapping[str, Media]) -> str | None:
    """Return the media type to answer in: JSON if there is any, else the first."""
    return next((name for name in content if "json" in name.lower()), next(iter(content), None))


def _answer(status: int, value: Any, media_type: str, headers: Mapping[str, str]) -> Answer:
    """Return an answer in a media type: JSON, or text as it is."""
    media_type = media_type if "*" not in media_type else JSON
    if "json" in media_type.lower():
        return Answer(status, value, {**headers, **({} if media_type == JSON else {"Content-Type": media_type})})
    text = value if isinstance(value, str | bytes) else "" if value is None else str(value)
    content = text if isinstance(text, bytes) else text.encode()
    return Answer(status, content, {**headers, "Content-Type": media_type})
