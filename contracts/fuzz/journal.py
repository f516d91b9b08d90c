"""The journal of one shard: a JSON object on each line, written at once, so that a kill loses at most one unit."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from contracts.client import private_files
from contracts.errors import CannotRun
from contracts.fuzz.units import Unit
from contracts.report.permissions import LAWS
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult, Tried

VERSION = 2

Json = dict[str, Any]


class Done(msgspec.Struct, frozen=True):
    """The result of one check in one unit."""

    code: str
    verdict: Verdict
    why: str
    trials: int
    requests: int
    seconds: float
    tried: tuple[Tried, ...] = ()
    """The trials of the permission laws."""
    lacking: tuple[str, ...] = ()
    """What the checker would need for the trials that it could not run."""
    failed: bool = False
    """Whether the checker itself failed."""
    gaps: tuple[str, ...] = ()
    """What a check that held could not try, each with the reason."""

    @classmethod
    def of(cls, result: CheckResult) -> "Done":
        """Return the part of a result that is kept; its findings are kept beside it."""
        return cls(
            code=result.check.code,
            verdict=result.verdict,
            why=result.why,
            trials=result.trials,
            requests=result.requests,
            seconds=round(result.seconds, 3),
            tried=result.tried if result.check.code in LAWS else (),
            lacking=result.lacking,
            failed=result.failed,
            gaps=result.gaps,
        )


class Entry(msgspec.Struct, frozen=True):
    """One unit: whether it was completed, its results, and how long the shard had run by then."""

    unit: Unit
    done: bool
    results: tuple[Done, ...]
    seconds: float
    requests: int = 0
    left_behind: tuple[str, ...] = ()


class FindingNote(msgspec.Struct, frozen=True):
    """A finding, and the check that reported it."""

    code: str
    number: int
    finding: Finding


class Beat(msgspec.Struct, frozen=True):
    """A sign of life within a unit: how many requests it has sent, and how long the shard has run."""

    requests: int
    seconds: float


@dataclass
class Record:
    """The content of a journal."""

    entries: list[Entry] = field(default_factory=list)
    findings: dict[str, FindingNote] = field(default_factory=dict)
    """Id → the finding as it was first seen."""
    begun: list[str] = field(default_factory=list)
    """Names of the units that began after the last completed one; the shard died in them."""

    seconds: float = 0.0
    """How long the shard has run, over all its starts, as far as it noted it."""
    stopped: str = ""
    """Why it ended before its time; empty if it did not, or has continued since."""

    @property
    def finished(self) -> set[Unit]:
        """The units that need not be repeated."""
        return {entry.unit for entry in self.entries if entry.done}


class Journal:
    """The file of one shard, which only grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        if path.exists() and not path.read_bytes().endswith(b"\n"):
            self._append("\n")  # A kill has torn the last line; the next one starts on a line of its own.

    def begin(self, unit: Unit, seconds: float = 0.0) -> None:
        """Note that a unit begins, and how long the shard has run by then."""
        self._write({"kind": "begin", "unit": msgspec.to_builtins(unit), "seconds": seconds})

    def beat(self, beat: Beat) -> None:
        """Note a sign of life."""
        self._write({"kind": "beat", **msgspec.to_builtins(beat)})

    def find(self, finding: FindingNote) -> None:
        """Note a finding."""
        self._write({"kind": "finding", **msgspec.to_builtins(finding)})

    def end(self, entry: Entry) -> None:
        """Note the results of a unit."""
        self._write({"kind": "unit", **msgspec.to_builtins(entry)})

    def stop(self, why: str) -> None:
        """Note that nothing more is sent, although the time is not over."""
        self._write({"kind": "stop", "why": why})

    def _write(self, note: Json) -> None:
        self._append(json.dumps({"version": VERSION, **note}) + "\n")

    def _append(self, text: str) -> None:
        with self._writing, private_files.open_private(self._path, "a", encoding="ascii") as file:
            file.write(text)


def path_of(folder: Path, shard: int, of: int) -> Path:
    """Return the path of the journal of a shard, counted from 1."""
    return folder / f"shard-{shard}-of-{of}.ndjson"


def read(path: Path) -> Record:
    """Read a journal; the record is empty if there is none."""
    record = Record()
    for line, note in _notes(path.read_bytes() if path.exists() else b""):
        _add(record, note, f"{path}:{line}")
    return record


class Follower:
    """Reads a journal while it grows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = 0

    def read(self) -> Iterator[Entry | FindingNote | Beat]:
        """Yield what was noted since the last call."""
        for note in self._new_notes():
            if note.get("kind") == "beat":
                yield msgspec.convert(note, Beat)
            elif note.get("kind") == "unit":
                yield msgspec.convert(note, Entry)
            elif note.get("kind") == "finding":
                yield msgspec.convert(note, FindingNote)

    def _new_notes(self) -> list[Json]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._position)
                content = file.read()
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._position += len(whole)
        return [note for _, note in _notes(whole)]


def _notes(content: bytes) -> Iterator[tuple[int, Json]]:
    """Yield number and object of each complete line, without those that a kill has torn."""
    for number, line in enumerate(content.splitlines(), 1):
        try:
            note = json.loads(line)
        except ValueError:
            continue
        if isinstance(note, dict):
            yield number, note


def _add(record: Record, note: Json, place: str) -> None:
    if note.get("version") != VERSION:
        raise CannotRun(f"{place}: another version of contracts has written this journal. Give another --state folder.")
    try:
        kind = note["kind"]
        record.seconds = max(record.seconds, float(note.get("seconds", 0.0)))
        if kind == "begin":
            record.begun.append(msgspec.convert(note["unit"], Unit).name)
            record.stopped = ""
        elif kind == "stop":
            record.stopped = str(note["why"])
        elif kind == "finding":
            finding = msgspec.convert(note, FindingNote)
            record.findings.setdefault(finding.finding.id, finding)
        elif kind == "unit":
            record.entries.append(msgspec.convert(note, Entry))
            record.begun.clear()
    except (msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
        problem = f"the key {error} is missing" if isinstance(error, KeyError) else error
        raise CannotRun(
            f"{place}: this is not a line of a journal: {problem}. Remove this journal, or give another --state folder."
        ) from error
