"""What the README shows of the mock is what the mock does."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from mockserver.app import create_mock
from specdouble import OPENAPI
from tests.mockserver.support import Mock, mock_of

README = OPENAPI.parents[1] / "README.md"
BASE = "http://127.0.0.1:8000"
BLOCKS = re.findall(r"^```(?:\w*)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
TRIED = [pair for pair in pairwise(BLOCKS) if pair[0].startswith("curl ")]
"""Each line to try, with the answer that the README shows to it."""

OPTIONS = {"-X": "method", "-H": "header", "-d": "body"}


def curl(mock: Mock, line: str) -> httpx.Response:
    """Send what a curl line sends."""
    words = iter(shlex.split(line.replace("\\\n", " "))[1:])
    said: dict[str, list[str]] = {"address": []}
    for word in words:
        if word in OPTIONS:
            said.setdefault(OPTIONS[word], []).append(next(words))
        elif word != "-i":
            said["address"].append(word)
    (address,) = said["address"]
    headers = dict(header.split(": ", 1) for header in said.get("header", ()))
    (method,) = said.get("method", ["POST" if "body" in said else "GET"])
    (body,) = said.get("body", [""])
    return mock.client(headers).request(method, address.removeprefix(BASE), content=body)


def test_the_mock_starts_with_what_is_shown() -> None:
    shown = next(block for block in BLOCKS if block.startswith("Mock "))
    # The lines after the first two are the domain's own; the command writes those two (tests/mockserver/test_cli.py).
    told = create_mock(OPENAPI).introduce(BASE)
    assert shown.splitlines()[2:] == told[-len(shown.splitlines()[2:]) :]


@pytest.mark.parametrize(("line", "shown"), TRIED, ids=[line[:40] for line, _ in TRIED])
def test_a_curl_line_has_the_answer_that_is_shown(line: str, shown: str) -> None:
    answer = curl(mock_of(), line)
    assert answer.text.startswith(shown.rstrip().removesuffix("…").rstrip())


def test_the_refusal_names_the_rule_that_is_shown() -> None:
    shown = re.search(r"`x-mock-rule: ([A-Z0-9-]+)`", README.read_text(encoding="utf-8"))
    assert shown is not None
    assert curl(mock_of(), TRIED[1][0]).headers["X-Mock-Rule"] == shown[1]


def test_every_file_that_is_linked_is_there() -> None:
    linked = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", README.read_text(encoding="utf-8"))
    assert linked
    assert [path for path in linked if not Path(README.parent, path).exists()] == []
