"""Put the documents of a folder through the rows, each document in a process of its own."""

import multiprocessing
import os
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from benchmarks.documents.client import answer_text, curl
from benchmarks.documents.examples import example_answers
from benchmarks.documents.operations import operations
from benchmarks.documents.parameters import invalid, missing
from benchmarks.documents.preferences import preferences
from benchmarks.documents.resources import resources
from benchmarks.documents.sources import Source
from benchmarks.documents.subject import DoesNotStart, Subject
from benchmarks.documents.verdicts import Failure, Tally, Verdicts

ROWS: Final[Mapping[str, Callable[[Subject], Verdicts]]] = {
    "operations": operations,
    "resources": resources,
    "examples": example_answers,
    "invalid": invalid,
    "missing": missing,
    "prefer": preferences,
}
"""The rows that ask the mock in its own process."""

ERRORS: Final = "errors"
"""The row of answers of status 500."""
_END: Final = "end"


class Outcome(NamedTuple):
    """What the rows counted in one document."""

    source: Source
    tallies: dict[str, Tally]
    unasked: list[str]
    """Operations for which Schemathesis makes no valid request."""
    fault: str
    """The traceback of the benchmark's own fault, empty without one."""


def run(sources: Sequence[Source], rows: Sequence[str], seconds: float, jobs: int) -> Iterator[Outcome]:
    """Yield the outcome of each document as it comes, several at once."""
    with ThreadPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(_apart, source, rows, seconds) for source in sources]):
            yield done.result()


def _apart(source: Source, rows: Sequence[str], seconds: float) -> Outcome:
    """Put one document through the rows in a process of its own, which nothing survives."""
    # Forked, so that the imports are paid for once.
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(source, rows, sender), daemon=True)
    process.start()
    sender.close()
    tallies: dict[str, Tally] = {}
    last: dict[str, Any] = {}
    try:
        # A row at a time, so that a document that takes too long loses only what it has not reached.
        while not last and receiver.poll(seconds):
            name, value = receiver.recv()
            if name == _END:
                last = value
            else:
                tallies.setdefault(name, Tally()).add(value)
        ending = None if last else f"no end after {seconds:g} s"
    except EOFError:
        ending = "the process died"
    process.kill()
    process.join()
    if ending is not None:
        tallies.setdefault(ERRORS, Tally()).count([Failure(ending, source.name, "", "")])
    return Outcome(source, tallies, last.get("unasked", []), last.get("fault", ""))


def _measure(source: Source, rows: Sequence[str], sender: Connection) -> None:
    warnings.simplefilter("ignore")
    last: dict[str, Any] = {"unasked": [], "fault": ""}
    try:
        subject = Subject.of(source)
        subject.client.log.attach()
        for name in rows:
            tally = Tally()
            tally.count(ROWS[name](subject))
            sender.send((name, tally))
        sender.send((ERRORS, _errors(subject)))
        last["unasked"] = subject.unasked
    except DoesNotStart:
        # Such a document has a row of its own.
        pass
    except Exception:
        # The mock answers whatever it does; this is a fault of the benchmark.
        last["fault"] = traceback.format_exc()
    sender.send((_END, last))
    os._exit(0)


def _errors(subject: Subject) -> Tally:
    failures: dict[str, Failure] = {}
    for response, reason in subject.client.broken:
        sent = curl(response.request)
        failures[sent] = Failure(reason[:80], subject.source.name, sent, answer_text(response))
    return Tally(subject.client.sent, list(failures.values()))
