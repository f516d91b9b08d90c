import json
from urllib.parse import parse_qsl

import pytest

from contracts.messages.bodies import Encoding, File, Unencodable, encode, encode_pairs


def test_booleans_lists_and_numbers_in_a_form() -> None:
    content = encode({"flag": True, "off": False, "ids": [1, 2], "n": 3}, Encoding.FORM).content
    assert parse_qsl(content.decode()) == [("flag", "true"), ("off", "false"), ("ids", "1"), ("ids", "2"), ("n", "3")]


def test_json_keeps_types_and_letters() -> None:
    assert json.loads(encode({"a": None, "b": "é"}, Encoding.JSON).content) == {"a": None, "b": "é"}


@pytest.mark.parametrize("value", [None, [], {"a": 1}, [None]])
def test_what_a_form_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(Unencodable):
        encode({"field": value}, Encoding.FORM)


@pytest.mark.parametrize("encoding", [Encoding.JSON, Encoding.FORM])
def test_files_travel_in_multipart_only(encoding: Encoding) -> None:
    with pytest.raises(Unencodable):
        encode({"file": File("a.png", "image/png", b"x")}, encoding)


def test_multipart_names_its_boundary_and_its_files() -> None:
    payload = encode_pairs([("a", "1"), ("f", File("a.png", "image/png", b"\x00"))], Encoding.MULTIPART)
    assert payload.content_type is not None
    assert payload.content_type.split("boundary=")[1].encode() in payload.content
    assert b'filename="a.png"' in payload.content


@pytest.mark.parametrize(
    ("media", "short"),
    [
        ("application/json", "JSON"),
        ("application/json; charset=utf-8", "json; charset=utf-8"),
        ("application/merge-patch+json", "merge-patch+json"),
        ("application/vnd.api+json", "vnd.api+json"),
        ("multipart/form-data", "multipart"),
    ],
)
def test_json_under_any_name_is_an_encoding_and_goes_under_that_name(media: str, short: str) -> None:
    encoding = Encoding.named(media)
    assert encoding is not None
    assert encoding.short == short
    if encoding.is_json:
        assert encode({"a": 1}, encoding).content_type == media


@pytest.mark.parametrize("media", ["application/xml", "text/plain", "application/json-patch+json", "image/png"])
def test_what_is_no_object_of_fields_is_no_encoding(media: str) -> None:
    assert Encoding.named(media) is None
