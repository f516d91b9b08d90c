"""Sanitise the markup in texts, where the settings ask for it."""

from collections.abc import Mapping
from typing import Final

import nh3

from mockserver.openapi.coercion import Rewrite

_OF_A_COURSE: Final = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")


def sanitised(text: str) -> str:
    """Return a text without markup that a browser could run; a text without markup stays as it is."""
    # nh3 writes "&" as "&amp;", which is right beside tags, but wrong in a URL without them.
    return nh3.clean(text) if "<" in text else text


SANITISED: Final[Mapping[str, Mapping[str, Rewrite]]] = {
    operation: dict.fromkeys(fields, sanitised)
    for operation, fields in {
        "create_course": _OF_A_COURSE,
        "update_course": _OF_A_COURSE,
        "patch_course": _OF_A_COURSE,
        "create_course_lesson": ("text",),
        "update_course_lesson": ("text",),
        "patch_course_lesson": ("text",),
        "create_course_comment": ("text",),
        "update_course_comment": ("text",),
        "patch_course_comment": ("text",),
    }.items()
}
"""operationId → field → rewrites its text."""
