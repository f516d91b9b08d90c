"""Paths are routed as the document writes them: parts of segments and encoded slashes."""

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
