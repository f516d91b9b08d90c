"""Write reports to the terminal and to files, leaving out findings that the baseline accepts."""

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.cli.options import REPORTS, Options
from contracts.errors import CannotRun

if TYPE_CHECKING:
    from rich.console import Console

    from contracts.report import Report
    from contracts.report.ndjson import Stream
    from contracts.runner.preparation import RunOptions

STREAMED = ("ndjson",)
"""The forms that `check` writes during the run."""

Writer = Callable[["Report"], None]

NO_WRAP = 1_000_000
"""Columns of a console that is not a terminal, so that programs read whole lines."""


def make_console() -> "Console":
    """Return a console on the standard output, which wraps lines on a terminal only."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=NO_WRAP)


@dataclass(frozen=True)
class Output:
    """Where a report goes: the terminal and files."""

    console: "Console"
    writers: Sequence[Writer]
    compare: Callable[["Report"], "Report"]
    """Compares a report with the baseline."""

    @classmethod
    def of(cls, options: Options, *, complete: bool, streamed: Collection[str] = ()) -> "Output":
        """Return the output that the options ask for; CannotRun if a file cannot be written or read.

        Only a ``complete`` run, one of all checks, can show that findings of the baseline are gone. Reports in
        ``streamed`` forms are left out, because they are written during the run.
        """
        writers = [_writer(option) for option in options.reports if _form_of(option) not in streamed]
        compare = _comparison(options.baseline, options.update_baseline, complete)
        return cls(make_console(), writers, compare)

    def also(self, writers: Iterable[Writer]) -> "Output":
        """Return the same output with more writers."""
        return replace(self, writers=[*self.writers, *writers])

    def write(self, report: "Report", unfinished: str = "", *, brief: bool = False) -> int:
        """Write a report, and return the exit status. ``unfinished`` says why the run ended early, and what to do."""
        from contracts.report.console import show
        from contracts.results.text import legal

        if unfinished:
            report = replace(report, stopped=unfinished, cut_off=True)
        report = self.compare(report)
        errors = [error for writer in self.writers if (error := _error_of(writer, report))]
        show(report, self.console, brief)
        for message in [unfinished, *errors] if unfinished else errors:
            click.echo(f"contracts: {legal(message)}", err=True)
        return 2 if errors else report.exit_code


def _error_of(writer: Writer, report: "Report") -> str:
    """Write a report; return why that failed, so that the other reports are still written."""
    try:
        writer(report)
    except CannotRun as error:
        return str(error)
    return ""


def start_streams(options: Options, run_options: "RunOptions") -> list["Stream"]:
    """Return a listener for each report that is written during the run; CannotRun if its file cannot be written."""
    from contracts.report.baseline import accepted_today
    from contracts.report.ndjson import Stream
    from specdouble import OPENAPI

    has_baseline = options.baseline is not None and options.baseline.exists()
    accepted = accepted_today(options.baseline) if options.baseline and has_baseline else set()
    return [
        Stream(
            _path_of(option),
            url=options.url,
            seed=run_options.effort.seed,
            safety=run_options.safety_for(options.url),
            spec=options.spec or OPENAPI,
            accepted=accepted,
        )
        for option in options.reports
        if _form_of(option) in STREAMED
    ]


def _comparison(path: Path | None, update: bool, complete: bool) -> Callable[["Report"], "Report"]:
    """Return a function that compares a report with the baseline, which is read now, before the run."""
    if path is None and update:
        raise CannotRun("--update-baseline: no file to write. Name one with --baseline FILE.")
    if path is None:
        return lambda report: report
    return _compare_with(path, update, complete)


def _compare_with(path: Path, update: bool, complete: bool) -> Callable[["Report"], "Report"]:
    from contracts.report import baseline

    entries = baseline.read(path) if path.exists() or not update else ()
    if update:
        _require_writable(path, f"--baseline {path}")
    today = date.today()

    def compare(report: "Report") -> "Report":
        accepted = entries
        if update:
            accepted = baseline.updated(entries, report.findings, today, complete=complete)
            baseline.write(path, accepted)
        return replace(report, baseline=baseline.compare(accepted, report.findings, today, complete=complete))

    return compare


def _writer(option: str) -> Writer:
    """Return the function that writes the report `FORM=FILE`; CannotRun if the file cannot be written."""
    path = _path_of(option)
    module = import_module(f"contracts.report.{_form_of(option)}")

    def write(report: "Report") -> None:
        try:
            module.write(report, path)
        except OSError as error:
            raise CannotRun(f"--report {option}: {error.strerror or error}. Give another file.") from error

    return write


def _form_of(option: str) -> str:
    return option.partition("=")[0]


def _path_of(option: str) -> Path:
    """Return the path in `FORM=FILE`; CannotRun if the form is unknown or the file cannot be written."""
    form, _, name = option.partition("=")
    if form not in REPORTS or not name:
        raise CannotRun(f"--report {option}: not a report. Write it as FORM=FILE; forms are {', '.join(REPORTS)}.")
    path = Path(name)
    _require_writable(path, f"--report {option}")
    return path


def _require_writable(path: Path, option: str) -> None:
    existed = path.exists()
    try:
        path.open("a").close()
    except OSError as error:
        raise CannotRun(f"{option}: {error.strerror or error}. Give a path that can be written.") from error
    if not existed:
        path.unlink()
