"""Rejections: an HTTP status, what is wrong, and why.

    ApiError                        status, code, message
    ├── BadRequest              400  the request is no correct HTTP
    ├── ParseError              400  the body cannot be read
    ├── Invalid                 400  the body was read and is not valid; carries every bad field
    │   └── DuplicateId         409  another resource has the id
    ├── Unauthenticated         401
    │   └── BadCredentials      401  credentials came, and they are not valid
    ├── Forbidden               403
    ├── NotFound                404
    ├── MethodNotAllowed        405  carries the methods that exist
    ├── NotAcceptable           406
    ├── Conflict                409  the resource is not as the request expects it
    ├── Gone                    410
    ├── PreconditionFailed      412
    ├── TooLarge                413
    ├── UnsupportedMediaType    415
    ├── PreconditionRequired    428
    ├── Throttled               429  carries how long to wait
    ├── Failed                  500
    └── Unavailable             503

A rejection carries the id of the documented rule behind it. The core knows no documented rule: it gives a ``Reason``,
and a domain names the rule that documents it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from math import ceil
from typing import ClassVar

from mockserver.messages import joined, translatable


class Reason(Enum):
    """Why the core rejects a request."""

    LOGIN_REQUIRED = auto()
    LOGIN_BEFORE_METHOD = auto()
    """Anonymous callers do not learn which methods a protected path offers."""
    BAD_CREDENTIALS = auto()
    AUTHORIZATION_HEADER = auto()
    TOKEN_SIGNATURE = auto()
    TOKEN_LIFETIME = auto()
    TOKEN_USER = auto()
    TOKEN_TYPE = auto()
    TOKEN_CLAIMS = auto()
    METHOD = auto()
    ACCEPT = auto()
    MEDIA_TYPE = auto()
    MALFORMED_BODY = auto()
    RATE_LIMIT = auto()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a body.

    ``field`` is None where the body as a whole is rejected; ``rule`` is the id of the rule behind the rejection.
    """

    field: str | None
    code: str
    message: str
    rule: str | None = None


class ApiError(Exception):
    """A rejection: an HTTP status and the message that explains it."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "error"
    text: ClassVar[str] = "The request was rejected."
    usual_reason: ClassVar[Reason | None] = None

    def __init__(
        self,
        message: str | None = None,
        *,
        rule: str | None = None,
        reason: Reason | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or self.text
        super().__init__(self.message)
        self.rule = rule
        self.reason = reason or self.usual_reason
        self.headers = dict(headers or {})

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, one thing or several."""
        return (Problem(None, self.code, self.message, self.rule),)

    def translate(self, translate: Callable[[str], str]) -> None:
        """Translate every message."""
        self.message = translate(self.message)


class BadRequest(ApiError):
    """The request is no correct HTTP."""

    code = "bad_request"
    text = "A request of HTTP/1.1 needs a Host header, and only one."


class ParseError(ApiError):
    """The body cannot be read."""

    code = "parse_error"
    text = "The body cannot be read."
    usual_reason = Reason.MALFORMED_BODY


class Invalid(ApiError):
    """The body was read, and one or more of its fields are not valid."""

    code = "invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        super().__init__(
            "; ".join(_with_field(problem) for problem in self._problems),
            rule=next((problem.rule for problem in self._problems if problem.rule), None),
        )

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every bad field, and what is wrong with the body as a whole."""
        return self._problems

    def translate(self, translate: Callable[[str], str]) -> None:
        """Translate every message."""
        self._problems = tuple(replace(problem, message=translate(problem.message)) for problem in self._problems)


class DuplicateId(Invalid):
    """Another resource has the id that the body names."""

    status = 409


def _with_field(problem: Problem) -> str:
    return problem.message if problem.field is None else f"{problem.field}: {problem.message}"


class Unauthenticated(ApiError):
    """The request needs credentials, and none or no valid ones came."""

    status = 401
    code = "not_authenticated"
    text = "Authentication credentials were not provided."

    def __init__(self, message: str | None = None, *, rule: str | None = None, reason: Reason | None = None) -> None:
        super().__init__(message, rule=rule, reason=reason, headers={"WWW-Authenticate": "Bearer"})


class BadCredentials(Unauthenticated):
    """Credentials came, and they are not valid."""

    code = "authentication_failed"
    text = "The token is not valid."
    usual_reason = Reason.BAD_CREDENTIALS


class Forbidden(ApiError):
    """The caller may see this, but not do it."""

    status = 403
    code = "permission_denied"
    text = "You do not have permission to perform this action."


class NotFound(ApiError):
    """Nothing here exists for this caller."""

    status = 404
    code = "not_found"
    text = "Not found."


class MethodNotAllowed(ApiError):
    """The path does not offer this method."""

    status = 405
    code = "method_not_allowed"
    usual_reason = Reason.METHOD

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        message = translatable('Method "{method}" not allowed.', method=method)
        super().__init__(message, headers={"Allow": ", ".join(allowed)})


class NotAcceptable(ApiError):
    """The caller does not accept JSON."""

    status = 406
    code = "not_acceptable"
    text = "Answers are application/json; the Accept header excludes it."
    usual_reason = Reason.ACCEPT


class Conflict(ApiError):
    """The request does not fit the present state of the resource."""

    status = 409
    code = "conflict"
    text = "The resource is not as the request expects it. Read it again."


class Gone(ApiError):
    """This existed and was deleted, and the caller may know it."""

    status = 410
    code = "gone"
    text = "This was deleted."


class PreconditionFailed(ApiError):
    """The resource has changed since the caller read it."""

    status = 412
    code = "precondition_failed"
    text = "If-Match names another version than the present one. Read it again, and send its ETag."


class PreconditionRequired(ApiError):
    """The caller does not say which version they want to change."""

    status = 428
    code = "precondition_required"
    text = "Say in If-Match which version is to be changed: read it, and send its ETag."


class TooLarge(ApiError):
    """The body is larger than the mock reads."""

    status = 413
    code = "request_too_large"


class UnsupportedMediaType(ApiError):
    """The operation does not read bodies of this media type."""

    status = 415
    code = "unsupported_media_type"
    usual_reason = Reason.MEDIA_TYPE


class Throttled(ApiError):
    """The caller has sent too many requests."""

    status = 429
    code = "throttled"
    text = "Request was throttled."

    def __init__(self, wait: timedelta | None, *, reason: Reason | None = None) -> None:
        if wait is None:
            super().__init__(reason=reason)
            return
        seconds = ceil(wait.total_seconds())
        until = "Expected available in {wait} second." if seconds == 1 else "Expected available in {wait} seconds."
        message = joined([translatable(self.text), translatable(until, wait=seconds)])
        super().__init__(message, reason=reason, headers={"Retry-After": str(seconds)})


class Failed(ApiError):
    """The mock itself failed."""

    status = 500
    text = "The mock failed; its log says where."


class Unavailable(ApiError):
    """The service is unavailable; only an injected fault answers so."""

    status = 503
    code = "service_unavailable"
    text = "Service temporarily unavailable, try again later."
