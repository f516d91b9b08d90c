"""The options that several commands share, in groups: which target, what of it, how far, and where it is told."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from contracts.errors import CannotRun

if TYPE_CHECKING:
    from contracts.client.target import Conduct

LEVELS = ("observe", "sandbox", "destructive")
REPORTS = ("junit", "sarif", "github", "ndjson", "html")

Command = TypeVar("Command", bound=Callable[..., Any])

_CONTRACT = (
    click.option(
        "--spec", type=click.Path(path_type=Path), help="OpenAPI 3.0 or 3.1 document; the SelfCommunity one if absent."
    ),
    click.option(
        "--profile", type=click.Path(path_type=Path), help="People, known resources, quirks; built-in if absent."
    ),
)
_CHOICE = (
    click.option("--max-examples", type=click.IntRange(1), help="Values drawn per field and media type."),
    click.option(
        "--only",
        multiple=True,
        metavar="PART|CODE|RULE",
        help="conformance, laws, CT101, VIS … (repeatable).",
    ),
)
_REPORT = (
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORM=FILE",
        help=f"Write a report: {', '.join(REPORTS)} (repeatable).",
    ),
    click.option("--baseline", type=click.Path(path_type=Path), help="File of findings that are accepted for a time."),
    click.option("--update-baseline", is_flag=True, help="Accept what this run finds: write it into the baseline."),
)
_WIRE = (
    click.option("--proxy", metavar="URL", help="Reach the target through this proxy."),
    click.option("--ca", type=click.Path(path_type=Path), metavar="FILE", help="Trust certificates signed with this."),
    click.option("--insecure", is_flag=True, help="Trust any certificate."),
    click.option(
        "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Send with every request; $NAME is read."
    ),
    click.option(
        "--request-timeout",
        type=click.FloatRange(0, min_open=True),
        metavar="SECONDS",
        help="How long a response may take, to its last byte.  [default: 30]",
    ),
)
_CLEANUP = click.option(
    "--cleanup-timeout",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="How long cleaning up may take after Ctrl-C or a kill.  [default: 5]",
)
_SAFETY = (
    click.option(
        "--safety", type=click.Choice(LEVELS), help="What may be written.  [default: observe; sandbox on this machine]"
    ),
    click.option("--allow-writes", is_flag=True, help="Short for --safety sandbox."),
    click.option("--rate", type=click.FloatRange(0, min_open=True), metavar="N", help="At most N requests a second."),
    click.option(
        "--max-requests", type=click.IntRange(1), metavar="N", help="At most N requests, cleanup not counted."
    ),
)
_LEDGER = click.option(
    "--ledger",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of the items that are created; `fuzz` adds the number of the shard.  [default: a new file]",
)


def of_the_target(command: Command) -> Command:
    """Add the options that name a target and its contract."""
    url = click.option("--url", required=True, help="Where the target answers, e.g. http://127.0.0.1:8000.")
    return _added(command, (url, *_CONTRACT))


def of_the_contract(command: Command) -> Command:
    """Add the options that name a contract."""
    return _added(command, _CONTRACT)


def of_the_choice(command: Command) -> Command:
    """Add the options that choose what is tried, and how much of it."""
    return _added(command, _CHOICE)


def of_the_report(command: Command) -> Command:
    """Add the options that say where a report goes, and what of it is accepted."""
    return _added(command, _REPORT)


def of_the_wire(command: Command) -> Command:
    """Add the options that say how a target is reached, and where the ledger is."""
    return _added(command, (*_WIRE, _LEDGER))


def of_conduct(command: Command) -> Command:
    """Add all options that say how a target is treated."""
    return _added(command, (*_SAFETY, *_WIRE, _CLEANUP, _LEDGER))


def _added(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def taken(options: dict[str, Any]) -> "Conduct":
    """What these options ask for, taken out of all; CannotRun where they contradict each other."""
    from contracts.client.connection import Wire, parse_header
    from contracts.client.target import Conduct, Safety

    names = ("proxy", "ca", "insecure", "headers", "safety", "allow_writes", "rate", "max_requests", "ledger")
    times = {name: options.pop(name, None) for name in ("request_timeout", "cleanup_timeout")}
    given = {name: options.pop(name, None) for name in names}
    if given["allow_writes"] and given["safety"] == "observe":
        raise CannotRun("--safety observe and --allow-writes contradict each other: leave one out.")
    level = given["safety"] or ("sandbox" if given["allow_writes"] else None)
    wire = Wire(
        proxy=given["proxy"],
        insecure=bool(given["insecure"]),
        ca=given["ca"],
        headers=dict(parse_header(each) for each in given["headers"] or ()),
    )
    wire.require_usable()
    return Conduct(
        Safety(level) if level else None,
        given["rate"],
        given["max_requests"],
        wire,
        given["ledger"],
        **{name: seconds for name, seconds in times.items() if seconds is not None},
    )
