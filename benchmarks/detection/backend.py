"""The reference backend as a process of its own, healthy or with something planted."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


class BenchError(Exception):
    """The bench cannot go on; the text says what to do."""


@dataclass(frozen=True)
class Backend:
    """A backend that answers."""

    url: str
    process: int


@contextmanager
def serving(options: Sequence[str] = ()) -> Iterator[Backend]:
    """Serve the reference on a free port until the end of the block; ``options`` are those of its command line."""
    command = [sys.executable, "-m", "benchmarks.reference_backend", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            said = process.stdout.readline() if process.stdout else ""
            if not said.startswith("ready: "):
                raise BenchError(f"the reference did not start; see why with: python {' '.join(command[1:])}")
            yield Backend(said.split()[1], process.pid)
        finally:
            process.terminate()
