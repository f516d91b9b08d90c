"""A variant that follows the assumed rules also where the framework by itself does otherwise."""

import json
import re
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, QueryDict
from django.middleware.common import CommonMiddleware
from rest_framework.fields import empty

from benchmarks.reference_backend.fields import PictureField
from benchmarks.reference_backend.serializers import CourseSerializer

from .seams import FLAGS, TEXTS, on_body, on_field
from .table import Patches, variant

LISTS = ("categories", "sections_order")


@variant("what the contract merely assumes holds too (see the table of differences)")
def assumed_rules(patches: Patches) -> None:
    """Do away with every listed difference between the framework and an assumed rule."""
    _keep_blanks(patches)
    _keep_what_forms_leave_out(patches)
    on_body(patches, _number_free_lists)
    _judge_pictures_by_content(patches)
    _redirect_reading_only(patches)


def _keep_blanks(patches: Patches) -> None:
    def change(_: CourseSerializer, field: Any) -> Any:
        field.trim_whitespace = False
        return field

    for name in TEXTS:
        on_field(patches, name, change)


def _keep_what_forms_leave_out(patches: Patches) -> None:
    def change(_: CourseSerializer, field: Any) -> Any:
        stock = field.get_value
        field.get_value = lambda data: stock(data) if field.field_name in data else empty
        return field

    for name in (*FLAGS, "categories"):
        on_field(patches, name, change)


def _number_free_lists(_: CourseSerializer, data: Any) -> Any:
    return _plain(data) if isinstance(data, QueryDict) else data


def _plain(form: QueryDict) -> QueryDict:
    """Collect ``name[]``, ``name[0]``, ``name[1]`` … and JSON arrays under ``name`` (COURSE-PATCH-42)."""
    form = form.copy()
    for name in LISTS:
        keys = [key for key in form if re.fullmatch(rf"{name}(\[\d*\])?", key)]
        values = [value for key in sorted(keys, key=_number) for value in form.getlist(key)]
        if keys:
            form.setlist(name, [item for value in values for item in _items(value)])
    return form


def _items(value: str) -> list[Any]:
    with suppress(ValueError, RecursionError):
        items = json.loads(value)
        return items if isinstance(items, list) else [value]
    return [value]


def _number(key: str) -> int:
    return int(re.sub(r"\D", "", key) or 0)


def _judge_pictures_by_content(patches: Patches) -> None:
    def around(stock: Any) -> Any:
        def picture(self: PictureField, data: Any) -> Any:
            if hasattr(data, "name"):
                data.name = "upload.png"  # the framework looks at the extension before the content
            return stock(self, data)

        return picture

    patches.wrap(PictureField, "picture", around)


def _redirect_reading_only(patches: Patches) -> None:
    def around(stock: Any) -> Any:
        def should_redirect_with_slash(self: CommonMiddleware, request: HttpRequest) -> bool:
            return request.method in ("GET", "HEAD") and bool(stock(self, request))

        return should_redirect_with_slash

    patches.wrap(CommonMiddleware, "should_redirect_with_slash", around)
