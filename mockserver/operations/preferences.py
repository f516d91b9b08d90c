"""Apply the preferences of a request (RFC 7240) to its response, and name those that were applied."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

import msgspec

from mockserver.call import Answer
from mockserver.openapi.operation import Operation
from mockserver.request.parameters import Query
from mockserver.request.prefer import STRICTNESS

_TRUE: Final = frozenset({"true", "1", ""})
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Preferences(NamedTuple):
    """Which documented response a caller asks for; a name is empty where they do not say."""

    code: str = ""
    example: str = ""
    dynamic: bool = False


def choice(preferred: Mapping[str, str]) -> Preferences | None:
    """Return the response that the preferences choose, None where they choose none."""
    dynamic = preferred.get("dynamic", "false") in _TRUE
    chosen = Preferences(preferred.get("code", ""), preferred.get("example", ""), dynamic)
    return chosen if any(chosen) else None


_IN_QUERY: Final = ("code", "example", "dynamic")


def choice_in_query(query: Query, operation: Operation) -> Mapping[str, str]:
    """Return the preferences that a query names as Prism does: ``__code``, ``__example`` and ``__dynamic``.

    A parameter of the document that has such a name is no preference.
    """
    own = {parameter.name for parameter in operation.parameters if parameter.location == "query"}
    return {name: query[f"__{name}"][-1] for name in _IN_QUERY if f"__{name}" in query and f"__{name}" not in own}


def with_applied_choice(answer: Answer, preferred: Mapping[str, str], chosen: Preferences) -> Answer:
    """Name the preferences that chose an answer. ``handling`` is not among them: no body was read."""
    names = {name for name, value in chosen._asdict().items() if value}
    return _named(answer, preferred, names | _patience(preferred))


def with_handling(answer: Answer, preferred: Mapping[str, str]) -> Answer:
    """Name the preference that decided how strictly the request was read."""
    return _named(answer, preferred, _handled(preferred))


def with_applied(answer: Answer, preferred: Mapping[str, str], operation: Operation) -> Answer:
    """Apply the preferences that choose no response to the answer of an operation."""
    names = _handled(preferred) | _patience(preferred)
    returned = preferred.get("return")
    if operation.method in _CHANGING and answer.status < HTTPStatus.MULTIPLE_CHOICES:
        if returned == "minimal" and (minimal := _minimal(answer, operation)) is not None:
            return _named(minimal, preferred, names | {"return"})
        if returned == "representation" and answer.content is not None:
            names |= {"return"}
    return _named(answer, preferred, names)


def _handled(preferred: Mapping[str, str]) -> frozenset[str]:
    return frozenset({"handling"} if preferred.get("handling") in STRICTNESS else ())


def _patience(preferred: Mapping[str, str]) -> frozenset[str]:
    """Return the name of the preference ``wait``, where it is a number: the mock answers sooner."""
    return frozenset({"wait"} if preferred.get("wait", "").isdecimal() else ())


def _minimal(answer: Answer, operation: Operation) -> Answer | None:
    """Return an answer without its content, None where the document lists no such response."""
    if answer.content is None:
        return answer
    if str(HTTPStatus.NO_CONTENT.value) not in operation.documented:
        return None
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
    return Answer(HTTPStatus.NO_CONTENT, None, headers)


def _named(answer: Answer, preferred: Mapping[str, str], names: Collection[str]) -> Answer:
    """Add the header Preference-Applied, with the preferences of these names in the order of the request."""
    texts = [f"{name}={value}" if value else name for name, value in preferred.items() if name in names]
    if not texts:
        return answer
    return msgspec.structs.replace(answer, headers={**answer.headers, "Preference-Applied": ", ".join(texts)})
