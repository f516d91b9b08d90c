"""Faults 16 to 21: answers that do not look as documented."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import APIView

from benchmarks.reference_backend.serializers import CourseSerializer

from .seams import on_answer
from .table import Patches, fault

KIND = "shape"


@fault(16, KIND, "answers to writes lack the slug", "COURSE-PATCH-07")
def required_key_dropped(patches: Patches) -> None:
    """Leave a documented key out."""
    on_answer(patches, lambda _, __, shown: shown.pop("slug"), owner=CourseSerializer)


@fault(17, KIND, "an empty description is shown as null", "COURSE-PATCH-35")
def null_for_text(patches: Patches) -> None:
    """Show null where the schema knows only text."""

    def change(_: Any, __: Any, shown: dict[str, Any]) -> None:
        if "description" in shown:
            shown["description"] = shown["description"] or None

    on_answer(patches, change)


@fault(18, KIND, "the id is shown as a string", "COURSE-PATCH-07")
def integer_as_string(patches: Patches) -> None:
    """Quote an integer."""
    on_answer(patches, lambda _, course, shown: shown.update(id=str(course.pk)))


@fault(19, KIND, "created_at is shown without its zone", "TRANS-09")
def date_without_zone(patches: Patches) -> None:
    """Cut the Z off."""
    on_answer(patches, lambda _, __, shown: shown.update(created_at=shown["created_at"].removesuffix("Z")))


@fault(20, KIND, "a field of the database that nobody documented is shown", "COURSE-GET-02")
def internal_field_exposed(patches: Patches) -> None:
    """Show the name under which the picture is stored."""
    on_answer(patches, lambda _, course, shown: shown.update(picture_key=course.picture))


@fault(21, KIND, "405 comes without Allow", "TRANS-06")
def no_allow(patches: Patches) -> None:
    """Say no without saying what would do."""

    def around(stock: Any) -> Any:
        def finalize_response(self: APIView, *args: Any, **kwargs: Any) -> Response:
            response: Response = stock(self, *args, **kwargs)
            if response.status_code == 405:
                del response["Allow"]
            return response

        return finalize_response

    patches.wrap(APIView, "finalize_response", around)
