"""The commands in the README and on the pages have the output that is shown."""

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from contracts.cli.commands import main as contracts_command
from mockserver.app import create_app
from specdouble import OPENAPI
from specdouble.testserver import serving
from tests.docs.console_blocks import Example, examples
from tests.mockserver.support import Mock, mock_of

PROJECT = OPENAPI.parents[1]
README = PROJECT / "README.md"
BASE = "http://127.0.0.1:8000"
OTHER_TARGETS = {
    # Its generator sends the requests itself, to a mock with a clock of its own.
    PROJECT / "docs/reference/control-api.md",
    # test_connexion_page.py sends them to the application on the page.
    PROJECT / "docs/guides/connexion.md",
}
PAGES = sorted({README, *(PROJECT / "docs").rglob("*.md")} - OTHER_TARGETS)
SHOWN_RUNS = [(README, "make contracts ARGS="), (PROJECT / "docs/reference/contracts.md", "contracts check ")]
"""Pages with a run of the checker and its output, and how the command begins."""

HEADER = re.compile(r"^[\w-]+: ")
"""The name of a header, which may be written in any case."""

OPTIONS = {"-X": "method", "-H": "header", "-d": "body"}


def curl_examples(page: Path) -> list[Example]:
    return [example for example in examples(page) if example.command.startswith("curl ") and "|" not in example.command]


def curl(mock: Mock, command: str) -> list[str]:
    """Send the request of a curl command; return the lines that curl prints."""
    words = iter(shlex.split(command)[1:])
    sent: dict[str, list[str]] = {"address": []}
    for word in words:
        if word in OPTIONS:
            sent.setdefault(OPTIONS[word], []).append(next(words))
        elif word != "-i":
            sent["address"].append(word)
    headers = dict(header.split(": ", 1) for header in sent.get("header", ()))
    (method,) = sent.get("method", ["POST" if "body" in sent else "GET"])
    (body,) = sent.get("body", [""])
    (address,) = sent["address"]
    response = mock.client(headers).request(method, address.removeprefix(BASE), content=body)
    return [*(_head(response) if " -i " in command else ()), response.text]


def _head(response: httpx.Response) -> Sequence[str]:
    headers = (f"{name.lower()}: {value}" for name, value in response.headers.items())
    return [f"HTTP/1.1 {response.status_code} {response.reason_phrase}", *sorted(headers)]


def in_order(shown: str, printed: Sequence[str]) -> bool:
    """Whether the lines that a page shows are printed in this order; an ellipsis stands for what is left out."""
    rest = iter(printed)
    expected = (HEADER.sub(lambda name: name[0].lower(), line) for line in shown.splitlines() if line != "…")
    return all(any(_fits(line, wanted) for line in rest) for wanted in expected)


def _fits(line: str, wanted: str) -> bool:
    return line.startswith(wanted.removesuffix(" …")) if wanted.endswith(" …") else line == wanted


@pytest.mark.parametrize("page", [page for page in PAGES if curl_examples(page)], ids=lambda page: page.name)
def test_the_curl_lines_of_a_page_have_the_output_that_is_shown(page: Path) -> None:
    mock = mock_of()
    for example in curl_examples(page):
        printed = curl(mock, example.command)
        assert in_order(example.output, printed), (example.command, printed)


def test_the_readme_shows_a_change_and_a_rejection() -> None:
    changed, rejected = curl_examples(README)
    assert '"description":"Changed."' in changed.output
    assert "X-Mock-Rule: COURSE-PATCH-26" in rejected.output


@pytest.mark.parametrize(("page", "start"), SHOWN_RUNS, ids=["README", "contracts"])
def test_a_run_of_the_checker_ends_as_it_is_shown(page: Path, start: str) -> None:
    shown = next(example for example in examples(page) if example.command.startswith(start) and example.output)
    words = [word for part in shlex.split(shown.command) for word in part.removeprefix("ARGS=").split()]
    options = words[words.index("--only") :]
    with serving(create_app()) as url:
        result = CliRunner().invoke(contracts_command, ["check", "--url", url, *options], env={"COLUMNS": "110"})
    assert result.exit_code == 0
    assert without_figures(result.output).startswith(without_figures(shown.output))


def without_figures(output: str) -> str:
    """Return the output of a run without the port, the seconds, the progress and the blanks at the ends of lines."""
    output = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", output)
    output = re.sub(r"in \d+\.\d s", "in SECONDS s", output)
    # A slow machine shows progress, which is not in the example.
    lines = [line for line in output.splitlines() if not re.fullmatch(r"\w+: \d+ of \d+ checks, \d+ s", line.strip())]
    return "\n".join(line.rstrip() for line in lines)


def test_lines_have_to_be_in_order() -> None:
    assert in_order("a\n…\nc", ["a", "b", "c"])
    assert in_order('{"id":1, …', ['{"id":1,"name":"x"}'])
    assert not in_order("c\na", ["a", "b", "c"])
    assert not in_order("a\nd", ["a", "b", "c"])
