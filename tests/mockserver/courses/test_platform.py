"""What front ends ask for before they show anything, and media."""

from typing import Any

import httpx
import pytest

from mockserver.courses import Settings
from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import results
from tests.mockserver.support import PEOPLE, dimensions, mock_of, multipart, outcome, painted

PREFERENCES = "/api/v2/dynamic_preference/"
FEATURES = "/api/v2/feature/"
CATEGORIES = "/api/v2/category/"
ME = "/api/v2/user/me/"
PERMISSION = "/api/v2/user/me/permission/"
MEDIAS = "/api/v2/media/"

TEMPLATES = (
    "post",
    "discussion",
    "status",
    "comment",
    "category",
    "categories_list",
    "profile",
    "profile_settings",
    "notifications",
    "private_message",
    "incubator",
    "live_stream",
)

UNAUTHENTICATED = (401, [(None, "not_authenticated")])


def preferences(caller: httpx.Client, **query: Any) -> dict[str, Any]:
    rows = results(caller.get(PREFERENCES, params=query))
    return {f"{row['section']}.{row['name']}": row["value"] for row in rows}


@pytest.mark.rule("START-01")
def test_everybody_reads_the_preferences_that_front_ends_cannot_do_without(anon: httpx.Client) -> None:
    found = preferences(anon)
    assert {f"configurations.url_template_{name}" for name in TEMPLATES} <= set(found)
    assert "images.user_default_cover" in found
    told = ("courses_advanced_enabled", "courses_enabled", "courses_only_staff_enabled", "content_availability")
    assert [found[f"configurations.{name}"] for name in told] == [True, True, False, True]


@pytest.mark.rule("START-01", "COURSE-CREATE-02")
def test_preferences_tell_what_the_community_has_set() -> None:
    closed = mock_of(settings=Settings(courses_only_staff_enabled=True, content_availability=False))
    found = preferences(closed.as_("anon"))
    assert found["configurations.courses_only_staff_enabled"] is True
    assert found["configurations.content_availability"] is False


@pytest.mark.rule("START-02")
def test_preferences_are_narrowed_and_searched(anon: httpx.Client) -> None:
    assert list(preferences(anon, section="images")) == ["images.user_default_cover"]
    assert list(preferences(anon, search="LIVE_str")) == ["configurations.url_template_live_stream"]
    assert preferences(anon, section="x") == {}


@pytest.mark.rule("START-03")
def test_everybody_reads_the_features(anon: httpx.Client) -> None:
    assert [(row["name"], row["enabled"]) for row in results(anon.get(FEATURES))] == [("course", True)]
    assert len(results(anon.get(FEATURES, params={"name": "course"}))) == 1
    # Without them the vendor's front end asks for no reactions and no payments.
    assert results(anon.get(FEATURES, params={"name": "reaction"})) == []


@pytest.mark.rule("START-04")
@pytest.mark.parametrize(("person", "roles"), [("member", []), ("staff", ["admin"])])
def test_one_is_told_who_one_is(as_: As, person: str, roles: list[str]) -> None:
    body = as_(person).get(ME).json()
    assert (body["id"], body["username"], body["role"], body["status"]) == (PEOPLE[person], person, roles, "a")
    assert body["permission"]["create_course"] is True
    assert outcome(as_("anon").get(ME)) == UNAUTHENTICATED


@pytest.mark.rule("COURSE-CREATE-02", "START-04")
@pytest.mark.parametrize(("person", "may"), [("member", False), ("staff", True)])
def test_the_permission_to_create_courses_mirrors_the_preference(person: str, may: bool) -> None:
    closed = mock_of(settings=Settings(courses_only_staff_enabled=True))
    told = closed.as_(person).get(PERMISSION).json()
    assert told["create_course"] is may
    assert closed.as_(person).get(ME).json()["permission"] == told


@pytest.mark.rule("START-04")
def test_what_one_may_do_is_told_to_who_is_logged_in(as_: As) -> None:
    assert as_("member").get(PERMISSION).json()["create_course"] is True
    assert outcome(as_("anon").get(PERMISSION)) == UNAUTHENTICATED


@pytest.mark.rule("START-05")
def test_settings_are_read_by_whose_they_are(as_: As) -> None:
    own = as_("member").get(f"/api/v2/user/{PEOPLE['member']}/settings/")
    assert (own.status_code, "qa_frequency" in own.json()) == (200, True)
    other = as_("staff").get(f"/api/v2/user/{PEOPLE['member']}/settings/")
    assert (outcome(other), other.headers["X-Mock-Rule"]) == ((403, [(None, "permission_denied")]), "START-05")
    assert outcome(as_("member").get("/api/v2/user/999/settings/")) == (404, [(None, "not_found")])


@pytest.mark.rule("START-06", "START-07")
def test_one_hides_nobody_and_has_no_avatars(as_: As) -> None:
    assert as_("member").get("/api/v2/user/hidden_users_id/").json() == []
    assert results(as_("member").get("/api/v2/user/avatar/")) == []
    for path in ("/api/v2/user/hidden_users_id/", "/api/v2/user/avatar/"):
        assert outcome(as_("anon").get(path)) == UNAUTHENTICATED


@pytest.mark.rule("START-08")
def test_categories_are_listed_and_searched(anon: httpx.Client) -> None:
    rows = results(anon.get(CATEGORIES))
    assert [row["name"] for row in rows if row["active"]] == ["Design", "Engineering", "Languages", "Announcements"]
    assert [row["name"] for row in rows if row["content_only_staff"]] == ["Announcements"]
    assert [row["name"] for row in results(anon.get(CATEGORIES, params={"search": "SIGN"}))] == ["Design"]
    assert len(results(anon.get(CATEGORIES, params={"active": "true"}))) == 4
    assert [row["name"] for row in results(anon.get(CATEGORIES, params={"active": "false"}))] == ["Archive"]
    # Any value of this key that is no name of a palette crashes the vendor's front end.
    assert all("color" not in row for row in results(anon.get(CATEGORIES)))


@pytest.mark.rule("START-08", "USERC-03", "MEMBERS-07")
@pytest.mark.parametrize("path", [CATEGORIES, "/api/v2/user/3/courses/", "/api/v2/course/1/join/"])
def test_a_closed_community_shows_anonymous_callers_no_lists(path: str) -> None:
    closed = mock_of(settings=Settings(content_availability=False))
    assert outcome(closed.as_("anon").get(path)) == UNAUTHENTICATED
    assert closed.as_("member").get(path).status_code == 200


# --- media ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("MEDIA-01", "MEDIA-05")
def test_media_are_made_and_read_by_whoever_is_logged_in(as_: As) -> None:
    body = {"type": "url", "url": "https://example.org/"}
    made = as_("member").post(MEDIAS, json=body)
    assert (made.status_code, made.json()["url"]) == (201, "https://example.org/")
    path = f"{MEDIAS}{made.json()['id']}/"
    assert as_("staff").get(path).json() == made.json()
    assert outcome(as_("anon").post(MEDIAS, json=body)) == UNAUTHENTICATED
    assert outcome(as_("anon").get(path)) == UNAUTHENTICATED
    assert outcome(as_("member").get(f"{MEDIAS}999999/")) == (404, [(None, "not_found")])


@pytest.mark.rule("MEDIA-07")
def test_media_are_deleted_by_whoever_made_them(as_: As) -> None:
    path = f"{MEDIAS}{as_('member').post(MEDIAS, json={'type': 'url', 'url': 'https://example.org/'}).json()['id']}/"
    assert outcome(as_("anon").delete(path)) == UNAUTHENTICATED
    assert outcome(as_("staff").delete(path)) == (403, [(None, "permission_denied")])
    assert as_("member").delete(path).status_code == 204
    assert outcome(as_("member").get(path)) == (404, [(None, "not_found")])


@pytest.mark.rule("MEDIA-02")
@pytest.mark.parametrize(("body", "code"), [({}, "required"), ({"type": "share"}, "invalid_choice")])
def test_a_medium_is_of_three_types(as_: As, body: dict[str, str], code: str) -> None:
    assert outcome(as_("member").post(MEDIAS, json=body)) == (400, [("type", code)])


@pytest.mark.rule("MEDIA-03", "MEDIA-04")
@pytest.mark.parametrize(("kind", "rule"), [("url", "MEDIA-03"), ("embed", "MEDIA-03"), ("image", "MEDIA-04")])
def test_what_belongs_to_the_type_must_be_there(as_: As, kind: str, rule: str) -> None:
    answer = as_("member").post(MEDIAS, json={"type": kind})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [(kind, "required")]), rule)


@pytest.mark.rule("MEDIA-03")
def test_an_embed_is_kept_with_all_its_keys(as_: As) -> None:
    embed = {"embed_type": "sc_link", "embed_id": 7, "metadata": {"title": "x"}, "unknown": 1}
    made = as_("member").post(MEDIAS, json={"type": "embed", "embed": embed, "url": "https://example.org/"}).json()
    assert made["url"] is None
    assert {name: made["embed"][name] for name in ("embed_type", "embed_id", "url", "metadata")} == {
        "embed_type": "sc_link",
        "embed_id": "7",
        "url": None,
        "metadata": {"title": "x"},
    }


@pytest.mark.rule("MEDIA-04")
def test_a_picture_is_kept_and_served_as_it_came(as_: As) -> None:
    content = painted(size=(40, 30))
    made = as_("member").post(MEDIAS, **multipart([("type", "image")], [("image", "a.png", content)])).json()
    assert (made["image_width"], made["image_height"]) == (40, 30)
    served = as_("anon").get(made["image"])
    assert (served.status_code, served.content, served.headers["Content-Type"]) == (200, content, "image/png")
    assert dimensions(served.content) == (40, 30)


@pytest.mark.rule("MEDIA-04")
def test_a_text_stands_for_a_picture_and_bytes_that_are_none_are_refused(as_: As) -> None:
    made = as_("member").post(MEDIAS, json={"type": "image", "image": "string"}).json()
    assert as_("anon").get(made["image"]).status_code == 200
    refused = as_("member").post(MEDIAS, **multipart([("type", "image")], [("image", "a.png", b"no picture")]))
    assert outcome(refused) == (400, [("image", "invalid_image")])
    assert as_("anon").get("/media/upload/0/").status_code == 404
