"""No habit of a backend leads the checker to write to what it did not create, or keeps it from ending."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hostile.backend import Backend
from tests.hostile.habits import HABITS
from tests.hostile.judge import Row
from tests.hostile.runs import STEADY, THOROUGH, attempt


def attempts(habit: type[Backend], kinds: tuple[str, ...], folder: Path) -> list[Row]:
    with ThreadPoolExecutor(len(kinds)) as pool:
        return list(pool.map(lambda kind: attempt(habit, kind, folder / kind), kinds))


SHORT = {name: habit for name, habit in HABITS.items() if habit.kinds}
SAMPLE = {habit.__module__: name for name, habit in SHORT.items()}.values()
"""One habit of each module: `make test` tries these in short runs, `make proof` in long ones. `make proof` tries all in
short runs, and with `--thorough` in long ones."""


@pytest.mark.parametrize(
    "habit",
    [pytest.param(habit, id=name, marks=() if name in SAMPLE else pytest.mark.proof) for name, habit in SHORT.items()],
)
def test_the_checker_harms_nothing_names_what_stays_and_ends(habit: type[Backend], tmp_path: Path) -> None:
    rows = attempts(habit, habit.kinds, tmp_path)
    assert all(row.is_safe for row in rows), "\n" + "\n".join(str(row) for row in rows if not row.is_safe)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("habit", "kind"),
    [
        pytest.param(habit, kind, id=f"{name}-{kind}", marks=() if name in SAMPLE else pytest.mark.thorough)
        for name, habit in HABITS.items()
        for kind in habit.kinds or ("all",)
    ],
)
def test_it_does_so_in_long_runs_too(
    habit: type[Backend], kind: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    pace = THOROUGH if pytestconfig.getoption("--thorough") else STEADY
    row = attempt(habit, kind, tmp_path, pace)
    assert row.is_safe, f"\n{row}"
