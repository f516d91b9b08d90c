"""Who may change a course by PATCH."""

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.patching import patched, read
from tests.mockserver.support import DRAFT, OPEN, PRIVATE, SECRET, course, outcome


@pytest.mark.rule("COURSE-PATCH-01")
@pytest.mark.parametrize("person", ["creator", "manager"])
@pytest.mark.parametrize("key", [OPEN, PRIVATE, SECRET, DRAFT])
def test_creator_and_managers_may_change_a_course(as_: As, person: str, key: int) -> None:
    assert patched(as_(person), key, description="x")["description"] == "x"
    assert read(as_("creator"), key)["description"] == "x"


@pytest.mark.rule("COURSE-PATCH-02")
@pytest.mark.parametrize("key", [OPEN, SECRET, 999_999])
def test_anonymous_people_may_not_change_a_course(anon: httpx.Client, key: int) -> None:
    answer = anon.patch(course(key), json={"description": "x"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((401, [(None, "not_authenticated")]), "COURSE-PATCH-02")


@pytest.mark.rule("COURSE-PATCH-03")
@pytest.mark.parametrize(
    ("person", "key"),
    [
        *((person, OPEN) for person in ("member", "requested", "invited", "joined", "staff")),
        *((person, PRIVATE) for person in ("member", "requested", "invited", "joined", "staff")),
        ("invited", SECRET),
        ("joined", SECRET),
    ],
)
def test_who_sees_a_course_without_leading_it_may_not_change_it(as_: As, person: str, key: int) -> None:
    answer = as_(person).patch(course(key), json={"description": "x"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, [(None, "permission_denied")]), "COURSE-PATCH-03")


@pytest.mark.rule("COURSE-PATCH-04")
@pytest.mark.parametrize(
    ("person", "key"),
    [
        *((person, DRAFT) for person in ("member", "requested", "invited", "joined", "staff")),
        *((person, SECRET) for person in ("member", "requested", "staff")),
    ],
)
def test_who_cannot_see_a_course_finds_none_to_change(as_: As, person: str, key: int) -> None:
    answer = as_(person).patch(course(key), json={"description": "x"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((404, [(None, "not_found")]), "COURSE-PATCH-04")


@pytest.mark.rule("COURSE-PATCH-05")
@pytest.mark.parametrize("person", ["creator", "manager", "member"])
def test_a_course_that_never_was_or_is_deleted_cannot_be_changed(as_: As, person: str) -> None:
    as_("creator").delete(course(OPEN))
    for key in (OPEN, 999_999):
        answer = as_(person).patch(course(key), json={"description": "x"})
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((404, [(None, "not_found")]), "COURSE-PATCH-05")
