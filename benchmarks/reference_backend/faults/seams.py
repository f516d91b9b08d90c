"""The places of the healthy code where faults are planted."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.serializers import Field
from rest_framework.utils.html import is_html_input

from benchmarks.reference_backend.models import Course, JoinStatus, Membership, Person
from benchmarks.reference_backend.permissions import LeadsCourse, caller
from benchmarks.reference_backend.serializers import CourseMinimalSerializer, CourseSerializer
from benchmarks.reference_backend.views import CourseViewSet

from .table import Patches

TEXTS = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")
FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")


def is_form(serializer: CourseSerializer) -> bool:
    """Say whether the body came as a form of either kind."""
    return is_html_input(serializer.initial_data)


def is_multipart(request: Request) -> bool:
    """Say whether the body came as multipart."""
    return (request.content_type or "").startswith("multipart/")


def sent(serializer: CourseSerializer, name: str) -> Any:
    """Return what the body says of ``name``, None where it says nothing."""
    return serializer.initial_data.get(name)


def creates_courses(person: Person | None) -> bool:
    """Say whether ``person`` is creator of any course."""
    return Membership.objects.filter(person=person, status=JoinStatus.CREATOR).exists()


def on_field(patches: Patches, name: str, change: Callable[[CourseSerializer, Any], Field[Any, Any, Any, Any]]) -> None:
    """Change a field of the course wherever a body is read."""

    def around(stock: Any) -> Any:
        def get_fields(self: CourseSerializer) -> dict[str, Any]:
            fields: dict[str, Any] = stock(self)
            return fields | {name: change(self, fields[name])}

        return get_fields

    patches.wrap(CourseSerializer, "get_fields", around)


def on_body(patches: Patches, change: Callable[[CourseSerializer, Any], Any]) -> None:
    """Change a body, an object or a form, before it is read."""

    def around(stock: Any) -> Any:
        def to_internal_value(self: CourseSerializer, data: Any) -> Any:
            return stock(self, change(self, data) if isinstance(data, dict) else data)

        return to_internal_value

    patches.wrap(CourseSerializer, "to_internal_value", around)


def on_update(patches: Patches, hook: Callable[[CourseSerializer, Course, dict[str, Any]], None]) -> None:
    """Meddle with course and cleaned body before an update is stored."""

    def around(stock: Any) -> Any:
        def update(self: CourseSerializer, instance: Course, validated_data: dict[str, Any]) -> Any:
            hook(self, instance, validated_data)
            return stock(self, instance, validated_data)

        return update

    patches.wrap(CourseSerializer, "update", around)


def after_save(patches: Patches, hook: Callable[[CourseSerializer, Course], None]) -> None:
    """Do something once a course was created or updated."""

    def around(stock: Any) -> Any:
        def save(self: CourseSerializer, **kwargs: Any) -> Course:
            course: Course = stock(self, **kwargs)
            hook(self, course)
            return course

        return save

    patches.wrap(CourseSerializer, "save", around)


def on_answer(
    patches: Patches,
    change: Callable[[Any, Course, dict[str, Any]], None],
    owner: type[CourseMinimalSerializer] = CourseMinimalSerializer,
) -> None:
    """Change how a course is shown, by all serializers unless one is named."""

    def around(stock: Any) -> Any:
        def to_representation(self: CourseMinimalSerializer, instance: Course) -> dict[str, Any]:
            shown: dict[str, Any] = stock(self, instance)
            change(self, instance, shown)
            return shown

        return to_representation

    patches.wrap(owner, "to_representation", around)


def on_call(patches: Patches, name: str, around: Callable[[Any], Callable[..., Any]]) -> None:
    """Wrap a method of the view."""
    patches.wrap(CourseViewSet, name, around)


def allow(patches: Patches, who: Callable[[CourseViewSet, Request, Course], bool]) -> None:
    """Let more people change a course than its leads."""

    def around(stock: Any) -> Any:
        def has_object_permission(self: LeadsCourse, request: Request, view: Any, obj: Course) -> bool:
            return stock(self, request, view, obj) or who(view, request, obj)

        return has_object_permission

    patches.wrap(LeadsCourse, "has_object_permission", around)


def reveal(patches: Patches, action: str, which: Callable[[CourseViewSet], Q]) -> None:
    """Let an operation find more courses than the caller may see."""

    def around(stock: Any) -> Any:
        def get_queryset(self: CourseViewSet) -> QuerySet[Course]:
            visible: QuerySet[Course] = stock(self)
            if self.action != action:
                return visible
            return Course.everything.filter(Q(pk__in=visible.values("pk")) | which(self))

        return get_queryset

    patches.wrap(CourseViewSet, "get_queryset", around)


def who_calls(view: CourseViewSet) -> Person | None:
    """Return the caller, None for anonymous."""
    return caller(view.request)
