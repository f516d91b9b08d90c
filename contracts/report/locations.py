"""Find the place of a finding in the files of the OpenAPI document."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from contracts.results.findings import Finding
from specdouble.pointers import steps_of, written
from specdouble.references import Files
from specdouble.yaml_reader import SpecError


@dataclass(frozen=True)
class Place:
    """A file of the document, and a line in it, counted from 1."""

    path: Path
    line: int

    @property
    def name(self) -> str:
        """The path of the file, relative if it is below the working directory."""
        return self._below.as_posix() if self._below else self.path.absolute().as_posix()

    @property
    def uri(self) -> str:
        """The URI of the file, relative if it is below the working directory."""
        return quote(self._below.as_posix()) if self._below else self.path.absolute().as_uri()

    @property
    def _below(self) -> Path | None:
        path, here = self.path.absolute(), Path.cwd()
        return path.relative_to(here) if path.is_relative_to(here) else None


class Places:
    """The places of a document, which may consist of several files; without a document there are none."""

    def __init__(self, spec: Path | None) -> None:
        self._spec = spec
        self._place = cache(self._look_up)

    def of(self, finding: Finding) -> Place | None:
        """Return the place that describes the operation of a finding."""
        return self._place(finding.pointer or pointer_of(finding.operation))

    def _look_up(self, pointer: str) -> Place | None:
        if self._spec is None:
            return None
        try:
            files = Files(self._spec.absolute())
            error = files.error(files.source(steps_of(pointer)), "")
        except SpecError:
            return Place(self._spec, 1)
        return Place(error.path, error.line or 1)


def pointer_of(operation: str) -> str:
    """Return the pointer of an operation with the name `METHOD /path`; for other names, that of all paths."""
    method, _, path = operation.partition(" ")
    if not path.startswith("/"):
        return "#/paths"
    return f"#{written(('paths', path, method.lower()))}"
