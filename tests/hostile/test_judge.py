"""The judge sees what it is there to see: each kind of harm, and each way not to speak of it."""

import stat
from pathlib import Path

import pytest

from tests.hostile.backend import OTHERS, Backend
from tests.hostile.command import Ended, Place, arguments, run
from tests.hostile.habits import HABITS
from tests.hostile.habits.actions import Lends, UsersByName
from tests.hostile.habits.creation import IdOfParent
from tests.hostile.habits.paths import SlashPaths
from tests.hostile.judge import Row, is_named, judge, problems
from tests.hostile.wire import Request, serve

ANN = {"authorization": "Bearer token-of-ann", "content-type": "application/json"}


def send(backend: Backend, method: str, target: str, body: bytes = b"", run: str = "run") -> str:
    """What the server says against a request, empty where nothing."""
    backend(Request(method, target, {**ANN, "x-run": run}, body))
    return backend.records[-1].violation


@pytest.fixture
def backend() -> Backend:
    """A backend with the item 6, which the run has created."""
    backend = Backend()
    assert send(backend, "POST", "/things", b'{"title": "Mine"}') == ""
    return backend


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/things/1"),
        ("HEAD", "/things/1"),
        ("OPTIONS", "/things/1"),
        ("POST", "/things"),
        ("PATCH", "/things/6"),
        ("DELETE", "/things/%36"),
        ("POST", "/things/6/archive"),
        ("TRACE", "/things"),
        ("GET", "/nowhere"),
    ],
)
def test_what_a_run_may_send_is_no_harm(backend: Backend, method: str, target: str) -> None:
    assert send(backend, method, target) == ""


@pytest.mark.parametrize(
    ("method", "target", "why"),
    [
        ("DELETE", "/things/1", "an item of others"),
        ("PATCH", "/things/%31?x=1", "an item of others"),
        ("PUT", "/things/1", "an item of others"),
        ("POST", "/things/1/archive", "an item of others"),
        ("TRACE", "/things/1", "an item of others"),
        ("PATCH", "/things/987654321", "an id that the run did not create"),
        ("DELETE", "/things/", "the whole collection"),
        ("PATCH", "/things", "the whole collection"),
        ("DELETE", "/", "an action"),
        ("POST", "/shutdown", "an action"),
    ],
)
def test_what_a_run_may_not_send_is_seen(backend: Backend, method: str, target: str, why: str) -> None:
    assert why in send(backend, method, target)


def test_an_item_of_another_run_is_one_of_others(backend: Backend) -> None:
    assert "an item of run" in send(backend, "DELETE", "/things/6", run="two")


def test_what_a_run_has_deleted_may_be_deleted_again_until_somebody_else_has_the_id(backend: Backend) -> None:
    assert send(backend, "DELETE", "/things/6") == ""
    assert send(backend, "DELETE", "/things/6") == ""
    backend.add({"title": "Theirs"}, OTHERS, identifier=6)
    assert "an item of others" in send(backend, "DELETE", "/things/6")
    assert "/things/6 of others is gone" in backend.harmed


def test_what_is_lent_may_be_changed_and_nothing_else() -> None:
    backend = Lends()
    assert send(backend, "PATCH", "/things/3", b'{"count": 9}') == ""
    assert "/things/3 of others was changed" in backend.harmed
    assert "a lent item" in send(backend, "DELETE", "/things/3")
    assert "a lent item" in send(Lends(), "POST", "/things/3/archive")


def test_a_creation_inside_of_an_item_of_others_is_a_write_to_it() -> None:
    backend = IdOfParent()
    assert "an item of others" in send(backend, "POST", "/shelves/1/books", b'{"title": "Mine"}')
    assert send(backend, "POST", "/shelves", b'{"title": "Mine"}') == ""
    (shelf,) = backend.left_by("run")[-1:]
    assert send(backend, "POST", f"/shelves/{shelf.id}/books", b'{"title": "Mine"}') == ""


def test_an_action_with_an_id_is_an_action() -> None:
    assert "an action" in send(UsersByName(), "POST", "/users/carol")


def test_a_path_without_its_slash_still_addresses_the_item() -> None:
    assert "an item of others" in send(SlashPaths(), "DELETE", "/things/1")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("left behind /things/6 could not be deleted", True),
        ("may be left: an item in /things", True),
        ("/things/6 stays: nobody may delete it", True),
        ("left behind /things/61 could not be deleted", False),
        ("left behind /things/6/parts/1 could not be deleted", False),
        ("GET /things/6 answered 500", False),
        ("nothing is left", False),
        ("contracts clean --url http://x", False),
        ("contracts clean --url http://x --spec s --profile p", True),
    ],
)
def test_an_item_is_named_by_its_path_or_its_collection_or_by_the_command_for_its_ledger(
    backend: Backend, said: str, named: bool, tmp_path: Path
) -> None:
    (tmp_path / "run.ndjson").write_text('{"event":"created","path":"/things/6"}\n')
    (item,) = backend.left_by("run")
    assert is_named(item, said, tmp_path) is named


@pytest.mark.parametrize(
    ("command", "code", "output", "wrong"),
    [
        ("check", 0, "HELD  0 findings", ""),
        ("check", 1, "BROKEN  1 finding", ""),
        ("check", 1, "NEVER REACHED  0 findings", ""),
        ("check", 2, "contracts: nothing answers", ""),
        ("clean", 1, "left  /things/6 stays", ""),
        ("clean", 0, "3 deleted", ""),
        ("check", None, "", ""),
        ("check", 1, "Killed", "no verdict"),
        ("check", 0, "", "no verdict"),
        ("check", -9, "", "exit status -9"),
        ("clean", 1, "oops", "names nothing"),
        ("check", 1, "BROKEN\nTraceback (most recent call last):\n  …\nValueError: x", "a traceback: ValueError: x"),
    ],
)
def test_an_exit_status_has_to_fit_what_was_printed(command: str, code: int | None, output: str, wrong: str) -> None:
    found = list(problems(Ended(f"contracts {command} --url http://x", code, 1.0, output)))
    assert bool(found) is bool(wrong)
    assert wrong in "".join(found)


def test_a_row_is_unsafe_with_any_of_its_columns(tmp_path: Path) -> None:
    ended = Ended("contracts check", 0, 1.0, "HELD")
    assert Row("x", "A", commands=[ended]).is_safe
    assert not Row("x", "A", commands=[Ended("contracts check", None, 20.0, "")]).is_safe
    for part in ("foreign", "unnamed", "problems"):
        row = Row("x", "A", commands=[ended], **{part: ["something"]})
        assert not row.is_safe
        assert "something" in str(row)


def test_what_a_run_can_never_own_is_counted(tmp_path: Path) -> None:
    backend = HABITS["tells-no-id"]()
    for _ in range(2):
        send(backend, "POST", "/things", b'{"title": "Mine"}')
    row = Row("tells-no-id", "A", commands=[Ended("contracts check", 0, 1.0, "HELD")])
    judge(row, backend, ("run",), Place(tmp_path))
    assert row.problems == ["created 2 items that it can never own; 1 would do"]
    assert row.unnamed == ["/things/6", "/things/7"]


def test_a_command_that_does_not_end_is_killed_at_its_limit(tmp_path: Path) -> None:
    backend, place = HABITS["list-hangs"](), Place(tmp_path)
    with serve(backend) as backend.url:
        ended = run(arguments("check", backend, place), place, "check", limit=0.5)
    assert (ended.code, ended.ended) == (None, False)


def test_a_command_runs_in_folders_of_its_own(tmp_path: Path) -> None:
    backend, place = HABITS["well-behaved"](), Place(tmp_path)
    with serve(backend) as backend.url:
        ended = run(arguments("check", backend, place, "--only", "CT104"), place, "check", limit=60)
    assert ended.code in (0, 1), ended.output
    assert "HELD" in ended.output or "BROKEN" in ended.output
    assert stat.S_IMODE((place.files / "check.txt").stat().st_mode) == 0o600
    assert backend.records


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
def test_each_habit_is_described_and_has_items_of_others(habit: type[Backend]) -> None:
    backend = habit()
    assert habit.about().endswith(".")
    assert len(backend.foreign) >= 3
    assert backend.document["paths"]
    assert backend.harmed == []
