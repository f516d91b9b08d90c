"""Print lines and tables: whole lines for programs, wrapped ones on a terminal, and never control codes of a target."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.results.text import legal
from contracts.results.verdict import Verdict

COLOURS = {Verdict.NA: "dim", Verdict.HELD: "green", Verdict.NEVER: "yellow", Verdict.BROKEN: "bold red"}
"""The colour of each verdict, the most important verdict last."""


def plain(text: str) -> str:
    """Escape a text of a target or a document, so that neither markup nor control codes in it take effect."""
    return escape(legal(text))


def print_line(console: Console, markup: str) -> None:
    """Print a line that the terminal may wrap, but that programs read as one."""
    console.print(markup, highlight=False, soft_wrap=True)


def print_table(table: Table, console: Console) -> None:
    """Print a table; where there is no terminal, without the blanks that pad its last column."""
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        console.print(line.rstrip(), markup=False, highlight=False, soft_wrap=True)
