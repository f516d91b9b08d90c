from typing import Any

import httpx
import pytest

from tests.mockserver.support import COURSES, ENCODINGS, OPEN, SIZES, Encode, Mock, course, form, mock_of, outcome
from tests.mockserver.support.snapshot import snapshot

URLENCODED = "application/x-www-form-urlencoded"
JSON_IN_A_FORM = form(URLENCODED, b'{"description": "x"}')
STRICT = {"Prefer": "handling=strict"}
LENIENT = {"Prefer": "handling=lenient"}

LOOSE: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown field": ({"json": {"description": "x", "foo": 1}}, "foo"),
    "an unknown field in a form": (form(URLENCODED, b"description=x&foo=1"), "foo"),
    "a read-only field": ({"json": {"description": "x", "id": 1}}, "id"),
    "a read-only object": ({"json": {"created_by": {"id": 2}}}, "created_by"),
    "a text for a picture": ({"json": {"image_original": "string"}}, "image_original"),
    "a picture in a text": (
        {"json": {"image_original": "data:image/gif;base64,R0lGODlhAQABAAAAACw="}},
        "image_original",
    ),
}


@pytest.fixture
def strict() -> Mock:
    """The mock as it starts with --strict."""
    return mock_of(strict=True)


def with_headers(sent: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    return {**sent, "headers": {**sent.get("headers", {}), **headers}}


@pytest.mark.parametrize("case", LOOSE)
@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
def test_a_strict_mock_refuses_what_a_lenient_one_lets_pass(strict: Mock, method: str, case: str) -> None:
    sent, field = LOOSE[case]
    before = snapshot(strict)
    path = COURSES if method == "POST" else course(OPEN)
    answer = strict.as_("creator").request(method, path, **sent)
    assert answer.status_code == 400
    assert field in [name for name, code in outcome(answer)[1] if code != "required"]
    assert snapshot(strict) == before


@pytest.mark.parametrize("case", LOOSE)
def test_one_request_may_ask_to_be_taken_strictly(mock: Mock, case: str) -> None:
    sent, field = LOOSE[case]
    before = snapshot(mock)
    answer = mock.as_("creator").patch(course(OPEN), **with_headers(sent, STRICT))
    assert (answer.status_code, [name for name, _ in outcome(answer)[1]]) == (400, [field])
    assert snapshot(mock) == before


def test_json_under_the_header_of_forms_is_refused_by_the_strict(strict: Mock, mock: Mock) -> None:
    for answer in (
        strict.as_("creator").patch(course(OPEN), **JSON_IN_A_FORM),
        mock.as_("creator").patch(course(OPEN), **with_headers(JSON_IN_A_FORM, STRICT)),
    ):
        status_code, [(field, _)] = outcome(answer)
        assert (status_code, field) == (400, None)
    assert strict.as_("creator").get(course(OPEN)).json()["description"] == "A course for everybody."


@pytest.mark.parametrize("case", LOOSE)
def test_one_request_to_a_strict_mock_may_ask_to_be_taken_leniently(strict: Mock, case: str) -> None:
    sent, _ = LOOSE[case]
    if case == "a picture in a text":
        return  # this one is no whole picture, which nobody takes
    answer = strict.as_("creator").patch(course(OPEN), **with_headers(sent, LENIENT))
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (200, "handling=lenient")


def test_all_that_a_strict_mock_refuses_comes_in_one_answer(strict: Mock) -> None:
    sent = {"foo": 1, "id": 2, "image_original": "x", "type": "x", "name": "Private course"}
    answer = strict.as_("creator").patch(course(OPEN), json=sent)
    assert outcome(answer)[1][0] == ("name", "unique")
    assert sorted(str(field) for field, _ in outcome(answer)[1]) == ["foo", "id", "image_original", "name", "type"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_strict_mock_takes_what_is_as_it_should_be(strict: Mock, encoding: str) -> None:
    encode: Encode = ENCODINGS[encoding]
    creator = strict.as_("creator")
    answer = creator.patch(course(OPEN), **encode({"description": "x", "categories": [1, 2], "privacy": "secret"}))
    assert (answer.status_code, answer.json()["description"]) == (200, "x")
    assert "X-Mock-Notice" not in answer.headers
    assert creator.patch(course(OPEN), **encode({})).status_code == 200


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("handling=strict", "handling=strict"),
        ("handling=lenient", "handling=lenient"),
        ("respond-async, handling=strict", "handling=strict"),
        ("HANDLING=Strict", "handling=strict"),
        ("handling = strict; x=y", "handling=strict"),
        ('handling="strict"', "handling=strict"),
        ("respond-async", None),
        ("handling=other", None),
        ("handling", None),
        ("", None),
    ],
)
def test_an_honoured_preference_is_acknowledged(mock: Mock, prefer: str, applied: str | None) -> None:
    answer = mock.as_("creator").patch(course(OPEN), json={"description": "x"}, headers={"Prefer": prefer})
    assert (answer.status_code, answer.headers.get("Preference-Applied")) == (200, applied)


def test_the_first_of_several_preferences_counts(mock: Mock) -> None:
    headers = [("Prefer", "handling=strict"), ("Prefer", "respond-async")]
    request = mock.client({"Authorization": "Bearer creator"}).build_request(
        "PATCH", course(OPEN), json={"foo": 1}, headers=httpx.Headers(headers)
    )
    assert mock.client().send(request).status_code == 400


def test_what_a_lenient_mock_let_pass_is_noted(mock: Mock) -> None:
    creator = mock.as_("creator")
    notices = {
        field: creator.patch(course(OPEN), **sent).headers.get("X-Mock-Notice", "")
        for sent, field in LOOSE.values()
        if field not in SIZES and field != "image_original"
    }
    assert all(field in notice for field, notice in notices.items())
    assert "X-Mock-Notice" not in creator.patch(course(OPEN), json={"description": "x"}).headers


@pytest.mark.parametrize("name", ["ä", "☕", "a\r\nSet-Cookie: x=1", "\x00", "x" * 10_000, "a;b, c"])
def test_a_notice_is_a_header_whatever_the_field_is_called(mock: Mock, name: str) -> None:
    answer = mock.as_("creator").patch(course(OPEN), json={name: 1})
    assert answer.status_code == 200
    notice = answer.headers["X-Mock-Notice"]
    assert notice.isascii()
    assert notice.isprintable()
    assert len(notice) < 1_000
    assert "Set-Cookie" not in answer.headers


def test_many_unknown_fields_make_no_endless_notice(mock: Mock) -> None:
    answer = mock.as_("creator").patch(course(OPEN), json={f"unknown {number}": 1 for number in range(5_000)})
    assert answer.status_code == 200
    assert len(answer.headers["X-Mock-Notice"]) < 8_000
