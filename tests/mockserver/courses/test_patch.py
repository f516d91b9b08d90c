from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses import keys
from tests.mockserver.harness import (
    COURSES,
    DRAFT,
    ENCODINGS,
    OPEN,
    PEOPLE,
    PRIVATE,
    SECRET,
    Encode,
    course,
    form,
    multipart,
    outcome,
    status,
    urlencoded,
)

JSON = "application/json"
TEXTS = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")
FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")
READ_ONLY = ["id", "image_bigger", "image_big", "image_medium", "image_small", "deleted", "join_status"]
READ_ONLY += ["user_completion_rate", "created_at", "created_by"]


@pytest.fixture(params=ENCODINGS)
def encode(request: pytest.FixtureRequest) -> Encode:
    """Each encoding in turn."""
    return ENCODINGS[request.param]


def read(caller: httpx.Client, key: int = OPEN) -> dict[str, Any]:
    """A course as its authors edit it, in the keys of Course."""
    body = caller.get(course(key), params={"view": "edit"}).json()
    return {name: body[name] for name in keys.COURSE}


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


# --- who --------------------------------------------------------------------------------------------------------------


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


# --- what is sent, and what comes back --------------------------------------------------------------------------------

ONE_FIELD: dict[str, Any] = {
    "name": "Another name",
    "slug": "another-slug",
    "description": "Another description.",
    "type": "scheduled",
    "privacy": "secret",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "meta_title": "m",
    "meta_description": "md",
    "og_title": "o",
    "og_description": "od",
    "og_image": "oi",
}


@pytest.mark.rule("COURSE-PATCH-06")
@pytest.mark.parametrize("field", ONE_FIELD)
def test_one_field_is_enough_and_all_others_keep_their_value(creator: httpx.Client, encode: Encode, field: str) -> None:
    full = {name: f"{name} before" for name in TEXTS} | dict.fromkeys(FLAGS, field not in FLAGS)
    before = patched(creator, **{**full, **({field: not ONE_FIELD[field]} if field in FLAGS else {})})
    answer = creator.patch(course(OPEN), **encode({field: ONE_FIELD[field]}))
    assert answer.json() == {**before, field: ONE_FIELD[field]}
    assert read(creator) == answer.json()


@pytest.mark.rule("COURSE-PATCH-06")
def test_a_changed_course_leaves_the_others_alone(creator: httpx.Client, encode: Encode) -> None:
    before = [read(creator, key) for key in (PRIVATE, SECRET, DRAFT)]
    creator.patch(course(OPEN), **encode(ONE_FIELD))
    assert [read(creator, key) for key in (PRIVATE, SECRET, DRAFT)] == before


@pytest.mark.rule("COURSE-PATCH-07")
@pytest.mark.parametrize("person", ["creator", "manager"])
def test_the_answer_is_the_whole_course_as_the_caller_sees_it(as_: As, person: str, encode: Encode) -> None:
    answer = as_(person).patch(course(OPEN), **encode({"og_title": "t"}))
    assert (answer.status_code, list(answer.json())) == (200, keys.COURSE)
    assert (answer.json()["join_status"], answer.json()["og_title"]) == (person, "t")
    assert answer.json() == read(as_(person))


@pytest.mark.rule("COURSE-PATCH-11")
@pytest.mark.parametrize("field", READ_ONLY)
@pytest.mark.parametrize("value", [True, 9, "2001-01-01T00:00:00Z", None, {"id": 2}, []])
def test_fields_that_can_only_be_read_are_dropped(creator: httpx.Client, field: str, value: Any) -> None:
    before = read(creator)
    assert patched(creator, **{field: value, "name": "New"}) == {**before, "name": "New"}
    assert read(creator) == {**before, "name": "New"}
    assert creator.get(course(9)).status_code == 404


@pytest.mark.rule("COURSE-PATCH-11", "COURSE-PATCH-44")
def test_read_only_fields_are_dropped_in_every_encoding(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **encode({**dict.fromkeys(READ_ONLY, "9"), "name": "New"}))
    assert answer.json() == {**before, "name": "New"}
    assert read(creator) == {**before, "name": "New"}


UNKNOWN: dict[str, Any] = {"foo": 1, "0": "[object Object]", "products": "[]", "NAME": "x", "name ": "x", "": "x"}
UNKNOWN |= {"__proto__": "x", "^": "x", "picture": "x", "sections": "[]", "name[0]": "x", "cover": "y" * 5000}


@pytest.mark.rule("COURSE-PATCH-12")
def test_fields_that_do_not_exist_are_dropped(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **encode(UNKNOWN))
    assert (answer.status_code, answer.json()) == (200, before)
    assert read(creator) == before


@pytest.mark.rule("COURSE-PATCH-13")
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"json": {}},
        form("application/json", b""),
        form("application/json", b" {} "),
        form("application/x-www-form-urlencoded", b""),
        form("application/x-www-form-urlencoded;charset=UTF-8", b""),
        form("multipart/form-data; boundary=x", b""),
        multipart([]),
    ],
)
def test_nothing_in_the_body_changes_nothing(creator: httpx.Client, sent: dict[str, Any]) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **sent)
    assert (answer.status_code, answer.json()) == (200, before)
    assert read(creator) == before


@pytest.mark.rule("COURSE-PATCH-14")
@pytest.mark.parametrize("content", [b"[]", b'[{"name": "x"}]', b'"name"', b"1", b"true", b"1e400", b"null"])
def test_json_that_is_no_object_is_refused(creator: httpx.Client, content: bytes) -> None:
    code, [(field, word)] = outcome(creator.patch(course(OPEN), **form(JSON, content)))
    assert (code, field) == (400, None)
    assert word in {"invalid", "null", "parse_error"}


@pytest.mark.rule("COURSE-PATCH-14")
def test_a_json_list_in_the_place_of_an_object_is_invalid(creator: httpx.Client) -> None:
    assert outcome(creator.patch(course(OPEN), json=[])) == (400, [(None, "invalid")])


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_of_doubled_names_in_json_the_last_one_counts(creator: httpx.Client, method: str) -> None:
    content = b'{"name": "a", "type": "x", "type": "self-paced", "name": "b"}'
    assert creator.request(method, course(OPEN), **form(JSON, content)).json()["name"] == "b"


# --- name and slug ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("COURSE-PATCH-15")
@pytest.mark.parametrize("name", ["Private course", "Draft course", "  Private course\t"])
def test_no_two_courses_have_the_same_name(creator: httpx.Client, encode: Encode, name: str) -> None:
    answer = creator.patch(course(OPEN), **encode({"name": name}))
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("name", "unique")]), "COURSE-PATCH-15")


@pytest.mark.rule("COURSE-PATCH-15")
def test_a_name_that_was_given_up_is_free(creator: httpx.Client) -> None:
    patched(creator, PRIVATE, name="Something else")
    assert patched(creator, OPEN, name="Private course")["name"] == "Private course"
    assert refused(creator, SECRET, name="Something else") == [("name", "unique")]


@pytest.mark.rule("COURSE-PATCH-16")
def test_a_courses_own_name_and_slug_are_no_conflict(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **encode({"name": " Open course ", "slug": "open-course"}))
    assert (answer.status_code, answer.json()) == (200, before)


@pytest.mark.rule("COURSE-PATCH-17")
def test_names_are_compared_capitals_included(creator: httpx.Client) -> None:
    assert patched(creator, name="PRIVATE COURSE")["name"] == "PRIVATE COURSE"


@pytest.mark.rule("COURSE-PATCH-17")
def test_a_deleted_course_gives_its_name_back(creator: httpx.Client) -> None:
    creator.delete(course(PRIVATE))
    assert patched(creator, name="Private course", slug="private-course")["slug"] == "private-course"


@pytest.mark.rule("COURSE-PATCH-18")
@pytest.mark.parametrize("name", ["", " ", "\t\r\n ", "\N{NO-BREAK SPACE}"])
def test_a_name_is_not_blank(creator: httpx.Client, encode: Encode, name: str) -> None:
    assert outcome(creator.patch(course(OPEN), **encode({"name": name}))) == (400, [("name", "blank")])


@pytest.mark.rule("COURSE-PATCH-18")
def test_a_name_is_not_null_and_no_structure(creator: httpx.Client) -> None:
    assert refused(creator, name=None) == [("name", "null")]
    for value in (True, ["x"], {"x": 1}):
        assert refused(creator, name=value) == [("name", "invalid")]


@pytest.mark.rule("COURSE-PATCH-18")
def test_blanks_at_the_ends_of_a_name_are_cut(creator: httpx.Client, encode: Encode) -> None:
    answer = creator.patch(course(OPEN), **encode({"name": " \t two  words \n"}))
    assert answer.json()["name"] == "two  words"


@pytest.mark.parametrize(("value", "text"), [(42, "42"), (0, "0"), (1.5, "1.5"), (-7, "-7")])
@pytest.mark.parametrize("field", ["name", "description", "og_image"])
def test_a_number_passes_for_a_text(creator: httpx.Client, field: str, value: float, text: str) -> None:
    assert patched(creator, **{field: value})[field] == text


@pytest.mark.rule("COURSE-PATCH-19")
def test_a_new_name_leaves_the_slug_alone(creator: httpx.Client, encode: Encode) -> None:
    assert creator.patch(course(OPEN), **encode({"name": "New name"})).json()["slug"] == "open-course"


@pytest.mark.rule("COURSE-PATCH-20")
def test_a_slug_can_be_changed_to_one_that_is_free(creator: httpx.Client, encode: Encode) -> None:
    answer = creator.patch(course(OPEN), **encode({"slug": "Free_slug-1"}))
    assert (answer.status_code, answer.json()["slug"]) == (200, "Free_slug-1")
    answer = creator.patch(course(OPEN), **encode({"slug": "private-course"}))
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("slug", "unique")]), "COURSE-PATCH-20")


@pytest.mark.rule("COURSE-PATCH-21")
@pytest.mark.parametrize("slug", ["a b", "a/b", "ä", "a.b", "a\nb", "☕", "a%20b", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_slug_is_made_of_letters_digits_hyphens_and_underscores(
    creator: httpx.Client, encode: Encode, slug: str
) -> None:
    assert outcome(creator.patch(course(OPEN), **encode({"slug": slug}))) == (400, [("slug", "invalid")])


@pytest.mark.rule("COURSE-PATCH-21")
def test_blanks_at_the_ends_of_a_slug_are_cut(creator: httpx.Client, encode: Encode) -> None:
    assert creator.patch(course(OPEN), **encode({"slug": " moved\n"})).json()["slug"] == "moved"
    assert creator.patch(course(OPEN), **encode({"slug": "  "})).json()["slug"] == "open-course"


@pytest.mark.rule("COURSE-PATCH-21")
def test_an_empty_slug_is_made_anew_from_the_name(creator: httpx.Client, encode: Encode) -> None:
    patched(creator, name="Ünder construction")
    assert creator.patch(course(OPEN), **encode({"slug": ""})).json()["slug"] == "under-construction"
    patched(creator, slug="other", name="Private  course!")
    assert creator.patch(course(OPEN), **encode({"slug": ""})).json()["slug"] == "private-course-2"


@pytest.mark.rule("COURSE-PATCH-21")
def test_a_slug_is_not_null(creator: httpx.Client) -> None:
    assert refused(creator, slug=None) == [("slug", "null")]


@pytest.mark.rule("COURSE-PATCH-48")
@pytest.mark.parametrize(("field", "letter"), [("name", "n"), ("name", "☕"), ("slug", "s")])
def test_name_and_slug_have_at_most_255_characters(
    creator: httpx.Client, encode: Encode, field: str, letter: str
) -> None:
    longest = letter * 255
    assert creator.patch(course(OPEN), **encode({field: longest})).json()[field] == longest
    assert outcome(creator.patch(course(OPEN), **encode({field: longest + letter}))) == (400, [(field, "max_length")])


@pytest.mark.rule("COURSE-PATCH-48")
def test_blanks_that_are_cut_do_not_count_for_the_length_of_a_name(creator: httpx.Client) -> None:
    assert patched(creator, name=f"  {'n' * 255}  ")["name"] == "n" * 255


@pytest.mark.rule("COURSE-PATCH-48")
@pytest.mark.parametrize("field", TEXTS)
def test_other_texts_have_any_number_of_characters(creator: httpx.Client, encode: Encode, field: str) -> None:
    text = "☕ Ünlimited\n☕" * 5_000
    assert creator.patch(course(OPEN), **encode({field: text})).json()[field] == text


# --- type and privacy -------------------------------------------------------------------------------------------------


@pytest.mark.rule("COURSE-PATCH-22")
def test_a_course_is_self_paced_structured_or_scheduled(creator: httpx.Client, encode: Encode) -> None:
    for kind in ("structured", "scheduled", "self-paced"):
        assert creator.patch(course(OPEN), **encode({"type": kind})).json()["type"] == kind
    for kind in ("x", "", "Structured", "self_paced"):
        answer = creator.patch(course(OPEN), **encode({"type": kind}))
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (
            (400, [("type", "invalid_choice")]),
            "COURSE-PATCH-22",
        )


@pytest.mark.rule("COURSE-PATCH-22")
@pytest.mark.parametrize("field", ["type", "privacy"])
@pytest.mark.parametrize("value", [1, True, ["open"], {}, 10**400])
def test_a_choice_is_a_text(creator: httpx.Client, field: str, value: Any) -> None:
    assert refused(creator, **{field: value}) == [(field, "invalid_choice")]
    assert refused(creator, **{field: None}) == [(field, "null")]


@pytest.mark.rule("COURSE-PATCH-23")
def test_the_type_can_change_at_any_time_and_what_sections_say_is_kept(as_: As) -> None:
    creator, member = as_("creator"), as_("member")
    before = creator.get(course(OPEN), params={"view": "edit"}).json()["sections"]

    def locked() -> list[bool]:
        return [section["locked"] for section in member.get(course(OPEN)).json()["sections"]]

    assert locked() == [False, False]
    patched(creator, type="structured")
    assert locked() == [True, True]
    patched(creator, type="scheduled")
    assert locked() == [False, False]
    assert creator.get(course(OPEN), params={"view": "edit"}).json()["sections"] == before


@pytest.mark.rule("COURSE-PATCH-24")
@pytest.mark.parametrize("privacy", ["x", "Open", "public", "draft", " "])
def test_privacy_is_empty_open_private_or_secret(creator: httpx.Client, encode: Encode, privacy: str) -> None:
    answer = creator.patch(course(DRAFT), **encode({"privacy": privacy}))
    assert outcome(answer) == (400, [("privacy", "invalid_choice")])
    assert answer.headers["X-Mock-Rule"] == "COURSE-PATCH-24"


@pytest.mark.rule("COURSE-PATCH-25")
@pytest.mark.parametrize(("privacy", "seen"), [("open", 200), ("private", 200), ("secret", 404)])
def test_a_draft_is_published_by_giving_it_a_privacy(as_: As, encode: Encode, privacy: str, seen: int) -> None:
    assert as_("member").get(course(DRAFT)).status_code == 404
    answer = as_("creator").patch(course(DRAFT), **encode({"privacy": privacy}))
    assert (answer.status_code, answer.json()["privacy"]) == (200, privacy)
    assert as_("member").get(course(DRAFT)).status_code == seen
    assert as_("invited").get(course(DRAFT)).status_code == 200


@pytest.mark.rule("COURSE-PATCH-26")
@pytest.mark.parametrize("key", [OPEN, PRIVATE, SECRET])
@pytest.mark.parametrize("person", ["creator", "manager"])
def test_a_published_course_never_becomes_a_draft_again(as_: As, encode: Encode, key: int, person: str) -> None:
    before = read(as_("creator"), key)
    for fields in ({"privacy": ""}, {"privacy": "", "description": "x"}):
        answer = as_(person).patch(course(key), **encode(fields))
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("privacy", "invalid")]), "COURSE-PATCH-26")
    assert read(as_("creator"), key) == before


@pytest.mark.rule("COURSE-PATCH-26")
def test_a_course_published_a_moment_ago_is_published(creator: httpx.Client) -> None:
    made = creator.post(COURSES, json={"name": "New", "type": "self-paced"}).json()
    patched(creator, made["id"], privacy="open")
    assert refused(creator, made["id"], privacy="") == [("privacy", "invalid")]


@pytest.mark.rule("COURSE-PATCH-27")
def test_a_draft_may_be_told_again_that_it_is_one(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator, DRAFT)
    answer = creator.patch(course(DRAFT), **encode({"privacy": ""}))
    assert (answer.status_code, answer.json()) == (200, before)


@pytest.mark.rule("COURSE-PATCH-27")
@pytest.mark.parametrize("key", [OPEN, DRAFT])
@pytest.mark.parametrize("field", ["privacy", "type"])
def test_null_is_no_choice(creator: httpx.Client, key: int, field: str) -> None:
    assert refused(creator, key, **{field: None}) == [(field, "null")]


@pytest.mark.rule("COURSE-PATCH-28")
@pytest.mark.parametrize("before", ["open", "private", "secret"])
@pytest.mark.parametrize("after", ["open", "private", "secret"])
def test_published_courses_may_go_from_each_privacy_to_each_other(
    creator: httpx.Client, encode: Encode, before: str, after: str
) -> None:
    patched(creator, privacy=before)
    answer = creator.patch(course(OPEN), **encode({"privacy": after}))
    assert (answer.status_code, answer.json()["privacy"]) == (200, after)


@pytest.mark.rule("COURSE-PATCH-29")
@pytest.mark.parametrize("privacy", ["open", "secret", "private"])
def test_another_privacy_leaves_everybodys_state_as_it_was(as_: As, privacy: str) -> None:
    patched(as_("creator"), PRIVATE, privacy=privacy)
    patched(as_("creator"), PRIVATE, privacy="open")
    for person in PEOPLE:
        expected = None if person in {"member", "staff"} else person
        assert as_(person).get(status(PRIVATE)).json() == {"status": expected}


@pytest.mark.rule("COURSE-PATCH-30")
def test_a_course_may_be_published_empty(creator: httpx.Client) -> None:
    made = creator.post(COURSES, json={"name": "Empty", "type": "self-paced"}).json()
    assert (made["description"], made["sections_order"]) == ("", [])
    assert patched(creator, made["id"], privacy="open")["privacy"] == "open"


# --- switches and texts -----------------------------------------------------------------------------------------------


@pytest.mark.rule("COURSE-PATCH-31")
def test_hiding_the_number_of_members_is_seen_at_once(as_: As) -> None:
    for value in (True, False):
        patched(as_("creator"), hide_member_count=value)
        assert as_("anon").get(course(OPEN)).json()["hide_member_count"] is value


@pytest.mark.rule("COURSE-PATCH-32")
def test_enforcing_the_order_of_lessons_locks_all_but_the_first_at_once(as_: As) -> None:
    def locked(person: str) -> list[bool]:
        sections = as_(person).get(course(OPEN)).json()["sections"]
        return [lesson["locked"] for section in sections for lesson in section["lessons"]]

    lessons = len(locked("joined"))
    assert lessons >= 3
    assert locked("joined") == [False] * lessons
    patched(as_("creator"), enforce_lessons_order=True)
    assert locked("joined") == [False] + [True] * (lessons - 1)
    assert locked("creator") == locked("manager") == [False] * lessons
    patched(as_("creator"), enforce_lessons_order=False)
    assert locked("joined") == [False] * lessons


@pytest.mark.rule("COURSE-PATCH-33")
def test_the_switch_of_notices_about_comments_is_kept(creator: httpx.Client) -> None:
    for value in (False, True):
        patched(creator, new_comment_notification_enabled=value)
        assert read(creator)["new_comment_notification_enabled"] is value


YES = ["true", "True", "TRUE", "on", "1", "yes", "t", "y"]
NO = ["false", "False", "FALSE", "off", "0", "no", "f", "n"]


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("field", FLAGS)
@pytest.mark.parametrize(("text", "value"), [*((text, True) for text in YES), *((text, False) for text in NO)])
def test_the_usual_words_are_read_as_switches(
    creator: httpx.Client, encode: Encode, field: str, text: str, value: bool
) -> None:
    patched(creator, **{field: not value})
    assert creator.patch(course(OPEN), **encode({field: text})).json()[field] is value


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize(("sent", "value"), [(True, True), (False, False), (1, True), (0, False)])
def test_json_has_switches_of_its_own(creator: httpx.Client, sent: Any, value: bool) -> None:
    patched(creator, hide_member_count=not value)
    assert patched(creator, hide_member_count=sent)["hide_member_count"] is value


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("field", FLAGS)
@pytest.mark.parametrize("text", ["maybe", "undefined", "null", "2", "truthy", "-1"])
def test_no_other_word_is_a_switch(creator: httpx.Client, encode: Encode, field: str, text: str) -> None:
    assert outcome(creator.patch(course(OPEN), **encode({field: text}))) == (400, [(field, "invalid")])


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("value", [2, -1, 0.5, [], [True], {}, 10**400])
def test_no_other_value_is_a_switch(creator: httpx.Client, value: Any) -> None:
    assert refused(creator, hide_member_count=value) == [("hide_member_count", "invalid")]
    assert refused(creator, hide_member_count=None) == [("hide_member_count", "null")]


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("field", FLAGS)
def test_a_switch_that_is_empty_in_a_form_was_left_out(creator: httpx.Client, field: str) -> None:
    before = read(creator)[field]
    for encoded in (urlencoded, multipart):
        answer = creator.patch(course(OPEN), **encoded([(field, ""), ("og_title", "new")]))
        assert (answer.status_code, answer.json()[field], answer.json()["og_title"]) == (200, before, "new")
    assert refused(creator, **{field: ""}) == [(field, "invalid")]


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("field", TEXTS)
def test_texts_may_be_empty_and_are_never_null(creator: httpx.Client, encode: Encode, field: str) -> None:
    patched(creator, **{field: "before"})
    assert refused(creator, **{field: None}) == [(field, "null")]
    assert creator.patch(course(OPEN), **encode({field: ""})).json()[field] == ""
    assert read(creator)[field] == ""


@pytest.mark.rule("COURSE-PATCH-36")
@pytest.mark.parametrize("text", ["http://example.com/a.png", "no address", "javascript:alert(1)", "data:image/png;,"])
def test_og_image_is_a_text_like_any_other(creator: httpx.Client, encode: Encode, text: str) -> None:
    answer = creator.patch(course(OPEN), **encode({"og_image": text}))
    assert (answer.json()["og_image"], read(creator)["og_image"]) == (text, text)


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "blanks  stay inside",
            "\t and at both  ends\n",
            " ",
            "<script>x</script>",
            "null",
            "[1]",
            '{"a": 1}',
            "a\r\nb",
        ),
        "%41+☕",
    ],
)
def test_a_text_comes_back_as_it_went(creator: httpx.Client, encode: Encode, field: str, text: str) -> None:
    assert creator.patch(course(OPEN), **encode({field: text})).json()[field] == text


# --- lists ------------------------------------------------------------------------------------------------------------


def section_ids(caller: httpx.Client, view: str) -> list[int]:
    return [section["id"] for section in caller.get(course(OPEN), params={"view": view}).json()["sections"]]


@pytest.mark.rule("COURSE-PATCH-37")
def test_sections_order_puts_the_sections_in_order(creator: httpx.Client, encode: Encode) -> None:
    shown, order = section_ids(creator, "user"), read(creator)["sections_order"]
    assert len(order) >= 3
    answer = creator.patch(course(OPEN), **encode({"sections_order": order[::-1]}))
    assert answer.json()["sections_order"] == order[::-1]
    assert section_ids(creator, "edit") == order[::-1]
    assert section_ids(creator, "user") == shown[::-1]


@pytest.mark.rule("COURSE-PATCH-38")
def test_sections_order_names_each_section_once_and_nothing_else(creator: httpx.Client, encode: Encode) -> None:
    order = read(creator)["sections_order"]
    [foreign, *_] = read(creator, PRIVATE)["sections_order"]
    for bad in (order[1:], order + order[:1], [*order[1:], foreign], [*order, 999_999], [order[0]] * len(order), [0]):
        answer = creator.patch(course(OPEN), **encode({"sections_order": bad}))
        assert outcome(answer) == (400, [("sections_order", "invalid")])
        assert answer.headers["X-Mock-Rule"] == "COURSE-PATCH-38"
    assert section_ids(creator, "edit") == order
    assert refused(creator, sections_order=[]) == [("sections_order", "invalid")]


@pytest.mark.rule("COURSE-PATCH-38")
@pytest.mark.parametrize(
    ("value", "code"), [(None, "null"), ("1", "not_a_list"), (1, "not_a_list"), ({}, "not_a_list")]
)
@pytest.mark.parametrize("field", ["sections_order", "categories"])
def test_a_list_is_a_list(creator: httpx.Client, field: str, value: Any, code: str) -> None:
    assert refused(creator, **{field: value}) == [(field, code)]


@pytest.mark.rule("COURSE-PATCH-38")
@pytest.mark.parametrize("item", [None, "x", "", {}, [], 1.5, 10**400])
def test_a_section_is_named_by_a_number(creator: httpx.Client, item: Any) -> None:
    [(field, code)] = refused(creator, sections_order=[item])
    assert field == "sections_order"
    assert code in {"invalid", "null"}


@pytest.mark.rule("COURSE-PATCH-38")
def test_the_order_of_no_sections_is_empty(creator: httpx.Client) -> None:
    made = creator.post(COURSES, json={"name": "Empty", "type": "self-paced"}).json()
    assert patched(creator, made["id"], sections_order=[])["sections_order"] == []
    assert refused(creator, made["id"], sections_order=[1]) == [("sections_order", "invalid")]


def category_ids(answer: dict[str, Any]) -> list[int]:
    return [category["id"] for category in answer["categories"]]


@pytest.mark.rule("COURSE-PATCH-39")
def test_categories_take_the_place_of_the_former_ones(creator: httpx.Client, encode: Encode) -> None:
    assert category_ids(creator.patch(course(OPEN), **encode({"categories": [1, 2]})).json()) == [1, 2]
    assert category_ids(creator.patch(course(OPEN), **encode({"categories": [2]})).json()) == [2]
    assert category_ids(read(creator)) == [2]


@pytest.mark.rule("COURSE-PATCH-40")
def test_categories_are_read_as_objects_in_the_order_of_their_ids(creator: httpx.Client) -> None:
    categories = patched(creator, categories=[3, 1, 2])["categories"]
    assert [entry["id"] for entry in categories] == [1, 2, 3]
    assert len({entry["slug"] for entry in categories} | {entry["name"] for entry in categories}) == 6
    assert all("followed" in entry and "color" not in entry for entry in categories)


@pytest.mark.rule("COURSE-PATCH-41")
@pytest.mark.parametrize(
    ("sent", "kept"), [([], []), ([1, 1, 2, 1], [1, 2]), (["1", 2], [1, 2]), (["3", 3], [3]), ([" +3 ", 1.0], [1, 3])]
)
def test_an_empty_list_clears_and_doubles_count_once(creator: httpx.Client, sent: list[Any], kept: list[int]) -> None:
    assert category_ids(patched(creator, categories=sent)) == kept
    assert category_ids(read(creator)) == kept


@pytest.mark.rule("COURSE-PATCH-41")
@pytest.mark.parametrize(
    ("categories", "code"),
    [
        ([99], "does_not_exist"),
        ([1, 99], "does_not_exist"),
        ([0], "does_not_exist"),
        ([-1], "does_not_exist"),
        ([10**400], "does_not_exist"),
        (["x"], "incorrect_type"),
        ([{"id": 1}], "incorrect_type"),
        ([[1]], "incorrect_type"),
        ([True], "incorrect_type"),
        ([1.5], "incorrect_type"),
        ([1, "x"], "incorrect_type"),
        (["1.0"], "incorrect_type"),
        (["1__0"], "incorrect_type"),
        ([None], "does_not_exist"),
    ],
)
def test_what_is_no_categorys_id_is_refused(creator: httpx.Client, categories: list[Any], code: str) -> None:
    assert refused(creator, categories=categories) == [("categories", code)]


SPELLINGS: dict[str, list[tuple[str, str]]] = {
    "repeated": [("categories", "3"), ("categories", "1")],
    "brackets": [("categories[]", "3"), ("categories[]", "1")],
    "indices": [("categories[0]", "3"), ("categories[1]", "1")],
    "indices in any order": [("categories[1]", "1"), ("categories[0]", "3")],
    "json": [("categories", "[3, 1]")],
    "json of texts": [("categories", '["3","1"]')],
}


@pytest.mark.rule("COURSE-PATCH-42")
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("send", [urlencoded, multipart])
def test_lists_may_be_spelled_in_forms_as_clients_do(creator: httpx.Client, send: Any, spelling: str) -> None:
    assert category_ids(creator.patch(course(OPEN), **send(SPELLINGS[spelling])).json()) == [1, 3]


@pytest.mark.rule("COURSE-PATCH-42")
@pytest.mark.parametrize("send", [urlencoded, multipart])
@pytest.mark.parametrize("name", ["{}", "{}[]", "{}[0]"])
def test_a_list_of_one_may_be_spelled_in_forms(creator: httpx.Client, send: Any, name: str) -> None:
    answer = creator.patch(course(OPEN), **send([(name.format("categories"), "2")]))
    assert category_ids(answer.json()) == [2]


@pytest.mark.rule("COURSE-PATCH-42")
@pytest.mark.parametrize("send", [urlencoded, multipart])
@pytest.mark.parametrize(
    "spelling", ["repeated", "brackets", "indices", "indices in any order", "json", "json of texts"]
)
def test_the_order_of_sections_may_be_spelled_in_every_way(creator: httpx.Client, send: Any, spelling: str) -> None:
    first, second, third = read(creator)["sections_order"]
    numbers = {"3": str(third), "1": str(first)}
    pairs = []
    for name, text in SPELLINGS[spelling]:
        for old, new in numbers.items():
            text = text.replace(old, f"<{new}>")
        pairs.append((name.replace("categories", "sections_order"), text.replace("<", "").replace(">", "")))
    missing = {
        "repeated": ("sections_order", str(second)),
        "brackets": ("sections_order[]", str(second)),
        "indices": ("sections_order[2]", str(second)),
        "indices in any order": ("sections_order[2]", str(second)),
    }
    if spelling in missing:
        pairs.append(missing[spelling])
    else:
        pairs = [(pairs[0][0], pairs[0][1].replace("]", f", {second}]"))]
    answer = creator.patch(course(OPEN), **send(pairs))
    assert answer.json()["sections_order"] == [third, first, second]


@pytest.mark.rule("COURSE-PATCH-42")
def test_a_list_that_a_form_leaves_out_stays(creator: httpx.Client, encode: Encode) -> None:
    patched(creator, categories=[1, 2])
    assert category_ids(creator.patch(course(OPEN), **encode({"name": "x"})).json()) == [1, 2]


# --- all in all -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("COURSE-PATCH-44")
@pytest.mark.parametrize("field", ["created_at", "created_by", "deleted", "join_status", "user_completion_rate"])
def test_what_only_the_server_writes_cannot_be_written(creator: httpx.Client, encode: Encode, field: str) -> None:
    before = read(creator)
    for value in ("true", "100", "manager", "2001-01-01T00:00:00Z", ["2"]):
        assert creator.patch(course(OPEN), **encode({field: value})).json() == before
    assert creator.get(status(OPEN)).json() == {"status": "creator"}


@pytest.mark.rule("COURSE-PATCH-45")
def test_the_same_request_twice_has_the_same_answer(creator: httpx.Client, encode: Encode) -> None:
    fields = {**ONE_FIELD, "categories": [2, 3], "image_original": "string"}
    first, second = (creator.patch(course(OPEN), **encode(fields)) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert read(creator) == first.json()


@pytest.mark.rule("COURSE-PATCH-46")
@pytest.mark.parametrize("headers", [{}, {"If-Match": '"x"'}, {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}])
def test_field_by_field_the_last_change_wins(as_: As, headers: dict[str, str]) -> None:
    creator, manager = as_("creator"), as_("manager")
    creator.patch(course(OPEN), json={"description": "first", "og_title": "first"}, headers=headers)
    manager.patch(course(OPEN), json={"og_title": "second", "meta_title": "second"}, headers=headers)
    after = read(creator)
    assert (after["description"], after["og_title"], after["meta_title"]) == ("first", "second", "second")


@pytest.mark.rule("COURSE-PATCH-47")
@pytest.mark.parametrize(
    "query", ["view=edit", "view=x", "user=3", "user=999999", "user=x", "limit=0", "%ff=%", "name=x"]
)
def test_the_query_has_no_meaning_for_a_change(creator: httpx.Client, query: str) -> None:
    answer = creator.patch(f"{course(OPEN)}?{query}", json={"description": "x"})
    assert (answer.status_code, list(answer.json())) == (200, keys.COURSE)
    assert (answer.json()["join_status"], answer.json()["name"]) == ("creator", "Open course")


def test_the_forms_and_switches_of_the_vendors_client_work(creator: httpx.Client) -> None:
    switches = {"enforce_lessons_order": True, "new_comment_notification_enabled": True, "hide_member_count": False}
    assert patched(creator, id=1, **switches) | switches == read(creator)
    as_json_of_texts = {"enforce_lessons_order": "false", "categories": ["1", "2"]}
    changed = patched(creator, **as_json_of_texts)
    assert (changed["enforce_lessons_order"], category_ids(changed)) == (False, [1, 2])
    fields = [("name", "Open course"), ("description", ""), ("type", "self-paced"), ("privacy", "open")]
    fields += [("categories[0]", "3"), ("products", "[]"), ("0", "[object Object]")]
    changed = creator.patch(course(OPEN), **multipart(fields)).json()
    assert (changed["description"], category_ids(changed)) == ("", [3])
