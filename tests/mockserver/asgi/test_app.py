import re
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    ENCODINGS,
    OPEN,
    SEARCH,
    SECRET,
    Mock,
    course,
    form,
    outcome,
    status,
)

VERIFY = "/api/v2/jwt/verify_token/"

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.rule("TRANS-01")
@pytest.mark.parametrize("path", [COURSES, SEARCH, course(OPEN), status(OPEN)])
def test_reading_without_the_slash_is_sent_on_to_the_path_with_it(creator: httpx.Client, path: str) -> None:
    answer = creator.get(path.rstrip("/"))
    assert (answer.status_code, answer.headers["Location"]) == (301, path)
    assert creator.get(path.rstrip("/"), follow_redirects=True).json() == creator.get(path).json()


@pytest.mark.rule("TRANS-01")
def test_the_query_goes_along_to_the_path_with_the_slash(creator: httpx.Client) -> None:
    answer = creator.get("/api/v2/course/1?view=edit&user=3", follow_redirects=True)
    assert answer.json() == creator.get(course(OPEN), params={"view": "edit", "user": "3"}).json()


@pytest.mark.rule("TRANS-01")
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE", "POST"])
def test_writing_without_the_slash_finds_nothing(creator: httpx.Client, method: str) -> None:
    answer = creator.request(method, "/api/v2/course/1", json={"name": "x", "type": "self-paced"})
    assert outcome(answer) == (404, [(None, "not_found")])
    assert creator.get(course(OPEN)).json()["name"] == "Open course"


FIELDS: dict[str, Any] = {
    "name": "  Brot & Brötchen = 1+1 ☕ ",
    "slug": "bread_and-rolls",
    "description": "Two\r\nlines, a + and a %41",
    "type": "structured",
    "privacy": "private",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "meta_title": "m",
    "meta_description": "",
    "og_title": "0",
    "og_description": "d",
    "og_image": "http://example.com/?a=b&c=d",
    "categories": [3, 1],
}


def stored(answer: httpx.Response) -> dict[str, Any]:
    """The written fields of an answer, categories as their ids."""
    body = answer.json()
    return {**{name: body[name] for name in FIELDS}, "categories": [entry["id"] for entry in body["categories"]]}


EXPECTED = {**FIELDS, "name": "Brot & Brötchen = 1+1 ☕", "categories": [1, 3]}


@pytest.mark.rule("TRANS-02")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    ("method", "path", "code"), [("POST", COURSES, 201), ("PUT", course(1), 200), ("PATCH", course(1), 200)]
)
def test_the_same_fields_mean_the_same_in_every_encoding(
    creator: httpx.Client, method: str, path: str, code: int, encoding: str
) -> None:
    answer = creator.request(method, path, **ENCODINGS[encoding](FIELDS))
    assert (answer.status_code, stored(answer)) == (code, EXPECTED)
    assert stored(creator.get(course(answer.json()["id"]), params={"view": "edit"})) == EXPECTED


@pytest.mark.rule("TRANS-02")
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json;charset=UTF-8",
        'application/json; charset="utf-8"',
    ],
)
def test_a_charset_and_capitals_do_no_harm_to_a_media_type(creator: httpx.Client, content_type: str) -> None:
    answer = creator.patch(course(OPEN), **form(content_type, b'{"description": "x"}'))
    assert answer.json()["description"] == "x"
    answer = creator.patch(course(OPEN), **form(f"{URLENCODED};charset=UTF-8", b"description=y"))
    assert answer.json()["description"] == "y"


@pytest.mark.rule("TRANS-03")
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "application/merge-patch+json", "application/octet-stream", "json", "*/*", "☃"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", course(1)), ("PUT", course(1)), ("POST", COURSES), ("POST", VERIFY)],
)
def test_a_body_of_any_other_media_type_is_not_read(mock: Mock, method: str, path: str, content_type: str) -> None:
    headers = {b"authorization": b"Bearer creator", b"content-type": content_type.encode()}
    answer = mock.raw(method, path.encode(), headers, b'{"description": "x"}')
    assert outcome(answer) == (415, [(None, "unsupported_media_type")])
    assert answer.headers["X-Mock-Rule"] == "TRANS-03"


@pytest.mark.rule("TRANS-03")
def test_a_body_without_a_media_type_is_tried_as_json(mock: Mock) -> None:
    headers = {b"authorization": b"Bearer creator"}
    answer = mock.raw("PATCH", course(OPEN).encode(), headers, b'{"description": "x"}')
    assert answer.json()["description"] == "x"
    assert outcome(mock.raw("PATCH", course(OPEN).encode(), headers, b"a=b")) == (400, [(None, "parse_error")])


MALFORMED = {
    "nothing closed": b"{",
    "single quotes": b"{'a': 1}",
    "a trailing comma": b'{"description": "x",}',
    "something behind": b'{"description": "x"} x',
    "not a number": b'{"description": NaN}',
    "infinity": b'{"description": Infinity}',
    "a literal": b"undefined",
    "a type instead of a value": b'{"categories": [integer]}',
    "undecodable text": b'{"description": "\xff"}',
    "undecodable text in a name": b'{"\xc3(": 1}',
    "a control character": b'{"description": "a\nb"}',
    "half an escape": b'{"description": "\\u12"}',
    "utf-16": '{"description": "x"}'.encode("utf-16"),
    "nul": b"\0",
    "blanks": b"  ",
}


@pytest.mark.rule("TRANS-04")
@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", course(1)), ("PUT", course(1)), ("POST", COURSES), ("POST", VERIFY)],
)
def test_malformed_json_is_refused_as_a_whole(creator: httpx.Client, method: str, path: str, content: bytes) -> None:
    answer = creator.request(method, path, **form("application/json", content))
    assert outcome(answer) == (400, [(None, "parse_error")])
    assert answer.headers["X-Mock-Rule"] == "TRANS-04"


READABLE = ["application/json, text/plain, */*", "*/*", "application/*", "APPLICATION/JSON", "text/html, */*;q=0.1", ""]
UNREADABLE = ["text/csv", "text/html", "application/xml", "text/*", "application/json;q=0", "application/json; q=0.0"]


@pytest.mark.rule("TRANS-05")
@pytest.mark.parametrize("accept", UNREADABLE)
@pytest.mark.parametrize("path", [course(OPEN), COURSES, SEARCH, status(OPEN)])
def test_a_caller_that_excludes_json_gets_none(creator: httpx.Client, path: str, accept: str) -> None:
    answer = creator.get(path, headers={"Accept": accept})
    assert outcome(answer) == (406, [(None, "not_acceptable")])
    assert answer.headers["X-Mock-Rule"] == "TRANS-05"


@pytest.mark.rule("TRANS-05")
@pytest.mark.parametrize("accept", READABLE)
def test_a_caller_that_takes_json_among_others_gets_it(creator: httpx.Client, accept: str) -> None:
    answer = creator.get(course(OPEN), headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


OFFERED = [
    ("POST", course(OPEN), {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}),
    ("TRACE", course(OPEN), {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"}),
    ("DELETE", COURSES, {"GET", "HEAD", "POST", "OPTIONS"}),
    ("PATCH", SEARCH, {"GET", "HEAD", "OPTIONS"}),
    ("PUT", status(OPEN), {"GET", "HEAD", "OPTIONS"}),
    ("GET", "/api/v2/jwt/verify_token/", {"POST", "OPTIONS"}),
    ("HEAD", "/api/v2/jwt/verify_token/", {"POST", "OPTIONS"}),
    ("QUERY", "/oauth/authorize/", {"GET", "HEAD", "OPTIONS"}),
]


@pytest.mark.rule("TRANS-06")
@pytest.mark.parametrize(("method", "path", "allowed"), OFFERED)
def test_a_method_that_a_path_does_not_offer_is_refused_with_those_that_it_does(
    creator: httpx.Client, method: str, path: str, allowed: set[str]
) -> None:
    answer = creator.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert answer.headers["X-Mock-Rule"] == "TRANS-06"
    if method != "HEAD":
        assert outcome(answer) == (405, [(None, "method_not_allowed")])


@pytest.mark.rule("TRANS-06")
def test_patch_by_post_with_an_override_is_not_supported(creator: httpx.Client) -> None:
    answer = creator.post(course(OPEN), json={"description": "x"}, headers={"X-HTTP-Method-Override": "PATCH"})
    assert answer.status_code == 405


NO_IDS = ["abc", "open-course", "True", "null", "undefined", "...", "%2E", "%7Bid%7D", "1%00", "%201", "1%20"]
NO_IDS += ["1.0", "1.5", "-1", "+1", "0", "1e0", "0x1", "1;2", "1,2", "9" * 19, "9" * 5000]
NO_IDS += ["%D9%A1", "%C2%B2", "%EF%BC%91"]  # digits of other scripts


@pytest.mark.rule("TRANS-07")
@pytest.mark.parametrize("key", NO_IDS)
def test_an_id_that_is_no_whole_number_names_nothing(creator: httpx.Client, key: str) -> None:
    requests = [("GET", course(key)), ("PATCH", course(key)), ("PUT", course(key)), ("DELETE", course(key))]
    for method, path in [*requests, ("GET", status(key))]:
        assert outcome(creator.request(method, path)) == (404, [(None, "not_found")])


@pytest.mark.rule("TRANS-09")
def test_moments_are_told_in_iso_8601_and_utc(mock: Mock) -> None:
    made = mock.as_("member").post(COURSES, json={"name": "New", "type": "self-paced"}).json()
    assert datetime.fromisoformat(made["created_at"]) == mock.clock.now
    seeded = mock.as_("creator").get(course(OPEN)).json()
    for moment in (made["created_at"], seeded["created_at"], seeded["categories"][0]["lastmod_datetime"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", moment)
        assert datetime.fromisoformat(moment).tzinfo == UTC


CSV = {"Accept": "text/csv"}
PLAIN = {"Content-Type": "text/plain"}

GATES = [
    (406, "anon", "PATCH", course(OPEN), CSV),
    (406, "creator", "POST", course(OPEN), CSV),
    (406, "creator", "PATCH", course(999_999), CSV),
    (406, "member", "PATCH", course(OPEN), CSV),
    (406, "creator", "PATCH", course(OPEN), {**CSV, **PLAIN}),
    (401, "anon", "POST", course(OPEN), {}),
    (401, "nobody", "POST", course(OPEN), {}),
    (401, "anon", "POST", course(999_999), {}),
    (401, "anon", "PATCH", course(999_999), {}),
    (401, "anon", "PATCH", course(SECRET), {}),
    (401, "anon", "PATCH", course(OPEN), PLAIN),
    (401, "nobody", "GET", course(SECRET), {}),
    (401, "anon", "POST", SEARCH, {}),
    (401, "anon", "DELETE", SEARCH, PLAIN),
    (405, "creator", "POST", SEARCH, {}),
    (405, "anon", "GET", VERIFY, {}),
    (405, "creator", "POST", course(999_999), {}),
    (405, "member", "POST", course(SECRET), PLAIN),
    (404, "member", "PATCH", course(SECRET), PLAIN),
    (404, "member", "PATCH", course(DRAFT), {}),
    (404, "creator", "PUT", course(999_999), PLAIN),
    (403, "member", "PATCH", course(OPEN), PLAIN),
    (403, "joined", "PUT", course(OPEN), {}),
    (415, "creator", "PATCH", course(OPEN), PLAIN),
    (400, "creator", "PATCH", course(OPEN), {}),
]


@pytest.mark.rule("ERR-05")
@pytest.mark.parametrize(("code", "person", "method", "path", "headers"), GATES)
def test_of_all_that_is_wrong_with_a_request_the_first_gate_tells(
    as_: As, code: int, person: str, method: str, path: str, headers: dict[str, str]
) -> None:
    sent = {"Content-Type": "application/json", **headers}
    assert as_(person).request(method, path, headers=sent, content=b"{").status_code == code
