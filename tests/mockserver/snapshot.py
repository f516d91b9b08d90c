from typing import Any

from tests.mockserver.harness import COURSES, EVERYBODY, SEARCH, Mock, course, status

LAST = 7
"""Courses up to this id are looked at, so that one that should not be there is seen."""


def snapshot(mock: Mock) -> dict[str, Any]:
    """The world as everybody sees it: every answer that reading gives."""
    seen: dict[str, Any] = {}
    for person in EVERYBODY:
        caller = mock.as_(person)
        paths = [SEARCH, f"{COURSES}?statuses=creator,manager,joined,invited,requested"]
        for key in range(1, LAST):
            paths += [course(key), f"{course(key)}?view=edit", f"{course(key)}?view=dashboard", status(key)]
        for path in paths:
            answer = caller.get(path)
            seen[f"{person} {path}"] = (answer.status_code, answer.json())
    return seen
