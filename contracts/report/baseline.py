"""The baseline: a file of findings that are accepted for a time, each with a reason and a last day."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import msgspec
import yaml

from contracts.errors import CannotRun
from contracts.profile import yaml_files
from contracts.results.findings import Finding
from specdouble.yaml_reader import SpecError, read_bytes

DAYS = 30
"""How long `--update-baseline` accepts a new finding."""
UNEXPLAINED = "not explained yet: say here why it is accepted"
REMEDY = "Fix it, or remove the file and write a new one with --update-baseline."
_ID = re.compile(r"[0-9a-f]{10}")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One accepted finding."""

    id: str
    reason: str
    expires: date
    """The last day on which it is accepted."""
    about: str = ""
    """A description for readers of the file. The checker ignores it."""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is not the id of a finding, which reports show beside each finding")
        if not self.reason.strip():
            raise ValueError(f"{self.id} needs a reason")


@dataclass(frozen=True)
class Comparison:
    """The findings of one run, compared with a baseline."""

    accepted: Mapping[str, Entry] = field(default_factory=dict)
    """Id → entry of each finding that is accepted today."""
    expired: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    """Entries whose finding is gone."""

    @property
    def remarks(self) -> list[str]:
        """What the maintainers of the file should do, a line for each entry."""
        expired = (
            f"{_name(entry)} was accepted until {entry.expires}: fix it, or renew the entry" for entry in self.expired
        )
        gone = (f"{_name(entry)} was not found any more: remove it from the baseline" for entry in self.gone)
        return [*expired, *gone]


def read(path: Path) -> tuple[Entry, ...]:
    """Read the entries of a file; CannotRun names the line and the error."""
    name = f"--baseline {path}"
    try:
        text = read_bytes(path)
    except SpecError as error:
        raise CannotRun(f"--baseline {error} Use --update-baseline to write a new one.") from error
    entries = yaml_files.read(name, text, tuple[Entry, ...], REMEDY, empty=())
    _require_unique(name, text, entries)
    return entries


def accepted_today(path: Path) -> set[str]:
    """Return the ids that a file accepts today."""
    return {entry.id for entry in read(path) if entry.expires >= date.today()}


def compare(entries: Iterable[Entry], findings: Iterable[Finding], today: date, *, complete: bool = True) -> Comparison:
    """Compare findings with a baseline; only a complete run shows that an entry is gone."""
    entries = tuple(entries)
    present = {finding.id for finding in findings}
    matching = [entry for entry in entries if entry.id in present]
    return Comparison(
        accepted={entry.id: entry for entry in matching if entry.expires >= today},
        expired=tuple(entry for entry in matching if entry.expires < today),
        gone=tuple(entry for entry in entries if entry.id not in present) if complete else (),
    )


def updated(
    entries: Iterable[Entry], findings: Iterable[Finding], today: date, *, complete: bool = True
) -> tuple[Entry, ...]:
    """Return entries for exactly these findings: keep reasons, renew expired entries, drop those that are gone."""
    before = {entry.id: entry for entry in entries}
    present = {finding.id: finding for finding in findings}
    renewed = [_renew(before.get(finding.id), finding, today) for finding in present.values()]
    kept = [] if complete else [entry for entry in before.values() if entry.id not in present]
    return tuple(sorted((*kept, *renewed), key=lambda entry: (entry.about, entry.id)))


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write entries to a file; CannotRun if that is impossible."""
    listed = [
        {"id": entry.id, "about": entry.about, "reason": entry.reason, "expires": entry.expires} for entry in entries
    ]
    text = yaml.safe_dump(listed, sort_keys=False, allow_unicode=True, width=110)
    head = "# Findings that do not fail a run until they expire. Say in each reason why it is accepted, and by whom.\n"
    try:
        path.write_text(head + text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"--baseline {path}: {error.strerror or error}. Give a path that can be written.") from error


def _renew(entry: Entry | None, finding: Finding, today: date) -> Entry:
    if entry is not None and entry.expires >= today:
        return entry
    reason = entry.reason if entry else UNEXPLAINED
    about = _printable(f"{finding.rule} {finding.operation} · {finding.subject}")
    return Entry(id=finding.id, reason=reason, expires=today + timedelta(days=DAYS), about=about)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _name(entry: Entry) -> str:
    return f"{entry.id} ({entry.about})" if entry.about else entry.id


def _require_unique(name: str, text: bytes, entries: Iterable[Entry]) -> None:
    ids: set[str] = set()
    for number, entry in enumerate(entries):
        if entry.id in ids:
            line = yaml_files.line_of(text, [number])
            raise CannotRun(f"{name}:{line}: the entry {entry.id} is repeated. Keep one of them.")
        ids.add(entry.id)
