"""The healthy reference backend keeps the documented rules."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from django.test import override_settings

from tests.benchmarks.backend import COURSES, Backend, codes, picture, token

ROOT = Path(__file__).parents[2]
LOCK_SCREEN = {
    "id", "name", "slug", "type", "privacy", "hide_member_count", "meta_title", "meta_description", "og_title",
    "og_description", "og_image", "image_bigger", "image_big", "image_medium", "image_small", "deleted",
    "join_status", "user_completion_rate", "created_at", "created_by", "categories",
}  # fmt: skip
COURSE = LOCK_SCREEN | {
    "description", "enforce_lessons_order", "new_comment_notification_enabled", "sections_order",
}  # fmt: skip
PEOPLE = (None, "member", "requested", "invited", "joined", "manager", "creator")


@pytest.mark.parametrize(
    ("course", "answers"),
    [
        (1, "FFFFFFF"),
        (2, "MMMFFFF"),
        (3, "---FFFF"),
        (4, "-----FF"),
    ],
    ids=["open", "private", "secret", "draft"],
)
def test_privacy_decides_who_sees_a_course(backend: Backend, course: int, answers: str) -> None:
    shown = [_kind(backend, course, who) for who in PEOPLE]
    assert "".join(shown) == answers


def _kind(backend: Backend, course: int, who: str | None) -> str:
    if backend.status(course, who) == 404:
        return "-"
    return "M" if set(backend.course(course, who=who)) == LOCK_SCREEN else "F"


@pytest.mark.parametrize("who", ["member", "requested", "invited", "joined", "staff"])
def test_only_leads_change_a_course(backend: Backend, who: str) -> None:
    answer = backend.patch(1, {"description": "mine"}, who=who)
    assert (answer.status_code, codes(answer)) == (403, {"": ["permission_denied"]})


@pytest.mark.parametrize("claims", [{}, {"ext_id": "anything"}])
def test_a_good_jwt_names_its_person(backend: Backend, claims: dict[str, str]) -> None:
    assert backend.course(4, "status/", token(**claims)) == {"status": "creator"}


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1}, {"exp": None}, {"iat": None}, {"jti": None}, {"user_id": None}, {"user_id": 99},
        {"user_id": "1"}, {"token_type": None}, {"token_type": "refresh"}, {"key": "k" * 40}, {"algorithm": "HS512"},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:The HMAC key is")
def test_a_bad_jwt_names_nobody(backend: Backend, claims: dict[str, str]) -> None:
    assert backend.status(1, token(**claims)) == 401


def test_a_token_is_verified_without_looking_at_whom_it_names(backend: Backend) -> None:
    def verify(**body: str) -> int:
        return backend.send("POST", "/api/v2/jwt/verify_token/", None, json=body).status_code

    assert verify(token=token(user_id=99)) == 200
    assert verify(token=token(exp=1)) == 401
    assert verify(token="garbage") == 401
    assert verify() == 400


def test_gates_come_in_order(backend: Backend) -> None:
    path, text = f"{COURSES}1/", {"data": "x", "content_type": "text/plain"}
    assert backend.send("POST", path, None, headers={"Accept": "text/csv"}).status_code == 406
    assert backend.send("POST", path, None).status_code == 401
    assert backend.send("POST", path, "member").status_code == 405
    assert backend.send("PATCH", f"{COURSES}3/", "member", **text).status_code == 404
    assert backend.send("PATCH", path, "member", **text).status_code == 403
    assert backend.send("PATCH", path, "creator", **text).status_code == 415


@pytest.mark.parametrize("path", ["/nowhere/", f"{COURSES}abc/", f"{COURSES}{'9' * 30}/", f"{COURSES}{'9' * 5000}/"])
def test_what_is_not_there_is_not_found_in_the_envelope(backend: Backend, path: str) -> None:
    answer = backend.send("GET", path)
    assert (answer.status_code, codes(answer)) == (404, {"": ["not_found"]})


def test_all_bad_fields_come_in_one_answer(backend: Backend) -> None:
    answer = backend.patch(1, {"name": " ", "type": "x", "sections_order": [1, "a"], "categories": [99]})
    assert codes(answer) == {
        "name": ["blank"],
        "type": ["invalid_choice"],
        "sections_order": ["invalid"],
        "categories": ["does_not_exist"],
    }


@pytest.mark.parametrize("data", ["[]", '"text"', "5", "null"])
def test_a_body_that_is_no_object_is_refused_without_a_field(backend: Backend, data: str) -> None:
    answer = backend.send("PATCH", f"{COURSES}1/", data=data, content_type="application/json")
    assert (answer.status_code, list(codes(answer))) == (400, [""])


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[" * 100_000,
        b'{"a": NaN}',
        b'"\xff"',
        b'{"name": "\\ud800"}',
        b'{"categories": [1e400]}',
        b'{"categories": [1%s]}' % (b"0" * 30),
    ],
    ids=["syntax", "depth", "nan", "utf-8", "surrogate", "infinite", "huge"],
)
def test_hostile_json_is_refused(backend: Backend, data: bytes) -> None:
    answer = backend.send("PATCH", f"{COURSES}1/", data=data, content_type="application/json")
    assert answer.status_code == 400


def test_a_created_course_has_the_documented_defaults(backend: Backend) -> None:
    answer = backend.send("POST", COURSES, "member", json={"name": "My Course", "type": "scheduled"})
    assert answer.status_code == 201
    course = answer.body
    assert set(course) == COURSE
    expected = {
        "slug": "my-course", "description": "", "privacy": "", "enforce_lessons_order": False,
        "new_comment_notification_enabled": True, "hide_member_count": False, "sections_order": [],
        "categories": [], "image_big": None, "join_status": "creator", "deleted": False,
    }  # fmt: skip
    assert {name: course[name] for name in expected} == expected
    assert course["created_by"]["username"] == "member"


def test_a_derived_slug_that_is_taken_gets_a_number(backend: Backend) -> None:
    first, second = (backend.create(name=name) for name in ("A b", "A-b"))
    assert [backend.course(course)["slug"] for course in (first, second)] == ["a-b", "a-b-2"]
    assert codes(backend.patch(first, {"slug": "a-b-2"})) == {"slug": ["unique"]}
    assert backend.patch(first, {"slug": ""}).body["slug"] == "a-b"


def test_an_upload_gives_four_new_pictures_that_are_served(backend: Backend) -> None:
    before = backend.course(1)
    body = {"image_original": ("p.png", picture()), "og_title": "t"}
    after = backend.patch(1, body, "multipart").body
    for name in ("image_bigger", "image_big", "image_medium", "image_small"):
        assert after[name] != before[name]
        assert backend.send("GET", after[name].removeprefix("http://localhost")).status_code == 200


@pytest.mark.parametrize("text", ["string", "data:image/png;base64,"], ids=["word", "data-uri"])
def test_a_picture_may_be_a_string(backend: Backend, text: str) -> None:
    encoded = base64.b64encode(picture()).decode() if text.startswith("data") else ""
    assert backend.patch(4, {"image_original": text + encoded}).body["image_small"]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("data:image/png;base64,AAAA", "invalid_image"),
        ("", "blank"),
        ("a\x00b", "null_characters_not_allowed"),
        (None, "null"),
        ({}, "invalid"),
    ],
)
def test_what_is_no_picture_is_refused(backend: Backend, value: object, code: str) -> None:
    assert codes(backend.patch(1, {"image_original": value})) == {"image_original": [code]}


def test_broken_image_bytes_are_refused(backend: Backend) -> None:
    for data in (b"no picture", picture()[:60]):
        answer = backend.patch(1, {"image_original": ("p.png", data)}, "multipart")
        assert codes(answer) == {"image_original": ["invalid_image"]}


def test_sections_are_reordered_and_never_lost(backend: Backend) -> None:
    order = backend.course(1)["sections_order"]
    assert backend.patch(1, {"sections_order": order[::-1]}).body["sections_order"] == order[::-1]
    for bad in (order[1:], [*order, order[0]], [*order, 999]):
        assert codes(backend.patch(1, {"sections_order": bad})) == {"sections_order": ["invalid"]}
    edited = backend.send("GET", f"{COURSES}1/?view=edit").body
    assert [section["id"] for section in edited["sections"]] == order[::-1]


def test_enforced_order_locks_what_comes_later(backend: Backend) -> None:
    backend.patch(1, {"enforce_lessons_order": True})
    lessons = [lesson for part in backend.course(1, who="joined")["sections"] for lesson in part["lessons"]]
    assert [lesson["locked"] for lesson in lessons] == [False, True, True]


def test_type_decides_when_sections_open(backend: Backend) -> None:
    def locked(course: int) -> list[bool]:
        return [section["locked"] for section in backend.course(course, who="joined")["sections"]]

    assert locked(3) == [False, True]
    backend.patch(3, {"type": "self-paced"})
    assert locked(3) == [False, False]


def test_views_show_drafts_to_leads_only(backend: Backend) -> None:
    user, edit = (backend.send("GET", f"{COURSES}1/?view={view}").body for view in ("user", "edit"))
    assert (user["num_sections"], user["num_lessons"]) == (2, 3)
    assert (edit["num_sections"], edit["num_lessons"]) == (3, 5)
    assert backend.send("GET", f"{COURSES}1/?view=dashboard").body["avg_completion_rate"] == 0
    assert backend.send("GET", f"{COURSES}1/?view=edit", "joined").status_code == 403
    assert codes(backend.send("GET", f"{COURSES}1/?view=x", "joined")) == {"view": ["invalid_choice"]}


def test_leads_may_see_with_the_eyes_of_others(backend: Backend) -> None:
    assert backend.send("GET", f"{COURSES}1/?user=3", "manager").body["join_status"] == "joined"
    assert "sections" in backend.send("GET", f"{COURSES}2/?user=6", "manager").body
    assert backend.send("GET", f"{COURSES}1/?user=999", "manager").status_code == 404
    assert backend.send("GET", f"{COURSES}1/?user=5", "joined").status_code == 403


@pytest.mark.parametrize(
    "spelling",
    ["statuses=joined&statuses=manager", "statuses=joined,manager", 'statuses=["joined","manager"]',
     "statuses[]=joined&statuses[]=manager"],
)  # fmt: skip
def test_a_list_in_a_query_has_several_spellings(backend: Backend, spelling: str) -> None:
    assert backend.send("GET", f"{COURSES}?{spelling}", "joined").body["count"] == 3


def test_one_may_ask_for_the_courses_of_one_author(backend: Backend) -> None:
    own = backend.create()
    for author, courses in ((1, {1, 2, 3, 4, own}), (6, set()), (10**30, set())):
        page = backend.send("GET", f"{COURSES}?statuses=creator&created_by={author}").body
        assert {row["id"] for row in page["results"]} == courses


def test_an_unknown_status_is_refused(backend: Backend) -> None:
    assert codes(backend.send("GET", f"{COURSES}?statuses=x")) == {"statuses": ["invalid_choice"]}


@pytest.mark.parametrize(("who", "courses"), [(None, [2, 1]), ("invited", [3, 2, 1]), ("creator", [4, 3, 2, 1])])
def test_search_finds_what_one_may_know_of(backend: Backend, who: str | None, courses: list[int]) -> None:
    assert _found(backend, "", who) == courses


@pytest.mark.parametrize(
    ("query", "courses"),
    [
        ("search=BREAD", [2]), ("search=lesson by", [4, 3, 2, 1]),
        ("categories=3", [4, 3]), ("ordering=id", [1, 2, 3, 4]),
        ("ordering=-created_at", [4, 3, 2, 1]), ("ordering=zz", [4, 3, 2, 1]), ("limit=1&offset=1", [3]),
        ("limit=x&offset=-1", [4, 3, 2, 1]), ("offset=99", []), ("search=", [4, 3, 2, 1]), ("statuses=", [4, 3, 2, 1]),
        (f"categories={10**30}&categories=3", [4, 3]), ("statuses=joined", []),
    ],
)  # fmt: skip
def test_search_filters_and_orders(backend: Backend, query: str, courses: list[int]) -> None:
    # Course 4 has all three categories of the world, because there is no fourth.
    assert _found(backend, query, "creator") == courses


def _found(backend: Backend, query: str, who: str | None) -> list[int]:
    return [row["id"] for row in backend.send("GET", f"{COURSES}search/?{query}", who).body["results"]]


def test_a_deleted_course_is_gone_and_frees_its_name(backend: Backend) -> None:
    name = backend.course(1)["name"]
    answer = backend.send("DELETE", f"{COURSES}1/", "manager")
    assert (answer.status_code, answer.data) == (204, b"")
    assert backend.send("DELETE", f"{COURSES}1/").status_code == 404
    assert 1 not in _found(backend, "", "creator")
    assert backend.patch(2, {"name": name}).status_code == 200


def test_a_closed_community_asks_for_a_login(backend: Backend) -> None:
    with override_settings(CONTENT_AVAILABILITY=False):
        assert backend.status(1, None) == 401
        assert backend.send("GET", f"{COURSES}search/", None).status_code == 401


def test_creation_may_be_left_to_staff(backend: Backend) -> None:
    with override_settings(COURSES_ONLY_STAFF_ENABLED=True):
        assert backend.send("POST", COURSES, "member", json={}).status_code == 403
        backend.create("staff")


def _reference(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.reference_backend", *arguments]


def test_the_command_serves_the_planted_fault_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = _reference("--port", "0", "--fault", "14", "--jwt-secret", "s" * 32)
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout
        url = server.stdout.readline().removeprefix("ready: ").strip()
        healthy = requests.get(f"{url}/health/", timeout=10).status_code
        headers = {"Authorization": f"Bearer {token(key='s' * 32)}"}
        patched = requests.patch(f"{url}{COURSES}1/", json={}, headers=headers, timeout=10).status_code
        server.terminate()
    assert (healthy, patched) == (200, 201)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("arguments", [["--fault", "99"], ["--variant", "no-such"], ["--host", "203.0.113.1"]], ids=str)
def test_what_cannot_be_served_ends_with_one_line(arguments: list[str]) -> None:
    ended = subprocess.run(_reference("--port", "0", *arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1


def test_the_list_has_every_fault_in_order() -> None:
    listed = subprocess.run(_reference("--list"), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    numbers = [line.split()[0] for line in listed.splitlines()]
    assert numbers[:68] == [str(number) for number in range(1, 69)]
