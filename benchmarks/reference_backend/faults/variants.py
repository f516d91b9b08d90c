"""What may differ between backends without being a fault."""

import time
from typing import Any

from django.http import Http404
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.reference_backend import errors
from benchmarks.reference_backend.models import Course
from benchmarks.reference_backend.views import CourseViewSet

from .seams import on_answer, on_call
from .table import VARIANTS, Patches, Variant, variant

SECONDS_TO_ANSWER = 0.2

for _name, _description in (
    ("trims-blanks", "blanks at the ends of texts are cut"),
    ("ignores-unknown-fields", "fields that the course does not have are passed over"),
):
    VARIANTS[_name] = Variant(_name, _description, plant=None)


@variant("404 in place of 403 where a role is missing")
def not_found_for_forbidden(patches: Patches) -> None:
    """Hide what may not be changed."""

    def around(stock: Any) -> Any:
        def get_object(self: CourseViewSet) -> Course:
            try:
                return stock(self)  # type: ignore[no-any-return]
            except PermissionDenied:
                raise Http404 from None

        return get_object

    on_call(patches, "get_object", around)


@variant("409 in place of 400 for a name or slug that is taken")
def conflict_for_duplicates(patches: Patches) -> None:
    """Call a conflict a conflict."""

    def around(stock: Any) -> Any:
        def enclose(error: Exception, response: Response) -> Response:
            if isinstance(error, ValidationError) and "unique" in str(error.get_codes()):
                response.status_code = 409
            return stock(error, response)  # type: ignore[no-any-return]

        return enclose

    patches.wrap(errors, "enclose", around)


@variant("other words in the messages of errors")
def other_texts(patches: Patches) -> None:
    """Say everything differently, under the same codes."""

    def around(stock: Any) -> Any:
        def messages(details: Any) -> Any:
            return [message | {"message": "Nein, so nicht."} for message in stock(details)]

        return messages

    patches.wrap(errors, "messages", around)


@variant("headers that nobody asked for")
def extra_headers(patches: Patches) -> None:
    """Add headers as proxies and frameworks do."""
    _on_response(patches, lambda response: response.__setitem__("X-Request-Id", "7f3a"))


@variant("every answer takes 200 ms longer")
def slow(patches: Patches) -> None:
    """Take a moment."""
    _on_response(patches, lambda _: time.sleep(SECONDS_TO_ANSWER))


@variant("categories come in another order")
def categories_reversed(patches: Patches) -> None:
    """List categories backwards."""
    on_answer(patches, lambda _, __, shown: shown["categories"].reverse())


def _on_response(patches: Patches, act: Any) -> None:
    def around(stock: Any) -> Any:
        def finalize_response(self: APIView, *args: Any, **kwargs: Any) -> Response:
            response: Response = stock(self, *args, **kwargs)
            act(response)
            return response

        return finalize_response

    patches.wrap(APIView, "finalize_response", around)
