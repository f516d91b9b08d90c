"""What the engine cannot judge is dropped, and nothing else."""

from collections.abc import Sequence
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, ServerError
from schemathesis.transport.serialization import Binary

from contracts.conformance.hooks import filter_failure
from specdouble import OPENAPI
from specdouble.document import load
from tests.contracts.support.notes_contract import SLUGS, document_with

CREATION = "POST /api/v2/course/"
ACCEPTED = AcceptedNegativeData(operation=CREATION, message="", status_code=201, expected_statuses=["4xx"])
CRASHED = ServerError(operation=CREATION, status_code=500)


@pytest.fixture(scope="module")
def creation() -> Any:
    return schemathesis.openapi.from_dict(load(OPENAPI))["/api/v2/course/"]["POST"]


@pytest.mark.parametrize(
    ("body", "failure", "kept"),
    [
        ({"name": "x", "image_original": Binary(b"picture")}, ACCEPTED, False),
        ({"name": "x", "image_original": Binary(b"picture")}, CRASHED, True),
        ({"name": ["x", "y"]}, ACCEPTED, True),
        ([Binary(b"picture")], ACCEPTED, True),
    ],
)
def test_of_a_form_with_a_file_it_is_not_told_that_it_was_accepted(
    creation: Any, body: Any, failure: Any, kept: bool
) -> None:
    case = creation.Case(body=body, media_type="multipart/form-data")
    assert filter_failure(None, failure, case, None) is kept


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("add={}", False),
        ("add=a&add=b&remove=null", False),
        ("add=a&size=x", False),
        ("numbers=1&numbers=2", False),
        ("numbers=1&numbers=x", True),
        ("add=a&urgent=maybe", True),
        ("add=a&urgent=on", False),
        ("add=a&urgent=0", False),
        ("add=a&until=", False),
        ("add=a&until=soon", True),
        ("add=a&urgent=", True),
        ("state=gone&add=a", True),
    ],
)
def test_a_form_may_have_a_list_as_texts_under_one_name(content: str, kept: bool) -> None:
    assert _is_kept("application/x-www-form-urlencoded", content) is kept


def test_what_has_no_part_is_an_empty_form() -> None:
    content = "--x\r\n[1, 2]--x--\r\n"
    assert not _is_kept("multipart/form-data; boundary=x", content)
    assert _is_kept("multipart/form-data; boundary=x", content, required=["title"])


@pytest.mark.parametrize(("state", "kept"), [("open", False), ("gone", True)])
def test_a_part_whose_name_cannot_be_read_is_passed_over(state: str, kept: bool) -> None:
    parts = ('name="state"', state), ("", "odd")
    told = [f"--x\r\nContent-Disposition: form-data; {name}\r\n\r\n{text}\r\n" for name, text in parts]
    assert _is_kept("multipart/form-data; boundary=x", "".join([*told, "--x--\r\n"])) is kept


def _is_kept(kind: str, content: str, required: Sequence[str] = ()) -> bool:
    """Whether it is told that a change of a note was accepted that was sent as this form."""
    document = document_with(SLUGS)
    schema = document["components"]["schemas"]["NoteChange"]
    schema |= {"required": list(required)} if required else {}
    change = schema["properties"]
    change |= {"add": {"type": "array", "items": {"type": "string"}}, "size": {"type": "string"}}
    change |= {"until": {"type": "string", "format": "date", "nullable": True}}
    change |= {"numbers": {"type": "array", "items": {"type": "integer"}}}
    operation = schemathesis.openapi.from_dict(document)["/notes/{noteId}"]["PATCH"]
    sent = requests.Request("PATCH", "http://127.0.0.1/", data=content, headers={"Content-Type": kind}).prepare()
    response = requests.Response()
    response.request = sent
    case = operation.Case(body={}, media_type=kind.partition(";")[0])
    return bool(filter_failure(None, ACCEPTED, case, response))
