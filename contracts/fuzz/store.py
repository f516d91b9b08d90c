"""The folder of a long run: what it was asked to do, beside the journals of its shards."""

import hashlib
import json
import secrets
from pathlib import Path

import msgspec
import platformdirs

from contracts.client import private_files
from contracts.errors import CannotRun
from contracts.fuzz.journal import VERSION

FILE = "run.json"


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a run was asked to do, as far as a later start must ask for the same."""

    url: str
    spec: str | None
    profile: str | None
    only: tuple[str, ...]
    shards: int
    max_examples: int
    seed: int
    version: int = VERSION


def default_folder(url: str, spec: Path | None, profile: Path | None, only: tuple[str, ...]) -> Path:
    """The folder that the same command finds again."""
    files = [str(path.resolve()) if path else None for path in (spec, profile)]
    asked = json.dumps([url, *files, sorted(only)])
    return root() / hashlib.sha256(asked.encode()).hexdigest()[:16]


def root() -> Path:
    """Where runs are kept that were given no folder."""
    return platformdirs.user_state_path("specdouble") / "fuzz"


def new_seed() -> int:
    """A seed that nobody has chosen."""
    return secrets.randbits(32)


def enter(folder: Path, wanted: Run, *, any_seed: bool) -> Run:
    """Begin a run in a folder, or take up the one that is there; CannotRun if that was asked for something else."""
    try:
        private_files.make_folder(folder)
        with private_files.open_private(folder / FILE, "x", encoding="utf-8") as file:
            file.write(json.dumps(msgspec.to_builtins(wanted), indent=1) + "\n")
    except FileExistsError:
        return _resumed(folder, wanted, any_seed)
    except OSError as error:
        raise CannotRun(f"--state {folder}: {error.strerror or error}; give a folder that can be written.") from error
    return wanted


def read(folder: Path) -> Run:
    """The run of a folder; CannotRun if there is none."""
    path = folder / FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}; give the folder of a `contracts fuzz --state`.") from error
    except msgspec.DecodeError as error:
        raise CannotRun(f"{path}: {error}; give another folder, or remove this one and begin anew.") from error


def _resumed(folder: Path, wanted: Run, any_seed: bool) -> Run:
    found = read(folder)
    for name in Run.__struct_fields__:
        there, asked = getattr(found, name), getattr(wanted, name)
        if there != asked and not (name == "seed" and any_seed):
            raise CannotRun(
                f"--state {folder}: holds a run with {name} {there!r}, not {asked!r}; ask for the same, give another "
                "folder, or remove this one."
            )
    return found
