import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import DRAFT, EVERYBODY, OPEN, PEOPLE, PRIVATE, SECRET, course, form, outcome

LEADS = ("creator", "manager")
OTHERS = [person for person in EVERYBODY if person not in LEADS]
FORBIDDEN = (403, [(None, "permission_denied")])


@pytest.mark.rule("VIEW-01")
@pytest.mark.parametrize("person", EVERYBODY)
def test_the_view_is_user_where_none_is_asked_for(as_: As, person: str) -> None:
    plain = as_(person).get(course(OPEN))
    assert list(plain.json()) == schema_keys.USER_DETAIL
    assert plain.json() == as_(person).get(course(OPEN), params={"view": "user"}).json()


@pytest.mark.rule("VIEW-02", "VIEW-03")
@pytest.mark.parametrize("person", EVERYBODY)
def test_the_view_user_leaves_out_drafts_and_sections_in_which_nothing_is_left(as_: As, person: str) -> None:
    everything = as_("creator").get(course(OPEN), params={"view": "edit"}).json()["sections"]
    published = {
        section["id"]: [lesson["id"] for lesson in section["lessons"] if lesson["status"] == "published"]
        for section in everything
    }
    # The world at start has what there is to hide.
    assert any(not lessons for lessons in published.values())
    assert any(lesson["status"] == "draft" for section in everything for lesson in section["lessons"])
    seen = as_(person).get(course(OPEN)).json()
    shown = {section["id"]: [lesson["id"] for lesson in section["lessons"]] for section in seen["sections"]}
    assert shown == {key: lessons for key, lessons in published.items() if lessons}
    assert len(shown) >= 2
    assert (seen["num_sections"], seen["num_lessons"]) == (len(shown), sum(map(len, shown.values())))
    assert [section["num_lessons"] for section in seen["sections"]] == [len(lessons) for lessons in shown.values()]


@pytest.mark.rule("VIEW-04", "COURSE-GET-02")
@pytest.mark.parametrize("person", LEADS)
def test_the_view_edit_shows_creator_and_managers_everything(as_: As, person: str) -> None:
    body = as_(person).get(course(OPEN), params={"view": "edit"}).json()
    assert list(body) == schema_keys.DETAIL
    assert [section["id"] for section in body["sections"]] == body["sections_order"]
    assert {lesson["status"] for section in body["sections"] for lesson in section["lessons"]} == {"draft", "published"}
    assert body["num_sections"] == len(body["sections"])
    assert body["num_lessons"] == sum(len(section["lessons"]) for section in body["sections"])


@pytest.mark.rule("VIEW-05", "COURSE-GET-02")
@pytest.mark.parametrize("person", LEADS)
def test_the_view_dashboard_shows_creator_and_managers_the_average_completion(as_: As, person: str) -> None:
    body = as_(person).get(course(OPEN), params={"view": "dashboard"}).json()
    assert list(body) == schema_keys.DASHBOARD
    assert body["avg_completion_rate"] == 0


@pytest.mark.rule("VIEW-04", "VIEW-05")
@pytest.mark.parametrize(("view", "rule"), [("edit", "VIEW-04"), ("dashboard", "VIEW-05")])
@pytest.mark.parametrize(
    ("key", "person"),
    [*((OPEN, person) for person in OTHERS), (PRIVATE, "joined"), (PRIVATE, "member"), (SECRET, "invited")],
)
def test_everybody_else_is_forbidden_the_views_of_authors(as_: As, key: int, person: str, view: str, rule: str) -> None:
    answer = as_(person).get(course(key), params={"view": view})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (FORBIDDEN, rule)


@pytest.mark.rule("VIEW-06")
@pytest.mark.parametrize("view", ["x", "USER", "user ", "minimal", "edit,user", "\0"])
@pytest.mark.parametrize("person", ["creator", "joined", "member", "anon"])
def test_there_are_no_other_views(as_: As, person: str, view: str) -> None:
    assert outcome(as_(person).get(course(OPEN), params={"view": view})) == (400, [("view", "invalid_choice")])


@pytest.mark.rule("VIEW-06")
def test_a_view_that_there_is_not_is_no_way_to_learn_of_a_hidden_course(as_: As) -> None:
    assert as_("member").get(course(DRAFT), params={"view": "x"}).status_code == 404


@pytest.mark.rule("VIEW-07")
@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("user", ["5", "3", "999999"])
def test_only_creator_and_managers_look_through_the_eyes_of_others(as_: As, person: str, user: str) -> None:
    assert outcome(as_(person).get(course(OPEN), params={"user": user})) == FORBIDDEN


@pytest.mark.rule("VIEW-08")
@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("view", ["user", "edit", "dashboard"])
@pytest.mark.parametrize("person", PEOPLE)
def test_seen_as_another_user_the_course_shows_that_users_state(as_: As, lead: str, view: str, person: str) -> None:
    body = as_(lead).get(course(OPEN), params={"view": view, "user": str(PEOPLE[person])}).json()
    assert body["join_status"] == (None if person in {"member", "staff"} else person)
    assert ("sections" in body) is (view != "dashboard")


@pytest.mark.rule("VIEW-08", "COURSE-PATCH-23")
def test_seen_as_another_user_the_course_shows_what_is_locked_for_that_user(as_: As) -> None:
    creator = as_("creator")
    creator.patch(course(OPEN), json={"type": "structured"})

    def sections(person: str) -> list[tuple[bool, bool]]:
        body = creator.get(course(OPEN), params={"user": str(PEOPLE[person])}).json()
        return [(section["locked"], section["available_date"] is not None) for section in body["sections"]]

    assert sections("member") == [(True, False)] * 2
    assert sections("joined") == [(False, True)] * 2
    assert sections("joined") == [
        (section["locked"], section["available_date"] is not None)
        for section in as_("joined").get(course(OPEN)).json()["sections"]
    ]
    assert [section["locked"] for section in creator.get(course(OPEN)).json()["sections"]] == [False, False]


@pytest.mark.rule("VIEW-09")
@pytest.mark.parametrize("body", [b'{"user": 5}', b"{", b"\xff", b"user=5"])
@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
def test_a_body_has_no_meaning_for_reading(creator: httpx.Client, body: bytes, content_type: str) -> None:
    answer = creator.request("GET", course(OPEN), **form(content_type, body))
    assert answer.json() == creator.get(course(OPEN)).json()
    assert answer.json()["join_status"] == "creator"


@pytest.mark.rule("VIEW-10")
def test_a_user_to_look_as_must_exist(creator: httpx.Client) -> None:
    answer = creator.get(course(OPEN), params={"user": "999999"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((404, [(None, "not_found")]), "VIEW-10")


@pytest.mark.rule("VIEW-10")
@pytest.mark.parametrize("user", ["x", "1.5", "9" * 400, "\0"])
def test_a_user_to_look_as_is_a_number(creator: httpx.Client, user: str) -> None:
    assert outcome(creator.get(course(OPEN), params={"user": user})) == (400, [("user", "invalid")])


@pytest.mark.rule("VIEW-10")
@pytest.mark.parametrize("view", ["user", "edit", "dashboard"])
def test_looking_as_oneself_is_looking(creator: httpx.Client, view: str) -> None:
    plain = creator.get(course(OPEN), params={"view": view}).json()
    assert creator.get(course(OPEN), params={"view": view, "user": "1"}).json() == plain


@pytest.mark.rule("VIEW-11")
@pytest.mark.parametrize("key", [PRIVATE, SECRET, DRAFT])
@pytest.mark.parametrize("person", ["member", "requested"])
def test_looking_as_a_stranger_shows_the_course_in_full(creator: httpx.Client, key: int, person: str) -> None:
    body = creator.get(course(key), params={"user": str(PEOPLE[person])}).json()
    assert list(body) == schema_keys.USER_DETAIL
    assert body["join_status"] == (None if person == "member" else person)


@pytest.mark.rule("COURSE-GET-01")
@pytest.mark.parametrize("view", ["user", "edit", "dashboard"])
@pytest.mark.parametrize("key", [OPEN, PRIVATE, SECRET, DRAFT])
def test_no_course_that_can_be_read_is_a_deleted_one(creator: httpx.Client, key: int, view: str) -> None:
    assert creator.get(course(key), params={"view": view}).json()["deleted"] is False


@pytest.mark.rule("COURSE-GET-01")
def test_no_lock_screen_is_of_a_deleted_course(anon: httpx.Client) -> None:
    assert anon.get(course(PRIVATE)).json()["deleted"] is False
