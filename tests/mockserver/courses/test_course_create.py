from typing import Any

import httpx
import pytest

from mockserver.courses import Settings
from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import COURSES, ENCODINGS, PEOPLE, Mock, course, mock_of, multipart, outcome, status

NEW = {"name": "My Course", "type": "self-paced"}
DEFAULTS = {
    "description": "",
    "privacy": "",
    "enforce_lessons_order": False,
    "new_comment_notification_enabled": True,
    "hide_member_count": False,
}
EMPTY: dict[str, Any] = dict.fromkeys(("meta_title", "meta_description", "og_title", "og_description", "og_image"), "")
EMPTY |= {"sections_order": [], "categories": []}
PICTURES = ("image_bigger", "image_big", "image_medium", "image_small")


@pytest.fixture
def member(mock: Mock) -> httpx.Client:
    return mock.as_("member")


def create(caller: httpx.Client, **fields: Any) -> dict[str, Any]:
    """The course that a caller creates with some fields beside name and type."""
    answer = caller.post(COURSES, json={**NEW, **fields})
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.rule("COURSE-CREATE-01")
def test_one_must_be_logged_in_to_create_a_course(anon: httpx.Client) -> None:
    answer = anon.post(COURSES, json=NEW)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (
        (401, [(None, "not_authenticated")]),
        "COURSE-CREATE-01",
    )


@pytest.mark.rule("COURSE-CREATE-01")
@pytest.mark.parametrize("person", PEOPLE)
def test_whoever_is_logged_in_may_create_a_course(as_: As, person: str) -> None:
    assert as_(person).post(COURSES, json=NEW).status_code == 201


@pytest.mark.rule("COURSE-CREATE-02")
@pytest.mark.parametrize("person", PEOPLE)
def test_a_community_may_leave_creating_to_its_staff(person: str) -> None:
    mock = mock_of(settings=Settings(courses_only_staff_enabled=True))
    answer = mock.as_(person).post(COURSES, json=NEW)
    if person == "staff":
        assert answer.status_code == 201
    else:
        assert outcome(answer) == (403, [(None, "permission_denied")])
        assert answer.headers["X-Mock-Rule"] == "COURSE-CREATE-02"


@pytest.mark.rule("COURSE-CREATE-02")
def test_leaving_creating_to_the_staff_has_no_effect_on_changing() -> None:
    mock = mock_of(settings=Settings(courses_only_staff_enabled=True))
    assert mock.as_("creator").patch(course(1), json={"description": "x"}).status_code == 200
    assert mock.as_("staff").patch(course(1), json={"description": "x"}).status_code == 403


@pytest.mark.rule("COURSE-CREATE-03")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_course_needs_a_name_and_a_type(member: httpx.Client, encoding: str) -> None:
    answer = member.post(COURSES, **ENCODINGS[encoding]({}))
    assert outcome(answer) == (400, [("name", "required"), ("type", "required")])
    assert outcome(member.post(COURSES, **ENCODINGS[encoding]({"name": "x"}))) == (400, [("type", "required")])
    assert outcome(member.post(COURSES, **ENCODINGS[encoding]({"type": "scheduled"}))) == (400, [("name", "required")])


@pytest.mark.rule("COURSE-CREATE-03")
def test_a_request_without_a_body_lacks_a_name_and_a_type(member: httpx.Client) -> None:
    assert outcome(member.post(COURSES)) == (400, [("name", "required"), ("type", "required")])


@pytest.mark.rule("COURSE-CREATE-04")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_created_course_is_answered_in_full(member: httpx.Client, encoding: str) -> None:
    answer = member.post(COURSES, **ENCODINGS[encoding](NEW))
    assert (answer.status_code, list(answer.json())) == (201, schema_keys.COURSE)
    assert (answer.json()["name"], answer.json()["type"]) == ("My Course", "self-paced")


@pytest.mark.rule("COURSE-CREATE-04")
def test_a_created_course_is_there_afterwards(member: httpx.Client) -> None:
    made = create(member, description="x", categories=[2])
    read = member.get(course(made["id"]), params={"view": "edit"}).json()
    assert {name: read[name] for name in schema_keys.COURSE} == made


@pytest.mark.rule("COURSE-CREATE-05")
def test_who_creates_a_course_is_its_creator(member: httpx.Client) -> None:
    made = create(member)
    assert (made["join_status"], made["created_by"]["id"], made["deleted"]) == ("creator", PEOPLE["member"], False)
    assert made["created_by"]["username"] == "member"
    assert member.get(status(made["id"])).json() == {"status": "creator"}
    assert member.patch(course(made["id"]), json={"description": "x"}).status_code == 200


@pytest.mark.rule("COURSE-CREATE-05")
def test_nobody_else_has_a_state_in_a_new_course(mock: Mock) -> None:
    made = create(mock.as_("member"), privacy="open")
    for person in PEOPLE:
        expected = "creator" if person == "member" else None
        assert mock.as_(person).get(status(made["id"])).json() == {"status": expected}


@pytest.mark.rule("COURSE-CREATE-06", "COURSE-CREATE-07")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_defaults_hold_in_every_encoding(member: httpx.Client, encoding: str) -> None:
    made = member.post(COURSES, **ENCODINGS[encoding](NEW)).json()
    assert {name: made[name] for name in DEFAULTS} == DEFAULTS


@pytest.mark.rule("COURSE-CREATE-08")
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My Course", "my-course"),
        ("  Ça va?  Così così! ", "ca-va-cosi-cosi"),
        ("snake_case and-dash", "snake_case-and-dash"),
        ("C++ & C#", "c-c"),
    ],
)
def test_a_slug_that_is_not_given_is_made_from_the_name(member: httpx.Client, name: str, slug: str) -> None:
    assert create(member, name=name)["slug"] == slug


@pytest.mark.rule("COURSE-CREATE-08")
@pytest.mark.parametrize("name", ["☕", "日本語", "!!!"])
def test_a_name_without_letters_of_a_slug_gives_a_slug_by_its_id(member: httpx.Client, name: str) -> None:
    made = create(member, name=name)
    assert made["slug"] == f"course-{made['id']}"


@pytest.mark.rule("COURSE-CREATE-08")
def test_a_slug_may_be_given(member: httpx.Client) -> None:
    assert create(member, slug="Any_slug-1")["slug"] == "Any_slug-1"
    assert create(member, name="Blank", slug="")["slug"] == "blank"


@pytest.mark.rule("COURSE-CREATE-09")
def test_a_slug_that_was_made_gets_a_number_where_it_is_taken(member: httpx.Client) -> None:
    slugs = [create(member, name=name)["slug"] for name in ("A b", "A-b", "a B", "A  b!")]
    assert slugs == ["a-b", "a-b-2", "a-b-3", "a-b-4"]


@pytest.mark.rule("COURSE-CREATE-09")
def test_a_slug_that_was_given_and_is_taken_is_refused(member: httpx.Client) -> None:
    answer = member.post(COURSES, json={**NEW, "slug": "open-course"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("slug", "unique")]), "COURSE-CREATE-09")


@pytest.mark.rule("COURSE-CREATE-10")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_texts_orders_and_categories_start_empty(member: httpx.Client, encoding: str) -> None:
    made = member.post(COURSES, **ENCODINGS[encoding](NEW)).json()
    assert {name: made[name] for name in EMPTY} == EMPTY


@pytest.mark.rule("COURSE-CREATE-11")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("privacy", ["", "open", "private", "secret"])
def test_a_course_may_be_published_in_being_created(member: httpx.Client, privacy: str, encoding: str) -> None:
    answer = member.post(COURSES, **ENCODINGS[encoding]({**NEW, "privacy": privacy}))
    assert (answer.status_code, answer.json()["privacy"]) == (201, privacy)


@pytest.mark.rule("COURSE-CREATE-12")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_course_without_a_picture_has_none(member: httpx.Client, encoding: str) -> None:
    made = member.post(COURSES, **ENCODINGS[encoding](NEW)).json()
    assert [made[name] for name in PICTURES] == [None] * 4


def test_the_form_of_the_vendors_client_creates_a_course(member: httpx.Client) -> None:
    fields = [("name", "New"), ("description", ""), ("type", "self-paced"), ("privacy", "open")]
    fields += [("categories[0]", "1"), ("categories[1]", "3"), ("products", "[]")]
    made = member.post(COURSES, **multipart(fields)).json()
    assert (made["privacy"], [entry["id"] for entry in made["categories"]]) == ("open", [1, 3])
    assert "products" not in made


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"name": "Open course"}, ("name", "unique")),
        ({"name": " Open course "}, ("name", "unique")),
        ({"name": ""}, ("name", "blank")),
        ({"name": None}, ("name", "null")),
        ({"type": "x"}, ("type", "invalid_choice")),
        ({"type": None}, ("type", "null")),
        ({"privacy": "x"}, ("privacy", "invalid_choice")),
        ({"privacy": None}, ("privacy", "null")),
        ({"slug": "a b"}, ("slug", "invalid")),
        ({"sections_order": [1]}, ("sections_order", "invalid")),
        ({"categories": [99]}, ("categories", "does_not_exist")),
        ({"categories": "1"}, ("categories", "not_a_list")),
        ({"hide_member_count": "maybe"}, ("hide_member_count", "invalid")),
        ({"image_original": {}}, ("image_original", "invalid")),
    ],
)
def test_creating_checks_what_changing_checks(
    member: httpx.Client, fields: dict[str, Any], error: tuple[str, str]
) -> None:
    assert outcome(member.post(COURSES, json={**NEW, **fields})) == (400, [error])
