"""The rows of the benchmark of documents hold for a mock that keeps its document, and name what another one breaks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benchmarks.documents import cases
from benchmarks.documents.client import Client, curl
from benchmarks.documents.comparison import lost
from benchmarks.documents.references import Resolver
from benchmarks.documents.run import ROWS
from benchmarks.documents.sources import Source
from benchmarks.documents.subject import Subject
from benchmarks.documents.verdicts import Tally

BOOKS = """
openapi: 3.1.0
info: {title: Books, version: '1'}
servers: [{url: /v1}]
paths:
  /books:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1}}]
      responses: {'200': {$ref: '#/components/responses/Books'}, '400': {description: bad}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
      responses: {'201': {$ref: '#/components/responses/Book'}, '400': {description: bad}}
  /books/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {'200': {$ref: '#/components/responses/Book'}, '404': {description: none}}}
    delete: {responses: {'204': {description: gone}, '404': {description: none}}}
  /hours:
    get:
      parameters: [{name: X-Town, in: header, required: true, schema: {type: string}}]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {type: object, required: [opens], properties: {opens: {type: string}}}
              examples: {summer: {value: {opens: '7:30'}}}
        '400': {description: bad}
components:
  responses:
    Book: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}
    Books:
      description: ok
      content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}
  schemas:
    Book:
      type: object
      required: [title]
      properties:
        id: {type: integer, readOnly: true}
        title: {type: string, minLength: 1, maxLength: 9}
"""

# What is counted in this document: five operations, a resource, an example, and so on.
TOTALS = {"operations": 5, "resources": 1, "examples": 1, "invalid": 1, "missing": 1, "prefer": 11}


@pytest.fixture
def source(tmp_path: Path) -> Source:
    path = tmp_path / "books.yaml"
    path.write_text(BOOKS)
    return Source("books.yaml", path)


@pytest.mark.parametrize("row", ROWS)
def test_every_row_holds_for_the_mock(source: Source, row: str) -> None:
    subject = Subject.of(source)
    tally = Tally()
    tally.count(ROWS[row](subject))
    assert tally.failures == []
    assert (tally.total, subject.unasked, subject.client.broken) == (TOTALS[row], [], [])


async def shrug(request: Request) -> Response:
    """Answer everything with an empty object, and changes of an item with an error."""
    return JSONResponse({}, 500 if request.method == "DELETE" else 200)


async def forget(request: Request) -> Response:
    """Create books, and show the same one forever."""
    return JSONResponse({"id": 1, "title": "same"}, 201 if request.method == "POST" else 200)


def backend(answer: Callable[[Request], object]) -> ASGIApp:
    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST", "DELETE"])])


@pytest.mark.parametrize(
    ("row", "kinds"),
    [
        (
            "operations",
            {
                "Response violates schema: the body itself breaks required",
                "Response violates schema: the body itself breaks type",
                "Undocumented status code",
                "a valid DELETE is answered with 500",
            },
        ),
        ("resources", {"the answer to create has no id"}),
        ("examples", {"GET with an example is answered with an empty body"}),
        ("invalid", {"an invalid query parameter is answered with 200"}),
        ("missing", {"a missing required header parameter is answered with 200"}),
    ],
)
def test_a_row_names_the_kinds_of_failures(source: Source, row: str, kinds: set[str]) -> None:
    subject = Subject(source, cases.read(source), Client(backend(shrug)))
    tally = Tally()
    tally.count(ROWS[row](subject))
    assert {kind for kind, _ in tally.kinds()} == kinds
    assert tally.total == TOTALS[row]
    assert all(failure.document == "books.yaml" and "/v1/" in failure.request for failure in tally.failures)


def test_a_resource_that_loses_what_was_sent_is_a_failure(source: Source) -> None:
    subject = Subject(source, cases.read(source), Client(backend(forget)))
    (failure,) = ROWS["resources"](subject)
    assert failure is not None
    assert failure.kind == "the item that was created reads without what was sent"
    assert failure.request == "curl -i http://localhost:8000/v1/books/1"
    assert "'same' shown" in failure.detail


def test_an_error_of_the_application_is_an_answer_of_status_500(source: Source) -> None:
    async def fail(request: Request) -> Response:
        raise ValueError("so it goes")

    client = Client(backend(fail))
    subject = Subject(source, cases.read(source), client)
    list(ROWS["missing"](subject))
    response, reason = client.broken[-1]
    assert (response.status_code, reason) == (500, "ValueError('so it goes')")
    assert curl(response.request) == "curl -i http://localhost:8000/v1/hours"


@pytest.mark.parametrize(
    ("sent", "shown", "place"),
    [
        ({"title": "a"}, {"title": "a", "id": 1}, None),
        ({"title": "a"}, {"data": {"title": "a"}}, None),
        ({"book": {"title": "a"}}, {"title": "b"}, ".title: 'a' sent, 'b' shown"),
        ({"title": "a"}, {"id": 1}, ".title: 'a' sent, nothing shown"),
        ({"id": 7, "title": "a"}, {"id": 1, "title": "a"}, None),
        ({"other": "a"}, {"id": 1}, None),
    ],
)
def test_declared_values_that_are_not_shown_are_lost(sent: object, shown: object, place: str | None) -> None:
    schema = {"properties": {"id": {"type": "integer", "readOnly": True}, "title": {"type": "string"}}}
    wrapped = {"properties": {"data": schema}} if "data" in json.dumps(shown) else schema
    assert lost(sent, shown, wrapped, Resolver({})) == place
