"""The names of the world at start, as the issue of the mock promises it."""

PEOPLE = {"creator": 1, "manager": 2, "joined": 3, "invited": 4, "requested": 5, "member": 6, "staff": 7}
"""Each person's name, which is also the development token, and id."""

EVERYBODY = ("anon", *PEOPLE)

OPEN, PRIVATE, SECRET, DRAFT = 1, 2, 3, 4
"""The ids of the first four courses, by what they are."""

STRUCTURED, SCHEDULED, EXAMINED = 5, 6, 7
"""The ids of the courses after them, open to everybody, by how one learns there."""

TAUGHT = (STRUCTURED, SCHEDULED, EXAMINED)

COURSES = "/api/v2/course/"
SEARCH = f"{COURSES}search/"


def course(key: object) -> str:
    """The path of a course."""
    return f"{COURSES}{key}/"


def status(key: object) -> str:
    """The path of the caller's state in a course."""
    return f"{COURSES}{key}/status/"
