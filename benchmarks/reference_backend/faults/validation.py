"""Faults 1 to 15: what goes in is not checked, or what is right is refused."""

import json
from typing import Any

from django.core.validators import MaxLengthValidator
from django.http import Http404, QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.validators import UniqueValidator

from benchmarks.reference_backend import errors
from benchmarks.reference_backend.models import Course, CourseType
from benchmarks.reference_backend.parsers import JSONParser
from benchmarks.reference_backend.serializers import FULL, CourseSerializer
from benchmarks.reference_backend.views import CourseViewSet

from .seams import after_save, on_answer, on_body, on_call, on_field
from .table import Patches, fault

KIND = "validation"


@fault(1, KIND, "type takes any word", "COURSE-PATCH-22")
def enum_not_checked(patches: Patches) -> None:
    """Store whatever type is sent."""
    on_field(patches, "type", lambda _, field: serializers.CharField(required=field.required, max_length=16))


@fault(2, KIND, "name may be longer than 255 characters", "COURSE-PATCH-48")
def max_length_ignored(patches: Patches) -> None:
    """Take names of any length."""
    on_field(patches, "name", lambda _, field: _name_field(field, None))


@fault(3, KIND, "name may be blank", "COURSE-PATCH-18")
def blank_name_accepted(patches: Patches) -> None:
    """Take a name that is empty once it is trimmed."""

    def change(_: CourseSerializer, field: Any) -> Any:
        field.allow_blank = True
        return field

    on_field(patches, "name", change)


@fault(4, KIND, "a field that the course does not have is stored and shown", "COURSE-PATCH-12")
def unknown_field_stored(patches: Patches) -> None:
    """Remember and echo what the course does not know."""
    remembered: dict[int, dict[str, Any]] = {}

    def remember(serializer: CourseSerializer, course: Course) -> None:
        unknown = {
            name: value
            for name, value in serializer.initial_data.items()
            if name not in serializer.fields and name not in FULL and "[" not in name
        }
        remembered.setdefault(course.pk, {}).update(unknown)

    after_save(patches, remember)
    on_answer(patches, lambda _, course, shown: shown.update(remembered.get(course.pk, {})))


@fault(5, KIND, "description takes booleans, lists and objects", "COURSE-PATCH-35")
def wrong_type_stored(patches: Patches) -> None:
    """Store a description of any JSON type as its text."""
    on_field(patches, "description", lambda _, field: _AnyText(required=False, allow_blank=field.allow_blank))


@fault(6, KIND, "categories takes a single id in place of a list", "COURSE-PATCH-41")
def scalar_for_list(patches: Patches) -> None:
    """Read a lone id as a list of one."""

    def enlist(_: CourseSerializer, data: Any) -> Any:
        value = None if isinstance(data, QueryDict) else data.get("categories")
        return data | {"categories": [value]} if isinstance(value, int | str) else data

    on_body(patches, enlist)


@fault(7, KIND, "bytes that are not UTF-8, and NUL, end in 500", "TRANS-04")
def bad_text_crashes(patches: Patches) -> None:
    """Trip over bad bytes, and over NUL as some databases do."""

    def choke(_: CourseSerializer, data: Any) -> Any:
        if any("\x00" in value for value in data.values() if isinstance(value, str)):
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return data

    on_body(patches, choke)
    _parse_json_with(patches, _AssumingUtf8)


@fault(8, KIND, "an empty body ends in 500", "COURSE-PATCH-13")
def empty_body_crashes(patches: Patches) -> None:
    """Expect at least one field."""

    def around(stock: Any) -> Any:
        def is_valid(self: CourseSerializer, **kwargs: Any) -> bool:
            if not self.initial_data:
                raise IndexError("no first field")
            return bool(stock(self, **kwargs))

        return is_valid

    patches.wrap(CourseSerializer, "is_valid", around)


@fault(9, KIND, "malformed JSON counts as an empty object", "TRANS-04")
def malformed_json_accepted(patches: Patches) -> None:
    """Swallow syntax errors."""
    _parse_json_with(patches, _Forgiving)


@fault(10, KIND, "any media type is read", "TRANS-03")
def any_media_type(patches: Patches) -> None:
    """Read JSON under every label."""
    patches.put(CourseViewSet, "parser_classes", [*CourseViewSet.parser_classes, _Omnivorous])


@fault(11, KIND, "an unknown id ends in 500", "COURSE-PATCH-05")
def missing_id_crashes(patches: Patches) -> None:
    """Forget that a course may not be there."""

    def around(stock: Any) -> Any:
        def get_object(self: CourseViewSet) -> Course:
            try:
                return stock(self)  # type: ignore[no-any-return]
            except Http404:
                Course.objects.get(pk=self.kwargs["id"])
                raise

        return get_object

    on_call(patches, "get_object", around)


@fault(12, KIND, "a name of exactly 255 characters is refused", "COURSE-PATCH-48")
def longest_name_refused(patches: Patches) -> None:
    """Be off by one."""
    on_field(patches, "name", lambda _, field: _name_field(field, 254))


@fault(13, KIND, "type scheduled is refused", "COURSE-PATCH-22")
def enum_member_refused(patches: Patches) -> None:
    """Forget one of the types."""

    def change(_: CourseSerializer, field: Any) -> Any:
        field.choices = [choice for choice in CourseType.choices if choice[0] != CourseType.SCHEDULED]
        return field

    on_field(patches, "type", change)


@fault(14, KIND, "PATCH answers 201", "COURSE-PATCH-07")
def created_on_patch(patches: Patches) -> None:
    """Answer with a status that is not documented."""

    def around(stock: Any) -> Any:
        def partial_update(self: CourseViewSet, *args: Any, **kwargs: Any) -> Response:
            response: Response = stock(self, *args, **kwargs)
            response.status_code = 201
            return response

        return partial_update

    on_call(patches, "partial_update", around)


@fault(15, KIND, "errors come as text/html", "TRANS-05")
def errors_as_html(patches: Patches) -> None:
    """Label error bodies wrongly."""

    def around(stock: Any) -> Any:
        def enclose(error: Exception, response: Response) -> Response:
            enclosed: Response = stock(error, response)
            enclosed.content_type = "text/html; charset=utf-8"
            return enclosed

        return enclose

    patches.wrap(errors, "enclose", around)


def _name_field(field: Any, max_length: int | None) -> serializers.CharField:
    others = [check for check in field.validators if isinstance(check, UniqueValidator)]
    limits = [MaxLengthValidator(max_length)] if max_length else []
    return serializers.CharField(required=field.required, validators=[*limits, *others])


def _parse_json_with(patches: Patches, parser: type[BaseParser]) -> None:
    others = [stock for stock in CourseViewSet.parser_classes if stock is not JSONParser]
    patches.put(CourseViewSet, "parser_classes", [parser, *others])


class _AnyText(serializers.CharField):
    def to_internal_value(self, data: Any) -> str:
        return data if isinstance(data, str) else json.dumps(data)


class _AssumingUtf8(JSONParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        text = stream.read().decode("utf-8")
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise ParseError(str(error)) from error


class _Forgiving(JSONParser):
    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError:
            return {}


class _Omnivorous(_Forgiving):
    media_type = "*/*"
