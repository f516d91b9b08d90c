"""Start the mock of a document in a process of its own, within a time limit."""

import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from benchmarks.documents.sources import Source
from mockserver.app import UnknownDomain, create_mock
from specdouble.document import SpecError

STARTED, REJECTED, CRASHED, SLOW, DIED = "started", "rejected", "crashed", "too slow", "died"


class Outcome(NamedTuple):
    """How a start ended, with the message of a failure, and how many seconds it took."""

    source: Source
    kind: str
    message: str
    seconds: float
    warnings: int = 0


def start(source: Source, limit: float, cache: Path) -> Outcome:
    """Start the mock of a document, with an empty folder for its cache, and stop it again."""
    began = monotonic()
    # Forked, so that the imports are paid for once, and that nothing a document does harms the next one.
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_start, args=(source, sender, cache), daemon=True)
    process.start()
    sender.close()
    process.join(limit)
    seconds = monotonic() - began
    if process.is_alive():
        process.kill()
        process.join()
        return Outcome(source, SLOW, f"not started after {limit:g} s", seconds)
    if not receiver.poll():
        return Outcome(source, DIED, f"exit status {process.exitcode}", seconds)
    kind, message, warnings = receiver.recv()
    return Outcome(source, kind, message, seconds, warnings)


def _start(source: Source, sender: Connection, cache: Path) -> None:
    # Nothing is served from the cache of an earlier run.
    os.environ["XDG_CACHE_HOME"] = str(cache)
    try:
        mock = create_mock(source.path)
        sender.send((STARTED, "", len(mock.warnings)))
    except (SpecError, UnknownDomain) as error:
        sender.send((REJECTED, str(error), 0))
    except Exception as error:
        # A traceback is what the benchmark looks for, whatever its reason.
        sender.send((CRASHED, f"{type(error).__name__}: {error}"[:300], 0))
    finally:
        sender.close()
        os._exit(0)
