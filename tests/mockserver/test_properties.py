"""Whatever comes: no failure of the mock, nothing that the contract does not allow, and refusals without effect."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import (
    COURSES,
    OPEN,
    PEOPLE,
    SECRET,
    course,
    form,
    mock_of,
    multipart,
    outcome,
    urlencoded,
)

bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT_FIELDS = ["name", "slug", "description", "type", "privacy", "enforce_lessons_order", "hide_member_count"]
TEXT_FIELDS += ["new_comment_notification_enabled", "meta_title", "og_image", "image_original", "id", "foo"]
LEFT_OUT_WHEN_BLANK = [*TEXT_FIELDS[5:8], "image_original"]
names = st.sampled_from([*TEXT_FIELDS, *schema_keys.DETAIL, "sections_order", "categories", ""]) | st.text(max_size=8)

texts = st.text(max_size=20) | st.sampled_from(
    [
        "",
        " ",
        "open",
        "private",
        "secret",
        "self-paced",
        "structured",
        "true",
        "on",
        "0",
        "Private course",
        "open-course",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
ids = st.integers(-1, 14) | st.integers(-1, 14).map(str)
values = st.recursive(
    scalars | st.lists(ids, max_size=4) | st.permutations([1, 2, 3]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(names, values, max_size=6)


def as_json(value: Any) -> dict[str, Any]:
    """Any value as JSON, half surrogate pairs as escapes."""
    return form("application/json", json.dumps(value).encode())


@pytest.mark.rule("ERR-06", "ERR-04", "COURSE-PATCH-45")
@bounded
@given(body=bodies)
def test_a_change_is_whole_or_refused_and_can_be_repeated(body: dict[str, Any]) -> None:
    mock = mock_of()
    creator = mock.as_("creator")
    before = creator.get(course(OPEN), params={"view": "edit"}).json()
    answer = creator.patch(course(OPEN), **as_json(body))
    after = creator.get(course(OPEN), params={"view": "edit"}).json()
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert after == before
        return
    assert answer.json() == {name: after[name] for name in schema_keys.COURSE}
    untouched = set(schema_keys.COURSE) - set(body) - {"image_bigger", "image_big", "image_medium", "image_small"}
    assert {name: after[name] for name in untouched} == {name: before[name] for name in untouched}
    again = creator.patch(course(OPEN), **as_json(body))
    assert again.status_code == 200
    if not str(body.get("image_original")).startswith("data:"):
        assert again.json() == answer.json()


def judged(answer: httpx.Response) -> Any:
    """What an answer says, the errors of a refusal in no order."""
    return answer.json() if answer.status_code == 200 else sorted(outcome(answer)[1])


@pytest.mark.rule("TRANS-02")
@bounded
@given(body=st.dictionaries(st.sampled_from(TEXT_FIELDS), texts, max_size=5))
def test_texts_mean_the_same_in_every_encoding(body: dict[str, str]) -> None:
    # Forms have no other way to leave out a field that is on the page, where it holds no text.
    body = {name: text for name, text in body.items() if text or name not in LEFT_OUT_WHEN_BLANK}
    told = [
        judged(mock_of().as_("creator").patch(course(OPEN), **sent))
        for sent in (as_json(body), urlencoded(body.items()), multipart(body.items()))
    ]
    assert told == [told[0]] * 3


@bounded
@given(body=st.one_of(values, bodies), person=st.sampled_from(list(PEOPLE)), method=st.sampled_from(["PUT", "POST"]))
def test_no_json_makes_a_create_or_an_update_fail(body: Any, person: str, method: str) -> None:
    path = COURSES if method == "POST" else course(SECRET)
    answer = mock_of().as_(person).request(method, path, **as_json(body))
    assert answer.status_code in {200, 201, 400, 403, 404}


TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
fragments = st.sampled_from(
    [b"--x", b"\r\n", b"name", b"=", b"&", b"%", b"[", b"]", b"{", b'"', b":", b"\\u", b"categories"]
)
contents = st.binary(max_size=60) | st.lists(fragments | st.binary(max_size=4), max_size=20).map(b"".join)


@bounded
@given(content=contents, content_type=st.sampled_from(TYPES) | st.text(max_size=30))
def test_no_bytes_make_a_change_fail(content: bytes, content_type: str) -> None:
    headers = {b"authorization": b"Bearer creator", b"content-type": content_type.encode(errors="replace")}
    answer = mock_of().raw("PATCH", course(OPEN).encode(), headers, content)
    assert answer.status_code in {200, 400, 415}


@bounded
@given(
    path=st.sampled_from([COURSES, f"{COURSES}search/", course(OPEN), course(SECRET)]),
    query=st.dictionaries(
        st.sampled_from(
            ["limit", "offset", "statuses", "statuses[]", "ordering", "search", "categories", "view", "user"]
        ),
        texts | st.integers().map(str) | st.sampled_from(["joined", '["joined"]', "edit", "-name", "3"]),
        max_size=4,
    ),
    person=st.sampled_from(["anon", *PEOPLE]),
)
def test_no_query_makes_reading_fail(path: str, query: dict[str, str], person: str) -> None:
    pairs = urlencoded(query.items())["content"]
    headers = {} if person == "anon" else {b"authorization": b"Bearer " + person.encode()}
    answer = mock_of().raw("GET", path.encode() + b"?" + pairs, headers)
    assert answer.status_code in {200, 400, 401, 403, 404}


@bounded
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]),
    path=st.text(alphabet="/abcourse12%._-?", max_size=40),
    headers=st.dictionaries(
        st.sampled_from(
            [b"authorization", b"accept", b"content-type", b"prefer", b"host", b"origin", b"x-forwarded-host"]
        ),
        st.binary(max_size=20),
        max_size=4,
    ),
    content=st.binary(max_size=20),
)
def test_no_request_at_all_makes_the_mock_fail(
    method: str, path: str, headers: dict[bytes, bytes], content: bytes
) -> None:
    answer = mock_of().raw(method, b"/" + path.encode(), headers, content)
    assert answer.status_code < 500
