"""What lists and single documents cost as the world grows: many courses of one creator, many comments on a lesson."""

import json
from collections.abc import Iterator, Mapping

from benchmarks.load.exchanges import request

SIZES = (10, 1_000, 10_000)
TIMES = 64
"""How often each request is sent in a round."""

_LESSON = "/api/v2/course/7/section/19/lesson/23/"
_AT_START = 7
"""Courses that there are already."""

REQUESTS: Mapping[str, bytes] = {
    "search": request("GET", "/api/v2/course/search/"),
    "search by name": request("GET", "/api/v2/course/search/?search=number&ordering=name"),
    "courses of mine": request("GET", "/api/v2/course/?statuses=creator"),
    "suggestions": request("GET", "/api/v2/suggestion/course/", person="member"),
    "one course": request("GET", "/api/v2/course/1/"),
    "PATCH": request("PATCH", "/api/v2/course/1/", b'{"description": "Changed."}'),
    "joined users": request("GET", "/api/v2/course/1/join/"),
    "dashboard of users": request("GET", "/api/v2/course/1/users/"),
    "comments of a lesson": request("GET", f"{_LESSON}comment/"),
    "comments of a course": request("GET", "/api/v2/course/7/comment/"),
}


def growing(before: int, size: int) -> Iterator[bytes]:
    """Yield the requests that let a world of one size become one of another."""
    for number in range(max(before, _AT_START) + 1, size + 1):
        body = {"name": f"Course number {number}", "type": "self-paced", "privacy": "open", "categories": [1]}
        yield request("POST", "/api/v2/course/", json.dumps(body).encode())
        yield request("POST", f"{_LESSON}comment/", b'{"text": "Well said."}')
