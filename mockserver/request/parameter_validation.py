"""Read the parameters of a request as the document describes them, and validate them."""

from collections.abc import Callable, Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from mockserver.call import Request
from mockserver.errors import Invalid, Problem
from mockserver.messages import translatable
from mockserver.openapi.operation import Operation, Parameter
from mockserver.openapi.schemas import canonical
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.request.parameter_styles import (
    ABSENT,
    DEFAULT_STYLES,
    Pairs,
    query_pairs,
    read_json,
    read_query,
    read_simple,
    typed,
)
from mockserver.request.prefer import UNDERSTOOD, preferences

_OTHER_RULES: Final = frozenset({"accept", "content-type", "authorization", "if-match", "if-none-match", "cookie"})
"""Headers that are no parameters by the specification, or that the mock answers by their own statuses."""

_WITHOUT_LIMIT: Final = frozenset({"type", "title", "description", "example", "examples", "default", "deprecated"})
"""The keys of a schema that limit a text no further."""


class Parameters:
    """The parameters of one operation, compiled at start."""

    def __init__(self, operation: Operation, specification: Specification) -> None:
        checks = [_Check(parameter, specification) for parameter in operation.parameters if _is_read(parameter)]
        self._checks = tuple(check for check in checks if check.parameter.location != "path")
        in_path = (check for check in checks if f"{{{check.parameter.name}}}" in operation.path)
        self._path = tuple(check for check in in_path if check.parameter.location == "path" and check.limits)

    def __bool__(self) -> bool:
        return bool(self._checks or self._path)

    def check_path(self, request: Request, path: Mapping[str, Any]) -> None:
        """Validate the path parameters, which the router has read as keys.

        Raises:
            Invalid: The schemas do not allow them; it has every one of them.
        """
        if self._path:
            _values(self._path, _Parts(request, path))

    def read(self, request: Request) -> Mapping[str, Any]:
        """Return the values of the query parameters that a request has, by name.

        Raises:
            Invalid: A parameter is missing or not valid; it has every one of them.
        """
        return _values(self._checks, _Parts(request)) if self._checks else {}


def _is_read(parameter: Parameter) -> bool:
    return parameter.location in _READERS and parameter.name.lower() not in _OTHER_RULES


def _values(checks: Iterable["_Check"], parts: "_Parts") -> Mapping[str, Any]:
    """Return the values of the query parameters among some; raises Invalid, with everything that is wrong."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for check in checks:
        try:
            value = check.read(parts)
        except _Wrong as wrong:
            problems.append(wrong.problem)
            continue
        if value is not ABSENT and check.parameter.location == "query":
            values[check.parameter.name] = value
    if problems:
        raise Invalid(problems)
    return values


class _Wrong(Exception):
    """A parameter is missing or not valid."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _Parts:
    """The parts of a request that carry parameters, parsed when they are needed."""

    def __init__(self, request: Request, path: Mapping[str, Any] = {}) -> None:
        self.request = request
        self.headers = request.headers
        self.path = path
        self._query = request.query
        self._pairs: Pairs | None = None
        self._cookies: Mapping[str, str] | None = None

    @property
    def query(self) -> Pairs:
        if self._pairs is None:
            self._pairs = query_pairs(self._query.decode(errors="replace"))
        return self._pairs

    @property
    def cookies(self) -> Mapping[str, str]:
        if self._cookies is None:
            self._cookies = _cookies(self.headers.get(b"cookie", b"").decode("latin-1"))
        return self._cookies


def _cookies(header: str) -> Mapping[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


class _Check:
    """One parameter: how it is read, and what its schema allows."""

    def __init__(self, parameter: Parameter, specification: Specification) -> None:
        self.parameter = parameter
        self._resolve = specification.resolve
        self._validator = compile_validator(parameter.schema, specification)
        schema = canonical(parameter.schema, specification.resolve)
        self.kind = _kind(schema)
        self.fields = tuple(schema.get("properties", ()))
        self.limits = self.kind not in ("string", "integer") or bool(parameter.schema.keys() - _WITHOUT_LIMIT)
        """Whether the schema allows less than the router reads."""
        self._is_preference = parameter.location == "header" and parameter.name.lower() == "prefer"
        self._read = _READERS[parameter.location]

    def read(self, parts: _Parts) -> Any:
        """Return the value of the parameter in a request, or ABSENT.

        Raises:
            _Wrong: It is missing or not valid.
        """
        parameter = self.parameter
        # A preference of the mock is for the mock, whatever the document has for those of its API.
        if self._is_preference and UNDERSTOOD & preferences(parts.request).keys():
            return ABSENT
        texts = self._read(self, parts)
        if texts is ABSENT and parameter.required:
            raise _Wrong(Problem(parameter.name, "required", translatable(_MISSING, place=parameter.location)))
        if texts is ABSENT or (texts == "" and parameter.allow_empty):
            return texts
        values = [texts] if parameter.content else list(typed(texts, parameter.schema, self._resolve))
        for value in values:
            if self._validator.is_valid(value):
                return value
        reason = next(error.message for error in self._validator.iter_errors(values[0]))
        raise _Wrong(
            Problem(parameter.name, "invalid", translatable(_INVALID, place=parameter.location, reason=reason))
        )


_MISSING: Final = "This {place} parameter is required."
_INVALID: Final = "This {place} parameter is not valid: {reason}."


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    return kind if isinstance(kind, str) else next(iter(kind), "string")


def _from_query(check: _Check, parts: _Parts) -> Any:
    parameter = check.parameter
    if parameter.content:
        texts = [text for name, text in parts.query if name == parameter.name]
        return read_json(texts[-1]) if texts else ABSENT
    style = parameter.style or DEFAULT_STYLES["query"]
    return read_query(parts.query, parameter.name, check.kind, style, explode=parameter.explode, fields=check.fields)


def _from_path(check: _Check, parts: _Parts) -> Any:
    return _simple(check, str(parts.path[check.parameter.name]))


def _from_header(check: _Check, parts: _Parts) -> Any:
    value = parts.headers.get(check.parameter.name.lower().encode("latin-1", "replace"))
    return ABSENT if value is None else _simple(check, value.decode("latin-1"))


def _simple(check: _Check, text: str) -> Any:
    parameter = check.parameter
    return read_json(text) if parameter.content else read_simple(text, check.kind, explode=parameter.explode)


def _from_cookie(check: _Check, parts: _Parts) -> Any:
    text = parts.cookies.get(check.parameter.name)
    if text is None:
        return ABSENT
    return read_json(text) if check.parameter.content else read_simple(text, check.kind, explode=False)


_READERS: Final[Mapping[str, Callable[[_Check, _Parts], Any]]] = {
    "path": _from_path,
    "query": _from_query,
    "header": _from_header,
    "cookie": _from_cookie,
}
