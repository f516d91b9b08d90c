"""Writes a first profile into a file."""

from pathlib import Path

from contracts.errors import CannotRun
from contracts.openapi.description import Model
from contracts.profile.scaffold import profile_of, variables_of
from contracts.runner.session import read_document


def init(url: str, spec: Path | None, path: Path) -> list[str]:
    """Write a profile; return the variables of the environment that it reads.

    CannotRun if there is a file already, or the document cannot be read.
    """
    model = Model(read_document(spec))
    text = profile_of(model, url)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise CannotRun(f"{path}: is there already; give another path with --output, or remove it.") from error
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}; give a path that can be written with --output.") from error
    return variables_of(model, url)
