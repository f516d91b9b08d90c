"""A course before and after a change by PATCH."""

from typing import Any

import httpx

from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import OPEN, course, outcome

TEXTS = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")
FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")


def read(caller: httpx.Client, key: int = OPEN) -> dict[str, Any]:
    """A course as its authors edit it, in the keys of Course."""
    body = caller.get(course(key), params={"view": "edit"}).json()
    return {name: body[name] for name in schema_keys.COURSE}


def patched(caller: httpx.Client, key: int = OPEN, /, **fields: Any) -> dict[str, Any]:
    """What a change answers that is let pass."""
    answer = caller.patch(course(key), json=fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def refused(caller: httpx.Client, key: int = OPEN, /, **fields: Any) -> list[tuple[str | None, str]]:
    """What is wrong with a change that is refused; nothing of it happened."""
    before = read(caller, key)
    status_code, errors = outcome(caller.patch(course(key), json=fields))
    assert status_code == 400
    assert read(caller, key) == before
    return errors


def category_ids(answer: dict[str, Any]) -> list[int]:
    """The ids of the categories that an answer shows."""
    return [category["id"] for category in answer["categories"]]
