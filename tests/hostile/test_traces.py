"""What a run leaves behind on this machine, and what it says to who has to clean up."""

import re
import stat
from pathlib import Path

import pytest

from tests.hostile.backend import Backend, Item
from tests.hostile.command import UMASK, Ended, Place, arguments, named, printed_commands, run
from tests.hostile.habits import HABITS
from tests.hostile.habits.deleting import DeleteFails
from tests.hostile.runs import QUICK, kill_a_run
from tests.hostile.wire import Request, Response, serve

LIMIT = 60.0


def check(backend: Backend, place: Place, *options: object, verb: str = "check") -> Ended:
    line = arguments(verb, backend, place, *named("run"), *QUICK.options(verb), *options)
    return run(line, place, verb, LIMIT)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def backend() -> Backend:
    return HABITS["well-behaved"]()


@pytest.mark.parametrize(
    "options",
    [("check", "--only", "A"), ("check", "--only", "B"), ("fuzz", "--shard", "1/1", "--max-time", "1s")],
    ids=["A", "B", "fuzz"],
)
def test_nothing_is_written_into_the_working_folder(backend: Backend, place: Place, options: tuple[str, ...]) -> None:
    verb, *rest = options
    state = ["--state", place.files / "journal"] if verb == "fuzz" else []
    with serve(backend) as backend.url:
        check(backend, place, *rest, *state, verb=verb)
    assert [each.name for each in place.work.iterdir()] == []


def test_ledgers_and_journals_are_for_their_owner_alone(backend: Backend, place: Place) -> None:
    with serve(backend) as backend.url:
        kill_a_run(backend, place, QUICK)
        check(backend, place, "--shard", "1/1", "--max-time", "1s", "--state", place.files / "journal", verb="fuzz")
    written = [each for folder in (place.state, place.files / "journal") for each in folder.rglob("*")]
    files = [each for each in written if each.is_file() and each.suffix != ".lock"]
    assert files
    assert {each.name for each in files if stat.S_IMODE(each.stat().st_mode) != 0o600} == set()


def test_reports_follow_the_umask(backend: Backend, place: Place) -> None:
    forms = ("html", "junit", "ndjson", "sarif", "github")
    options = [word for form in forms for word in ("--report", f"{form}={place.files / form}")]
    with serve(backend) as backend.url:
        check(backend, place, "--only", "CT104", *options)
    modes = {form: oct(stat.S_IMODE((place.files / form).stat().st_mode)) for form in forms}
    assert modes == dict.fromkeys(forms, oct(0o666 & ~UMASK))


def words_of_all_agents(backend: Backend) -> set[str]:
    """The words that stand in the User-Agent of each request."""
    agents = [record.request.headers.get("user-agent", "") for record in backend.records]
    return set.intersection(*(set(re.findall(r"[\w-]{5,}", agent)) for agent in agents))


@pytest.mark.parametrize("lane", ["A", "B"])
def test_a_word_of_its_own_goes_with_every_request_of_a_run(place: Place, lane: str) -> None:
    words = []
    for _ in range(2):
        backend = Backend()
        with serve(backend) as backend.url:
            check(backend, place, "--only", lane)
        words.append(words_of_all_agents(backend))
    assert words[0] - words[1], f"{words[0]} go with every request of two runs"


def test_that_word_stands_in_what_the_run_creates(backend: Backend, place: Place) -> None:
    titles: list[str] = []
    backend.after_creation = lambda number: titles.append(list(backend.items.values())[-1].fields["title"])
    with serve(backend) as backend.url:
        check(backend, place, "--only", "B")
    words = words_of_all_agents(backend)
    assert any(word in title for word in words for title in titles), f"none of {words} stands in {titles[:3]} …"


class RepairedLater(DeleteFails):
    """DELETE answers 500 until somebody repairs it."""

    repaired = False

    def delete(self, request: Request, item: Item) -> Response:
        return Backend.delete(self, request, item) if self.repaired else super().delete(request, item)


def test_the_command_that_is_printed_deletes_what_is_left(place: Place) -> None:
    backend = RepairedLater()
    with serve(backend) as backend.url:
        ended = check(backend, place, "--only", "B")
        assert backend.left_by("run")
        commands = printed_commands(ended.output)
        assert commands, ended.output[-1000:]
        backend.repaired = True
        cleaned = run(commands[-1], place, "clean", LIMIT)
    assert (cleaned.code, backend.left_by("run")) == (0, []), cleaned.output
    assert backend.harmed == []


def test_two_runs_leave_two_ledgers_and_each_is_cleaned_by_itself(place: Place) -> None:
    backend = RepairedLater()
    with serve(backend) as backend.url:
        for name in ("one", "two"):
            ledger = place.files / f"{name}.ndjson"
            line = arguments("check", backend, place, *named(name), "--only", "CT106", "--ledger", ledger)
            run(line, place, name, LIMIT)
        backend.repaired = True
        assert backend.left_by("one")
        assert backend.left_by("two")
        run(
            arguments("clean", backend, place, *named("one"), "--ledger", place.files / "one.ndjson"),
            place,
            "clean",
            LIMIT,
        )
        assert backend.left_by("one") == []
        assert backend.left_by("two")
    assert [each.line for each in backend.records if each.violation] == []
