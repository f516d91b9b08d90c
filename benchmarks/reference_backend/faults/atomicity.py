"""Faults 63 to 68: half done, done twice, undone by others, done to what is gone."""

import time
from collections.abc import Callable
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.validators import UniqueValidator

from benchmarks.reference_backend.models import LEADS, Course, Membership
from benchmarks.reference_backend.serializers import CourseSerializer
from benchmarks.reference_backend.views import CourseViewSet

from .seams import on_call, on_field, on_update, reveal, who_calls
from .table import Patches, fault

KIND = "atomicity"
SECONDS_BETWEEN_READ_AND_WRITE = 0.1


@fault(63, KIND, "of a PATCH with a bad field the good ones are saved", "ERR-04")
def rejected_half_applied(patches: Patches) -> None:
    """Save field by field until one is wrong."""
    save_what_is_valid_after(patches, lambda refused: "privacy" not in refused)


@fault(64, KIND, "of two PATCHes at the same time one is lost", "COURSE-PATCH-46")
def lost_update(patches: Patches) -> None:
    """Read, take a moment, and write the whole course back."""

    def update(self: CourseViewSet, request: Request, *, partial: bool = False, **_: Any) -> Response:
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        time.sleep(SECONDS_BETWEEN_READ_AND_WRITE)
        serializer.save()
        return Response(serializer.data)

    patches.put(CourseViewSet, "update", update)


@fault(65, KIND, "a deleted course can be read", "COURSE-DEL-03", "VIS-11")
def readable_after_delete(patches: Patches) -> None:
    """Show what is gone to those who led it."""
    reveal(patches, "retrieve", _deleted_ones)


@fault(66, KIND, "PATCH brings a deleted course back", "COURSE-DEL-03", "COURSE-PATCH-05")
def patch_revives(patches: Patches) -> None:
    """Update what is gone and forget that it was."""
    reveal(patches, "partial_update", _deleted_ones)
    on_update(patches, lambda _, course, __: setattr(course, "deleted", False))


@fault(67, KIND, "PATCH takes a name that is taken", "COURSE-PATCH-15")
def duplicate_name(patches: Patches) -> None:
    """Look for rivals at creation only."""

    def change(serializer: CourseSerializer, field: Any) -> Any:
        if serializer.instance is not None:
            field.validators = [check for check in field.validators if not isinstance(check, UniqueValidator)]
        return field

    on_field(patches, "name", change)


@fault(68, KIND, "a PATCH that changes nothing moves the slug on", "COURSE-PATCH-45")
def repeated_side_effect(patches: Patches) -> None:
    """Take the course for its own rival when it is saved as it is."""

    def hook(_: CourseSerializer, course: Course, data: dict[str, Any]) -> None:
        if data and all(_is_current(course, name, value) for name, value in data.items()):
            data["slug"] = f"{course.slug}-2"

    on_update(patches, hook)


def save_what_is_valid_after(patches: Patches, applies: Callable[[set[str]], bool]) -> None:
    """Save the good fields of a refused PATCH where ``applies`` says so of the refused ones."""

    def around(stock: Any) -> Any:
        def update(self: CourseViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
            try:
                return stock(self, request, *args, **kwargs)  # type: ignore[no-any-return]
            except ValidationError as error:
                refused = set(error.detail) if isinstance(error.detail, dict) else set()
                if isinstance(request.data, dict) and applies(refused):
                    _save_without(self, copy(request.data), refused)
                raise

        return update

    on_call(patches, "update", around)


def _save_without(view: CourseViewSet, body: dict[str, Any], refused: set[str]) -> None:
    for name in refused:
        body.pop(name, None)
    with transaction.atomic():
        serializer = view.get_serializer(view.get_object(), data=body, partial=True)
        if serializer.is_valid():
            serializer.save()


def _deleted_ones(view: CourseViewSet) -> Q:
    led = Membership.objects.filter(person=who_calls(view), status__in=LEADS)
    return Q(deleted=True, pk__in=led.values("course"))


def _is_current(course: Course, name: str, value: Any) -> bool:
    if name == "categories":
        return set(course.categories.all()) == set(value)
    return bool(getattr(course, name, None) == value)
