"""The documents in a folder: files, folders of several files, and the cases of a test harness."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SUFFIXES = (".yaml", ".yml", ".json")
ROOTS = ("openapi", "swagger")
"""The names of the file that a document of several files starts with."""

_SPEC_OF_CASE = re.compile(r"^====spec====\n(.*?)(?=^====\w+====$)", re.MULTILINE | re.DOTALL)


class Source(NamedTuple):
    """A document, its name in the report, and the harness case that it belongs to."""

    name: str
    path: Path
    case: Path | None = None
    """The file of the harness that the document comes from."""


def sources(folder: Path, extracted: Path) -> Iterator[Source]:
    """Yield the documents in a folder; those of harness cases are extracted into another folder."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _in_folder(path, extracted)
        elif path.suffix in SUFFIXES:
            yield Source(path.name, path)
        else:
            yield from _of_case(path, extracted)


def _in_folder(folder: Path, extracted: Path) -> Iterator[Source]:
    roots = [path for path in sorted(folder.rglob("*")) if path.stem in ROOTS and path.suffix in SUFFIXES]
    if roots:
        yield from (Source(f"{folder.name}/{path.name}", path) for path in roots)
        return
    for path in sorted(folder.glob("*.txt")):
        yield from _of_case(path, extracted)


def _of_case(path: Path, extracted: Path) -> Iterator[Source]:
    match = _SPEC_OF_CASE.search(path.read_text(encoding="utf-8"))
    if match is None:
        return
    document = extracted / f"{path.stem}.yaml"
    document.write_text(match[1], encoding="utf-8")
    yield Source(path.name, document, path)
