"""The benchmark reads the cases of Prism's harness, and compares what a case fixes."""

from pathlib import Path

import pytest

from benchmarks.documents import harness
from benchmarks.documents.harness import Answer, difference, fits, is_swagger, read_answer, sections
from benchmarks.documents.sources import sources

CASE = """====test====
Two lines
of text
====spec====
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /hours:
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {example: {opens: '7:30'}}}
====server====
mock -p 4010 ${document}
====command====
curl -i http://localhost:4010/hours
====expect====
HTTP/1.1 200 OK
content-type: application/json

{"opens":"7:30"}
"""


def test_a_case_has_sections() -> None:
    case = sections(CASE)
    assert list(case) == ["test", "spec", "server", "command", "expect"]
    assert case["test"] == "Two lines\nof text"


def test_an_answer_has_status_headers_and_body() -> None:
    answer = read_answer("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello\r\n")
    assert answer == Answer(200, {"content-type": "text/plain"}, "hello")
    with pytest.raises(ValueError, match="not a response: curl"):
        read_answer("curl: (7) Failed to connect")


@pytest.mark.parametrize(("opens", "failures"), [("7:30", 0), ("9:00", 1)])
def test_a_case_is_run_by_its_own_command(tmp_path: Path, opens: str, failures: int) -> None:
    folder = tmp_path / "documents" / "harness"
    folder.mkdir(parents=True)
    (folder / "case.txt").write_text(CASE.replace('{"opens":"7:30"}', f'{{"opens":"{opens}"}}'))
    (source,) = sources(folder.parent, tmp_path)
    assert not is_swagger(source)
    found = [verdict for verdict in harness.verdicts([source]) if verdict is not None]
    assert [verdict.kind for verdict in found] == ["another body"] * failures


@pytest.mark.parametrize(
    ("answer", "expected", "kind"),
    [
        (Answer(404, {}, ""), Answer(200, {}, ""), "status 404 instead of 200"),
        (Answer(400, {}, ""), Answer(422, {}, ""), None),
        (Answer(200, {"content-type": "a/b; c=d"}, ""), Answer(200, {"content-type": "a/b"}, ""), None),
        (Answer(200, {}, ""), Answer(200, {"nonce": "abc"}, ""), "another nonce"),
        (Answer(401, {}, "no"), Answer(401, {}, '{"type":"https://stoplight.io/prism/errors#U"}'), None),
        (Answer(200, {}, "<a> 1</a>"), Answer(200, {}, "<a>1</a>"), None),
        (Answer(200, {}, "hello"), Answer(200, {}, "string"), None),
        (Answer(200, {}, "hello"), Answer(200, {}, "bye"), "another body"),
    ],
)
def test_only_what_a_case_fixes_is_compared(answer: Answer, expected: Answer, kind: str | None) -> None:
    assert difference(answer, expected, "expect", lists_422=False) == kind


def test_bad_input_has_the_listed_status() -> None:
    assert difference(Answer(400, {}, ""), Answer(422, {}, ""), "expect", lists_422=True) is not None


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("expect-loose", '{"name": 1, "more": 2}', None),
        ("expect-keysOnly", '{"name": 1}', None),
        ("expect-keysOnly", '{"name": 1, "more": 2}', "another body"),
    ],
)
def test_a_loose_case_compares_names(title: str, body: str, kind: str | None) -> None:
    assert difference(Answer(200, {}, body), Answer(200, {}, '{"name": "x"}'), title, lists_422=False) == kind


def test_values_that_prism_makes_stand_for_their_type() -> None:
    assert fits({"a": "x", "b": 5}, {"a": "string", "b": 0})
    assert not fits({"a": 1}, {"a": "string"})
    assert not fits({"a": "x"}, {"a": "Work"})
