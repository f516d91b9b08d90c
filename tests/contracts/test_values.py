from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from PIL import Image

from contracts.model import Field, Model
from contracts.payload import Encoding
from contracts.profile import FieldNotes
from contracts.values import distinct, other, picture, values
from contracts.verdict import Inconclusive
from tests.contracts.notes import DOCUMENT

FIELDS = {field.name: field for field in Model(DOCUMENT).resources[0].fields}


def field(name: str = "x", **schema: Any) -> Field:
    return Field(name, schema, schema, tuple(Encoding))


@pytest.mark.parametrize("name", ["title", "text", "state", "urgent", "size"])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_drawn_values_are_legal(name: str, data: st.DataObject) -> None:
    value = data.draw(values(FIELDS[name], FieldNotes(unique=name == "title"), lambda: "u1"))
    assert validator_for(dict(FIELDS[name].write or {})).is_valid(value)


def test_a_distinct_value_is_not_the_default() -> None:
    assert distinct(FIELDS["urgent"], FieldNotes(), str) is True
    assert distinct(field(type="boolean", default=True), FieldNotes(), str) is False
    assert distinct(FIELDS["state"], FieldNotes(), str) == "done"
    assert distinct(field(type="string", pattern="^[a-z-]+$"), FieldNotes(), lambda: "a b") == "a-b"


def test_declared_values_come_before_drawn_ones() -> None:
    assert distinct(FIELDS["text"], FieldNotes(values=["a", "b"]), str) == "b"
    assert distinct(FIELDS["text"], FieldNotes(references=[4, 5, 6]), str) == [4, 5]


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (1, {}),
        (True, {}),
        ("a", {}),
        ([], {}),
        ([1], {}),
        ({"id": 1}, {}),
        ({}, {}),
        (None, {}),
        ("a", {"enum": ["a", "b"]}),
    ],
)
def test_another_value_is_another(value: object, schema: dict[str, Any]) -> None:
    assert other(value, schema) != value or value == {}


def test_a_field_of_an_unknown_type_is_not_guessed() -> None:
    with pytest.raises(Inconclusive, match="of type object"):
        values(field(type="object"), FieldNotes(), str)


@pytest.mark.parametrize("kind", ["png", "gif", "jpeg"])
def test_a_picture_is_a_picture_and_not_square(kind: str) -> None:
    with Image.open(BytesIO(picture(kind).content)) as image:
        assert image.format == kind.upper()
        assert image.width != image.height
