"""The mock as its users start it: a process of its own, reached over a socket."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).parents[3]
PATIENCE = 30
"""How many seconds a process has for what takes it one."""


def command(*arguments: str) -> list[str]:
    """The command line of the mock."""
    return [sys.executable, "-m", "mockserver", *arguments]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Start the mock, and wait for it to end by itself."""
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT, check=False)


@dataclass
class Server:
    """A mock that runs, and what it has said so far; ``said`` and ``errors`` are whole once it has ended."""

    process: "subprocess.Popen[str]"
    base: str
    port: int
    said: str
    errors: str = ""

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """End the process by a signal, unless it has ended; return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        return self.process.wait(PATIENCE)


@contextmanager
def running(*arguments: str) -> Iterator[Server]:
    """Serve a mock on a free port until the end of the block."""
    with (
        TemporaryFile("w+") as errors,
        subprocess.Popen(
            command("--port", "0", *arguments), stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT
        ) as process,
    ):
        assert process.stdout is not None
        server = _ready(process, process.stdout)
        try:
            yield server
        finally:
            server.stop()
            server.said += process.stdout.read()
            errors.seek(0)
            server.errors = errors.read()


def _ready(process: "subprocess.Popen[str]", output: IO[str]) -> Server:
    said = ""
    for line in output:
        said += line
        address = re.search(r"http://[^\s/]+:(\d+)", line)
        if address:
            return Server(process, address[0], int(address[1]), said)
    raise AssertionError(f"the mock ended with status {process.wait(PATIENCE)} before it was ready")
