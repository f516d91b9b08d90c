"""How a command ends: with a status that says what came of it, never with a traceback."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote
from typing import Any

import click

from contracts.client import ledger as ledgers
from contracts.errors import CannotRun
from contracts.runner.internal_errors import internal
from contracts.runner.signals import ENDED_BEFORE, killed_like_interrupted

SHARED = ("spec", "profile", "ledger", "proxy", "ca", "headers")
"""The options that `clean` shares with the commands that create something, as click names them."""
_SPELLED = {"headers": "--header"}


def status_of(work: Callable[[], int]) -> int:
    """Do the work of a command, and return its exit status."""
    try:
        with killed_like_interrupted():
            return work()
    except CannotRun as error:
        click.echo(f"contracts: {error}", err=True)
    except KeyboardInterrupt:
        click.echo("contracts: stopped.", err=True)
    except BrokenPipeError:
        # Whoever read the output has gone; what is left of it cannot be written, not even at the end of the process.
        sys.stdout = None  # so the interpreter does not try to flush it
    except click.ClickException:
        raise
    except Exception as error:  # an error of the checker is no verdict on the target
        click.echo(f"contracts: {internal(error)}", err=True)
    return ENDED_BEFORE


def clean_command(url: str, options: dict[str, Any]) -> str:
    """The command that deletes what a run has left, reached in the way of the run."""
    words = ["contracts", "clean", "--url", quote(url)]
    for name in SHARED:
        words += _words(_SPELLED.get(name, f"--{name}"), options.get(name))
    if options.get("insecure"):
        words.append("--insecure")
    return " ".join(words)


def _words(option: str, value: Any) -> Iterator[str]:
    values = value if isinstance(value, tuple | list) else () if value is None else (value,)
    for each in values:
        yield option
        yield quote(str(each))


def remind(url: str, named: Path | None, command: str) -> None:
    """Say how to delete what stays in ledgers, if anything does."""
    left = sum(len(each.left) for each in ledgers.left(url.rstrip("/"), named))
    if left:
        click.echo(f"contracts: {left} items stay in the ledger; delete them with: {command}", err=True)
