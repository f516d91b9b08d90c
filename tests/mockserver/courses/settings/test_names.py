"""What a tenant may set of names and slugs."""

import pytest

from tests.mockserver.courses.support.settings import community
from tests.mockserver.support import COURSES, ENCODINGS, OPEN, PRIVATE, course, outcome

NEW = {"name": "New", "type": "self-paced"}


@pytest.mark.rule("COURSE-PATCH-48")
@pytest.mark.parametrize(("limit", "code"), [(255, 200), (4, 200), (3, 400)])
def test_the_length_of_a_name_may_be_limited_further(limit: int, code: int) -> None:
    creator = community(name_max_length=limit).as_("creator")
    for encode in ENCODINGS.values():
        answer = creator.patch(course(OPEN), **encode({"name": " four "}))
        assert answer.status_code == code
        assert code == 200 or outcome(answer) == (400, [("name", "max_length")])
    assert creator.patch(course(OPEN), json={"name": ""}).json()["errors"][0]["messages"][0]["code"] == "blank"
    assert creator.patch(course(OPEN), json={"slug": "longer-than-four"}).status_code == 200


@pytest.mark.rule("COURSE-PATCH-17")
def test_names_may_be_the_same_in_capitals_and_not(on: bool) -> None:
    creator = community(names_ignore_case=on).as_("creator")
    taken = (400, [("name", "unique")]) if on else (200, [])
    answer = creator.patch(course(OPEN), json={"name": "PRIVATE course"})
    assert (outcome(answer) if on else (answer.status_code, [])) == taken
    assert creator.patch(course(OPEN), json={"name": "OPEN COURSE"}).status_code == 200
    assert creator.post(COURSES, json={**NEW, "name": "secret COURSE"}).status_code == (400 if on else 201)
    assert creator.patch(course(OPEN), json={"name": "Private course"}).status_code == 400


@pytest.mark.rule("COURSE-PATCH-17")
def test_deleted_courses_may_keep_their_names_and_slugs(on: bool) -> None:
    creator = community(deleted_courses_keep_names=on).as_("creator")
    creator.delete(course(PRIVATE))
    answer = creator.patch(course(OPEN), json={"name": "Private course", "slug": "private-course"})
    assert outcome(answer) == (400, [("name", "unique"), ("slug", "unique")]) if on else answer.status_code == 200


@pytest.mark.rule("COURSE-PATCH-17", "COURSE-CREATE-09")
def test_a_derived_slug_may_make_way_for_that_of_a_deleted_course(on: bool) -> None:
    creator = community(deleted_courses_keep_names=on).as_("creator")
    creator.delete(course(PRIVATE))
    made = creator.post(COURSES, json={**NEW, "name": "Private, course"}).json()
    assert made["slug"] == ("private-course-2" if on else "private-course")


@pytest.mark.rule("COURSE-PATCH-17")
def test_names_of_deleted_courses_may_be_compared_without_capitals_too() -> None:
    creator = community(deleted_courses_keep_names=True, names_ignore_case=True).as_("creator")
    creator.delete(course(PRIVATE))
    assert outcome(creator.patch(course(OPEN), json={"name": "PRIVATE COURSE"})) == (400, [("name", "unique")])
