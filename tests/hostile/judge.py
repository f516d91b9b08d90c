"""What a run may be blamed for, from what the server recorded and what the command printed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.hostile.backend import Backend, Item, path_of
from tests.hostile.command import Ended, Place, printed_commands

SAYS_IT_STAYS = re.compile(r"\b(left|stays?|remains?)\b", re.IGNORECASE)
TRACEBACK = "Traceback (most recent call last)"
VERDICTS = {0: r"^HELD\b", 1: r"^(BROKEN|NEVER|never reached)\b", 2: r"^contracts: |^(BROKEN|NEVER|HELD|stopped)\b"}


@dataclass
class Row:
    """One habit, one kind of run."""

    habit: str
    kind: str
    foreign: list[str] = field(default_factory=list)
    """Writes to what the run did not create, and what happened to it."""
    unnamed: list[str] = field(default_factory=list)
    """What it created, left, and did not name."""
    problems: list[str] = field(default_factory=list)
    """Tracebacks, wrong exit statuses, limits that do not hold."""
    commands: list[Ended] = field(default_factory=list)

    @property
    def is_safe(self) -> bool:
        """Whether nothing is wrong."""
        return self.ended and not (self.foreign or self.unnamed or self.problems)

    @property
    def ended(self) -> bool:
        """Whether every command came to its end in time."""
        return all(each.ended for each in self.commands)

    @property
    def seconds(self) -> float:
        """How long all commands took."""
        return sum(each.seconds for each in self.commands)

    def __str__(self) -> str:
        """Everything that is wrong, and how to see it again."""
        parts = [
            f"{self.habit}, {self.kind}: see it again with `python -m tests.hostile {self.habit} --kind {self.kind}`"
        ]
        parts += [f"  ran: {each.command}" for each in self.commands]
        for title, lines in (
            ("writes to what the run did not create", self.foreign),
            ("left without a word", self.unnamed),
            ("problems", self.problems),
            ("killed after its limit", [each.command.split()[1] for each in self.commands if not each.ended]),
        ):
            if lines:
                parts += [f"  {len(lines)} {title}:", *(f"    {each}" for each in lines[:8])]
                parts += [f"    … and {len(lines) - 8} more"] if len(lines) > 8 else []
        return "\n".join(parts)


def judge(row: Row, backend: Backend, runs: Sequence[str], place: Place) -> None:
    """Note what commands did to a backend that are over by now."""
    # The worst comes first: what hit an item of others, before what might have.
    violations = sorted(
        (each for each in backend.records if each.violation), key=lambda each: "item of" not in each.violation
    )
    row.foreign += [*backend.harmed, *(each.line for each in violations)]
    said = "\n".join(each.output for each in row.commands)
    for run in runs:
        row.unnamed += [path_of(each) for each in backend.left_by(run) if not is_named(each, said, place.state)]
        made = backend.created_by.count(run)
        if backend.most_created is not None and made > backend.most_created:
            row.problems.append(f"created {made} items that it can never own; {backend.most_created} would do")
    row.problems += backend.inspect(place.files, place.state, said)
    for each in row.commands:
        row.problems += problems(each)


def is_named(item: Item, said: str, ledgers: Path) -> bool:
    """Whether an output says of an item that it stays: by its path, its collection, or the command for its ledger."""
    names = (path_of(item), "/" + "/".join(item.steps))
    collection = "/" + "/".join(item.steps[: -1 if len(item.steps) == 2 else -2])
    for line in said.splitlines():
        if SAYS_IT_STAYS.search(line) and any(_mentions(line, name) for name in (*names, collection)):
            return True
    is_offered = any({"--spec", "--profile"} <= set(command) for command in printed_commands(said))
    return is_offered and any(_mentions(path.read_text(), name) for path in ledgers.rglob("*.ndjson") for name in names)


def _mentions(text: str, path: str) -> bool:
    return re.search(rf"{re.escape(path)}(?![\w%-]|/[\w%])", text) is not None


def _error(output: str) -> str:
    """The line of a traceback that says what went wrong."""
    lines = output[output.index(TRACEBACK) :].splitlines()[1:]
    return next((line for line in lines if not line.startswith(" ")), "cut off")


def problems(ended: Ended) -> Iterator[str]:
    """What is wrong with the end of a command, whatever it found."""
    verb = ended.command.split()[1]
    if TRACEBACK in ended.output:
        yield f"{verb}: a traceback: {_error(ended.output)[:200]}"
    if ended.code is None:
        return
    if ended.code not in (0, 1, 2):
        yield f"{verb}: exit status {ended.code}"
    elif verb == "clean":
        if ended.code == 1 and not SAYS_IT_STAYS.search(ended.output):
            yield "clean: exit status 1, and it names nothing that is left"
    elif not re.search(VERDICTS[ended.code], ended.output, re.MULTILINE):
        yield f"{verb}: exit status {ended.code}, and no verdict of that kind: {ended.output[-200:].strip()}"
