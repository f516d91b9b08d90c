"""What a real tenant's answer could change, each over HTTP in both positions."""

from typing import Any

import httpx
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.courses import Settings
from tests.mockserver.courses.school import enrol, make, results, teach
from tests.mockserver.courses.test_oauth import AUTHORIZE, CALLBACK, PUBLIC, TOKEN, grant
from tests.mockserver.harness import (
    COURSES,
    DRAFT,
    ENCODINGS,
    HOST,
    OPEN,
    PRIVATE,
    SECRET,
    SIZES,
    Mock,
    course,
    dimensions,
    mock_of,
    multipart,
    outcome,
    painted,
    status,
)

NEW = {"name": "New", "type": "self-paced"}
SWITCHES = {name: not value for name, value in Settings().values().items() if isinstance(value, bool)}


@pytest.fixture(params=[False, True], ids=["off", "on"])
def on(request: pytest.FixtureRequest) -> bool:
    """A switch in both positions."""
    position: bool = request.param
    return position


def community(**settings: Any) -> Mock:
    return mock_of(settings=Settings(**settings))


# --- how they are told ------------------------------------------------------------------------------------------------


def test_a_mock_tells_how_it_is_set_and_keeps_the_secret() -> None:
    told = community(plain_errors=True, name_max_length=50).client().get("/__mock__/settings").json()
    assert told == {**Settings().values(), "plain_errors": True, "name_max_length": 50}
    assert "secret" not in told


@pytest.mark.parametrize("name", sorted(SWITCHES.keys() - {"courses_enabled"}))
def test_with_any_switch_a_course_can_still_be_made_and_changed_by_staff(name: str) -> None:
    mock = community(**{name: SWITCHES[name]})
    staff = mock.as_("staff")
    made = staff.post(COURSES, json=NEW)
    assert made.status_code == 201
    assert staff.patch(course(made.json()["id"]), json={"og_title": "x"}).json()["og_title"] == "x"
    assert mock.client().get("/__mock__/settings").json()[name] is SWITCHES[name]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"name_max_length": 0}, 'the setting "name_max_length" is 0; make it a whole number from 1 to 255'),
        ({"name_max_length": 256}, 'the setting "name_max_length" is 256; make it a whole number from 1 to 255'),
        ({"secret": ""}, 'the setting "secret" is empty; make it the text that JWTs are signed with'),
        ({"default_picture": "cover.png"}, "the setting \"default_picture\" is 'cover.png'; make it an http address"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_the_bounds(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"the setting") as refused:
        Settings(**settings)
    assert str(refused.value) == told


def test_without_settings_the_contract_is_promised_as_it_is(mock: Mock) -> None:
    assert mock.client().get("/openapi.json").json() == mock.contract.document


# --- addresses and errors ---------------------------------------------------------------------------------------------


@pytest.mark.rule("TRANS-01")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writes_without_the_slash_may_be_sent_on(on: bool, method: str) -> None:
    creator = community(slashless_writes_are_redirected=on).as_("creator")
    answer = creator.request(method, course(OPEN).rstrip("/") + "?a=b", json={})
    assert answer.status_code == (301 if on else 404)
    assert answer.headers.get("Location") == (f"{course(OPEN)}?a=b" if on else None)
    assert creator.get(course(OPEN).rstrip("/")).status_code == 301
    assert creator.request(method, "/nothing/here").status_code == 404


@pytest.mark.rule("ERR-02", "ERR-03")
def test_errors_may_be_those_of_the_framework() -> None:
    mock = community(plain_errors=True)
    creator = mock.as_("creator")
    refused = creator.patch(course(OPEN), json={"name": " ", "type": "x"})
    assert refused.json() == {"name": ["This field may not be blank."], "type": ['"x" is not a valid choice.']}
    assert creator.patch(course(OPEN), json=[]).json() == {
        "non_field_errors": ["The body is a JSON list. Send a JSON object."]
    }
    for answer in (
        mock.as_("anon").patch(course(OPEN), json={}),
        mock.as_("member").patch(course(OPEN), json={}),
        mock.as_("member").get(course(SECRET)),
        creator.post(course(OPEN)),
        creator.get(course(OPEN), headers={"Accept": "text/csv"}),
        creator.patch(course(OPEN), content=b"{", headers={"Content-Type": "application/json"}),
        creator.patch(course(OPEN), content=b"x", headers={"Content-Type": "text/plain"}),
        creator.get("/nothing/here"),
    ):
        assert list(answer.json()) == ["detail"]
    examples = mock.client().get("/openapi.json").text
    assert '"errors":[' not in examples


@pytest.mark.rule("ERR-02", "ERR-03")
def test_errors_are_in_the_envelope_unless_set_otherwise(mock: Mock) -> None:
    assert outcome(mock.as_("creator").patch(course(OPEN), json={"name": " "})) == (400, [("name", "blank")])


@pytest.mark.rule("TRANS-06")
def test_pages_of_other_origins_may_be_kept_from_reading(on: bool) -> None:
    client = community(pages_of_any_origin_may_read=on).client({"Origin": "http://page.test"})
    asked = client.options(course(OPEN), headers={"Access-Control-Request-Method": "PATCH"})
    answers = [client.get(course(OPEN)), client.get("/ui/"), client.get("/nothing/"), asked]
    assert [("access-control-allow-origin" in answer.headers) for answer in answers] == [on] * 4
    assert ("access-control-allow-methods" in asked.headers) is on


# --- names ------------------------------------------------------------------------------------------------------------


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


# --- markup -----------------------------------------------------------------------------------------------------------

HOSTILE = '<p onclick="x()">Bread &amp; <b>butter</b></p><script>alert(1)</script><img src="a.png" onerror="x()">'
MARKUP = ("<", ">", "'", '"', "/", "=", "&", ";", "a", " ", "!", "--", "script", "img", "onerror", "<b>", "&lt;")
HARMLESS = '<p>Bread &amp; <b>butter</b></p><img src="a.png">'


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_could_run_may_be_cut_out_of_the_texts_of_a_course(on: bool, encoding: str) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    for field in ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image"):
        shown = creator.patch(course(OPEN), **ENCODINGS[encoding]({field: HOSTILE})).json()[field]
        assert shown == (HARMLESS if on else HOSTILE)
    made = creator.post(COURSES, **ENCODINGS[encoding]({**NEW, "description": HOSTILE})).json()
    assert made["description"] == (HARMLESS if on else HOSTILE)
    assert creator.patch(course(OPEN), json={"name": HOSTILE}).json()["name"] == HOSTILE


@pytest.mark.rule("LESSON-04", "COMMENT-05")
def test_what_could_run_may_be_cut_out_of_lessons_and_comments(on: bool) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    taught = teach(creator)
    lesson = taught.lessons[0]
    made = creator.post(f"{taught.section}lesson/", json={"name": "Marked", "type": "lesson", "text": HOSTILE})
    changed = creator.patch(lesson, json={"text": HOSTILE})
    said = creator.post(f"{lesson}comment/", json={"text": HOSTILE})
    shown = [answer.json()["html"] for answer in (made, changed, said)]
    assert shown == [HARMLESS if on else HOSTILE] * 3


@pytest.mark.rule("COMMENT-06")
def test_a_comment_of_which_nothing_is_left_says_nothing(on: bool) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    answer = creator.post(f"{teach(creator).lessons[0]}comment/", json={"text": "<script>alert(1)</script>"})
    assert (outcome(answer) == (400, [("text", "blank")])) if on else (answer.status_code == 201)


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("text", ["Fish & chips", "https://example.org/?a=1&b=2", " 1 > 0\r\n", "&lt;b&gt;", ""])
def test_a_text_without_markup_is_left_as_it_is(on: bool, text: str) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    assert creator.patch(course(OPEN), json={"description": text}).json()["description"] == text


@pytest.mark.rule("COURSE-PATCH-35")
@given(text=st.text() | st.lists(st.sampled_from(MARKUP)).map("".join))
def test_what_was_sanitised_once_comes_back_as_it_went(text: str) -> None:
    creator = community(markup_is_sanitised=True).as_("creator")
    answer = creator.patch(course(OPEN), json={"description": text})
    if "\0" in text:
        assert outcome(answer) == (400, [("description", "null_characters_not_allowed")])
        return
    shown = answer.json()["description"]
    assert creator.patch(course(OPEN), json={"description": shown}).json()["description"] == shown


# --- categories and pictures ------------------------------------------------------------------------------------------


@pytest.mark.rule("COURSE-PATCH-39", "COURSE-PATCH-41")
def test_categories_may_be_written_as_they_are_read(on: bool) -> None:
    creator = community(category_objects_are_read=on).as_("creator")
    shown = creator.get(course(PRIVATE)).json()["categories"]
    answer = creator.patch(course(OPEN), json={"categories": [*shown, {"id": "3"}, 1]})
    if on:
        assert [category["id"] for category in answer.json()["categories"]] == [1, 2, 3]
        nothing = creator.patch(course(OPEN), json={"categories": [{"id": 99}]})
        assert outcome(nothing) == (400, [("categories", "does_not_exist")])
        for wrong in ({}, {"id": None}, {"id": {"id": 1}}, {"pk": 1}):
            assert creator.patch(course(OPEN), json={"categories": [wrong]}).status_code == 400
    else:
        assert outcome(answer) == (400, [("categories", "incorrect_type")])


def category(mock: Mock, **marks: bool) -> int:
    """The id of a category that has these marks."""
    rows = results(mock.client().get("/api/v2/category/"))
    return next(int(row["id"]) for row in rows if marks.items() <= row.items())


@pytest.mark.rule("COURSE-PATCH-41")
@pytest.mark.parametrize(("method", "path"), [("PATCH", course(OPEN)), ("PUT", course(OPEN)), ("POST", COURSES)])
def test_inactive_categories_may_be_refused(on: bool, method: str, path: str) -> None:
    mock = community(inactive_categories_are_refused=on)
    creator, closed = mock.as_("creator"), category(mock, active=False)
    answer = creator.request(method, path, json={**NEW, "categories": [1, closed]})
    assert answer.is_success is not on
    assert not on or outcome(answer) == (400, [("categories", "does_not_exist")])
    assert creator.request(method, path, json={**NEW, "name": "Other", "categories": [1, 2]}).is_success


@pytest.mark.rule("COURSE-PATCH-41")
@pytest.mark.parametrize(("method", "path"), [("PATCH", course(OPEN)), ("PUT", course(OPEN)), ("POST", COURSES)])
def test_categories_for_staff_alone_may_be_refused_to_others(on: bool, method: str, path: str) -> None:
    mock = community(staff_categories_are_refused=on, staff_leads_courses=True)
    creator, reserved = mock.as_("creator"), category(mock, content_only_staff=True)
    answer = creator.request(method, path, json={**NEW, "categories": [reserved]})
    assert answer.is_success is not on
    assert not on or outcome(answer) == (400, [("categories", "does_not_exist")])
    by_staff = mock.as_("staff").request(method, path, json={**NEW, "name": "By staff", "categories": [reserved]})
    assert [entry["id"] for entry in by_staff.json()["categories"]] == [reserved]


PICTURE = [("image_original", "a.png", painted())]


@pytest.mark.rule("COMMENT-12")
def test_authors_may_read_their_comments(on: bool) -> None:
    mock = community(authors_read_their_comments=on)
    taught = teach(mock.as_("creator"))
    enrol(mock.as_("creator"), taught.course, joined=["joined", "member"])
    mine = make(mock.as_("joined"), f"{taught.lessons[0]}comment/", text="Mine.")
    codes = {person: mock.as_(person).get(mine).status_code for person in ("joined", "member", "creator", "anon")}
    assert codes == {"joined": 200 if on else 403, "member": 403, "creator": 200, "anon": 401}


@pytest.mark.rule("MEMBERS-05")
def test_the_lock_screen_may_hide_who_is_in_the_course(on: bool) -> None:
    mock = community(lock_screen_hides_members=on)
    for person in ("anon", "member", "requested", "staff"):
        answer = mock.as_(person).get(f"{course(PRIVATE)}join/")
        assert answer.status_code == (403 if on else 200)
        assert mock.as_(person).get(f"{course(OPEN)}join/").status_code == 200
    for person in ("invited", "joined", "manager", "creator"):
        assert mock.as_(person).get(f"{course(PRIVATE)}join/").status_code == 200
    assert mock.as_("member").get(f"{course(SECRET)}join/").status_code == 404


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_picture_may_be_taken_away(on: bool, nothing: str | None) -> None:
    creator = community(picture_can_be_cleared=on).as_("creator")
    before = creator.patch(course(OPEN), **multipart([], PICTURE)).json()
    answer = creator.patch(course(OPEN), json={"image_original": nothing})
    assert answer.status_code == (200 if on else 400)
    after = creator.get(course(OPEN)).json()
    assert [after[size] for size in SIZES] == [None if on else before[size] for size in SIZES]
    picture = creator.get(before["image_small"].partition("mock.test")[2])
    assert picture.status_code == (404 if on else 200)


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_an_empty_picture_in_a_form_may_take_it_away(on: bool, encoding: str) -> None:
    creator = community(picture_can_be_cleared=on).as_("creator")
    answer = creator.patch(course(OPEN), **ENCODINGS[encoding]({"image_original": ""}))
    assert (answer.json()["image_small"] is None) is on
    assert "X-Mock-Notice" not in answer.headers


@pytest.mark.rule("COURSE-CREATE-12")
@pytest.mark.parametrize("address", ["", "https://example.org/cover.png"])
def test_a_course_without_a_picture_may_show_another(address: str) -> None:
    creator = community(default_picture=address).as_("creator")
    made = creator.post(COURSES, json=NEW).json()
    assert {made[size] for size in SIZES} == {address or None}
    assert all(category["image_small"] is None for category in creator.get(course(OPEN)).json()["categories"])
    assert creator.get(course(OPEN)).json()["image_small"].startswith("http://mock.test/media/")


@pytest.mark.rule("COURSE-PATCH-43")
def test_the_size_of_a_picture_may_be_limited_otherwise() -> None:
    size = len(painted())
    for limit, code in ((size, 200), (size - 1, 400)):
        creator = community(picture_max_bytes=limit).as_("creator")
        answer = creator.patch(course(OPEN), **multipart([], PICTURE))
        assert answer.status_code == code
    assert outcome(answer) == (400, [("image_original", "too_large")])


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize("size", [(60, 40), (40, 60), (40, 40)])
def test_a_picture_may_have_to_be_of_some_size(size: tuple[int, int]) -> None:
    sent = multipart([], [("image_original", "a.png", painted(size=size))])
    for least, code in ((1, 200), (40, 200), (41, 400)):
        creator = community(picture_min_side=least).as_("creator")
        answer = creator.patch(course(OPEN), **sent)
        assert answer.status_code == code
        assert creator.patch(course(OPEN), json={"image_original": "a stand-in"}).status_code == 200
    assert outcome(answer) == (400, [("image_original", "too_small")])
    assert f"{size[0]} by {size[1]} pixels" in answer.text
    medium = creator.post("/api/v2/media/", **multipart([("type", "image")], [("image", "a.png", painted(size=size))]))
    assert medium.status_code == 201


@pytest.mark.rule("COURSE-PATCH-09")
def test_the_sizes_of_pictures_may_be_others() -> None:
    pixels = {"image_bigger": 90, "image_big": 70, "image_medium": 50, "image_small": 30}
    creator = community(**{f"{field}_pixels": number for field, number in pixels.items()}).as_("creator")
    shown = creator.patch(course(OPEN), **multipart([], PICTURE)).json()
    sizes = {field: dimensions(creator.get(shown[field].removeprefix(HOST)).content) for field in pixels}
    assert sizes == {field: (number, number) for field, number in pixels.items()}
    assert creator.get(shown["image_small"].removeprefix(HOST).replace("small", "tiny")).status_code == 404


@pytest.mark.rule("COURSE-PATCH-22")
@pytest.mark.parametrize("advanced", [False, True])
def test_only_where_the_community_has_advanced_courses_may_they_be_needed(on: bool, advanced: bool) -> None:
    settings = {"advanced_types_are_refused": on, "courses_advanced_enabled": advanced}
    creator = community(**settings).as_("creator")
    refused = on and not advanced
    for method, path in (("PATCH", course(OPEN)), ("PUT", course(OPEN)), ("POST", COURSES)):
        answer = creator.request(method, path, json={"name": f"{method} course", "type": "scheduled"})
        assert answer.is_success is not refused
        assert not refused or outcome(answer) == (400, [("type", "invalid_choice")])
        assert creator.request(method, path, json={"name": f"{method} plain", "type": "self-paced"}).is_success


# --- versions, deleted courses ----------------------------------------------------------------------------------------


@pytest.mark.rule("COURSE-PATCH-46")
def test_a_change_may_have_to_name_the_present_version() -> None:
    creator = community(if_match_is_checked=True).as_("creator")
    first = creator.get(course(OPEN)).headers["ETag"]
    changed = creator.patch(course(OPEN), json={"og_title": "x"}, headers={"If-Match": first})
    second = changed.headers["ETag"]
    assert (changed.status_code, creator.get(course(OPEN)).headers["ETag"]) == (200, second)
    assert first != second
    for method in ("PATCH", "PUT", "DELETE"):
        body = {"name": "Other", "type": "scheduled"}
        late = creator.request(method, course(OPEN), json=body, headers={"If-Match": first})
        assert outcome(late) == (412, [(None, "precondition_failed")])
        assert late.headers["X-Mock-Rule"] == "if_match_is_checked"
    assert creator.get(course(OPEN)).headers["ETag"] == second
    for fitting in (f'"other", {second}', "*"):
        assert creator.patch(course(OPEN), json={}, headers={"If-Match": fitting}).headers["ETag"] == second
    assert creator.patch(course(OPEN), json={}, headers={"If-Match": f"W/{second}"}).status_code == 412
    assert creator.delete(course(OPEN), headers={"If-Match": second}).status_code == 204


@pytest.mark.rule("COURSE-PATCH-46", "ERR-05")
def test_versions_are_looked_at_after_everything_else() -> None:
    mock = community(if_match_is_checked=True)
    late = {"If-Match": '"late"'}
    assert mock.as_("anon").patch(course(OPEN), json={}, headers=late).status_code == 401
    assert mock.as_("member").patch(course(SECRET), json={}, headers=late).status_code == 404
    assert mock.as_("member").patch(course(OPEN), json={}, headers=late).status_code == 403
    assert mock.as_("creator").patch(course(OPEN), json={"type": "x"}, headers=late).status_code == 400


def test_whatever_is_made_has_a_version_and_lists_have_none() -> None:
    creator = community(if_match_is_checked=True).as_("creator")
    made = creator.post(f"{course(OPEN)}section/", json={"name": "New"})
    path = f"{course(OPEN)}section/{made.json()['id']}/"
    assert creator.get(path).headers["ETag"] == made.headers["ETag"]
    assert creator.patch(path, json={"name": "Other"}, headers={"If-Match": '"x"'}).status_code == 412
    for listed in (COURSES, f"{course(OPEN)}section/", status(OPEN)):
        assert "ETag" not in creator.get(listed).headers


@pytest.mark.rule("COURSE-PATCH-46")
def test_no_version_is_asked_for_unless_set_so(mock: Mock) -> None:
    answer = mock.as_("creator").patch(course(OPEN), json={}, headers={"If-Match": '"x"'})
    assert (answer.status_code, "ETag" in answer.headers) == (200, False)


@pytest.mark.rule("VIS-11")
@pytest.mark.parametrize("key", [OPEN, SECRET, DRAFT])
def test_a_deleted_course_may_be_told_of_to_whoever_saw_it(on: bool, key: int) -> None:
    mock = community(deleted_is_gone=on)
    seen = {person: mock.as_(person).get(course(key)).status_code for person in ("anon", "member", "creator")}
    mock.as_("creator").delete(course(key))
    for person, before in seen.items():
        answer = mock.as_(person).get(course(key))
        assert outcome(answer) == ((410, [(None, "gone")]) if on and before == 200 else (404, [(None, "not_found")]))
        assert answer.headers["X-Mock-Rule"] == "VIS-11"
    for method, path in (("PATCH", course(key)), ("GET", f"{course(key)}section/"), ("DELETE", course(key))):
        assert mock.as_("creator").request(method, path).status_code == (410 if on else 404)
        assert mock.as_("anon").request(method, path).status_code == 401
    assert mock.as_("creator").get(course(999)).status_code == 404


# --- how often --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ERR-06")
def test_whoever_asks_too_often_may_be_told_to_wait() -> None:
    mock = community(requests_per_minute=2)
    creator = mock.as_("creator")
    assert creator.get(course(OPEN)).status_code == 200
    mock.clock.advance(seconds=20)
    assert creator.patch(course(OPEN), json={"name": ""}).status_code == 400
    for left in (40, 39):
        late = creator.get(course(OPEN))
        assert outcome(late) == (429, [(None, "throttled")])
        assert (late.headers["Retry-After"], late.headers["X-Mock-Rule"]) == (str(left), "requests_per_minute")
        assert f"in {left} seconds." in late.text
        mock.clock.advance(seconds=1)
    mock.clock.advance(seconds=38)
    assert creator.get(course(OPEN)).status_code == 200
    assert creator.get(course(OPEN)).status_code == 429


@pytest.mark.rule("ERR-06")
def test_everybody_has_requests_of_his_own_and_strangers_have_them_together() -> None:
    mock = community(requests_per_minute=1)
    for person in ("creator", "member", "anon"):
        assert [mock.as_(person).get(course(OPEN)).status_code for _ in range(2)] == [200, 429]
    claims = {"user_id": 1, "exp": mock.clock.seconds + 60, "iat": mock.clock.seconds, "jti": "a"}
    token = jwt.encode({**claims, "token_type": "access"}, Settings().secret)
    assert mock.client({"Authorization": f"Bearer {token}"}).get(course(OPEN)).status_code == 429
    assert mock.client().get("/__mock__/health").status_code == 200


@pytest.mark.rule("ERR-05")
def test_requests_of_nobody_in_particular_are_not_counted() -> None:
    mock = community(requests_per_minute=1)
    for person, code in (("nobody", 401), ("anon", 401), ("creator", 405), ("creator", 429)):
        assert mock.as_(person).post(course(OPEN)).status_code == code
    excluding = mock.as_("creator").get(course(OPEN), headers={"Accept": "text/csv"})
    assert excluding.status_code == 406


@pytest.mark.rule("ERR-06")
def test_a_reset_and_a_clock_that_is_put_back_let_everybody_ask_again() -> None:
    mock = community(requests_per_minute=1)
    creator, again = mock.as_("creator"), [200, 429]
    assert [creator.get(course(OPEN)).status_code for _ in range(2)] == again
    mock.client().post("/__mock__/clock", json={"advance": "-P1D"})
    assert [creator.get(course(OPEN)).status_code for _ in range(2)] == again
    mock.client().post("/__mock__/reset")
    assert [creator.get(course(OPEN)).status_code for _ in range(2)] == again
    mock.client().post("/__mock__/clock", json={"advance": 59.5})
    late = creator.get(course(OPEN))
    assert (late.headers["Retry-After"], "in 1 second." in late.text) == ("1", True)


# --- scopes -----------------------------------------------------------------------------------------------------------


def with_scope(mock: Mock, scope: str) -> httpx.Client:
    """The creator with a token of some scope."""
    form = {**PUBLIC, "grant_type": "password", "username": "creator", "password": "creator", "scope": scope}
    return mock.client({"Authorization": f"Bearer {grant(mock.client(), **form)['access_token']}"})


@pytest.mark.rule("AUTH-OA-02")
def test_a_token_that_may_only_read_may_be_kept_from_writing(on: bool) -> None:
    mock = community(scopes_are_checked=on)
    reader = with_scope(mock, "read")
    assert reader.get(course(OPEN)).status_code == 200
    for answer in (
        reader.patch(course(OPEN), json={}),
        reader.post(COURSES, json=NEW),
        reader.post(f"{course(DRAFT)}section/", json={"name": "x"}),
    ):
        assert (answer.status_code == 403) is on
        assert answer.headers.get("X-Mock-Rule") == ("scopes_are_checked" if on else None)
    assert with_scope(mock, "write read").patch(course(OPEN), json={}).status_code == 200
    assert with_scope(mock, "").patch(course(OPEN), json={}).status_code == 200


@pytest.mark.rule("AUTH-OA-02")
@pytest.mark.parametrize(("scope", "code"), [({}, 200), ({"scope": "read"}, 403), ({"scope": "read write"}, 200)])
def test_a_jwt_may_say_its_scope_too(scope: dict[str, str], code: int) -> None:
    mock = community(scopes_are_checked=True)
    now = mock.clock.seconds
    whole = {"user_id": 1, "exp": now + 60, "iat": now, "jti": "a", "token_type": "access", **scope}
    creator = mock.client({"Authorization": f"Bearer {jwt.encode(whole, Settings().secret)}"})
    assert creator.patch(course(OPEN), json={}).status_code == code


@pytest.mark.rule("AUTH-OA-02")
def test_tokens_without_a_scope_may_write() -> None:
    assert community(scopes_are_checked=True).as_("creator").patch(course(OPEN), json={}).status_code == 200


@pytest.mark.rule("AUTH-OA-02")
def test_a_scope_hides_nothing_that_was_hidden_before() -> None:
    mock = community(scopes_are_checked=True)
    form = {**PUBLIC, "grant_type": "password", "username": "member", "password": "member", "scope": "read"}
    token = grant(mock.client(), **form)["access_token"]
    member = mock.client({"Authorization": f"Bearer {token}"})
    assert member.patch(course(SECRET), json={}).status_code == 404


@pytest.mark.rule("AUTH-OA-02", "AUTH-OA-04")
def test_the_scope_of_a_code_or_a_fragment_is_the_one_that_was_asked_for() -> None:
    mock = community(scopes_are_checked=True)
    asked = {"client_id": "front-end", "redirect_uri": CALLBACK, "scope": "read"}
    creator = mock.as_("creator")
    fragment = creator.get(AUTHORIZE, params={**asked, "response_type": "token"}).headers["Location"]
    assert "scope=read&" in f"{fragment}&"
    code = creator.get(AUTHORIZE, params={**asked, "response_type": "code"}).headers["Location"].partition("code=")[2]
    form = {**PUBLIC, "grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
    tokens = grant(mock.client(), **form)
    assert tokens["scope"] == "read"
    renewed = grant(mock.client(), **PUBLIC, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert renewed["scope"] == "read"
    refused = creator.get(AUTHORIZE, params={**asked, "scope": "admin", "response_type": "code"})
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_scope"})


@pytest.mark.rule("AUTH-OA-02")
def test_a_scope_that_there_is_not_is_refused(on: bool) -> None:
    form = {**PUBLIC, "grant_type": "password", "username": "creator", "password": "creator", "scope": "admin"}
    answer = community(scopes_are_checked=on).client().post(TOKEN, data=form)
    assert answer.status_code == (400 if on else 200)
    assert answer.json().get("error") == ("invalid_scope" if on else None)
    assert answer.json().get("scope") == (None if on else "read write")
