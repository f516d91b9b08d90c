"""The platform's error envelope in place of the framework's bodies (ERR-02)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler as stock_handler

Message = dict[str, Any]


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer as the framework would, in the envelope; None for what is no refusal."""
    response = stock_handler(error, context)
    return response and enclose(error, response)


def enclose(error: Exception, response: Response) -> Response:
    """Put what ``error`` says into ``response`` as the envelope."""
    response.data = {"errors": list(entries(details_of(error)))}
    return response


def details_of(error: Exception) -> Any:
    """Return codes and messages of a refusal, Django's own ones translated."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    assert isinstance(error, exceptions.APIException)
    return error.get_full_details()


def entries(details: Any) -> Iterator[Message]:
    """Yield the entries of the envelope: one per field, one per general message."""
    if not isinstance(details, Mapping) or ("message" in details and "code" in details):
        yield from messages(details)
        return
    for field, found in details.items():
        if field == api_settings.NON_FIELD_ERRORS_KEY:
            yield from messages(found)
        else:
            yield {"field": field, "messages": list(messages(found))}


def messages(details: Any) -> Iterator[Message]:
    """Yield every message in ``details``, however deep an item of a list lies."""
    if isinstance(details, list):
        for item in details:
            yield from messages(item)
    elif "message" in details and "code" in details:
        yield details
    else:
        for item in details.values():
            yield from messages(item)


def page(status: HTTPStatus, code: str) -> JsonResponse:
    """Answer for Django itself, where no view is reached."""
    return JsonResponse({"errors": [{"code": code, "message": status.phrase}]}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer a request that Django finds suspicious."""
    return page(HTTPStatus.BAD_REQUEST, "invalid")


def not_found(request: HttpRequest, exception: Exception) -> JsonResponse:
    """Answer for a path that leads nowhere."""
    return page(HTTPStatus.NOT_FOUND, "not_found")


def server_error(request: HttpRequest) -> JsonResponse:
    """Answer for a crash."""
    return page(HTTPStatus.INTERNAL_SERVER_ERROR, "error")
