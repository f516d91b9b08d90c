"""How a command tells its report: the terminal, files in several forms, and what of it a baseline knows already."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.cli.options import REPORTS
from contracts.errors import CannotRun

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.client.target import Conduct
    from contracts.report import Report
    from contracts.report.ndjson import Stream


@dataclass(frozen=True)
class Telling:
    """To whom a report is told: the terminal, files; and what of it is known already."""

    console: "Console"
    outputs: Sequence[Callable[..., None]]
    compared: Callable[["Report"], "Report"]

    @classmethod
    def of(cls, options: dict[str, Any], complete: bool) -> "Telling":
        """What the options ask for, taken out of them; files are tried at once."""
        from rich.console import Console

        outputs = [_output(each) for each in options.pop("reports")]
        path, update = options.pop("baseline"), options.pop("update_baseline")
        return cls(Console(), outputs, _compared_with(path, update, complete))

    def also(self, outputs: Iterable[Callable[..., None]]) -> "Telling":
        """The same, and to these as well."""
        return replace(self, outputs=[*self.outputs, *outputs])

    def tell(self, report: "Report", unfinished: str = "", *, brief: bool = False) -> int:
        """Tell it, and the exit status; a run that did not come to its end says why, with the next step."""
        from contracts.report.console import show
        from contracts.results.text import legal

        if unfinished:
            report = replace(report, stopped=unfinished, cut_off=True)
        report = self.compared(report)
        unwritten = [told for write in self.outputs if (told := _unwritten(write, report))]
        show(report, self.console, brief)
        for each in (*([unfinished] if unfinished else ()), *unwritten):
            click.echo(f"contracts: {legal(each)}", err=True)
        return 2 if unwritten else report.exit_code


def _unwritten(write: Callable[..., None], report: "Report") -> str:
    """What kept a report from being written, empty where it was: the others are told all the same."""
    try:
        write(report)
    except CannotRun as error:
        return str(error)
    return ""


def stream(option: str, url: str, baseline: Path | None, given: dict[str, Any], conduct: "Conduct") -> "Stream":
    """Writes a report while the run goes on; its path is tried at once."""
    from contracts.report.baseline import known_today
    from contracts.report.ndjson import Stream
    from contracts.runner.session import DEFAULT_SEED
    from specdouble import OPENAPI

    _output(option)
    return Stream(
        Path(option.partition("=")[2]),
        url=url,
        seed=given.get("seed", DEFAULT_SEED),
        safety=conduct.safety_for(url),
        spec=given.get("spec", OPENAPI),
        known=known_today(baseline) if baseline is not None and baseline.exists() else (),
    )


def is_streamed(option: str) -> bool:
    """Whether the report that `FORM=FILE` asks for is written while the run goes on."""
    return option.partition("=")[0] == "ndjson"


def _compared_with(path: Path | None, update: bool, complete: bool) -> Callable[["Report"], "Report"]:
    """Holds a report against a baseline; the file is read at once, so that a bad one is told before the run."""
    if path is None and update:
        raise CannotRun("--update-baseline: name the file with --baseline FILE.")
    if path is None:
        return lambda report: report
    return _against(path, update, complete)


def _against(path: Path, update: bool, complete: bool) -> Callable[["Report"], "Report"]:
    from contracts.report import baseline

    entries = baseline.read(path) if path.exists() or not update else ()
    if update:
        _insist_on_writable(path, f"--baseline {path}")
    today = date.today()

    def compared(report: "Report") -> "Report":
        accepted = entries
        if update:
            accepted = baseline.updated(entries, report.findings, today, complete=complete)
            baseline.write(path, accepted)
        return replace(report, baseline=baseline.compare(accepted, report.findings, today, complete=complete))

    return compared


def _output(option: str) -> Callable[..., None]:
    """The writer that `FORM=FILE` asks for; its path is tried at once, so that a bad one is told before the run."""
    form, _, name = option.partition("=")
    if form not in REPORTS or not name:
        raise CannotRun(f"--report {option}: give FORM=FILE with FORM one of {', '.join(REPORTS)}.")
    path = Path(name)
    _insist_on_writable(path, f"--report {option}")
    writer = import_module(f"contracts.report.{form}")

    def write(report: "Report") -> None:
        try:
            writer.write(report, path)
        except OSError as error:
            raise CannotRun(f"--report {option}: {error.strerror or error}; give another file.") from error

    return write


def _insist_on_writable(path: Path, option: str) -> None:
    there = path.exists()
    try:
        path.open("a").close()
    except OSError as error:
        raise CannotRun(f"{option}: {error.strerror or error}; give a path that can be written.") from error
    if not there:
        path.unlink()
