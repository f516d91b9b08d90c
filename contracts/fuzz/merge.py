"""Makes one report of the journals of all shards: each finding once, each check with the worst that came of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.checks.registration import Check
from contracts.client.target import Safety
from contracts.fuzz.journal import Done, Record
from contracts.fuzz.units import Unit
from contracts.report import Report
from contracts.report.rules import Ended, report_of
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult, Tried, in_part
from contracts.runner.session import Terms

WORST_FIRST = (Verdict.BROKEN, Verdict.NEVER, Verdict.HELD, Verdict.NA)


@dataclass
class Merged:
    """What all shards have done and found."""

    records: Sequence[Record]
    findings: dict[str, Finding] = field(init=False)
    """By id; a finding of several shards as the first of them saw it."""

    def __post_init__(self) -> None:
        found = (each for record in self.records for each in record.found.values())
        self.findings = {each.finding.id: each.finding for each in reversed(list(found))}

    def leave_out_what_did_not_come_back(self) -> list[Finding]:
        """Take out what nobody saw when each was tried alone: shards that share a target are in each other's way."""
        gone = [each for each in self.findings.values() if each.tries and not each.came_back]
        for each in gone:
            del self.findings[each.id]
        return gone

    @property
    def seconds(self) -> float:
        """How long the longest of them ran."""
        return max((each.seconds for each in self.records), default=0.0)

    @property
    def requests(self) -> int:
        """How many requests they sent."""
        return sum(entry.requests for record in self.records for entry in record.entries)

    @property
    def left_behind(self) -> list[str]:
        """What they could not delete or put back."""
        left = (each for record in self.records for entry in record.entries for each in entry.left_behind)
        return list(dict.fromkeys(left))

    @property
    def stopped(self) -> str:
        """Why one of them ended before its time, empty where none did."""
        return next((each.stopped for each in self.records if each.stopped), "")

    @property
    def finished(self) -> set[Unit]:
        """The units that came to their end."""
        return {unit for record in self.records for unit in record.finished}


def report(merged: Merged, held: Terms, wanted: Iterable[Unit], url: str, seed: int, safety: Safety) -> Report:
    """The one report; what of the ``wanted`` units did not come to its end was never reached."""
    wanted = list(wanted)
    missing = [unit for unit in wanted if unit not in merged.finished]
    why = merged.stopped or "the time was over"
    results = list(_results(merged, held, missing, why))
    stopped = f"{why} before {len(missing)} of {len(wanted)} parts of the first round were tried" if missing else ""
    ended = Ended(safety, merged.seconds, merged.requests, merged.left_behind, stopped)
    return report_of(url, seed, held, results, ended)


def _results(merged: Merged, held: Terms, missing: Sequence[Unit], why: str) -> Iterator[CheckResult]:
    done = _by_check(merged.records)
    found = _findings_by_check(merged)
    unreached = _missing_by_check(missing)
    for key, check in _checks(held).items():
        if key in done or key in unreached:
            yield _result(check, done.get(key, []), found.get(key, []), _told(unreached.get(key, []), why))


Key = tuple[str, int]


Placed = tuple[str, Done]
"""What came of a check, and at which resource."""


def _by_check(records: Sequence[Record]) -> dict[Key, list[Placed]]:
    found: dict[Key, list[Placed]] = {}
    for entry in (entry for record in records for entry in record.entries):
        for each in entry.results:
            found.setdefault((each.code, entry.unit.number), []).append((entry.unit.where, each))
    return found


def _findings_by_check(merged: Merged) -> dict[Key, list[Finding]]:
    found: dict[Key, dict[str, Finding]] = {}
    for each in (each for record in merged.records for each in record.found.values()):
        if each.finding.id in merged.findings:
            found.setdefault((each.code, each.number), {})[each.finding.id] = merged.findings[each.finding.id]
    return {key: list(findings.values()) for key, findings in found.items()}


def _missing_by_check(missing: Iterable[Unit]) -> dict[Key, list[Unit]]:
    found: dict[Key, list[Unit]] = {}
    for unit in missing:
        for code in unit.codes:
            found.setdefault((code, unit.number), []).append(unit)
    return found


def _checks(held: Terms) -> Mapping[Key, Check]:
    """Every check that was to be tried, in the order of a short run."""
    found: dict[Key, Check] = {}
    for check in (*held.selection.laws, *held.selection.scenarios):
        twins = sum(code == check.code for code, _ in found)
        found[check.code, twins] = check
    from contracts.conformance.engine import phases

    return found | {(check.code, 0): check for check in phases()}


def _told(missing: Sequence[Unit], why: str) -> str:
    """Why parts of a check were not tried, empty where all were."""
    return f"{why} before {missing[0].name}" + _more(len(missing) - 1) if missing else ""


def _result(check: Check, placed: Sequence[Placed], findings: Sequence[Finding], missing: str) -> CheckResult:
    verdict, why = _verdict(placed, findings, missing)
    done = [each for _, each in placed]
    return CheckResult(
        check,
        verdict,
        why,
        list(findings),
        trials=sum(each.trials for each in done),
        seconds=sum(each.seconds for each in done),
        requests=sum(each.requests for each in done),
        tried=_tried(done),
        lacking=tuple(dict.fromkeys(why for each in done for why in each.lacking)),
        failed=any(each.failed for each in done),
    )


def _verdict(done: Sequence[Placed], findings: Sequence[Finding], missing: str) -> tuple[Verdict, str]:
    """Broken where anything was found; not held before every part of the first round was tried."""
    if findings:
        first = findings[0]
        return Verdict.BROKEN, f"expected {first.expected}, got {first.got}"
    if missing:
        return Verdict.NEVER, missing
    return _worst(_verdict_at(place, each) for place, each in _by_place(done).items())


def _worst(verdicts: Iterable[tuple[Verdict, str]]) -> tuple[Verdict, str]:
    """What came of a check at several resources: it is not held where it was never exercised at one of them."""
    found = list(verdicts)
    order = (Verdict.BROKEN, Verdict.NEVER, Verdict.HELD)
    verdict = next((each for each in order if any(each is other for other, _ in found)), Verdict.NA)
    told = [why for each, why in found if each is verdict and why]
    return verdict, in_part(told) if verdict is Verdict.HELD else "; ".join(dict.fromkeys(told))


def _by_place(done: Sequence[Placed]) -> dict[str, list[Done]]:
    found: dict[str, list[Done]] = {}
    for place, each in done:
        found.setdefault(place, []).append(each)
    return found


def _verdict_at(place: str, done: Sequence[Done]) -> tuple[Verdict, str]:
    """What all rounds say of a check at one resource: it is enough that one of them reached it."""
    for verdict in (Verdict.HELD, Verdict.NEVER, Verdict.NA):
        first_so = next((each for each in done if each.verdict is verdict), None)
        if first_so:
            is_told = verdict is Verdict.NEVER and place
            return verdict, f"{place}: {first_so.why}" if is_told else first_so.why
    return Verdict.HELD, ""  # What was broken did not come back.


def _more(number: int) -> str:
    return f" and {number} more parts" if number > 1 else " and one more part" if number else ""


def _tried(done: Iterable[Done]) -> tuple[Tried, ...]:
    worst: dict[tuple[str, str], Tried] = {}
    for cell in (cell for each in done for cell in each.cells):
        key = cell.subject, cell.operation
        if key not in worst or WORST_FIRST.index(cell.verdict) < WORST_FIRST.index(worst[key].verdict):
            worst[key] = cell
    return tuple(worst.values())
