"""How the body of a rejection is written: as a list of errors, or as Django REST Framework writes it."""

from collections.abc import Callable
from typing import Any

from mockserver.errors import ApiError, Invalid

ErrorBody = Callable[[ApiError], Any]
"""Writes the JSON-like body of a rejection."""


def error_list(error: ApiError) -> dict[str, Any]:
    """Write ``{"errors": […]}``: one entry per field, then the messages about the body as a whole."""
    fields: dict[str, list[dict[str, str]]] = {}
    whole: list[dict[str, str]] = []
    for problem in error.problems:
        message = {"code": problem.code, "message": problem.message}
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
