"""Files and folders that only their owner may read, whatever the umask: they tell what a run has seen of a target."""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

FILE, FOLDER = 0o600, 0o700


def descriptor(path: str, flags: int) -> int:
    """Open or create a file, as an opener of `open`."""
    opened = os.open(path, flags, FILE)
    # The umask may have taken more away, and an earlier version less; somebody else's file stays as it is.
    with suppress(OSError):
        Path(path).chmod(FILE)
    return opened


def open_private(path: Path, mode: str, encoding: str | None = None) -> IO[Any]:
    """Open or create a file."""
    return open(path, mode, encoding=encoding, opener=descriptor)  # Path.open takes no opener


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are missing; folders that are there stay as they are."""
    for folder in reversed((path, *path.parents)):
        with suppress(FileExistsError):
            if not folder.is_dir():
                folder.mkdir(FOLDER)
                folder.chmod(FOLDER)
    if not path.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(path))
