"""Creates files and folders that only their owner may read, whatever the umask: they hold data of a target."""

import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

FILE, FOLDER = 0o600, 0o700


def descriptor(path: str, flags: int) -> int:
    """Open or create a file and return its descriptor, as `open` expects of an opener."""
    file = os.open(path, flags, FILE)
    # The umask may be stricter, and an earlier version was less strict. The file of another user stays as it is.
    with suppress(OSError):
        Path(path).chmod(FILE)
    return file


def open_private(path: Path, mode: str, encoding: str | None = None) -> IO[Any]:
    """Open or create a file."""
    return open(path, mode, encoding=encoding, opener=descriptor)  # Path.open takes no opener


def make_folder(path: Path) -> None:
    """Create a folder and its missing parents; existing folders keep their mode."""
    for folder in reversed((path, *path.parents)):
        with suppress(FileExistsError):
            if not folder.is_dir():
                folder.mkdir(FOLDER)
                folder.chmod(FOLDER)
    if not path.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(path))
