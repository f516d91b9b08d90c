"""The options of the commands: their declarations in groups, and the values that commands receive."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contracts.cli.ending import status_of
from contracts.errors import CannotRun

if TYPE_CHECKING:
    from contracts.client.target import Conduct
    from contracts.runner.preparation import RunOptions


class Number(click.FloatRange):
    """A number in a range, which is neither infinite nor "not a number"."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number that a text means; a text that means none ends the command."""
        number: float = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value!r} is not a valid {self.name}.", param, ctx)
        return number


FILE = click.Path(path_type=Path, readable=False)
"""A file or folder; who opens it reports what is wrong with it."""

LEVELS = ("observe", "sandbox", "destructive")
REPORTS = ("junit", "sarif", "github", "ndjson", "html")

Command = TypeVar("Command", bound=Callable[..., Any])
Values = TypeVar("Values")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options that commands share. A command that does not offer an option has its default."""

    url: str = ""
    spec: Path | None = None
    ref_root: Path | None = None
    profile: Path | None = None
    only: tuple[str, ...] = ()
    max_examples: int | None = None
    seed: int | None = None
    reports: tuple[str, ...] = ()
    baseline: Path | None = None
    update_baseline: bool = False
    brief: bool = False
    proxy: str | None = None
    ca: Path | None = None
    insecure: bool = False
    headers: tuple[str, ...] = ()
    request_timeout: float | None = None
    cleanup_timeout: float | None = None
    safety: str | None = None
    allow_writes: bool = False
    rate: float | None = None
    max_requests: int | None = None
    ledger: Path | None = None

    def run_options(self) -> "RunOptions":
        """Return what the checker needs of these options; CannotRun if they contradict each other."""
        from contracts.runner.preparation import DEFAULT_EXAMPLES, RunOptions

        return RunOptions(
            spec=self.spec,
            ref_root=self.ref_root,
            profile=self.profile,
            only=self.only,
            seed=self.seed,
            max_examples=self.max_examples or DEFAULT_EXAMPLES,
            conduct=self._conduct(),
        )

    def _conduct(self) -> "Conduct":
        from contracts.client.cleanup_time import CLEANUP_SECONDS
        from contracts.client.connection import Wire, parse_header
        from contracts.client.ledger import require_ledger
        from contracts.client.responses import ResponseLimits
        from contracts.client.target import Conduct, Safety

        level = self._safety_level()
        wire = Wire(self.proxy, self.insecure, self.ca, dict(parse_header(text) for text in self.headers))
        wire.require_usable()
        if self.ledger:
            require_ledger(self.ledger)
        return Conduct(
            safety=Safety(level) if level else None,
            rate=self.rate,
            max_requests=self.max_requests,
            wire=wire,
            ledger=self.ledger,
            request_timeout=ResponseLimits.seconds if self.request_timeout is None else self.request_timeout,
            cleanup_timeout=CLEANUP_SECONDS if self.cleanup_timeout is None else self.cleanup_timeout,
        )

    def _safety_level(self) -> str | None:
        if self.allow_writes and self.safety == "observe":
            raise CannotRun("--safety observe and --allow-writes contradict each other. Leave one of them out.")
        return self.safety or ("sandbox" if self.allow_writes else None)


@dataclass(frozen=True, kw_only=True)
class FuzzOptions(Options):
    """The options of `fuzz`."""

    max_time: str
    shards: int
    shard: str | None
    state: Path | None
    lifeline: bool


@dataclass(frozen=True, kw_only=True)
class MergeOptions(Options):
    """The options of `merge`."""

    folders: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True)
class InitOptions:
    """The options of `init`."""

    url: str
    spec: Path | None
    ref_root: Path | None
    output: Path


def takes(kind: type[Values]) -> Callable[[Callable[[Values], int]], Callable[..., None]]:
    """Call a command with its options as one value, and exit with the status that it returns."""

    def decorate(work: Callable[[Values], int]) -> Callable[..., None]:
        @wraps(work)
        def command(**values: Any) -> None:
            sys.exit(status_of(lambda: work(kind(**values))))

        return command

    return decorate


_DOCUMENT = (
    click.option(
        "--spec",
        type=FILE,
        metavar="FILE",
        help="Check against this OpenAPI 3 or Swagger 2.0 document: a file, or an address (https://…).  "
        "[default: the SelfCommunity API]",
    ),
    click.option(
        "--ref-root",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        metavar="DIR",
        help="Let references of the document lead to files below this folder.  "
        "[default: the Git repository of the document, else its folder]",
    ),
)
_CONTRACT = (
    *_DOCUMENT,
    click.option(
        "--profile",
        type=FILE,
        metavar="FILE",
        help="Read users, known items and quirks of the target from this file.  [default: built-in]",
    ),
)
_SELECTION = (
    click.option(
        "--max-examples", type=click.IntRange(1), metavar="N", help="Draw at most N values per field and media type."
    ),
    click.option(
        "--only",
        multiple=True,
        metavar="PART|CODE|RULE",
        help="Run only these checks: conformance, laws, a code such as CT101, or a rule such as VIS. Repeatable.",
    ),
)
_REPORT = (
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORM=FILE",
        help=f"Write a report to a file. Forms: {', '.join(REPORTS)}. Repeatable.",
    ),
    click.option(
        "--baseline",
        type=FILE,
        metavar="FILE",
        help="Accept the findings that this file lists, until they expire.",
    ),
    click.option("--update-baseline", is_flag=True, help="Write the findings of this run to the baseline."),
)
_WIRE = (
    click.option("--proxy", metavar="URL", help="Connect to the target through this proxy."),
    click.option("--ca", type=FILE, metavar="FILE", help="Trust certificates of this authority (PEM)."),
    click.option("--insecure", is_flag=True, help="Do not verify certificates."),
    click.option(
        "--header",
        "headers",
        multiple=True,
        metavar="'NAME: VALUE'",
        help="Send this header with every request. $NAME reads an environment variable. Repeatable.",
    ),
    click.option(
        "--request-timeout",
        type=Number(0, min_open=True),
        metavar="SECONDS",
        help="Wait at most so long for the last byte of a response.  [default: 30]",
    ),
)
_CLEANUP = click.option(
    "--cleanup-timeout",
    type=Number(0),
    metavar="SECONDS",
    help="Clean up for at most so long after Ctrl-C or a kill.  [default: 5]",
)
_SAFETY = (
    click.option(
        "--safety",
        type=click.Choice(LEVELS),
        help="Set what may be written.  [default: sandbox on this machine, else observe]",
    ),
    click.option("--allow-writes", is_flag=True, help="Same as --safety sandbox."),
    click.option("--rate", type=Number(0, min_open=True), metavar="N", help="Send at most N requests per second."),
    click.option(
        "--max-requests",
        type=click.IntRange(1),
        metavar="N",
        help="Send at most N requests. Cleanup is not counted.",
    ),
)
_LEDGER = click.option(
    "--ledger",
    type=FILE,
    metavar="FILE",
    help="Record created items in this file. `fuzz` appends the number of the shard.  [default: a new file]",
)


def target_options(command: Command) -> Command:
    """Add the options that name a target and its contract."""
    url = click.option("--url", required=True, help="Base URL of the API, such as http://127.0.0.1:8000.")
    return _add(command, (url, *_CONTRACT))


def document_options(command: Command) -> Command:
    """Add the options that name a document."""
    return _add(command, _DOCUMENT)


def contract_options(command: Command) -> Command:
    """Add the options that name a contract."""
    return _add(command, _CONTRACT)


def selection_options(command: Command) -> Command:
    """Add the options that select the checks, and how much each of them tries."""
    return _add(command, _SELECTION)


def report_options(command: Command) -> Command:
    """Add the options for reports and the baseline."""
    return _add(command, _REPORT)


def connection_options(command: Command) -> Command:
    """Add the options for connections and the ledger."""
    return _add(command, (*_WIRE, _LEDGER))


def conduct_options(command: Command) -> Command:
    """Add all options for how to treat the target."""
    return _add(command, (*_SAFETY, *_WIRE, _CLEANUP, _LEDGER))


def _add(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command
