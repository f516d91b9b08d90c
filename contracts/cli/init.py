"""Write a first profile to a file."""

from pathlib import Path

from contracts.errors import CannotRun
from contracts.openapi.description import Model
from contracts.profile.scaffold import profile_of, variables_of
from contracts.runner.preparation import read_document


def write_profile(url: str, spec: Path | None, path: Path, ref_root: Path | None = None) -> list[str]:
    """Write a profile, and return the environment variables that it reads.

    Raises:
        CannotRun: The file exists or cannot be written, or the document cannot be read.
    """
    model = Model(read_document(spec, ref_root))
    text = profile_of(model, url)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        if path.is_dir():
            raise CannotRun(f"{path}: this is a folder. Name a file with --output.") from error
        raise CannotRun(f"{path}: the file exists. Give another path with --output, or remove the file.") from error
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}. Give a path that can be written with --output.") from error
    return variables_of(model, url)
