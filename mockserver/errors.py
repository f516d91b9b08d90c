"""What can go wrong in a request, and how it is said.

    ApiError                        status, code, message
    ├── ParseError              400  the body cannot be read
    ├── Invalid                 400  the body was read and refused; carries every bad field
    ├── Unauthenticated         401
    ├── Forbidden               403
    ├── NotFound                404
    ├── MethodNotAllowed        405  carries the methods that exist
    ├── NotAcceptable           406
    ├── Gone                    410
    ├── PreconditionFailed      412
    ├── TooLarge                413
    ├── UnsupportedMediaType    415
    ├── PreconditionRequired    428
    ├── Throttled               429  carries how long to wait
    ├── Failed                  500
    └── Unavailable             503

Every one of them has the body of ERR-02, unless the domain has another.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil
from typing import Any, ClassVar

from mockserver.messages import joined, said


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a body.

    ``field`` is None where the body as a whole is refused; ``rule`` is the id of the rule that refused.
    """

    field: str | None
    code: str
    message: str
    rule: str | None = None


class ApiError(Exception):
    """A refusal: an HTTP status and the body that explains it."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "error"
    text: ClassVar[str] = "The request was refused."

    def __init__(
        self, message: str | None = None, *, rule: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.message = message or self.text
        super().__init__(self.message)
        self.rule = rule
        self.headers = dict(headers or {})

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, one thing or several."""
        return (Problem(None, self.code, self.message, self.rule),)

    def reword(self, say: Callable[[str], str]) -> None:
        """Put everything that is told to people in other words."""
        self.message = say(self.message)


class ParseError(ApiError):
    """The body cannot be read (TRANS-04)."""

    code = "parse_error"
    text = "The body cannot be read."


class Invalid(ApiError):
    """The body was read, and one or more of its fields are refused (ERR-02, ERR-04)."""

    code = "invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        super().__init__(
            "; ".join(f"{problem.field or 'body'}: {problem.message}" for problem in self._problems),
            rule=next((problem.rule for problem in self._problems if problem.rule), None),
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every bad field, and what is wrong with the body as a whole."""
        return self._problems

    def reword(self, say: Callable[[str], str]) -> None:
        """Put everything that is told to people in other words."""
        self._problems = tuple(replace(problem, message=say(problem.message)) for problem in self._problems)


class Unauthenticated(ApiError):
    """Nobody is logged in, or the token is not good (AUTH-02 to AUTH-05)."""

    status = 401
    code = "not_authenticated"
    text = "Authentication credentials were not provided."

    def __init__(self, message: str | None = None, *, rule: str | None = None) -> None:
        super().__init__(message, rule=rule, headers={"WWW-Authenticate": "Bearer"})


class BadCredentials(Unauthenticated):
    """A token came, and it is not good (AUTH-03, AUTH-JWT-01 to AUTH-JWT-05)."""

    code = "authentication_failed"
    text = "The token is not valid."


class Forbidden(ApiError):
    """The actor may see this, and may not do it."""

    status = 403
    code = "permission_denied"
    text = "You do not have permission to perform this action."


class NotFound(ApiError):
    """There is no such thing for this actor."""

    status = 404
    code = "not_found"
    text = "Not found."


class MethodNotAllowed(ApiError):
    """The path does not offer this method (TRANS-06)."""

    status = 405
    code = "method_not_allowed"

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        message = said('Method "{method}" not allowed.', method=method)
        super().__init__(message, rule="TRANS-06", headers={"Allow": ", ".join(allowed)})


class NotAcceptable(ApiError):
    """The caller takes no JSON (TRANS-05)."""

    status = 406
    code = "not_acceptable"
    text = "Answers are application/json; the Accept header excludes it."


class Gone(ApiError):
    """There was such a thing, and the actor may know that it was deleted."""

    status = 410
    code = "gone"
    text = "This was deleted."


class PreconditionFailed(ApiError):
    """What the caller wants to change is no longer as he knows it."""

    status = 412
    code = "precondition_failed"
    text = "If-Match names another version than the present one. Read it again, and send its ETag."


class PreconditionRequired(ApiError):
    """The caller does not say which version of it he wants to change."""

    status = 428
    code = "precondition_required"
    text = "Say in If-Match which version is to be changed: read it, and send its ETag."


class TooLarge(ApiError):
    """The body is larger than the mock reads."""

    status = 413
    code = "request_too_large"


class UnsupportedMediaType(ApiError):
    """The body has a media type that nobody reads (TRANS-03)."""

    status = 415
    code = "unsupported_media_type"


class Throttled(ApiError):
    """The caller has asked too often."""

    status = 429
    code = "throttled"
    text = "Request was throttled."

    def __init__(self, wait: timedelta | None, *, rule: str | None = None) -> None:
        if wait is None:
            super().__init__(rule=rule)
            return
        seconds = ceil(wait.total_seconds())
        until = "Expected available in {wait} second." if seconds == 1 else "Expected available in {wait} seconds."
        message = joined([said(self.text), said(until, wait=seconds)])
        super().__init__(message, rule=rule, headers={"Retry-After": str(seconds)})


class Failed(ApiError):
    """The mock has a mistake of its own."""

    status = 500
    text = "The mock failed; its log says where."


class Unavailable(ApiError):
    """Nothing can be done at present; only a fault that was asked for answers so."""

    status = 503
    code = "service_unavailable"
    text = "Service temporarily unavailable, try again later."


# --- how it is said ---------------------------------------------------------------------------------------------------

ErrorBody = Callable[[ApiError], Any]
"""Writes the body of a refusal."""


def envelope(error: ApiError) -> dict[str, Any]:
    """The platform's body: one entry a field in the order found, field-less problems after them (ERR-02, ERR-03)."""
    fields: dict[str, list[dict[str, str]]] = {}
    whole: list[dict[str, str]] = []
    for problem in error.problems:
        message = {"code": problem.code, "message": problem.message}
        if problem.field is None:
            whole.append(message)
        else:
            fields.setdefault(problem.field, []).append(message)
    # The vendor's form looks at the first entry only, and knows the word "unique" (research: real client, 3).
    ordered = sorted(fields.items(), key=lambda item: item[1][0]["code"] != "unique")
    return {"errors": [{"field": field, "messages": messages} for field, messages in ordered] + whole}


def framework_body(error: ApiError) -> dict[str, Any]:
    """The body of Django REST Framework by itself: texts by field, or one text as the detail; no codes."""
    if not isinstance(error, Invalid):
        return {"detail": error.message}
    fields: dict[str, list[str]] = {}
    for problem in error.problems:
        fields.setdefault(problem.field or "non_field_errors", []).append(problem.message)
    return fields
