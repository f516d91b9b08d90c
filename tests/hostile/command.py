"""Runs the command line of the checker in processes of their own, which are forked from one that has imported it."""

import json
import multiprocessing
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic

import yaml

from tests.hostile.backend import RUN_HEADER, Backend

COLUMNS = "400"
MEMORY_BYTES = 2_000_000_000
UMASK = 0o027
"""Of the processes, so that a file that follows it is told from one that does not."""


@dataclass(frozen=True)
class Ended:
    """What a command did, as seen from outside."""

    command: str
    """As a shell would run it."""
    code: int | None
    """Its exit status; None where it had to be killed."""
    seconds: float
    output: str
    """What it printed, on both streams."""

    @property
    def ended(self) -> bool:
        """Whether it came to an end by itself."""
        return self.code is not None


@dataclass(frozen=True)
class Place:
    """A folder in which commands run: working folder, state and reports apart."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that the commands have beside the usual ones."""

    @property
    def work(self) -> Path:
        """The working folder."""
        return self._made("work")

    @property
    def state(self) -> Path:
        """Where ledgers are kept that nobody names."""
        return self._made("state")

    @property
    def files(self) -> Path:
        """Document, profile, outputs, reports."""
        return self._made("files")

    def _made(self, name: str) -> Path:
        path = self.root / name
        path.mkdir(parents=True, exist_ok=True)
        return path


class Running:
    """A command that was started."""

    def __init__(self, arguments: list[str], place: Place, name: str) -> None:
        self.arguments = arguments
        self._output = place.files / f"{name}.txt"
        environment = {"XDG_STATE_HOME": str(place.state), "COLUMNS": COLUMNS, "NO_COLOR": "1", "TERM": "dumb"}
        environment |= place.environment
        target: Callable[..., None] = _run
        self._process: BaseProcess = _forks().Process(
            target=target, args=(arguments, str(self._output), str(place.work), environment)
        )
        self._started = monotonic()
        self._process.start()

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._process.kill()

    def wait(self, limit: float) -> Ended:
        """Wait for its end; what takes longer than the limit is killed."""
        self._process.join(max(0.0, limit - (monotonic() - self._started)))
        seconds = monotonic() - self._started
        code = self._process.exitcode
        if code is None:
            self._process.kill()
            self._process.join()
        output = self._output.read_text("utf-8", "replace") if self._output.exists() else ""
        return Ended(shlex.join(["contracts", *self.arguments]), code, seconds, output)


def arguments(verb: str, backend: Backend, place: Place, *options: object) -> list[str]:
    """The command line of a run against a backend; its document and profile are written into files."""
    spec, profile = place.files / "openapi.json", place.files / "profile.yaml"
    spec.write_text(json.dumps(backend.document))
    profile.write_text(yaml.safe_dump(backend.profile()))
    return [verb, "--url", backend.url, "--spec", str(spec), "--profile", str(profile), *map(str, options)]


def named(run: str) -> list[str]:
    """The options by which the server recognises a run."""
    return ["--header", f"{RUN_HEADER}: {run}"]


def short(verb: str, *wanted: tuple[str, object]) -> list[str]:
    """Those options, with their values, that a command has."""
    return [str(word) for option, value in wanted if option in _options(verb) for word in (option, value)]


@cache
def _options(verb: str) -> frozenset[str]:
    from click import Group

    from contracts.cli.commands import main

    assert isinstance(main, Group)
    return frozenset(option for each in main.commands[verb].params for option in each.opts)


@cache
def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.hostile.preload"])
    return context


@contextmanager
def started(arguments: list[str], place: Place, name: str) -> Iterator[Running]:
    """Start a command, and kill it at the end of the block if it still runs."""
    running = Running(arguments, place, name)
    try:
        yield running
    finally:
        running.kill()


def run(arguments: list[str], place: Place, name: str, limit: float) -> Ended:
    """Run a command to its end, or up to a limit in seconds."""
    with started(arguments, place, name) as running:
        return running.wait(limit)


def printed_commands(output: str) -> list[list[str]]:
    """The `contracts clean` lines that a command printed, as arguments."""
    lines = re.findall(r"contracts (clean\b[^\n]*)", output)
    return [shlex.split(each.removesuffix(" tries again")) for each in lines]


def _run(arguments: list[str], output: str, folder: str, environment: Mapping[str, str]) -> None:
    """Be the command, in the forked process."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    os.umask(UMASK)
    os.environ.update(environment)
    os.chdir(folder)
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(file, stream)
    sys.argv = ["contracts", *arguments]
    from contracts.cli.commands import main

    main(arguments, prog_name="contracts")
