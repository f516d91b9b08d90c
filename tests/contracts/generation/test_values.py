from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from PIL import Image

from contracts.generation.values import distinct, longest, other, picture, values
from contracts.messages.bodies import ENCODINGS
from contracts.openapi.description import Model
from contracts.openapi.resources import Field
from contracts.profile.models import FieldNotes
from tests.contracts.support.notes_contract import DOCUMENT

FIELDS = {field.name: field for field in Model(DOCUMENT).resources[0].fields}


def field(name: str = "x", **schema: Any) -> Field:
    return Field(name, schema, schema, ENCODINGS)


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


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": r"^[A-Z][A-Z0-9-]*$"},
        {"pattern": r"^[A-Z]{2,8}$"},
        {"pattern": r"^[a-z]+$", "maxLength": 8},
        {"pattern": r"^[A-Z]+-[0-9]+$"},
    ],
)
def test_texts_of_a_pattern_differ_as_their_words_do(schema: dict[str, Any]) -> None:
    texts = [distinct(field(type="string", **schema), FieldNotes(), lambda n=n: f"ct0-n-{n}") for n in range(40)]  # type: ignore[misc]  # a default binds the number
    assert len(set(texts)) == len(texts)
    assert all(validator_for({"type": "string", **schema}).is_valid(text) for text in texts)


def test_a_list_of_texts_has_two_because_a_form_may_take_the_last_for_all() -> None:
    numbers = iter(range(9))
    tags = field(type="array", items={"type": "string"})
    assert distinct(tags, FieldNotes(), lambda: f"t{next(numbers)}") == ["t0", "t1"]
    assert distinct(field(type="array", maxItems=1, items={"type": "string"}), FieldNotes(), lambda: "t") == ["t"]


def test_declared_values_come_before_drawn_ones() -> None:
    assert distinct(FIELDS["text"], FieldNotes(values=["a", "b"]), str) == "b"


@pytest.mark.parametrize(
    ("schema", "length"),
    [
        ({}, 300),
        ({"maxLength": 255}, 255),
        ({"maxLength": 100_000}, 2000),
        ({"pattern": r"(?s)^.{0,280}$", "maxLength": 280}, 280),
    ],
)
def test_the_longest_text_is_as_long_as_the_schema_allows(schema: dict[str, Any], length: int) -> None:
    text = longest(field(type="string", **schema), FieldNotes(), "word")
    assert text is not None
    assert text.startswith("word")
    assert len(text) == length


@pytest.mark.parametrize(
    ("schema", "notes"),
    [
        ({}, FieldNotes(values=["a", "b"])),
        ({}, FieldNotes(references=[1, 2])),
        ({}, FieldNotes(upload=True)),
        ({"enum": ["a", "b"]}, FieldNotes()),
        ({"format": "uuid"}, FieldNotes()),
        ({"pattern": "^[A-Z]+$"}, FieldNotes()),
        ({"pattern": r"(?s)^.{0,60}$"}, FieldNotes()),
        ({"minLength": 2500}, FieldNotes()),
        ({"maxLength": 4}, FieldNotes()),
    ],
)
def test_a_field_that_is_no_free_text_or_has_no_room_has_no_longest_text(
    schema: dict[str, Any], notes: FieldNotes
) -> None:
    assert longest(field(type="string", **schema), notes, "word") is None


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
def test_another_value_differs(value: object, schema: dict[str, Any]) -> None:
    assert other(value, schema) != value or value == {}


EMAIL_OR_NOTHING = {"oneOf": [{"type": "string", "format": "email"}, {"type": "string", "maxLength": 0}]}
SCHEMAS: list[dict[str, Any]] = [
    *({"type": "string", "format": form} for form in ("date-time", "date", "time", "email", "uri", "uuid", "ipv4")),
    {"type": "string", "format": "decimal", "pattern": r"^-?\d{0,6}(?:\.\d{0,2})?$"},
    {"type": "string", "format": "uri", "maxLength": 200},
    {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"},
    {"type": "string", "minLength": 30, "maxLength": 40},
    {"type": "string", "maxLength": 6},
    {"type": "integer", "minimum": 1, "maximum": 5},
    {"type": "integer", "minimum": -9, "exclusiveMinimum": True, "maximum": -2},
    {"type": "integer", "multipleOf": 25},
    {"type": "number", "minimum": 0.5, "maximum": 3.5},
    {"type": "array", "items": {"type": "string", "maxLength": 20}, "maxItems": 2},
    {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}, "minItems": 2, "uniqueItems": False},
    {"type": "array", "items": {"type": "integer"}},
    {"type": "object"},
    {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string", "pattern": "^[0-9]{5}$"}}},
    {"enum": ["a", "b"]},
    {"oneOf": [{"type": "string", "enum": ["a", "b"]}, {"enum": [""]}, {"enum": [None]}]},
    {"allOf": [{"type": "boolean"}]},
    EMAIL_OR_NOTHING,
]


def fits(value: object, schema: dict[str, Any]) -> bool:
    # Exclusive limits as later drafts say them.
    limits = {**schema, "exclusiveMinimum": schema["minimum"]} if schema.get("exclusiveMinimum") is True else schema
    return validator_for(limits, validate_formats=True).is_valid(value)


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_values_of_any_schema_are_legal(schema: dict[str, Any]) -> None:
    some = field(**Model({}).expand(schema))

    @given(data=st.data())
    @settings(max_examples=20, deadline=None, database=None)
    def draw(data: st.DataObject) -> None:
        assert fits(data.draw(values(some, FieldNotes(), lambda: "u1")), schema)

    draw()
    assert fits(distinct(some, FieldNotes(), lambda: "ct1234-n-1"), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "maxLength": 8},
        {"type": "string", "format": "email"},
        {"type": "string", "format": "date"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "pattern": "^[0-9]{9}$"},
        {"type": "string", "pattern": "^[A-Z]{3}-[0-9]{6}$"},
        EMAIL_OR_NOTHING,
    ],
    ids=str,
)
def test_unique_values_of_any_schema_differ(schema: dict[str, Any]) -> None:
    numbers = iter(range(1000))
    some, notes = field(**schema), FieldNotes(unique=True)

    def unique() -> str:
        return f"ct1234-x-{next(numbers)}"

    texts = [distinct(some, notes, unique) for _ in range(20)]

    @given(data=st.data())
    # A text is drawn by its pattern within the draw, as it is where laws draw.
    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=[HealthCheck.nested_given])
    def draw(data: st.DataObject) -> None:
        texts.append(data.draw(values(some, notes, unique)))

    draw()
    assert len(set(texts)) == len(texts)
    assert all(fits(text, schema) for text in texts)


def test_a_distinct_value_keeps_to_limits_and_is_not_the_default() -> None:
    assert distinct(field(type="integer", minimum=1, maximum=5, default=5), FieldNotes(), str) == 1
    assert distinct(field(enum=["a", "b"], default="b"), FieldNotes(), str) == "a"


def test_a_pattern_that_only_ecmascript_reads_excludes_nothing() -> None:
    assert distinct(field(type="string", pattern=r"^\p{L}+$"), FieldNotes(), lambda: "word") == "word"


def test_a_field_that_holds_one_reference_takes_one() -> None:
    assert distinct(field(type="integer"), FieldNotes(references=[4, 5]), str) == 5
    assert distinct(field(type="array"), FieldNotes(references=[4, 5, 6]), str) == [4, 5]


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("2020-01-01", {"type": "string", "format": "date"}),
        (None, {"type": "string", "format": "date-time", "nullable": True}),
        (None, {"type": "integer"}),
        ("4f9c5a52-0f0f-4d3c-9d8e-0a1b2c3d4e5f", {"type": "string", "format": "uuid"}),
    ],
)
def test_another_value_is_legal(value: object, schema: dict[str, Any]) -> None:
    assert other(value, schema) != value
    assert fits(other(value, schema), schema)


@pytest.mark.parametrize("kind", ["png", "gif", "jpeg"])
def test_a_picture_is_a_picture_and_not_square(kind: str) -> None:
    with Image.open(BytesIO(picture(kind).content)) as image:
        assert image.format == kind.upper()
        assert image.width != image.height
