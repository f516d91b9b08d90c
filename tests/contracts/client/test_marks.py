"""Items of a run are recognised by the tag in a text, or by the values that were sent."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client.marks import Mark, digest, fields_of, mark_of

TAG = "ct0a1b2c3d"
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nyes\r\n--x\r\nContent-Disposition: form-data; '
    b'name="f"; filename="f.txt"\r\n\r\nno\r\n--x--\r\n'
)


def test_the_tag_counts_only_in_the_field_that_sent_it() -> None:
    mark = mark_of({"title": f"{TAG}-n-1", "size": 3}, ["title", "size"], ["ctffffffff", TAG])
    assert (mark.tag, mark.tagged) == (TAG, ("title",))
    assert mark.shows_tag({"id": 1, "title": f"  {TAG.upper()}-N-1 "})
    assert not mark.shows_tag({"id": 1, "title": "Theirs", "seen_by": f"contracts (run {TAG})"})


def test_a_tag_in_a_write_only_field_does_not_count() -> None:
    assert mark_of({"secret": TAG, "size": 3}, ["size"], [TAG]) == Mark(sent={"size": digest(3)})


def test_a_tag_deep_inside_of_a_field_counts() -> None:
    mark = mark_of({"profile": {"names": [{"first": f"x {TAG}"}]}}, ["profile"], [TAG])
    assert mark.shows_tag({"profile": {"names": [{"first": f"x {TAG}"}]}})


def test_a_wrapped_body_is_unwrapped() -> None:
    assert mark_of({"note": {"title": TAG}}, ["title"], [TAG]).tagged == ("title",)


@pytest.mark.parametrize(
    ("sent", "response"),
    [
        (1, 1.0),
        (1, "1"),
        (True, "true"),
        ("  Two  distinctive ", "two distinctive"),
        (None, ""),
        ("2026-01-01T12:00:00Z", "2026-01-01T14:00:00+02:00"),
        ("1.50", "1.50"),
        (4.4083937506099604e-263, "4.4083937506099604e-263"),
        (-2.3127674569757784e16, "-2.3127674569757784e+16"),
        ("on", True),
        ("0", False),
    ],
)
def test_all_usual_spellings_of_a_value_are_equal(sent: object, response: object) -> None:
    assert mark_of({"x": sent}, ["x"], []).shows_sent({"x": response})


def test_every_value_whose_field_is_shown_must_match() -> None:
    mark = mark_of({"a": 1, "b": "two", "c": [3]}, ["a", "b", "c"], [])
    assert mark.shows_sent({"a": 1, "c": [4]})
    assert not mark.shows_sent({"a": 1, "b": "three"})
    assert mark.shows_sent({"a": 1, "b": "three"}, altered=["b"])
    assert not mark.shows_sent({"b": "three"}, altered=["b"])
    assert not mark.shows_sent({"d": 1})


def test_after_a_change_the_old_and_the_new_value_match() -> None:
    mark = mark_of({"title": TAG, "size": 1}, ["title", "size"], [TAG]).with_change(
        {"title": "0", "size": 2}, ["title"]
    )
    for title in ("0", TAG):
        assert mark.shows_sent({"title": title, "size": 1})
    assert not mark.shows_sent({"title": "1", "size": 1})


def left(**fields: object) -> Mark:
    """Return the mark of an item whose text with the tag was changed."""
    created = {"id": 7, "title": TAG, "kind": "x", **fields}
    mark = mark_of({"title": TAG, "kind": "x"}, ["title", "kind", "created"], [TAG]).with_proof(created)
    return mark.with_change({"title": "0"}, ["title", "kind"])


def test_an_item_without_its_tag_is_recognised_by_its_creation_time() -> None:
    moment = "2026-11-28T00:01:02.345678Z"
    mark = left(created=moment)
    assert mark.matches_later({"id": 7, "title": "0", "kind": "x", "created": moment})
    assert not mark.matches_later({"id": 7, "title": "0", "kind": "x", "created": "2026-11-29T00:01:02.345678Z"})
    assert not mark.matches_later({"id": 7, "title": "Theirs", "kind": "x", "created": moment})


def test_an_item_without_distinctive_values_is_not_recognised() -> None:
    mark = mark_of({"size": 3}, ["size"], [TAG]).with_proof({"id": 7, "size": 3})
    assert not mark.matches_later({"id": 7, "size": 3})
    distinctive = mark_of({"text": "a long and telling text"}, ["text"], []).with_proof({"id": 7})
    assert distinctive.matches_later({"id": 7, "text": "a long and telling text"})


def test_a_mark_reveals_nothing_of_the_body() -> None:
    written = msgspec.json.encode(mark_of({"title": "hush-hush"}, ["title"], [TAG]))
    assert b"hush" not in written
    assert msgspec.json.decode(written, type=Mark).shows_sent({"title": "hush-hush"})


@pytest.mark.parametrize(
    ("body", "media", "fields"),
    [
        (b'{"a": 1}', "application/merge-patch+json", {"a": 1}),
        (b"a=1&b=", "application/x-www-form-urlencoded", {"a": "1", "b": ""}),
        (
            MULTIPART,
            "multipart/form-data; boundary=x",
            {"a": "yes"},
        ),
        (b"[1]", "application/json", None),
        (b"\xff", "application/json", None),
        (b"[" * 100_000, "application/json", None),
        (None, None, None),
    ],
)
def test_fields_are_read_from_json_and_forms(body: bytes | None, media: str | None, fields: object) -> None:
    assert fields_of(body, media) == fields


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()))
def test_any_value_has_one_digest(value: object) -> None:
    assert digest(value) == digest(value)
