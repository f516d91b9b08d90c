"""Paths are routed as the document writes them: parts of segments, encoded slashes, and every method."""

from pathlib import Path

import httpx
import pytest

from mockserver.operations.routing import Router
from tests.mockserver.support import mock_of

DEPOT = Path(__file__).parent / "depot.yaml"


@pytest.fixture
def clerk() -> httpx.Client:
    return mock_of(spec=DEPOT).client()


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/papers/list", "fixed"),
        ("/papers/other", "parameter"),
        ("/papers/.pdf", "parameter"),
        ("/papers/x.pdf", "suffix"),
        ("/papers/report-7.pdf", "pattern"),
        ("/pages/1..5", "range"),
        ("/caf%C3%A9", "escaped"),
    ],
)
def test_the_most_exact_template_answers(clerk: httpx.Client, path: str, template: str) -> None:
    assert clerk.get(path).json()["by"] == template


@pytest.mark.parametrize("path", ["/papers/report-x.pdf", "/pages/1.5", "/pages/..5", "/pages/a..b"])
def test_a_path_that_fits_no_template_is_not_found(clerk: httpx.Client, path: str) -> None:
    assert clerk.get(path).status_code == 404


def test_an_action_is_written_behind_the_id(clerk: httpx.Client) -> None:
    assert clerk.post("/crates/7:open").json() == "opened"


@pytest.mark.parametrize(
    ("template", "segment", "texts"),
    [
        ("{name}.{format}", "a.tar.gz", {"name": "a.tar", "format": "gz"}),
        ("{a}-{b}-{c}", "1-2-3-4", {"a": "1-2", "b": "3", "c": "4"}),
        ("{a}{b}", "xyz", {"a": "xy", "b": "z"}),
        ("v{n}v", "vvv", {"n": "v"}),
        ("v{n}v", "vv", None),
        ("{a}..{b}", "..5", None),
        ("{a}..{b}", "1..", None),
    ],
)
def test_the_first_parameters_of_a_segment_are_as_long_as_possible(
    template: str, segment: str, texts: dict[str, str] | None
) -> None:
    router: Router[str] = Router()
    router.add(f"/{template}", "GET", "found", {})
    match = router.find(f"/{segment}")
    assert texts == (match and {name: match[1][name] for name in texts or ()})


@pytest.mark.parametrize("identifier", ["a/b", "/", "a%2Fb", "%", "a b?c#d"])
def test_an_id_may_have_any_character(clerk: httpx.Client, identifier: str) -> None:
    made = clerk.post("/crates", json={"id": identifier})
    assert clerk.get(made.headers["Location"]).json() == {"id": identifier} == made.json()


def test_an_encoded_slash_ends_no_segment(clerk: httpx.Client) -> None:
    clerk.post("/crates", json={"id": "a"})
    assert clerk.get("/crates/a%2F").status_code == 404
    assert clerk.get("/crates/a%2Fseals%2F").status_code == 404
    assert clerk.get("/crates%2Fa").status_code == 404


def test_a_redirect_keeps_an_encoded_slash(clerk: httpx.Client) -> None:
    clerk.post("/crates", json={"id": "a/b"})
    answer = clerk.get("/crates/a%2fb/seals?x=1%2F2")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/crates/a%2Fb/seals/?x=1%2F2")


def test_paths_of_one_shape_may_name_their_parameters_differently(clerk: httpx.Client) -> None:
    clerk.post("/crates", json={"id": "a"})
    assert clerk.delete("/crates/a").status_code == 204
    assert clerk.get("/crates/a").status_code == 404


# --- the methods that are about the communication ---------------------------------------------------------------------


def test_head_without_documentation_is_get_without_content(clerk: httpx.Client) -> None:
    clerk.post("/crates", json={"id": "a"})
    get, head = clerk.get("/crates"), clerk.head("/crates")
    assert (head.status_code, head.headers, head.content) == (200, get.headers, b"")
    assert clerk.head("/crates?label=x").status_code == clerk.get("/crates?label=x").status_code == 400


def test_a_documented_head_finds_what_get_finds_and_has_its_own_headers(clerk: httpx.Client) -> None:
    clerk.post("/crates", json={"id": "a"})
    head = clerk.head("/crates/a")
    assert (head.status_code, head.headers["X-Weight"], head.headers.get("Content-Length")) == (200, "12", None)
    assert clerk.head("/crates/b").status_code == 404


def test_a_documented_options_answers_as_documented_with_the_true_methods(clerk: httpx.Client) -> None:
    answer = clerk.options("/crates")
    assert (answer.text, answer.headers["Allow"]) == ("Read and add.", "GET, POST, OPTIONS, HEAD")
    assert "Access-Control-Allow-Methods" not in answer.headers


def test_a_preflight_of_a_browser_comes_before_a_documented_options(clerk: httpx.Client) -> None:
    headers = {"Origin": "http://page.test", "Access-Control-Request-Method": "POST"}
    assert "POST" in clerk.options("/crates", headers=headers).headers["Access-Control-Allow-Methods"]


def test_options_without_documentation_lists_the_methods(clerk: httpx.Client) -> None:
    answer = clerk.options("/crates/nothing")
    assert (answer.status_code, answer.headers["Allow"]) == (200, "GET, HEAD, TRACE, DELETE, OPTIONS")


def test_trace_answers_as_documented_and_is_rejected_elsewhere(clerk: httpx.Client) -> None:
    answer = clerk.request("TRACE", "/crates/nothing")
    assert (answer.text, answer.headers["Content-Type"]) == ("TRACE /crates HTTP/1.1", "message/http")
    rejected = clerk.request("TRACE", "/crates")
    assert (rejected.status_code, rejected.headers["Allow"]) == (405, "GET, POST, OPTIONS, HEAD")
