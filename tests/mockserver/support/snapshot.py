from collections.abc import Iterable
from typing import Any

from tests.mockserver.support import COURSES, SEARCH, Mock, course, status

LAST = 7
"""Courses up to this id are looked at, so that one that should not be there is seen."""


def snapshot(mock: Mock, people: Iterable[str] = ("creator", "member")) -> dict[str, Any]:
    """The world as some people see it: every answer that reading gives. The creator sees all that there is at start."""
    seen: dict[str, Any] = {}
    for person in people:
        caller = mock.as_(person)
        paths = [SEARCH, f"{COURSES}?statuses=creator,manager,joined,invited,requested"]
        for key in range(1, LAST):
            paths += [course(key), f"{course(key)}?view=edit", f"{course(key)}?view=dashboard", status(key)]
        for path in paths:
            answer = caller.get(path)
            seen[f"{person} {path}"] = (answer.status_code, answer.json())
    return seen
