"""Fields of a body that the operation does not take: read-only ones, and those that it does not have."""

from collections.abc import Collection
from typing import Final, NamedTuple

from mockserver.errors import Problem

_LONGEST: Final = 80
"""How much of a name a notice shows: it is sent in a header."""


class ExtraFields(NamedTuple):
    """The names of these fields; the mock ignores them, or rejects them where it reads strictly."""

    read_only: Collection[str]
    unknown: Collection[str]

    def problems(self, rejected: Collection[str | None] = ()) -> list[Problem]:
        """Return the rejection of each field, but for those that are rejected already."""
        problems = [Problem(name, "read_only", "This field is read-only.") for name in self.read_only]
        problems += [Problem(name, "unknown", "This operation has no such field.") for name in self.unknown]
        return [problem for problem in problems if problem.field not in rejected]

    def notices(self) -> list[str]:
        """Return a notice of each field."""
        names = [("read-only", name) for name in self.read_only] + [("unknown", name) for name in self.unknown]
        return [f"{kind} field {name[:_LONGEST]!r} was ignored" for kind, name in names]
