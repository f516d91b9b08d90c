"""Makes the runs of each kind against a backend with a habit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import contracts
from tests.hostile.backend import Backend
from tests.hostile.command import Ended, Place, arguments, named, run, short, started
from tests.hostile.judge import Row, judge
from tests.hostile.wire import serve

LAWS = Path(contracts.__file__).parents[1] / "docs" / "reference" / "laws.md"
WAITS = "CT107"
"""The law that waits for a second and a half."""
SIBLINGS = "CT103"
"""The law that needs several items at the same time."""
KINDS = ("A", "B", "all", "fuzz", "clean", "again", "two")
RUNS_OF = {"two": ("one", "two")}
KILLED_AFTER = 3
"""How many items a run has created when it is killed."""


@dataclass(frozen=True)
class Pace:
    """How long runs may take."""

    limit: float
    """Seconds for a command."""
    requests: int
    """For the conformance checks, and for what says nothing else."""
    requests_of_laws: int
    examples: int
    response: float | None
    """Seconds for a response; None for the default of the command."""
    fuzz: str
    """How long a fuzz run goes on."""
    laws: tuple[str, ...]
    """What `--only` takes for the laws."""

    def options(self, verb: str, kind: str = "") -> list[str]:
        """The options that make a command keep to it."""
        requests = self.requests_of_laws if kind == "B" else self.requests
        waits = [] if self.response is None else [("--request-timeout", self.response), ("--cleanup-timeout", 2)]
        limits: list[tuple[str, object]] = [("--max-requests", requests), ("--max-examples", self.examples)]
        return short(verb, *limits, *waits)


QUICK = Pace(
    limit=60,
    requests=150,
    requests_of_laws=250,
    examples=1,
    response=1,
    fuzz="2s",
    laws=tuple(code for code in re.findall(r"^\| (CT\d+) ", LAWS.read_text(), re.MULTILINE) if code != WAITS),
)
STEADY = Pace(limit=240, requests=1500, requests_of_laws=4000, examples=3, response=None, fuzz="4s", laws=("B",))
"""What `make proof` has time for: every law, and the defaults of the command for responses that are late."""
THOROUGH = Pace(limit=240, requests=4000, requests_of_laws=4000, examples=3, response=None, fuzz="20s", laws=("B",))


def attempt(habit: type[Backend], kind: str, folder: Path, pace: Pace = QUICK) -> Row:
    """Make one kind of run against a fresh backend, and judge it."""
    backend, row, place = habit(), Row(habit.name(), kind), Place(folder, habit.environment)
    with serve(backend) as backend.url:
        ATTEMPTS[kind](backend, row, place, pace)
        with backend.lock:
            judge(row, backend, RUNS_OF.get(kind, ("run",)), place)
    return row


def _check(lane: str = "") -> Callable[[Backend, Row, Place, Pace], None]:
    def attempt(backend: Backend, row: Row, place: Place, pace: Pace) -> None:
        only = {"A": ("A",), "B": pace.laws}.get(lane, ())
        chosen = [word for each in only for word in ("--only", each)]
        line = arguments("check", backend, place, *named("run"), *chosen, *pace.options("check", lane))
        line += backend.options(place.files)
        row.commands.append(run(line, place, "check", pace.limit))

    return attempt


def _fuzz(backend: Backend, row: Row, place: Place, pace: Pace) -> None:
    alone = ["--shard", "1/1", "--state", place.files / "journal", "--max-time", pace.fuzz]
    line = arguments("fuzz", backend, place, *named("run"), *alone, *pace.options("fuzz"))
    row.commands.append(run(line, place, "fuzz", pace.limit))


def _clean(backend: Backend, row: Row, place: Place, pace: Pace) -> None:
    """Kill a run when it has created some items, and clean up after it."""
    row.commands += kill_a_run(backend, place, pace)
    backend.interlude()
    line = arguments("clean", backend, place, *named("run"), *pace.options("clean"))
    row.commands.append(run(line, place, "clean", pace.limit))


def _again(backend: Backend, row: Row, place: Place, pace: Pace) -> None:
    """Kill a run when it has created some items, and make another one."""
    row.commands += kill_a_run(backend, place, pace)
    backend.interlude()
    line = arguments("check", backend, place, *named("run"), "--only", "CT106", *pace.options("check"))
    row.commands.append(run(line, place, "check", pace.limit))


def _two(backend: Backend, row: Row, place: Place, pace: Pace) -> None:
    """Make two runs at once, and clean up while they go on."""
    lines = [
        arguments("check", backend, place, *named(each), "--only", "CT103", "--only", "CT701", *pace.options("check"))
        for each in RUNS_OF["two"]
    ]
    clean = arguments("clean", backend, place, *named("one"), *pace.options("clean"))
    with started(lines[0], place, "one") as one, started(lines[1], place, "two") as two:
        both = Event()
        backend.after_creation = lambda number: both.set() if len(set(backend.created_by)) == len(lines) else None
        both.wait(pace.limit)
        row.commands.append(run(clean, place, "clean", pace.limit))
        row.commands += [each.wait(pace.limit) for each in (one, two)]


def kill_a_run(backend: Backend, place: Place, pace: Pace) -> list[Ended]:
    """Start a check, and kill it in the middle: before it gets the response to its third creation.

    Return what a run said that came to its end before, since it creates less.
    """
    line = arguments("check", backend, place, *named("run"), "--only", SIBLINGS, *pace.options("check"))
    with started(line, place, "killed") as running:

        def kill(number: int) -> None:
            if number == min(KILLED_AFTER, backend.most_created or KILLED_AFTER):
                running.kill()

        backend.after_creation = kill
        ended = running.wait(pace.limit)
    backend.after_creation = lambda number: None
    backend.start_over()
    return [ended] if ended.code in (0, 1, 2) else []


ATTEMPTS: Mapping[str, Callable[[Backend, Row, Place, Pace], None]] = {
    "A": _check("A"),
    "B": _check("B"),
    "all": _check(),
    "fuzz": _fuzz,
    "clean": _clean,
    "again": _again,
    "two": _two,
}
