"""What a real tenant's answer could change, each over HTTP in both positions: addresses, errors, versions."""

from typing import Any

import pytest

from mockserver.courses import Settings
from tests.mockserver.courses.support.settings import community
from tests.mockserver.support import COURSES, DRAFT, OPEN, SECRET, Mock, course, outcome, status

NEW = {"name": "New", "type": "self-paced"}
SWITCHES = {name: not value for name, value in Settings().public_values().items() if isinstance(value, bool)}


def test_a_mock_tells_how_it_is_set_and_keeps_the_secret() -> None:
    told = community(plain_errors=True, name_max_length=50).client().get("/__mock__/settings").json()
    assert told == {**Settings().public_values(), "plain_errors": True, "name_max_length": 50}
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
        ({"name_max_length": 0}, '"name_max_length" is 0. Use a whole number from 1 to 255.'),
        ({"name_max_length": 256}, '"name_max_length" is 256. Use a whole number from 1 to 255.'),
        ({"secret": ""}, '"secret" is empty. Use the text that JWTs are signed with.'),
        ({"default_picture": "cover.png"}, "\"default_picture\" is 'cover.png'. Use an http address."),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_the_bounds(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=r"Use ") as refused:
        Settings(**settings)
    assert str(refused.value) == told


def test_without_settings_the_contract_is_promised_as_it_is(mock: Mock) -> None:
    assert mock.client().get("/openapi.json").json() == mock.contract.document


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
        assert late.headers["X-Mock-Rule"] == "If-Match"
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
