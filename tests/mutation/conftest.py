"""The table of the mutual proof: for every rule, whether its mutant was killed and the healthy mock kept silent."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Collect the records of the tests from all workers, and print a line for every rule."""
    table: dict[str, dict[str, bool]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for column, value in getattr(report, "user_properties", ()):
                if column in {"killed", "silent"}:
                    rule, is_so = value
                    table.setdefault(rule, {})[column] = is_so
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
