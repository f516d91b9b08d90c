"""Operations that keep no state answer what the document shows, and Prefer chooses among its responses."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.call import Request
from mockserver.openapi import reader
from mockserver.openapi.generation import Generator
from mockserver.openapi.json_schema import View
from mockserver.openapi.validators import compile_validator
from mockserver.request.prefer import preferences, without_wait
from specdouble.document import load
from tests.mockserver.support import mock_of

CLINIC = Path(__file__).parent / "clinic.yaml"


@pytest.fixture(scope="module")
def visitor() -> httpx.Client:
    return mock_of(spec=CLINIC, base_path="").client()


def test_the_first_example_of_the_response_is_the_answer(visitor: httpx.Client) -> None:
    assert visitor.get("/hours").json() == {"opens": "07:30"}


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("example=winter", 200, {"opens": "09:00"}),
        ("code=200, example=winter", 200, {"opens": "09:00"}),
        ('code="200"; example="winter"', 200, {"opens": "09:00"}),
        ("dynamic=true", 200, {"opens": "example"}),
        ("code=501", 501, {}),
    ],
)
def test_prefer_chooses_status_and_example(visitor: httpx.Client, prefer: str, status: int, body: Any) -> None:
    answer = visitor.get("/hours", headers={"Prefer": prefer})
    assert (answer.status_code, answer.json()) == (status, body)
    assert (
        answer.headers["Preference-Applied"].partition(",")[0]
        == prefer.replace('"', "").replace(";", ",").split(",")[0]
    )


def test_a_preferred_response_has_its_own_media_type(visitor: httpx.Client) -> None:
    answer = visitor.get("/hours", headers={"Prefer": "code=503"})
    assert (answer.status_code, answer.text) == (503, "gone fishing")
    assert answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    ("prefer", "status", "message"),
    [
        ("code=410", 404, "the document has no such response, only 200, 404, 422, 503, 5XX"),
        ("code=many", 422, "a status is a number from 200 to 599"),
        ("example=spring", 404, "the response has no such example; it has summer, winter"),
    ],
)
def test_a_preference_that_the_document_does_not_know_is_rejected_with_what_it_knows(
    visitor: httpx.Client, prefer: str, status: int, message: str
) -> None:
    answer = visitor.get("/hours", headers={"Prefer": prefer})
    assert answer.status_code == status
    assert message in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        ("__code=200&__example=winter", 200, {"opens": "09:00"}),
        ("__dynamic=true", 200, {"opens": "example"}),
        ("__dynamic=false", 200, {"opens": "07:30"}),
        ("__code=501", 501, {}),
    ],
)
def test_the_query_chooses_as_prefer_does(visitor: httpx.Client, query: str, status: int, body: Any) -> None:
    answer = visitor.get(f"/hours?{query}")
    assert (answer.status_code, answer.json()) == (status, body)
    assert "Preference-Applied" not in answer.headers


def test_prefer_comes_before_the_query(visitor: httpx.Client) -> None:
    assert visitor.get("/hours?__code=501", headers={"Prefer": "code=503"}).status_code == 503


def test_a_documented_parameter_is_no_preference(visitor: httpx.Client) -> None:
    assert visitor.get("/pulse?__code=7").status_code == 200


def test_a_preferred_answer_does_not_excuse_a_wrong_parameter(visitor: httpx.Client) -> None:
    assert visitor.get("/hours?day=monday", headers={"Prefer": "code=503"}).status_code == 422


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("respond-async", None),
        ("respond-async, wait=5", "wait=5"),
        ("wait=soon", None),
        ("wait=5; handling=strict", "wait=5, handling=strict"),
        ("HANDLING=Strict, handling=lenient", "handling=strict"),
        ("handling=other", None),
        ("dynamic=false", None),
        ("wait=5, dynamic, code=200, handling=strict", "wait=5, dynamic, code=200"),
        ('example="winter", foo; bar=1, wait=10', "example=winter, wait=10"),
    ],
)
def test_the_answer_names_the_preferences_that_were_applied(
    visitor: httpx.Client, prefer: str, applied: str | None
) -> None:
    assert visitor.get("/hours", headers={"Prefer": prefer}).headers.get("Preference-Applied") == applied


@pytest.mark.parametrize(("wait", "applied"), [("5", "example=winter, wait=5"), ("0", "example=winter")])
def test_an_injected_delay_that_is_longer_than_the_caller_waits_is_no_preference_of_theirs(
    visitor: httpx.Client, wait: str, applied: str
) -> None:
    visitor.post("/__mock__/faults", json={"delay_ms": 10, "times": 1})
    answer = visitor.get("/hours", headers={"Prefer": f"example=winter, wait={wait}"})
    assert (answer.json(), answer.headers["Preference-Applied"]) == ({"opens": "09:00"}, applied)


def test_a_name_in_quotes_may_have_a_comma() -> None:
    request = Request("GET", "/", b"", {b"prefer": b'example="a, \\"b\\"";wait=1, CODE=200'}, b"", "")
    assert preferences(request) == {"example": 'a, "b"', "wait": "1", "code": "200"}
    assert preferences(without_wait(request, 2)) == {"example": 'a, "b"', "code": "200"}


def test_a_change_returns_no_content_where_the_caller_prefers_that_and_the_document_lists_it(
    visitor: httpx.Client,
) -> None:
    made = visitor.post("/patients", json={"name": "Ada"}, headers={"Prefer": "return=minimal"})
    assert (made.status_code, made.json()["name"], "Preference-Applied" in made.headers) == (201, "Ada", False)
    path = f"/patients/{made.json()['id']}"
    changed = visitor.patch(path, json={"name": "Eve"}, headers={"Prefer": "return=minimal, wait=3"})
    assert (changed.status_code, changed.content) == (204, b"")
    assert changed.headers["Preference-Applied"] == "return=minimal, wait=3"
    changed = visitor.patch(path, json={}, headers={"Prefer": "return=representation"})
    assert (changed.status_code, changed.json()["name"]) == (200, "Eve")
    assert changed.headers["Preference-Applied"] == "return=representation"


def test_a_generated_answer_is_valid_shows_optional_fields_and_is_the_same_each_time(visitor: httpx.Client) -> None:
    answer = visitor.get("/vitals")
    contract = reader.read(load(CLINIC))
    validator = compile_validator({"$ref": "#/components/schemas/Vitals"}, contract, View.RESPONSE)
    assert [error.message for error in validator.iter_errors(answer.json())] == []
    assert "nickname" in answer.json()
    assert "secret" not in answer.json()
    assert visitor.get("/vitals").json() == answer.json()


def test_required_headers_come_with_a_value_of_their_schema(visitor: httpx.Client) -> None:
    assert visitor.get("/vitals").headers["X-Room"][0] in "ABC"


def test_a_response_of_another_media_type_is_written_in_it(visitor: httpx.Client) -> None:
    answer = visitor.get("/pulse", headers={"Accept": "*/*"})
    assert (answer.text, answer.headers["Content-Type"]) == ("40", "text/plain")


def test_the_only_documented_status_is_the_answer(visitor: httpx.Client) -> None:
    assert visitor.get("/closed").status_code == 410


# --- rejections -------------------------------------------------------------------------------------------------------


def test_bad_input_has_the_documented_status_media_type_and_body(visitor: httpx.Client) -> None:
    answer = visitor.get("/hours?day=monday")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (answer.json()["title"], answer.json()["status"]) == ("Unprocessable Entity", 422)
    assert "day" in answer.json()["detail"]


def test_a_class_of_statuses_describes_bad_input_as_400(visitor: httpx.Client) -> None:
    answer = visitor.post("/patients", json={})
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert (answer.json()["ok"], error["field"]) == (False, "name")
    assert "required" in error["message"]


def test_a_rejection_whose_content_is_not_documented_says_what_is_wrong(visitor: httpx.Client) -> None:
    answer = visitor.get("/patients/77")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": answer.status_code,
        "detail": "Not found.",
        "errors": [{"code": "not_found", "message": "Not found."}],
    }
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[a-z]{2,4}$", "minLength": 3},
        {"type": "number", "exclusiveMaximum": True, "maximum": -1},
        {"type": "integer", "minimum": 7, "maximum": 7},
        {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
        {"anyOf": [{"type": "string", "format": "uuid"}, {"type": "integer"}]},
        {"type": "object", "required": ["a"], "properties": {"a": {}}, "example": {"b": 1}},
        {"allOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}, {"required": ["a"]}]},
    ],
)
def test_a_generated_value_is_valid(schema: dict[str, Any]) -> None:
    contract = reader.read(load(CLINIC))
    value = Generator(contract).value(schema)
    assert compile_validator(schema, contract).is_valid(value), value


def test_a_range_of_media_types_that_has_json_describes_what_json_shows() -> None:
    answer = mock_of(spec=CLINIC.with_name("theatre.yaml")).client({"X-Key": "a key"}).get("/casts/lear")
    assert answer.headers["Content-Type"] == "application/json"
    assert isinstance(answer.json(), list)
