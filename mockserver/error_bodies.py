"""How the body of a rejection is written: as problem details (RFC 9457), or as Django REST Framework writes it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from mockserver.errors import ApiError, Invalid

ErrorBody = Callable[[ApiError], Any]
"""Writes the JSON-like body of a rejection."""

PROBLEM_JSON: Final = "application/problem+json"


def problem_details(error: ApiError) -> dict[str, Any]:
    """Write problem details: title, status and detail, and the list of errors."""
    return with_status({"type": "about:blank", "detail": str(error.message), **error_list(error)}, error.status)


def with_status(details: dict[str, Any], status: int) -> dict[str, Any]:
    """Return problem details with a status and its title."""
    return {**details, "title": HTTPStatus(status).phrase, "status": status}


def headers_of(body: ErrorBody) -> dict[str, str]:
    """Return the headers of a body where the document says nothing about it."""
    return {"Content-Type": PROBLEM_JSON} if body is problem_details else {}


def error_list(error: ApiError) -> dict[str, Any]:
    """Write ``{"errors": […]}``: one entry per field, then the messages about the body as a whole."""
    fields: dict[str, list[dict[str, str]]] = {}
    whole: list[dict[str, str]] = []
    for problem in error.problems:
        message = {"code": problem.code, "message": str(problem.message)}
        if problem.field is None:
            whole.append(message)
        else:
            fields.setdefault(problem.field, []).append(message)
    return {"errors": [{"field": field, "messages": messages} for field, messages in fields.items()] + whole}


def framework_body(error: ApiError) -> dict[str, Any]:
    """Write the body of Django REST Framework: messages by field, or one message as the detail; no codes."""
    if not isinstance(error, Invalid):
        return {"detail": error.message}
    fields: dict[str, list[str]] = {}
    for problem in error.problems:
        fields.setdefault(problem.field or "non_field_errors", []).append(problem.message)
    return fields
