"""The folder of a long run: its options, and the journals of its shards."""

import hashlib
import json
import secrets
from pathlib import Path

import msgspec
import platformdirs

from contracts.client import private_files
from contracts.errors import CannotRun
from contracts.fuzz.journal import VERSION
from contracts.profile import yaml_files
from specdouble.yaml_reader import SpecError, read_bytes

FILE = "run.json"


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The options of a run that a later start must repeat."""

    url: str
    spec: str | None
    profile: str | None
    only: tuple[str, ...]
    shards: int
    max_examples: int
    seed: int
    version: int = VERSION


def default_folder(url: str, spec: Path | None, profile: Path | None, only: tuple[str, ...]) -> Path:
    """Return the folder that the same command uses again."""
    files = [str(path.resolve()) if path else None for path in (spec, profile)]
    key = json.dumps([url, *files, sorted(only)])
    return root() / hashlib.sha256(key.encode()).hexdigest()[:16]


def root() -> Path:
    """Return the parent of the default folders."""
    return platformdirs.user_state_path("specdouble") / "fuzz"


def new_seed() -> int:
    """Draw a new seed."""
    return secrets.randbits(32)


def enter(folder: Path, requested: Run, *, any_seed: bool) -> Run:
    """Begin a run in a folder, or continue the one in it; CannotRun if that has other options."""
    try:
        private_files.make_folder(folder)
        with private_files.open_private(folder / FILE, "x", encoding="utf-8") as file:
            file.write(json.dumps(msgspec.to_builtins(requested), indent=1) + "\n")
    except FileExistsError:
        return _resume(folder, requested, any_seed)
    except OSError as error:
        raise CannotRun(f"--state {folder}: {error.strerror or error}. Give a folder that can be written.") from error
    return requested


def read(folder: Path) -> Run:
    """Return the run of a folder; CannotRun if there is none."""
    path = folder / FILE
    try:
        content = read_bytes(path)
    except SpecError as error:
        raise CannotRun(f"{error} Name a folder that `contracts fuzz --state` has written.") from error
    return yaml_files.read(str(path), content, Run, "Give another folder, or remove this one and start again.")


def _resume(folder: Path, requested: Run, any_seed: bool) -> Run:
    run = read(folder)
    for name in Run.__struct_fields__:
        old, new = getattr(run, name), getattr(requested, name)
        if old != new and not (name == "seed" and any_seed):
            raise CannotRun(
                f"--state {folder}: holds a run with {name} {old!r}, not {new!r}. Use the same options, give another "
                "folder, or remove this one."
            )
    return run
