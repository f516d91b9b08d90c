"""Where a finding belongs in the files of the spec."""

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
    """A line of a file of the spec, counted from 1."""

    path: Path
    line: int

    @property
    def name(self) -> str:
        """The file as seen from the working directory; its whole path where it is not below."""
        return self._below.as_posix() if self._below else self.path.absolute().as_posix()

    @property
    def uri(self) -> str:
        """The file as a URI, relative where it is below the working directory."""
        return quote(self._below.as_posix()) if self._below else self.path.absolute().as_uri()

    @property
    def _below(self) -> Path | None:
        path, here = self.path.absolute(), Path.cwd()
        return path.relative_to(here) if path.is_relative_to(here) else None


class Places:
    """The places of a spec that may be split over files; without a spec there are none."""

    def __init__(self, spec: Path | None) -> None:
        self._spec = spec
        self._place = cache(self._look_up)

    def of(self, finding: Finding) -> Place | None:
        """The line at which the operation of a finding is described."""
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
    """The pointer of an operation that is named as `METHOD /path`; that of all paths for another name."""
    method, _, path = operation.partition(" ")
    if not path.startswith("/"):
        return "#/paths"
    return f"#{written(('paths', path, method.lower()))}"
