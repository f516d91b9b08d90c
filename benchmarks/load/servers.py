"""Servers as processes of their own: started, awaited, stopped."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from benchmarks.load import machine
from benchmarks.load.generator import Address, LoadError, answer

BARE = ("benchmarks.load.bare",)
STOCK = ("benchmarks.load.stock",)
MOCK = ("mockserver", "--port", "0")

_PATIENCE = 120.0
_POLL = 0.002
_HEALTH = b"GET /__mock__/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    address: Address
    process: int


@dataclass(frozen=True)
class Launch:
    """What a start took until the server was healthy: seconds, processor time in seconds, and MB at most."""

    seconds: float
    cpu: float | None
    megabytes: float | None


@dataclass(frozen=True)
class Launcher:
    """Starts servers on the core that is theirs.

    ``cache`` is where the mock keeps bundled documents, ``errors`` the file for what servers say of errors.
    """

    core: set[int] | None
    cache: Path
    errors: IO[bytes] | None = None

    def _popen(self, command: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            stdout=subprocess.PIPE,
            stderr=self.errors or subprocess.DEVNULL,
            text=True,
            # Bytecode is kept, as it is wherever the mock is installed.
            env={**os.environ, "XDG_CACHE_HOME": str(self.cache), "PYTHONDONTWRITEBYTECODE": ""},
            preexec_fn=partial(machine.bind, self.core) if self.core else None,
        )

    @contextmanager
    def serve(self, command: Sequence[str]) -> Iterator[Server]:
        """Run a server that names its address in its first line."""
        with _stopped(self._popen(command)) as process:
            said = process.stdout.readline() if process.stdout else ""
            found = re.search(r"http://([0-9.]+):([0-9]+)", said)
            if found is None:
                raise LoadError(f"python -m {' '.join(command)} did not start; run it by itself to see why")
            yield Server((found[1], int(found[2])), process.pid)

    def start(self, *options: str) -> float:
        """Start the mock, and return the seconds until it is healthy."""
        return self.launch(*options).seconds

    def launch(self, *options: str) -> Launch:
        """Start the mock, and return what that took until it was healthy."""
        port = _free_port()
        begin = time.perf_counter()
        with _stopped(self._popen(("mockserver", "--port", str(port), *options))) as process:
            while time.perf_counter() - begin < _PATIENCE:
                try:
                    answer(("127.0.0.1", port), _HEALTH)
                except OSError:
                    time.sleep(_POLL)
                else:
                    seconds = time.perf_counter() - begin
                    return Launch(seconds, machine.cpu_seconds(process.pid), machine.peak_megabytes(process.pid))
        raise LoadError(f"the mock was not healthy within {_PATIENCE:.0f} seconds; run it by itself to see why")


@contextmanager
def _stopped(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """Make sure that a process ends."""
    with process:
        try:
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
