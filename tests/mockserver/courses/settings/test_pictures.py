"""What a tenant may set of categories, of who is shown, and of pictures."""

import pytest

from tests.mockserver.courses.support.fixtures import enrol, make, results, teach
from tests.mockserver.courses.support.settings import community
from tests.mockserver.support import (
    COURSES,
    ENCODINGS,
    HOST,
    OPEN,
    PRIVATE,
    SECRET,
    SIZES,
    Mock,
    course,
    dimensions,
    multipart,
    outcome,
    painted,
)

NEW = {"name": "New", "type": "self-paced"}


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
