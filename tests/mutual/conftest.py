"""Prints the table of the mutual proof: rule by rule, was it missed where it lacks, and not where it holds."""

from collections.abc import Iterator

import pytest
from connexion.spec import Specification


@pytest.fixture(scope="session", autouse=True)
def _validated_once() -> Iterator[None]:
    """The contract is validated where it is loaded; to do so for each mutant again takes longer than the proof."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Specification, "_validate_spec", classmethod(lambda cls, document: None))
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Gather what the tests recorded, from all workers, and print a line a rule."""
    table: dict[str, dict[str, bool]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for column, value in getattr(report, "user_properties", ()):
                if column in {"killed", "silent"}:
                    rule, held = value
                    table.setdefault(rule, {})[column] = held
    if not table:
        return
    terminalreporter.section("mutual proof: rule, mutant killed, healthy mock silent")
    for rule, row in sorted(table.items()):
        terminalreporter.write_line(f"{rule:<16} {_word(row, 'killed'):<9} {_word(row, 'silent')}")
    killed = sum(row.get("killed", False) for row in table.values())
    silent = sum(row.get("silent", False) for row in table.values())
    terminalreporter.write_line(f"{len(table)} rules: {killed} killed, {silent} silent")


def _word(row: dict[str, bool], column: str) -> str:
    return {True: column, False: f"NOT {column}", None: "not run"}[row.get(column)]
