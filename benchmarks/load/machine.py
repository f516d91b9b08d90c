"""The machine: which core runs what, and what a process has used of it."""

import os
from pathlib import Path

_PROC = Path("/proc")


def cores() -> tuple[set[int], set[int]] | None:
    """Return the core of the server and that of the load; None where a process cannot be bound to one of two."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    usable = sorted(os.sched_getaffinity(0))
    return ({usable[-1]}, {usable[0]}) if len(usable) > 1 else None


def bind(cpus: set[int]) -> None:
    """Keep this process and its children on these cores."""
    os.sched_setaffinity(0, cpus)


def cpu_seconds(process: int) -> float | None:
    """Return the processor time that the threads of a process have used, None where the platform does not tell."""
    try:
        threads = [(thread / "schedstat").read_text() for thread in (_PROC / str(process) / "task").iterdir()]
    except OSError:
        return None
    return sum(int(thread.split()[0]) for thread in threads) / 1e9


def this_process() -> int:
    """Return the id of this process."""
    return os.getpid()


def megabytes(process: int) -> float | None:
    """Return the memory that a process holds, None where the platform does not tell."""
    return _memory(process, "VmRSS:")


def peak_megabytes(process: int) -> float | None:
    """Return the most memory that a process has held, None where the platform does not tell."""
    return _memory(process, "VmHWM:")


def _memory(process: int, name: str) -> float | None:
    try:
        lines = (_PROC / str(process) / "status").read_text().splitlines()
    except OSError:
        return None
    line = next(line for line in lines if line.startswith(name))
    return int(line.split()[1]) / 1024
