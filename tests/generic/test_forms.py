"""Forms are read by the schema of their body, its alternatives included."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mockserver.support import mock_of

THEATRE = Path(__file__).parent / "theatre.yaml"


@pytest.fixture
def clerk() -> httpx.Client:
    return mock_of(spec=THEATRE).client({"X-Key": "a key"})


@pytest.mark.parametrize("how", ["data", "files"])
@pytest.mark.parametrize(
    ("fields", "values"),
    [
        ({"kind": "person", "age": "7"}, {"kind": "person", "age": 7}),
        ({"kind": "shop", "open": "true"}, {"kind": "shop", "open": True}),
        ({"kind": "person", "age": "7", "mail": "a@b.example"}, {"kind": "person", "age": 7, "mail": "a@b.example"}),
    ],
)
def test_the_fields_of_each_alternative_have_its_types(
    clerk: httpx.Client, fields: dict[str, str], values: dict[str, Any], how: str
) -> None:
    form: dict[str, Any] = {name: (None, text) for name, text in fields.items()} if how == "files" else fields
    answer = clerk.post("/members", **{how: form})  # type: ignore[arg-type]  # files or data
    assert answer.status_code == 201
    assert values.items() <= answer.json().items()


@pytest.mark.parametrize("fields", [{"kind": "person", "age": "old"}, {"kind": "shop", "open": "7"}, {"kind": "inn"}])
def test_a_form_that_fits_no_alternative_is_rejected(clerk: httpx.Client, fields: dict[str, str]) -> None:
    assert clerk.post("/members", data=fields).status_code == 400


def test_an_empty_text_is_validated_where_a_field_holds_texts(clerk: httpx.Client) -> None:
    assert clerk.post("/members", data={"kind": "person", "age": "7", "mail": ""}).status_code == 400


def test_what_is_read_only_in_every_alternative_is_ignored(clerk: httpx.Client) -> None:
    answer = clerk.post("/members", data={"kind": "shop", "open": "true", "id": "77"})
    assert (answer.json()["id"], answer.headers["X-Mock-Notice"]) == (1, "read-only field 'id' was ignored")
