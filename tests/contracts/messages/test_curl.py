import json
from collections.abc import Callable

import pytest

from contracts.client.connection import curl_header
from contracts.messages.bodies import Encoding, File, Payload, encode, raw
from contracts.messages.curl import Tape
from contracts.messages.exchange import Answer, Credentials, Request
from contracts.profile.people import Secret
from contracts.report import Report
from contracts.results.verdict import Broken
from tests.contracts.support.notes import Notes
from tests.contracts.support.shell import needs_curl, ran

BASE = "http://127.0.0.1:1"


def answer(
    method: str,
    path: str,
    payload: Payload | None = None,
    body: object = None,
    option: str = "-H 'Authorization: Bearer alice'",
) -> Answer:
    request = Request("alice", method, BASE + path, path, {}, Credentials((option,)), payload)
    return Answer(request, 201 if method == "POST" else 200, {}, json.dumps(body).encode())


def test_a_line_says_method_address_token_and_body() -> None:
    tape = Tape(BASE)
    tape.record(answer("PATCH", "/notes/1", encode({"text": "it's"}, Encoding.JSON)))
    (line,) = tape.curl()
    assert line == (
        f"curl -sS -X PATCH '{BASE}/notes/1' -H 'Authorization: Bearer alice' "
        """-H 'Content-Type: application/json' --data-raw '{"text": "it'"'"'s"}'"""
    )


def test_ids_and_unique_values_are_made_anew() -> None:
    tape = Tape(BASE, tag="ct99")
    created = answer("POST", "/notes", encode({"title": "ct99-a"}, Encoding.JSON), {"id": 7})
    tape.record(created)
    tape.capture("/notes/7", created)
    tape.record(answer("GET", "/notes/7"))
    run, create, read = tape.curl()
    assert run.startswith("RUN=")
    assert create.startswith("ID1=$(curl")
    assert """'"${RUN}"'-a""" in create
    assert f"'{BASE}/notes/'\"${{ID1}}\"" in read


@pytest.mark.parametrize("encoding", [Encoding.JSON, Encoding.FORM, Encoding.MULTIPART])
@pytest.mark.parametrize(("created", "other"), [(7, 77), ("a-b", "a-b-c")])
def test_a_field_that_refers_to_what_was_made_has_its_new_id(
    encoding: Encoding, created: object, other: object
) -> None:
    tape = Tape(BASE)
    book = answer("POST", "/books", encode({}, Encoding.JSON), {"id": created})
    tape.record(book)
    tape.capture(f"/books/{created}", book)
    tape.refer("book", f"/books/{created}", created)
    tape.record(answer("POST", "/notes", encode({"book": created, "size": created}, encoding)))
    tape.record(answer("POST", "/notes", encode({"book": other}, encoding)))
    _, referring, another = tape.curl()
    assert referring.count("${ID1}") == 1
    before, _, _ = referring.partition("${ID1}")
    assert before.endswith(('book": \'"', "book='\"", 'book": "\'"'))
    assert "${ID1}" not in another


def test_what_is_read_again_at_once_to_the_same_answer_is_told_once() -> None:
    tape = Tape(BASE)
    for body in ({"text": "a"}, {"text": "a"}, {"text": "b"}):
        tape.record(answer("GET", "/notes/7", body=body))
    tape.record(answer("GET", "/notes/8", body={"text": "b"}))
    for _ in range(2):
        tape.record(answer("PATCH", "/notes/8", encode({"text": "a"}, Encoding.JSON)))
    assert [line.split()[3:5] for line in tape.curl()] == [
        *(["GET", f"'{BASE}/notes/{number}'"] for number in (7, 7, 8)),
        *(["PATCH", f"'{BASE}/notes/8'"] for _ in range(2)),
    ]


def test_what_is_read_again_after_a_while_is_told_again() -> None:
    tape = Tape(BASE)
    tape.record(answer("GET", "/notes/7"))
    tape.wait(0.01)
    tape.record(answer("GET", "/notes/7"))
    assert [line.split()[0] for line in tape.curl()] == ["curl", "sleep", "curl"]


def test_what_is_read_twice_at_the_same_moment_is_told_twice() -> None:
    tape = Tape(BASE)
    for _ in range(2):
        tape.record(answer("GET", "/notes/7"))
    tape.join(2)
    assert [line.split()[0] for line in tape.curl()] == ["curl", "curl", "wait"]


def test_secrets_stay_in_the_environment() -> None:
    tape = Tape(BASE)
    tape.record(answer("GET", "/notes", option=curl_header("Authorization", Secret(env="NOT_SET"), "Bearer ")))
    assert """-H 'Authorization: Bearer '"${NOT_SET}\"""" in tape.curl()[0]


def test_bytes_that_no_shell_word_can_hold_go_through_a_pipe() -> None:
    tape = Tape(BASE)
    tape.record(answer("PATCH", "/notes/1", raw(b"\xff\x00")))
    assert tape.curl()[0].startswith("printf %s '/wA=' | base64 -d | curl")


def test_a_file_part_is_told_as_a_file_part() -> None:
    tape = Tape(BASE)
    upload = {"picture": File("a.png", "image/png", b"\x89PNG"), "title": "@home"}
    tape.record(answer("PATCH", "/notes/1", encode(upload, Encoding.MULTIPART)))
    assert "-F 'picture=@-;filename=a.png;type=image/png' --form-string 'title=@home'" in tape.curl()[0]


def test_an_answer_that_is_no_json_breaks_what_promised_one() -> None:
    html = Answer(answer("GET", "/notes").request, 200, {}, b"<html>")
    with pytest.raises(Broken, match="a JSON body"):
        _ = html.body


def test_a_key_that_is_missing_breaks_what_promised_it() -> None:
    with pytest.raises(Broken, match="the key 'title'"):
        _ = answer("GET", "/notes/1", body={"id": 1})["title"]


@needs_curl
@pytest.mark.parametrize(
    ("fault", "law"), [("forgets", "CT101"), ("writes read-only", "CT201"), ("goes back", "CT401")]
)
def test_the_told_lines_show_the_fault_again(check: Callable[..., Report], notes: Notes, fault: str, law: str) -> None:
    finding = check(fault, only=[law]).findings[0]
    notes.seen.clear()
    printed = ran(finding.curl)
    assert [method for method, _ in notes.seen] == [_method(line) for line in finding.curl if "curl" in line]
    assert all(path in ("/notes", f"/notes/{notes.last}") for _, path in notes.seen)
    assert '"error"' not in printed or fault == "goes back"


def _method(line: str) -> str:
    return line.split("-X ")[1].split()[0]
