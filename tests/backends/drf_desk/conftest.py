"""A desk in its own process, because Django keeps its settings for the life of a process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from msgspec.structs import replace

import contracts
from contracts.profile.models import load
from contracts.report import Report

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Desk:
    """A served desk, and the switches of its faults."""

    url: str
    switches: IO[str]
    answers: IO[str]

    def have(self, *faults: str) -> None:
        """Switch on these faults and no others."""
        self.switches.write(",".join(faults) + "\n")
        self.switches.flush()
        assert self.answers.readline() == "switched\n"


@pytest.fixture(scope="session")
def served() -> Iterator[Desk]:
    command = [sys.executable, "-m", "tests.backends.drf_desk"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url, "the desk did not start: run `python -m tests.backends.drf_desk` to see why"
        yield Desk(url, process.stdin, process.stdout)
        process.stdin.close()


@pytest.fixture
def desk(served: Desk) -> Desk:
    served.have()
    return served


@pytest.fixture
def check(desk: Desk) -> Callable[..., Report]:
    """Return a function that checks the desk, or some of its operations, with some faults switched on."""

    def run(*faults: str, serves: list[str] | None = None, **options: Any) -> Report:
        desk.have(*faults)
        profile = replace(load(HERE / "profile.yaml"), serves=serves)
        defaults = {"spec": HERE / "openapi.yaml", "profile": profile, "max_examples": 1}
        return contracts.check(desk.url, **{**defaults, **options})

    return run
