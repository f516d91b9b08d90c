"""End a command: with an exit status, an error message in one line, and never with a traceback."""

import shlex
import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.client import ledger as ledgers
from contracts.errors import CannotRun
from contracts.results.text import pluralize
from contracts.runner.internal_errors import internal
from contracts.runner.signals import ENDED_BEFORE, interrupt_on_kill

if TYPE_CHECKING:
    from contracts.cli.options import Options


def status_of(work: Callable[[], int]) -> int:
    """Do the work of a command, and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or CI log may have no spelling for some characters; replacing them beats an error.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        with interrupt_on_kill():
            return work()
    except CannotRun as error:
        click.echo(f"contracts: {error}", err=True)
    except KeyboardInterrupt:
        click.echo("contracts: stopped.", err=True)
    except BrokenPipeError:
        # The reader of the output is gone, so the interpreter must not try to flush it at the end.
        sys.stdout = None
    except click.ClickException:
        raise
    except Exception as error:  # an error of the checker is no verdict on the target
        click.echo(f"contracts: {internal(error)}", err=True)
    return ENDED_BEFORE


def clean_command(options: "Options") -> str:
    """Return the command that deletes what a run has left, with the same connection to the target."""
    tokens = ["contracts", "clean", "--url", options.url]
    files = {"--spec": options.spec, "--profile": options.profile, "--ledger": options.ledger}
    for name, value in {**files, "--proxy": options.proxy, "--ca": options.ca}.items():
        tokens += [name, str(value)] if value is not None else []
    for header in options.headers:
        tokens += ["--header", header]
    if options.insecure:
        tokens.append("--insecure")
    return shlex.join(tokens)


def remind(url: str, ledger: Path | None, command: str) -> None:
    """Print how to delete the items that stay in ledgers, if there are any."""
    left = sum(len(run.left) for run in ledgers.left(url.rstrip("/"), ledger))
    if left:
        click.echo(f"contracts: {pluralize(left, 'item')} left on the target. Delete with: {command}", err=True)
