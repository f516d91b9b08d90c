"""The start page and the document, beside the paths of the API; a path of the document wins over both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from mockserver.app import create_app
from tests.mockserver.support import Mock
from tests.mockserver.support.mock import HOST, Transport

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


class _Unjudged:
    """Accepts every answer: these documents promise nothing."""

    def judge(self, method: str, path: str, answer: httpx.Response) -> None:
        """Accept an answer."""


ClientOf = Callable[..., httpx.Client]


@pytest.fixture
def client_of() -> Iterator[ClientOf]:
    """Makes a client of the mock of a document with some paths."""
    with ExitStack() as stack:

        def make(*paths: str) -> httpx.Client:
            transport = Transport(create_app(document_of(*paths)), _Unjudged())  # type: ignore[arg-type]  # only judges
            stack.callback(transport.close)
            return httpx.Client(transport=transport, base_url=HOST, trust_env=False)

        yield make


def document_of(*paths: str) -> dict[str, Any]:
    responses = {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Own paths", "version": "1"},
        "paths": {path: {"get": {"responses": responses}} for path in paths},
    }


def test_a_browser_is_led_to_the_console(mock: Mock) -> None:
    answer = mock.client(BROWSER).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/ui/")
    assert mock.client(BROWSER).get(answer.headers["Location"]).status_code == 200
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/json, text/html;q=0.5"])
def test_others_get_the_entry_points(mock: Mock, accept: str) -> None:
    client = mock.client({"Accept": accept})
    entries = client.get("/").json()
    assert entries["mock"] == "SelfCommunity courses"
    assert entries["document"] == f"{HOST}/openapi.json"
    for name in ("document", "health", "journal", "settings"):
        assert client.get(entries[name]).status_code == 200


def test_the_start_page_is_for_reading(mock: Mock) -> None:
    assert mock.client().head("/").status_code == 200
    assert mock.client().post("/").status_code == 404


def test_a_document_may_have_a_start_page_of_its_own(client_of: ClientOf) -> None:
    client = client_of("/")
    answer = client.get("/", headers=BROWSER)
    assert (answer.status_code, answer.json()) == (200, {})


def test_a_document_may_have_the_path_of_the_console(client_of: ClientOf) -> None:
    client = client_of("/ui/", "/others")
    assert client.get("/ui/").json() == {}
    start = client.get("/", headers=BROWSER)
    assert (start.status_code, "console" in start.json()) == (200, False)


def test_a_document_may_have_the_path_of_the_document(client_of: ClientOf) -> None:
    client = client_of("/openapi.json")
    assert "openapi" not in client.get("/openapi.json").json()
    assert "document" not in client.get("/").json()
