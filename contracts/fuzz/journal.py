"""What one shard has done, a JSON object a line: written before it goes on, so that a kill loses at most one unit."""

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

VERSION = 1

Json = dict[str, Any]


class Done(msgspec.Struct, frozen=True):
    """What came of one check in one unit."""

    code: str
    verdict: Verdict
    why: str
    trials: int
    requests: int
    seconds: float
    tried: tuple[tuple[str, str, str], ...] = ()
    """Of the permission laws: subject, operation, verdict."""
    lacking: tuple[str, ...] = ()
    """What the checker would need to try it where it could not."""
    failed: bool = False
    """Whether the checker itself failed in it."""

    @classmethod
    def of(cls, result: CheckResult) -> "Done":
        """The part of a result that is kept; its findings are kept beside it."""
        permissions = result.tried if result.check.code in LAWS else ()
        tried = tuple((each.subject, each.operation, str(each.verdict)) for each in permissions)
        code, seconds = result.check.code, round(result.seconds, 3)
        return cls(
            code,
            result.verdict,
            result.why,
            result.trials,
            result.requests,
            seconds,
            tried,
            result.lacking,
            result.failed,
        )

    @property
    def cells(self) -> tuple[Tried, ...]:
        """What was tried, as results hold it."""
        return tuple(Tried(subject, operation, Verdict(verdict)) for subject, operation, verdict in self.tried)


class Entry(msgspec.Struct, frozen=True):
    """One unit: whether it came to its end, what came of it, and how long the shard had run by then."""

    unit: Unit
    done: bool
    results: tuple[Done, ...]
    seconds: float
    requests: int = 0
    left_behind: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """A finding, and the check that found it."""

    code: str
    number: int
    finding: Finding


class Beat(msgspec.Struct, frozen=True):
    """A sign of life in the middle of a unit: how many requests it has sent by then, how long the shard has run."""

    requests: int
    seconds: float


@dataclass
class Record:
    """What a journal holds."""

    entries: list[Entry] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    """By id, as they were first seen."""
    begun: list[str] = field(default_factory=list)
    """Names of units that were begun and not ended since the last one that was: a shard died in them."""

    seconds: float = 0.0
    """How long the shard has run, over all its starts, as far as it noted it."""
    stopped: str = ""
    """Why it ended before its time, empty if it did not, or has gone on since."""

    @property
    def finished(self) -> set[Unit]:
        """The units that need not be done again."""
        return {each.unit for each in self.entries if each.done}


class Journal:
    """The file of one shard, to which lines are only ever added."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing = threading.Lock()
        if path.exists() and not path.read_bytes().endswith(b"\n"):
            self._append("\n")  # The last line was torn by a kill: the next one begins on its own.

    def begin(self, unit: Unit, seconds: float = 0.0) -> None:
        """Note that a unit begins, and how long the shard has run by then."""
        self._write({"kind": "begin", "unit": msgspec.to_builtins(unit), "seconds": seconds})

    def beat(self, beat: Beat) -> None:
        """Give a sign of life."""
        self._write({"kind": "beat", **msgspec.to_builtins(beat)})

    def find(self, found: Found) -> None:
        """Keep a finding."""
        self._write({"kind": "finding", **msgspec.to_builtins(found)})

    def end(self, entry: Entry) -> None:
        """Note what came of a unit."""
        self._write({"kind": "unit", **msgspec.to_builtins(entry)})

    def stop(self, why: str) -> None:
        """Note that nothing more is sent, before the time is over."""
        self._write({"kind": "stop", "why": why})

    def _write(self, told: Json) -> None:
        self._append(json.dumps({"version": VERSION, **told}) + "\n")

    def _append(self, text: str) -> None:
        with self._writing, private_files.open_private(self._path, "a", encoding="ascii") as file:
            file.write(text)


def path_of(folder: Path, shard: int, of: int) -> Path:
    """The journal of a shard, counted from 1."""
    return folder / f"shard-{shard}-of-{of}.ndjson"


def read(path: Path) -> Record:
    """What a journal holds; an empty record if there is none."""
    record = Record()
    for line in _objects(path.read_bytes() if path.exists() else b""):
        _add(record, line, path)
    return record


class Follower:
    """Reads a journal while it is written: each time, what has come since."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def read(self) -> Iterator[Entry | Found | Beat]:
        """What was noted since the last time."""
        for told in self._lines():
            if told.get("kind") == "beat":
                yield msgspec.convert(told, Beat)
            elif told.get("kind") == "unit":
                yield msgspec.convert(told, Entry)
            elif told.get("kind") == "finding":
                yield msgspec.convert(told, Found)

    def _lines(self) -> list[Json]:
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                content = file.read()
        except FileNotFoundError:
            return []
        whole = content[: content.rfind(b"\n") + 1]
        self._read += len(whole)
        return list(_objects(whole))


def _objects(content: bytes) -> Iterator[Json]:
    """The lines that are whole; what a kill has torn is left out."""
    for line in content.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict):
            yield told


def _add(record: Record, told: Json, path: Path) -> None:
    if told.get("version") != VERSION:
        raise CannotRun(f"{path}: written by another version of contracts; give another folder with --state.")
    kind = told["kind"]
    try:
        record.seconds = max(record.seconds, float(told.get("seconds", 0.0)))
        if kind == "begin":
            record.begun.append(msgspec.convert(told["unit"], Unit).name)
            record.stopped = ""
        elif kind == "stop":
            record.stopped = str(told["why"])
        elif kind == "finding":
            found = msgspec.convert(told, Found)
            record.found.setdefault(found.finding.id, found)
        elif kind == "unit":
            record.entries.append(msgspec.convert(told, Entry))
            record.begun.clear()
    except (msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
        raise CannotRun(f"{path}: {error}; remove it, or give another folder with --state.") from error
