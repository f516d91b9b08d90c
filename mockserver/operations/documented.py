"""Answer an operation from its documented responses alone: by an example, else by a generated value."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final

import msgspec
import orjson

from mockserver.call import Answer
from mockserver.errors import Invalid, Problem
from mockserver.messages import translatable
from mockserver.openapi.generation import Generator
from mockserver.openapi.operation import Media, Operation, Response
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from mockserver.operations.preferences import Preferences
from mockserver.operations.xml_answers import write_xml
from mockserver.request.media_types import is_xml
from mockserver.request.negotiation import Choice, choose, usual

JSON: Final = "application/json"
NO_CONTENT: Final = frozenset({204, 205, 304})

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
        self._specification = specification
        self._generator = Generator(specification)
        # Generated on first use, by the identity of the part of the document: to generate takes longer than to answer.
        self._generated: dict[int, Any] = {}
        self._header_values: dict[tuple[int, str], str] = {}
        self._by_status: dict[int, Response | None] = {}
        self._sent_headers: dict[int, frozenset[str]] = {}

    def find(self, status: int) -> Response | None:
        """Return the documented response of a status: its own, else that of its class, else the default."""
        keys = (str(status), f"{status // 100}XX", "default")
        return next((self._responses[key] for key in keys if key in self._responses), None)

    def json_schema(self, status: int) -> Schema | None:
        """Return the schema of the JSON answer with a status, None where nothing describes it."""
        response = self.find(status)
        choice = None if response is None else usual(tuple(response.content))
        if response is None or choice is None or not has_json(choice.media_type):
            return None
        return response.content[choice.documented].schema

    @cached_property
    def success(self) -> tuple[int, Response | None]:
        """The status and the response of success; the first documented status where no success is documented."""
        if str(self._status) in self._responses:
            return self._status, self._responses[str(self._status)]
        for key, response in self._responses.items():
            if key in ("2XX", "default"):
                return 200, response
        for key, response in self._responses.items():
            return _status_of(key), response
        return self._status, None

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The documented media types and ranges of the response of success."""
        status, response = self.success
        return () if response is None or status in NO_CONTENT else tuple(response.content)

    def answer(self) -> Answer:
        """Return the documented answer of success, whose content is not written in a media type yet."""
        status, response = self.success
        if response is None:
            return Answer(status)
        headers = self.headers(response, self._sent(status, response))
        media = _usual_media(response.content)
        return Answer(status, None if media is None or status in NO_CONTENT else self.value(media), headers)

    def chosen(self, preferred: Preferences, accept: bytes) -> Answer:
        """Return the documented answer that a caller prefers, in a media type that they accept.

        Raises:
            UnknownResponse: The document has no response or example of that name.
            Invalid: The name of the response is no status.
        """
        status, response = self._preferred(preferred.code) if preferred.code else self.success
        if response is None:
            return Answer(status)
        headers = self.headers(response, self._sent(status, response))
        choice = _choice(response, accept)
        if choice is None or status in NO_CONTENT:
            return Answer(status, None, headers)
        media = response.content[choice.documented]
        return self._written(Answer(status, self._content(media, preferred), headers), media, choice.media_type)

    def _preferred(self, code: str) -> tuple[int, Response | None]:
        if not code.isdecimal() or not 200 <= int(code) <= 599:
            raise Invalid([Problem(None, "invalid", translatable(_NO_STATUS, code=code))])
        response = self.find(int(code))
        if response is None:
            statuses = ", ".join(self._responses)
            raise UnknownResponse(translatable(_NO_RESPONSE, code=code, statuses=statuses))
        return int(code), response

    def complete(self, answer: Answer) -> Answer:
        """Return an answer with the headers that its documented response has, and no undocumented content."""
        response = self._response_of(answer)
        if response is None:
            return answer
        missing = self._sent(answer.status, response) - answer.headers.keys()
        # Most answers are complete: they have content, and all headers that are always there.
        if not missing and answer.content is not None and response.content and answer.status not in NO_CONTENT:
            return answer
        headers = {**self.headers(response, missing), **answer.headers} if missing else dict(answer.headers)
        media = _usual_media(response.content)
        if media is None or answer.status in NO_CONTENT:
            return Answer(answer.status, None, headers)
        return Answer(answer.status, self.value(media) if answer.content is None else answer.content, headers)

    def written(self, answer: Answer, accept: bytes) -> Answer:
        """Return a complete answer in a media type that the caller accepts."""
        response = self._response_of(answer)
        choice = None if response is None else _choice(response, accept)
        if response is None or choice is None or answer.status in NO_CONTENT:
            return answer
        media = response.content[choice.documented]
        if choice.media_type == JSON and len(response.content) == 1:
            return answer
        usual_media = _usual_media(response.content)
        # What is an example in one media type is that of the other one in the other.
        if usual_media not in (None, media) and media.examples and answer.content == self.value(usual_media):
            answer = msgspec.structs.replace(answer, content=self.value(media))
        return self._written(answer, media, choice.media_type)

    def _response_of(self, answer: Answer) -> Response | None:
        """Return the documented response of an answer; None where it has a media type already."""
        if "Content-Type" in answer.headers:
            return None
        status = answer.status
        if status not in self._by_status:
            own = self._responses.get(str(status)) or self._responses.get(f"{status // 100}XX")
            self._by_status[status] = self.success[1] if own is None and status == self.success[0] else own
        return self._by_status[status]

    def _written(self, answer: Answer, media: Media, media_type: str) -> Answer:
        """Return an answer whose content is written in a media type: JSON, XML, or text as it is."""
        if has_json(media_type):
            return answer if media_type == JSON else _with_type(answer, answer.content, media_type)
        value = answer.content
        if is_xml(media_type) and value is not None and not isinstance(value, bytes):
            return _with_type(answer, write_xml(value, media.schema or {}, self._specification), media_type)
        if isinstance(value, dict | list):
            # A text does not show an object, whatever is stored.
            example = self.value(media)
            value = orjson.dumps(value).decode() if isinstance(example, dict | list) else example
        text = "" if value is None else value if isinstance(value, bytes) else str(value)
        return _with_type(answer, text if isinstance(text, bytes) else text.encode(), media_type)

    def _sent(self, status: int, response: Response) -> frozenset[str]:
        """Return the headers of a response that are always there: the required ones, and those with a default."""
        if status not in self._sent_headers:
            with_default = {name for name, schema in response.headers.items() if "default" in schema}
            self._sent_headers[status] = response.required_headers | with_default
        return self._sent_headers[status]

    def headers(self, response: Response, names: Iterable[str]) -> dict[str, str]:
        """Return a value for some headers of a response."""
        return {name: self._header(response, name) for name in names if name.lower() != "content-type"}

    def _header(self, response: Response, name: str) -> str:
        key = id(response), name
        if key not in self._header_values:
            self._header_values[key] = str(self._generator.value(response.headers[name]))
        return self._header_values[key]

    def _content(self, media: Media, preferred: Preferences) -> Any:
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
        _, response = self.success
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


def has_json(media_type: str) -> bool:
    """Return whether a documented media type is JSON, or a range that has it."""
    return "json" in media_type.lower() or "*" in media_type


def _choice(response: Response, accept: bytes) -> Choice | None:
    """Return the media type of a response; where the caller accepts none of them, the one that others get."""
    offered = tuple(response.content)
    return choose(accept, offered) or usual(offered)


def _usual_media(content: Mapping[str, Media]) -> Media | None:
    choice = usual(tuple(content))
    return None if choice is None else content[choice.documented]


def _with_type(answer: Answer, content: Any, media_type: str) -> Answer:
    return Answer(answer.status, content, {**answer.headers, "Content-Type": media_type})
