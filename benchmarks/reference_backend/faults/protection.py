"""Faults 40 to 46: what is read-only is written, what is write-only is shown."""

from contextlib import suppress
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.fields import BooleanField, IntegerField
from rest_framework.serializers import ValidationError

from benchmarks.reference_backend.models import INSIDERS, LEADS, Course, Person
from benchmarks.reference_backend.serializers import CourseSerializer, CourseUserDetailSerializer

from .seams import after_save, is_multipart, on_answer, on_update, sent
from .table import Patches, fault

KIND = "protection"


@fault(40, KIND, "user_completion_rate can be written", "COURSE-PATCH-44")
def counter_writable(patches: Patches) -> None:
    """Believe what the body says of the completion rate."""
    claimed: dict[int, int] = {}

    def believe(serializer: CourseSerializer, course: Course) -> None:
        with suppress(ValidationError):
            claimed[course.pk] = IntegerField().run_validation(sent(serializer, "user_completion_rate"))

    def show(_: Any, course: Course, shown: dict[str, Any]) -> None:
        shown["user_completion_rate"] = claimed.get(course.pk, shown["user_completion_rate"])

    after_save(patches, believe)
    on_answer(patches, show)


@fault(41, KIND, "created_by can be written", "COURSE-PATCH-44")
def author_writable(patches: Patches) -> None:
    """Let the body name another author, by id or by object."""

    def hook(serializer: CourseSerializer, course: Course, _: dict[str, Any]) -> None:
        value = sent(serializer, "created_by")
        value = value.get("id") if isinstance(value, dict) else value
        with suppress(ValidationError):
            course.created_by = (
                Person.objects.filter(pk=IntegerField().run_validation(value)).first() or course.created_by
            )

    on_update(patches, hook)


@fault(42, KIND, "deleted can be written", "COURSE-PATCH-11", "COURSE-PATCH-44")
def deletion_writable(patches: Patches) -> None:
    """Let the body delete the course."""

    def hook(serializer: CourseSerializer, course: Course, _: dict[str, Any]) -> None:
        with suppress(ValidationError):
            course.deleted = BooleanField().run_validation(sent(serializer, "deleted"))

    on_update(patches, hook)


@fault(43, KIND, "created_at can be written, by multipart only", "COURSE-PATCH-44")
def writable_by_multipart(patches: Patches) -> None:
    """Protect one encoding and forget another."""

    def hook(serializer: CourseSerializer, course: Course, _: dict[str, Any]) -> None:
        if is_multipart(serializer.context["request"]):
            with suppress(ValueError):
                course.created_at = parse_datetime(sent(serializer, "created_at") or "") or course.created_at

    on_update(patches, hook)


@fault(44, KIND, "image_original comes back in the PATCH answer", "COURSE-PATCH-08")
def write_only_answered(patches: Patches) -> None:
    """Echo what was uploaded."""

    def show(serializer: CourseSerializer, _: Course, shown: dict[str, Any]) -> None:
        if serializer.partial:
            shown["image_original"] = _label(sent(serializer, "image_original"))

    on_answer(patches, show, owner=CourseSerializer)


@fault(45, KIND, "image_original is shown in lists", "COURSE-PATCH-08")
def write_only_listed(patches: Patches) -> None:
    """Remember what was uploaded and list it."""
    uploads: dict[int, str | None] = {}

    def remember(serializer: CourseSerializer, course: Course) -> None:
        uploads[course.pk] = _label(sent(serializer, "image_original")) or uploads.get(course.pk)

    def show(serializer: Any, course: Course, shown: dict[str, Any]) -> None:
        if serializer.parent is not None:
            shown["image_original"] = uploads.get(course.pk)

    after_save(patches, remember)
    on_answer(patches, show)


@fault(46, KIND, "the hidden member count is shown to members", "COURSE-PATCH-31")
def hidden_count_shown(patches: Patches) -> None:
    """Count the members aloud just where that is not wanted."""

    def show(serializer: Any, course: Course, shown: dict[str, Any]) -> None:
        if course.hide_member_count and course.status_of(serializer.context["caller"]) not in LEADS:
            shown["member_count"] = course.memberships.filter(status__in=INSIDERS).count()

    on_answer(patches, show, owner=CourseUserDetailSerializer)


def _label(upload: Any) -> str | None:
    return None if upload is None else str(getattr(upload, "name", upload))
