"""Generate docs/reference/report-formats.md: the forms of `--report`, each with a piece of a real report."""

import io
import json
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from rich.console import Console

from contracts.cli.options import REPORTS
from contracts.report import Report, baseline, console, ndjson, sarif
from docs.generators.docstrings import texts_of
from docs.generators.markdown import REFERENCE, heading, table
from tests.contracts.support import sample_reports

PAGE: Final = REFERENCE / "report-formats.md"
COLUMNS: Final = 110


class Form(NamedTuple):
    """One form of a report: what it is for, and how it holds the results."""

    purpose: str
    content: str


FORMS: Final = {
    "junit": Form(
        "JUnit XML for CI systems",
        "Each law, scenario and phase is a `testcase`. A `failure` holds every new finding of it, with its curl lines. "
        "A check that was never reached is a `failure` too. A check that does not apply, or has accepted findings "
        "only, is `skipped`. A run that was stopped adds a `testcase` with an `error`.",
    ),
    "sarif": Form(
        "SARIF 2.1.0 for code scanning",
        "Each finding is a `result` at the line of the OpenAPI document that it breaks. Findings that the baseline "
        "accepts have a `suppression`. A run that was stopped has `executionSuccessful: false`.",
    ),
    "github": Form(
        "annotations for GitHub Actions",
        "Each finding is a workflow command for a line of the OpenAPI document. In a step, write to `/dev/stdout`: "
        "`--report github=/dev/stdout`.",
    ),
    "ndjson": Form(
        "one JSON object a line, for programs",
        f"`contracts check` writes each line as soon as it is known. After a kill, the file has whole lines and no "
        f"`verdict`. Names and order of the fields stay the same within version {ndjson.VERSION}. See "
        "[the fields](#fields-of-ndjson).",
    ),
    "html": Form(
        "one page for people",
        "The page loads nothing from elsewhere. It shows the verdict, the coverage of rules and laws, the findings by "
        "the promise that they break, and who may do what. A reader can filter it by verdict and text.",
    ),
}


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("contracts/report/", "Report formats"),
        "Hand the result of a run to a CI system, to code scanning, to a program or to a colleague:",
        "",
        "```console",
        "$ contracts check --url http://127.0.0.1:8000 --report junit=report.xml --report html=report.html",
        "```",
        "",
        *table(("`--report`", "form"), ((f"`{name}=FILE`", FORMS[name].purpose) for name in REPORTS)),
        "",
        "`check`, `fuzz` and `merge` take the option, and it can be repeated. The same run is always printed to the",
        "terminal. The samples below are pieces of one report, with one finding.",
        "",
        "## Terminal",
        "",
        "The verdict is the last part. `--brief` leaves out the rules that held, and shows each broken promise once.",
        "",
        "```text",
        *_terminal(),
        "```",
        *(line for name in REPORTS for line in _form(name)),
        "",
        "## Fields of NDJSON",
        "",
        "The field `kind` says what a line describes.",
        "",
        *table(("kind", "fields"), ((f"`{kind}`", _names(fields)) for kind, fields in _kinds().items())),
        "",
        "## Baseline",
        "",
        f"`--baseline FILE --update-baseline` accepts the findings of this run for {baseline.DAYS} days. Give each a",
        "reason in the file. From then on, `--baseline FILE` reports only new findings, and names entries that have",
        "expired or that a complete run did not find any more.",
        "",
        "```yaml",
        *_baseline(),
        "```",
        "",
        *table(("key", "meaning"), _entry_fields()),
    ]
    return "\n".join(lines) + "\n"


def _sample() -> Report:
    return sample_reports.report(sample_reports.FINDING, permissions=sample_reports.cells())


def _terminal() -> list[str]:
    output = io.StringIO()
    console.show(_sample(), Console(file=output, width=COLUMNS))
    return [line.rstrip() for line in output.getvalue().strip().splitlines()]


def _form(name: str) -> Iterator[str]:
    yield from ("", f"## {name}", "", FORMS[name].content)
    sample = _file(name)
    if name == "ndjson":
        sample = "\n".join(
            line for line in sample.splitlines() if json.loads(line)["kind"] in {"run", "rule", "verdict"}
        )
    if name == "sarif":
        sample = json.dumps(sarif.to_sarif(_sample())["runs"][0]["results"][0], indent=2)
    if name != "html":
        yield from ("", f"```{SYNTAX[name]}", *sample.strip().splitlines(), "```")


SYNTAX: Final = {"junit": "xml", "sarif": "json", "github": "text", "ndjson": "json"}


def _file(name: str) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        import_module(f"contracts.report.{name}").write(_sample(), path)
        return path.read_text(encoding="utf-8")


def _kinds() -> dict[str, dict[str, Any]]:
    return {event["kind"]: event for event in ndjson.events(_sample())}


def _names(fields: dict[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in fields if name != "kind")


def _baseline() -> list[str]:
    entries = baseline.updated((), [sample_reports.FINDING], date(2026, 7, 1))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "baseline.yaml"
        baseline.write(path, entries)
        return path.read_text(encoding="utf-8").strip().splitlines()


BASELINE_KEYS: Final = {"id": "Id of the finding, as reports show it.", "reason": "Why you accept the finding."}
"""The keys that have no text in the code."""


def _entry_fields() -> Iterator[tuple[str, str]]:
    texts = {**texts_of(baseline.Entry), **BASELINE_KEYS}
    for name in baseline.Entry.__struct_fields__:
        yield f"`{name}`", texts[name]
