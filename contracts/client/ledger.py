"""What a run created and did not delete yet, in a file that outlives a crash: a JSON line an event, only appended."""

import errno
import hashlib
import os
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs
from filelock import FileLock, Timeout

from contracts.client import private_files
from contracts.client.marks import Mark, mark_of
from contracts.errors import CannotRun
from contracts.results.redaction import NOTHING, Redactor

ENCODER = msgspec.json.Encoder()


class Entry(msgspec.Struct, frozen=True):
    """An item that a run began to create: where, as whom, and once it is known under which path."""

    key: int
    collection: str
    person: str
    mark: Mark = Mark()
    """What it shows: by this it is found where its path never became known, and known again after a crash."""
    path: str | None = None

    @property
    def place(self) -> str:
        """Its path; where that is not known, the path of its collection."""
        return self.path or self.collection


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the file."""

    event: Literal["begun", "created", "marked", "refused", "moved", "gone"]
    key: int = 0
    collection: str = ""
    person: str = ""
    mark: dict[str, Any] = {}
    """In ledgers of older versions, the texts of a body."""
    shows: Mark = Mark()
    path: str = ""
    to: str = ""


class Ledger:
    """The items of one run; in memory alone where there is no file."""

    def __init__(self, path: Path | None = None, redactor: Redactor = NOTHING) -> None:
        self.path = path
        self._redactor = redactor
        self._own_folder = path is not None and _root() in path.parents
        self._lock = FileLock(f"{path}.lock", mode=private_files.FILE) if path else None
        self._file: int | None = None
        self._entries: dict[int, Entry] = {}
        self._guard = threading.Lock()

    @classmethod
    def left_by_a_run(cls, path: Path, redactor: Redactor = NOTHING) -> "Ledger | None":
        """The ledger in a file, None if a run that goes on writes it, or it is gone."""
        ledger = cls(path, redactor)
        if not path.exists() or not ledger._is_mine():
            return None
        ledger._read()
        return ledger

    def begun(self, collection: str, person: str, mark: Mark) -> int:
        """Note that an item is about to be created; the file has it before the request is sent."""
        key = secrets.randbits(40)
        with self._guard:
            self._apply(Event("begun", key, collection, person, shows=mark))
        return key

    def created(self, key: int, path: str) -> None:
        """Note the path of the new item."""
        with self._guard:
            self._apply(Event("created", key, path=path))

    def marked(self, key: int, mark: Mark) -> None:
        """Note what an item shows from now on; before a change of it is sent."""
        with self._guard:
            if key in self._entries:
                self._apply(Event("marked", key, shows=mark))

    def lost(self, key: int) -> None:
        """Note that what stands at a path is not what was created: where that is, is not known."""
        with self._guard:
            if key in self._entries:
                self._apply(Event("created", key))

    def refused(self, key: int) -> None:
        """Note that nothing was created after all, or that it is no longer looked for."""
        with self._guard:
            self._apply(Event("refused", key))

    def moved(self, path: str, to: str) -> None:
        """Note that an item, and with it what lives inside of it, has another path now."""
        with self._guard:
            if any(_within(each.path, path) for each in self._entries.values()):
                self._apply(Event("moved", path=path, to=to))

    def has(self, path: str) -> bool:
        """Whether an item is there still."""
        return any(each.path is not None and _plain(each.path) == _plain(path) for each in self._entries.values())

    def gone(self, path: str) -> None:
        """Note that an item is deleted, and with it what lived inside of it."""
        with self._guard:
            if any(_within(each.place, path) for each in self._entries.values()):
                self._apply(Event("gone", path=path))

    @property
    def left(self) -> list[Entry]:
        """What is there still, the newest first."""
        return list(reversed(self._entries.values()))

    def close(self) -> None:
        """Let go of the file; one with nothing left in it is removed."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self.path and self._lock and self._lock.is_locked:
            if not self._entries:
                self.path.unlink(missing_ok=True)
            self._lock.release()
            with suppress(OSError):
                Path(self._lock.lock_file).unlink(missing_ok=True)
                if self._own_folder:
                    self.path.parent.rmdir()

    def _apply(self, event: Event) -> None:
        self._write(event)
        self._take(event)

    def _take(self, event: Event) -> None:
        if event.event == "begun":
            mark = mark_of(event.mark, (), ()) if event.mark else event.shows
            self._entries[event.key] = Entry(event.key, event.collection, event.person, mark)
        elif event.event == "created" and event.key in self._entries:
            self._entries[event.key] = msgspec.structs.replace(self._entries[event.key], path=event.path or None)
        elif event.event == "marked" and event.key in self._entries:
            self._entries[event.key] = msgspec.structs.replace(self._entries[event.key], mark=event.shows)
        elif event.event == "refused":
            self._entries.pop(event.key, None)
        elif event.event == "moved":
            self._entries = {key: _moved(each, event) for key, each in self._entries.items()}
        elif event.event == "gone":
            left = {key: each for key, each in self._entries.items() if not _within(each.place, event.path)}
            self._entries = left

    def _write(self, event: Event) -> None:
        """Append a line; what the system has taken survives the end of this process."""
        if self.path is None:
            return
        if self._file is None:
            self._file = self._opened(self.path)
        try:
            os.write(self._file, ENCODER.encode(self._without_secrets(event)) + b"\n")
        except OSError as error:
            raise CannotRun(
                f"{self.path}: {error.strerror or error}; make room there, or give another --ledger. "
                f"Nothing is created that it could not tell of."
            ) from error

    def _without_secrets(self, event: Event) -> Event:
        """An event as the file has it."""
        places = {name: self._redactor.redact(getattr(event, name)) for name in ("collection", "path", "to")}
        return msgspec.structs.replace(event, **places)

    def _with_secrets(self, event: Event) -> Event:
        places = {name: self._redactor.restore_value(getattr(event, name)) for name in ("collection", "path", "to")}
        return msgspec.structs.replace(event, **places)

    def _opened(self, path: Path) -> int:
        try:
            if not self._own_folder and not path.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, "no such folder")
            if path.exists() and not path.is_file():
                raise FileExistsError(errno.EEXIST, "not a file")
            if not self._is_mine():
                raise CannotRun(f"{path}: another run writes this ledger; wait for its end, or give another --ledger.")
            self._read()
            return private_files.descriptor(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        except OSError as error:
            raise CannotRun(
                f"{path}: {error.strerror or error}; give a path that can be written with --ledger."
            ) from error

    def _is_mine(self) -> bool:
        """Whether no other process has the file, from now on."""
        if self._lock is None or self._lock.is_locked:
            return True
        try:
            private_files.make_folder(Path(self._lock.lock_file).parent)
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def _read(self) -> None:
        for line in self.path.read_bytes().splitlines() if self.path and self.path.exists() else ():
            # A process that was killed may have left half a line.
            with suppress(msgspec.DecodeError):
                self._take(self._with_secrets(msgspec.json.decode(line, type=Event)))


def folder(url: str) -> Path:
    """Where the ledgers of a target are kept, unless one is named."""
    name = re.sub(r"[^a-z0-9.-]+", "_", url.partition("://")[2].lower()).strip("_")[:60]
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    return _root() / f"{name}-{mark}"


def _root() -> Path:
    return platformdirs.user_state_path("specdouble") / "ledgers"


def files(url: str, named: Path | None) -> list[Path]:
    """The ledgers that earlier runs may have left of a target, the newest first."""
    if named is not None:
        # Shards of one run have a ledger each, named after theirs.
        shards = sorted(path for path in named.parent.glob(f"{named.name}.*") if path.suffix[1:].isdecimal())
        return [path for path in (named, *shards) if path.is_file()]
    found = folder(url).glob("*.ndjson")
    return sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)


def left(url: str, named: Path | None = None, redactor: Redactor = NOTHING) -> Iterator[Ledger]:
    """The ledgers of runs that did not end; each is closed when the next one is asked for."""
    for path in files(url, named):
        ledger = Ledger.left_by_a_run(path, redactor)
        if ledger is not None:
            try:
                yield ledger
            finally:
                ledger.close()


def _moved(entry: Entry, event: Event) -> Entry:
    if entry.path is None or not _within(entry.path, event.path):
        return entry
    moved = _plain(event.to) + _plain(entry.path).removeprefix(_plain(event.path))
    return msgspec.structs.replace(entry, path=moved + ("/" if entry.path.endswith("/") else ""))


def _within(path: str | None, above: str) -> bool:
    return path is not None and f"{_plain(path)}/".startswith(f"{_plain(above)}/")


def _plain(path: str) -> str:
    """A path without the slash at its end: ledgers of older versions have none."""
    return path.rstrip("/")
