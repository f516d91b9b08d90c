"""Findings that are known and accepted for a time: a file of ids, each with a reason and a last day."""

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

DAYS = 30
"""How long a finding is accepted that `--update-baseline` adds."""
UNEXPLAINED = "not explained yet: say here why it is accepted"
_REMEDY = "Fix it, or remove the file and write a new one with --update-baseline."
REMEDIES = yaml_files.Remedies(_REMEDY, "Keep one of them.", lambda _: _REMEDY)
_ID = re.compile(r"[0-9a-f]{10}")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One accepted finding."""

    id: str
    reason: str
    expires: date
    """The last day on which it is accepted."""
    about: str = ""
    """What it is, for whoever reads the file; nothing depends on it."""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no finding's id, which reports tell beside each finding")
        if not self.reason.strip():
            raise ValueError(f"{self.id} needs a reason")


@dataclass(frozen=True)
class Comparison:
    """What a baseline says of the findings of one run."""

    known: Mapping[str, Entry] = field(default_factory=dict)
    """Id → entry of each finding that is accepted today."""
    expired: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    """Entries whose finding did not come any more."""

    @property
    def remarks(self) -> list[str]:
        """What whoever keeps the file should know, a line each."""
        expired = (
            f"{_name(entry)} was accepted until {entry.expires}: fix it, or renew the entry" for entry in self.expired
        )
        gone = (f"{_name(each)} was not found any more: take it out of the baseline" for each in self.gone)
        return [*expired, *gone]


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a file; CannotRun names the line and what is wrong with it."""
    name = f"--baseline {path}"
    try:
        text = path.read_bytes()
    except OSError as error:
        hint = "give a readable file, or write one with --update-baseline"
        raise CannotRun(f"{name}: {error.strerror or error}; {hint}.") from error
    entries = yaml_files.read(name, text, tuple[Entry, ...], REMEDIES, empty=())
    _insist_on_one_each(name, text, entries)
    return entries


def known_today(path: Path) -> set[str]:
    """The ids that a file accepts today."""
    return {each.id for each in read(path) if each.expires >= date.today()}


def compare(entries: Iterable[Entry], findings: Iterable[Finding], today: date, *, complete: bool = True) -> Comparison:
    """Hold findings against a baseline; only a complete run can tell that something is gone."""
    entries = tuple(entries)
    found = {finding.id for finding in findings}
    valid = [each for each in entries if each.expires >= today]
    return Comparison(
        known={each.id: each for each in valid if each.id in found},
        expired=tuple(each for each in entries if each.expires < today and each.id in found),
        gone=tuple(each for each in entries if each.id not in found) if complete else (),
    )


def updated(
    entries: Iterable[Entry], findings: Iterable[Finding], today: date, *, complete: bool = True
) -> tuple[Entry, ...]:
    """The entries that accept just these findings: reasons stay, what expired is renewed, what is gone goes."""
    before = {each.id: each for each in entries}
    found = {finding.id: finding for finding in findings}
    kept = () if complete else (each for each in before.values() if each.id not in found)
    return tuple(sorted((*kept, *(_renewed(before.get(each.id), each, today) for each in found.values())), key=_order))


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write entries to a file; CannotRun where that is not possible."""
    listed = [{"id": each.id, "about": each.about, "reason": each.reason, "expires": each.expires} for each in entries]
    text = yaml.safe_dump(listed, sort_keys=False, allow_unicode=True, width=110)
    head = "# Findings that do not fail a run until they expire. Say in each reason why it is accepted, and by whom.\n"
    try:
        path.write_text(head + text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"--baseline {path}: {error.strerror or error}; give a path that can be written.") from error


def _renewed(entry: Entry | None, finding: Finding, today: date) -> Entry:
    if entry is not None and entry.expires >= today:
        return entry
    reason = entry.reason if entry else UNEXPLAINED
    about = _printable(f"{finding.rule} {finding.operation} · {finding.subject}")
    return Entry(id=finding.id, reason=reason, expires=today + timedelta(days=DAYS), about=about)


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def _order(entry: Entry) -> tuple[str, str]:
    return entry.about, entry.id


def _name(entry: Entry) -> str:
    return f"{entry.id} ({entry.about})" if entry.about else entry.id


def _insist_on_one_each(name: str, text: bytes, entries: Iterable[Entry]) -> None:
    seen: set[str] = set()
    for number, each in enumerate(entries):
        if each.id in seen:
            line = yaml_files.line_of(text, [number])
            raise CannotRun(f"{name}, line {line}: {each.id} stands there twice; {REMEDIES.twice}")
        seen.add(each.id)
