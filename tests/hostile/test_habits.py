"""No habit of a backend leads the checker to write to what it did not create, or keeps it from ending."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hostile.backend import Backend
from tests.hostile.habits import HABITS
from tests.hostile.judge import Row
from tests.hostile.runs import KINDS, THOROUGH, attempt


def attempts(habit: type[Backend], kinds: tuple[str, ...], folder: Path) -> list[Row]:
    with ThreadPoolExecutor(len(kinds)) as pool:
        return list(pool.map(lambda kind: attempt(habit, kind, folder / kind), kinds))


SHORT = {name: habit for name, habit in HABITS.items() if habit.kinds}


@pytest.mark.parametrize("habit", SHORT.values(), ids=SHORT)
def test_the_checker_harms_nothing_names_what_stays_and_ends(habit: type[Backend], tmp_path: Path) -> None:
    rows = attempts(habit, habit.kinds, tmp_path)
    assert all(row.is_safe for row in rows), "\n" + "\n".join(str(row) for row in rows if not row.is_safe)


@pytest.mark.proof
@pytest.mark.parametrize("kind", [*KINDS])
@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
def test_it_does_so_in_long_runs_too(habit: type[Backend], kind: str, tmp_path: Path) -> None:
    row = attempt(habit, kind, tmp_path, THOROUGH)
    assert row.is_safe, f"\n{row}"
