"""Faults 31 to 39: a PATCH touches what it does not name, or not what it names."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from benchmarks.reference_backend.models import Course, CourseType
from benchmarks.reference_backend.serializers import CourseSerializer

from .seams import FLAGS, TEXTS, is_form, on_body, on_update
from .table import Patches, fault

KIND = "partial update"


@fault(31, KIND, "an absent description is emptied", "COURSE-PATCH-06")
def absent_field_reset(patches: Patches) -> None:
    """Treat absent as default."""

    def hook(serializer: CourseSerializer, _: Course, data: dict[str, Any]) -> None:
        if serializer.partial:
            data.setdefault("description", "")

    on_update(patches, hook)


@fault(32, KIND, "an absent boolean becomes false, in forms only", "COURSE-PATCH-06")
def absent_flag_cleared(patches: Patches) -> None:
    """Treat forms as if they were full of checkboxes."""

    def hook(serializer: CourseSerializer, _: Course, data: dict[str, Any]) -> None:
        if serializer.partial and is_form(serializer):
            for flag in FLAGS:
                data.setdefault(flag, False)

    on_update(patches, hook)


@fault(33, KIND, "absent categories are cleared", "COURSE-PATCH-06")
def absent_list_emptied(patches: Patches) -> None:
    """Treat an absent list as an empty one."""

    def hook(serializer: CourseSerializer, _: Course, data: dict[str, Any]) -> None:
        if serializer.partial:
            data.setdefault("categories", [])

    on_update(patches, hook)


@fault(34, KIND, "renaming rebuilds the slug", "COURSE-PATCH-19")
def rename_moves_slug(patches: Patches) -> None:
    """Break the links to a renamed course."""

    def hook(_: CourseSerializer, course: Course, data: dict[str, Any]) -> None:
        if data.get("name", course.name) != course.name:
            data.setdefault("slug", "")

    on_update(patches, hook)


@fault(35, KIND, "renaming resets type", "COURSE-PATCH-06")
def rename_resets_type(patches: Patches) -> None:
    """Start over with a renamed course."""

    def hook(_: CourseSerializer, course: Course, data: dict[str, Any]) -> None:
        if data.get("name", course.name) != course.name:
            data.setdefault("type", CourseType.SELF_PACED)

    on_update(patches, hook)


@fault(36, KIND, "every PATCH moves created_at", "COURSE-PATCH-44")
def creation_date_moved(patches: Patches) -> None:
    """Take the date of creation for the date of change."""
    on_update(patches, lambda _, course, __: setattr(course, "created_at", timezone.now()))


@fault(37, KIND, "the owner's other courses take the same values", "COURSE-PATCH-06")
def siblings_changed(patches: Patches) -> None:
    """Forget the id in the WHERE clause."""

    def hook(_: CourseSerializer, course: Course, data: dict[str, Any]) -> None:
        values = {name: data[name] for name in (*TEXTS, *FLAGS, "type") if name in data}
        if values:
            Course.objects.filter(created_by=course.created_by).exclude(pk=course.pk).update(**values)

    on_update(patches, hook)


@fault(38, KIND, "null is passed over in silence", "COURSE-PATCH-35")
def null_ignored(patches: Patches) -> None:
    """Take null for absent."""

    def drop(_: CourseSerializer, data: Any) -> Any:
        is_json = not isinstance(data, QueryDict)
        return {name: value for name, value in data.items() if value is not None} if is_json else data

    on_body(patches, drop)


@fault(39, KIND, "an empty text clears in JSON and is passed over in forms", "TRANS-02")
def empty_text_by_encoding(patches: Patches) -> None:
    """Take an empty form field for absent."""

    def drop(serializer: CourseSerializer, data: Any) -> Any:
        return _without_empty_texts(data) if is_form(serializer) else data

    on_body(patches, drop)


def _without_empty_texts(form: QueryDict) -> QueryDict:
    form = form.copy()
    for name in TEXTS:
        if form.get(name) == "":
            del form[name]
    return form
