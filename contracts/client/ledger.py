"""Records the items that a run created and has not deleted yet, in a file that survives a crash.

The file has one JSON line per event, and lines are only appended.
"""

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
_START = b'{"event":'
"""How each line begins, in ledgers of all versions."""


class Entry(msgspec.Struct, frozen=True):
    """An item that a run began to create."""

    key: int
    collection: str
    person: str
    mark: Mark = Mark()
    """The signs by which it is recognised after a crash, or found if no response named its path."""
    path: str | None = None
    """None until a response names it."""

    @property
    def place(self) -> str:
        """Its path, or the path of its collection until that is known."""
        return self.path or self.collection


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the file. The names are those that older versions wrote."""

    event: Literal["begun", "created", "marked", "refused", "moved", "gone"]
    key: int = 0
    collection: str = ""
    person: str = ""
    mark: dict[str, Any] = {}
    """The texts of a body, in ledgers of older versions."""
    shows: Mark = Mark()
    path: str = ""
    to: str = ""


class Ledger:
    """The items of one run, in memory only if there is no path."""

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
        """Read the ledger in a file; None if the file is gone, or another run still writes it."""
        ledger = cls(path, redactor)
        require_ledger(path)
        if not path.exists() or not ledger._lock_file():
            return None
        ledger._read()
        return ledger

    def require_usable(self) -> None:
        """Raise CannotRun if the file cannot be written, or is not a ledger."""
        if self.path is not None:
            self._file = self._open(self.path)
            self.close()
            self._entries.clear()

    def begin(self, collection: str, person: str, mark: Mark) -> int:
        """Note that an item is about to be created, before the request is sent; return its key."""
        key = secrets.randbits(40)
        with self._guard:
            self._apply(Event("begun", key, collection, person, shows=mark))
        return key

    def note_path(self, key: int, path: str) -> None:
        """Note the path of a new item."""
        with self._guard:
            self._apply(Event("created", key, path=path))

    def note_mark(self, key: int, mark: Mark) -> None:
        """Note the new mark of an item, before the change is sent."""
        with self._guard:
            if key in self._entries:
                self._apply(Event("marked", key, shows=mark))

    def forget_path(self, key: int) -> None:
        """Note that an item is no longer at its path, and that its new path is not known."""
        with self._guard:
            if key in self._entries:
                self._apply(Event("created", key))

    def drop(self, key: int) -> None:
        """Note that an item was not created after all, or is no longer looked for."""
        with self._guard:
            self._apply(Event("refused", key))

    def note_move(self, path: str, to: str) -> None:
        """Note that an item, and the items inside it, have another path."""
        with self._guard:
            if any(_is_within(entry.path, path) for entry in self._entries.values()):
                self._apply(Event("moved", path=path, to=to))

    def has(self, path: str) -> bool:
        """Whether the item at a path is still there."""
        paths = (entry.path for entry in self._entries.values() if entry.path is not None)
        return any(_plain(entry_path) == _plain(path) for entry_path in paths)

    def note_deletion(self, path: str) -> None:
        """Note that an item was deleted, and the items inside it with it."""
        with self._guard:
            if any(_is_within(entry.place, path) for entry in self._entries.values()):
                self._apply(Event("gone", path=path))

    @property
    def left(self) -> list[Entry]:
        """The items that are still there, the newest first."""
        return list(reversed(self._entries.values()))

    def close(self) -> None:
        """Close the file; remove it if nothing is left in it."""
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
        """Write an event to the file, then apply it to the entries."""
        self._write(event)
        self._replay(event)

    def _replay(self, event: Event) -> None:
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
            self._entries = {key: _moved(entry, event) for key, entry in self._entries.items()}
        elif event.event == "gone":
            self._entries = {
                key: entry for key, entry in self._entries.items() if not _is_within(entry.place, event.path)
            }

    def _write(self, event: Event) -> None:
        """Append a line; it survives a crash of this process from now on."""
        if self.path is None:
            return
        if self._file is None:
            self._file = self._open(self.path)
        try:
            os.write(self._file, ENCODER.encode(self._without_secrets(event)) + b"\n")
        except OSError as error:
            raise CannotRun(
                f"{self.path}: {error.strerror or error}; make room there, or give another --ledger. "
                f"The run creates nothing that it cannot record."
            ) from error

    def _without_secrets(self, event: Event) -> Event:
        """Return an event as the file stores it."""
        places = {name: self._redactor.redact(getattr(event, name)) for name in ("collection", "path", "to")}
        return msgspec.structs.replace(event, **places)

    def _with_secrets(self, event: Event) -> Event:
        places = {name: self._redactor.restore_value(getattr(event, name)) for name in ("collection", "path", "to")}
        return msgspec.structs.replace(event, **places)

    def _open(self, path: Path) -> int:
        try:
            if not self._own_folder and not path.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, "no such folder")
            if path.exists() and not path.is_file():
                raise FileExistsError(errno.EEXIST, "not a file")
            require_ledger(path)
            if not self._lock_file():
                raise CannotRun(f"{path}: another run writes this ledger; wait for its end, or give another --ledger.")
            self._read()
            file = private_files.descriptor(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            if path.read_bytes()[-1:] not in (b"", b"\n"):
                os.write(file, b"\n")  # A kill has torn the last line; the next one starts on a line of its own.
            return file
        except OSError as error:
            raise CannotRun(
                f"{path}: {error.strerror or error}; give a path that can be written with --ledger."
            ) from error

    def _lock_file(self) -> bool:
        """Lock the file; return False if another process has locked it."""
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
            # A killed process may have left half a line.
            with suppress(msgspec.DecodeError):
                self._replay(self._with_secrets(msgspec.json.decode(line, type=Event)))


def require_ledger(path: Path) -> None:
    """Raise CannotRun if a file holds something else: a run appends to its ledger, and removes it at its end."""
    try:
        lines = path.read_bytes().splitlines() if path.exists() else []
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}. Name a file that can be read with --ledger.") from error
    for number, line in enumerate(lines, 1):
        # A killed process may have left half a line.
        if not line.startswith(_START) and not _START.startswith(line):
            raise CannotRun(
                f"{path}:{number}: this is not a line of a ledger. Name another file with --ledger, or a new one."
            )


def folder(url: str) -> Path:
    """Return the default folder for the ledgers of a target."""
    name = re.sub(r"[^a-z0-9.-]+", "_", url.partition("://")[2].lower()).strip("_")[:60]
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    return _root() / f"{name}-{mark}"


def _root() -> Path:
    return platformdirs.user_state_path("specdouble") / "ledgers"


def files(url: str, named: Path | None) -> list[Path]:
    """Return the ledger files of earlier runs on a target, the newest first."""
    if named is not None:
        # Each shard of a run has a ledger of its own, named after this one.
        shards = sorted(path for path in named.parent.glob(f"{named.name}.*") if path.suffix[1:].isdecimal())
        return [path for path in (named, *shards) if path.is_file()]
    return sorted(folder(url).glob("*.ndjson"), key=lambda path: path.stat().st_mtime, reverse=True)


def left(url: str, named: Path | None = None, redactor: Redactor = NOTHING) -> Iterator[Ledger]:
    """Yield the ledgers of runs that did not end; each is closed before the next one is read."""
    for path in files(url, named):
        ledger = Ledger.left_by_a_run(path, redactor)
        if ledger is not None:
            try:
                yield ledger
            finally:
                ledger.close()


def _moved(entry: Entry, event: Event) -> Entry:
    if entry.path is None or not _is_within(entry.path, event.path):
        return entry
    moved = _plain(event.to) + _plain(entry.path).removeprefix(_plain(event.path))
    return msgspec.structs.replace(entry, path=moved + ("/" if entry.path.endswith("/") else ""))


def _is_within(path: str | None, above: str) -> bool:
    return path is not None and f"{_plain(path)}/".startswith(f"{_plain(above)}/")


def _plain(path: str) -> str:
    """Return a path without the slash at its end, which ledgers of older versions lack."""
    return path.rstrip("/")
