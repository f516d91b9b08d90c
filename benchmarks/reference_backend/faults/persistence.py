"""Faults 22 to 30: the answer says one thing, the store another."""

import time
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.validators import UniqueValidator

from benchmarks.reference_backend.models import Course
from benchmarks.reference_backend.serializers import CourseSerializer
from benchmarks.reference_backend.views import CourseViewSet

from .seams import TEXTS, on_call, on_field, on_update, who_calls
from .table import Patches, fault

KIND = "persistence"
KEPT_CHARACTERS = 100
KEPT_SECONDS = 1.0


@fault(22, KIND, "PATCH answers as asked and saves nothing", "COURSE-PATCH-06")
def nothing_saved(patches: Patches) -> None:
    """Take every update back before it is committed."""

    def around(stock: Any) -> Any:
        def update(self: CourseSerializer, *args: Any) -> Course:
            with transaction.atomic():
                course: Course = stock(self, *args)
                transaction.set_rollback(True)
            return course

        return update

    patches.wrap(CourseSerializer, "update", around)


@fault(23, KIND, "only the first of several fields is saved", "COURSE-PATCH-06")
def first_field_saved(patches: Patches) -> None:
    """Drop all fields but one."""

    def hook(_: CourseSerializer, __: Course, data: dict[str, Any]) -> None:
        for name in list(data)[1:]:
            del data[name]

    on_update(patches, hook)


@fault(24, KIND, "text is cut after 100 characters", "COURSE-PATCH-48")
def text_truncated(patches: Patches) -> None:
    """Keep the beginning of every text."""
    for name in ("name", *TEXTS):
        on_field(patches, name, lambda _, field: _Cut(**_character_of(field)))


@fault(25, KIND, "the answer echoes the description, the store keeps it reversed", "COURSE-PATCH-06")
def another_value_stored(patches: Patches) -> None:
    """Store one text and answer with another."""

    def around(stock: Any) -> Any:
        def update(self: CourseSerializer, instance: Course, data: dict[str, Any]) -> Course:
            text = data.get("description", instance.description)
            stored = {"description": text[::-1]} if "description" in data else {}
            course: Course = stock(self, instance, data | stored)
            course.description = text
            return course

        return update

    patches.wrap(CourseSerializer, "update", around)


@fault(26, KIND, "the answer shows the state before the change", "COURSE-PATCH-07")
def old_state_answered(patches: Patches) -> None:
    """Represent the course before it is updated."""

    def around(stock: Any) -> Any:
        def update(self: CourseViewSet, *args: Any, **kwargs: Any) -> Response:
            course = self.get_queryset().filter(pk=self.kwargs["id"]).first()
            before = self.get_serializer(course).data if course else None
            response: Response = stock(self, *args, **kwargs)
            response.data = before
            return response

        return update

    on_call(patches, "update", around)


@fault(27, KIND, "GET answers from a cache that no change empties", "COURSE-PATCH-06")
def stale_cache(patches: Patches) -> None:
    """Keep the first answer to every reader's every question."""
    cache: dict[object, Any] = {}

    def around(stock: Any) -> Any:
        def retrieve(self: CourseViewSet, *args: Any, **kwargs: Any) -> Response:
            response: Response = stock(self, *args, **kwargs)
            person = who_calls(self)
            response.data = cache.setdefault((self.request.get_full_path(), person and person.pk), response.data)
            return response

        return retrieve

    on_call(patches, "retrieve", around)


@fault(28, KIND, "the change lands on another course", "COURSE-PATCH-06")
def saved_elsewhere(patches: Patches) -> None:
    """Write to the newest other course and answer with this one."""

    def around(stock: Any) -> Any:
        def update(self: CourseSerializer, instance: Course, data: dict[str, Any]) -> Course:
            # The order of its sections would mean nothing to another course.
            data.pop("sections_order", None)
            own = {name: value for name, value in data.items() if name not in ("categories", "image_original")}
            stock(self, Course.objects.exclude(pk=instance.pk).latest("pk"), data)
            for name, value in own.items():
                setattr(instance, name, value)
            return instance

        return update

    patches.wrap(CourseSerializer, "update", around)


@fault(29, KIND, "a new course is in the detail and in no list", "COURSE-CREATE-05")
def missing_in_lists(patches: Patches) -> None:
    """List from an index that was built once."""
    indexed_at = timezone.now()

    def around(stock: Any) -> Any:
        def get_queryset(self: CourseViewSet) -> QuerySet[Course]:
            courses: QuerySet[Course] = stock(self)
            listing = self.action in ("list", "search")
            return courses.filter(created_at__lt=indexed_at) if listing else courses

        return get_queryset

    on_call(patches, "get_queryset", around)


@fault(30, KIND, "a change is lost after a second", "COURSE-PATCH-06")
def lost_after_a_while(patches: Patches) -> None:
    """Put the old values back once their time has come."""
    due: dict[int, tuple[float, dict[str, Any]]] = {}

    def hook(_: CourseSerializer, course: Course, __: dict[str, Any]) -> None:
        stored = Course.everything.get(pk=course.pk)
        columns = model_to_dict(stored, exclude=["id", "categories", "deleted", "created_by"])
        due.setdefault(course.pk, (time.monotonic() + KEPT_SECONDS, columns))

    def around(stock: Any) -> Any:
        def initial(self: CourseViewSet, *args: Any, **kwargs: Any) -> None:
            for pk in [pk for pk, (moment, _) in due.items() if moment <= time.monotonic()]:
                Course.everything.filter(pk=pk).update(**due.pop(pk)[1])
            stock(self, *args, **kwargs)

        return initial

    on_update(patches, hook)
    on_call(patches, "initial", around)


def _character_of(field: Any) -> dict[str, Any]:
    unique = [check for check in field.validators if isinstance(check, UniqueValidator)]
    length = field.max_length
    return {"required": field.required, "allow_blank": field.allow_blank, "max_length": length, "validators": unique}


class _Cut(serializers.CharField):
    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return value[:KEPT_CHARACTERS]
