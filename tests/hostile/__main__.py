"""Print the table of habits: what the checker writes to items of others, leaves unnamed, and whether it ends."""

import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from tests.hostile.habits import HABITS
from tests.hostile.judge import Row
from tests.hostile.runs import KINDS, QUICK, THOROUGH, attempt

COLUMNS = "{habit:<32} {kind:<6} {foreign:>14} {unnamed:>13}  {ended:<7} {exit:>4} {seconds:>6}  {first}"


@click.command()
@click.argument("habits", nargs=-1)
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Kind of run; those of each habit if absent."
)
@click.option("--proof", is_flag=True, help="Every kind, with real limits and more requests.")
@click.option("--jobs", default=2, show_default=True, help="Runs at a time.")
@click.option("--list", "listed", is_flag=True, help="List the habits.")
@click.option("--details", is_flag=True, help="Print every request that does harm.")
def main(habits: Sequence[str], kinds: Sequence[str], *, proof: bool, jobs: int, listed: bool, details: bool) -> None:
    """Run the checker against backends with dangerous habits; exit with 1 where it does harm."""
    if unknown := [each for each in habits if each not in HABITS]:
        raise click.BadParameter(f"no habit is called {', '.join(unknown)}; --list lists them")
    chosen = [HABITS[each] for each in habits or HABITS]
    if listed:
        for each in chosen:
            click.echo(f"{each.name():<32} {each.about()}")
        return
    pace = THOROUGH if proof else QUICK
    tasks = [(each, kind) for each in chosen for kind in kinds or (KINDS if proof else each.kinds)]
    click.echo(heading())
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        roots = (Path(folder) / f"{number}" for number in range(len(tasks)))
        rows = []
        for row in pool.map(lambda task, root: attempt(task[0], task[1], root, pace), tasks, roots):
            click.echo(str(row) if details and not row.is_safe else line(row))
            rows.append(row)
    click.echo(f"{sum(row.is_safe for row in rows)} of {len(rows)} are safe.")
    sys.exit(0 if all(row.is_safe for row in rows) else 1)


def heading() -> str:
    """The names of the columns."""
    names = {name: name for name in ("habit", "kind", "ended", "exit", "seconds")}
    return COLUMNS.format(foreign="foreign writes", unnamed="left unnamed", first="first problem", **names).rstrip()


def line(row: Row) -> str:
    """A row of the table."""
    codes = ",".join("-" if each.code is None else str(each.code) for each in row.commands)
    first = next(iter([*row.foreign, *row.problems, *row.unnamed]), "")
    return COLUMNS.format(
        habit=row.habit,
        kind=row.kind,
        foreign=len(row.foreign),
        unnamed=len(row.unnamed),
        ended="yes" if row.ended else "NO",
        exit=codes,
        seconds=f"{row.seconds:.1f}",
        first=first[:110],
    ).rstrip()


if __name__ == "__main__":
    main()
