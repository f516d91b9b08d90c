"""Laws and scenarios as tests of any project."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE_OF_FILE

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, document: Path) -> Run:
    """Run pytest in a project with one test of its own."""
    pytester.makeini("[pytest]")
    pytester.makepyfile(test_own="def test_own(): pass")
    profile = pytester.path / "notes.yaml"
    profile.write_text(yaml.safe_dump(PROFILE_OF_FILE))
    fixed = ("-p", "contracts.plugin", "-p", "no:randomly", "-p", "no:cacheprovider", "-W", "error", "-v")

    def run(*options: object) -> pytest.RunResult:
        known = ("--contracts-spec", document, "--contracts-profile", profile, "--contracts-max-examples", 1)
        return pytester.runpytest_subprocess(*map(str, (*fixed, *known, *options)))

    return run


def test_each_law_is_an_item_beside_the_tests_of_the_project(run: Run, notes: Notes) -> None:
    result = run("--contracts-url", notes.url, "--contracts-only", "CT103", "--contracts-only", "CT301")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(
        ["test_own.py::test_own PASSED*", "contracts::CT103 PASSED*", "contracts::CT301 SKIPPED*"]
    )


def test_a_broken_law_fails_with_what_an_engineer_needs(run: Run, notes: Notes) -> None:
    notes.reset("writes the sibling")
    result = run("--contracts-url", notes.url, "--contracts-only", "CT103", "-m", "contracts", "--contracts-seed", 7)
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(
        ["*CT103 A PATCH changes no other item*", "promised *", "expected *", "*seed 7", "*curl -sS*"]
    )
    assert "Traceback" not in result.stdout.str()
    assert "plugin.py" not in result.stdout.str()


def test_a_target_that_does_not_answer_fails_each_item_in_one_line(run: Run) -> None:
    result = run("--contracts-url", "http://127.0.0.1:9", "--contracts-only", "CT1")
    result.assert_outcomes(passed=1, failed=7)
    result.stdout.fnmatch_lines(["Nothing answers at http://127.0.0.1:9*start the target or correct*"])


def test_a_url_that_is_none_is_a_usage_error(run: Run) -> None:
    result = run("--contracts-url", "127.0.0.1:8000")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --contracts-url 127.0.0.1:8000: not an HTTP URL. Write it like *"])


def test_items_are_collected_and_chosen_without_a_target(run: Run) -> None:
    result = run("--contracts-url", "http://127.0.0.1:9", "--collect-only", "-q", "-k", "CT401 or CT402")
    result.stdout.fnmatch_lines(["*<Contract contracts>", "*<Promise CT401>", "*<Promise CT402>"])
    result.stdout.fnmatch_lines(["*2/24 tests collected (22 deselected)*"])


def test_a_word_that_means_nothing_is_a_usage_error(run: Run) -> None:
    result = run("--contracts-url", "http://127.0.0.1:9", "--contracts-only", "CT1O1")
    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*not a part, law or rule. Did you mean*"])


@pytest.mark.parametrize("name", ["contracts.plugin", "contracts.pytest_plugin"])
def test_the_plugin_is_loaded_and_blocked_by_either_of_its_names(pytester: pytest.Pytester, name: str) -> None:
    loaded = pytester.runpytest_subprocess("-p", name, "--help")
    assert "--contracts-url" in loaded.stdout.str()
    blocked = pytester.runpytest_subprocess("-p", f"no:{name}", "--help")
    assert "usage:" in blocked.stdout.str()
    assert "--contracts-url" not in blocked.stdout.str()


def test_without_a_url_nothing_is_added(run: Run) -> None:
    run().assert_outcomes(passed=1)


APPLICATIONS = """
    from a2wsgi import WSGIMiddleware

    from tests.contracts.support.notes import Notes

    wsgi = Notes()
    asgi = WSGIMiddleware(Notes())
    faulty = Notes()
    faulty.reset("writes the sibling")

    def create():
        return Notes()

    async def starts_badly(scope, receive, send):
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no database"})
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project that has applications of its own."""
    pytester.makepyfile(applications=APPLICATIONS)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


@pytest.mark.parametrize(
    "name", ["wsgi", pytest.param("asgi", marks=pytest.mark.proof), pytest.param("create", marks=pytest.mark.proof)]
)
def test_laws_are_run_on_an_application_whichever_interface_it_has(
    project: pytest.Pytester, run: Run, name: str
) -> None:
    result = run("--contracts-app", f"applications:{name}", "--contracts-only", "CT103", "--contracts-only", "CT101")
    result.assert_outcomes(passed=3)


@pytest.mark.proof
def test_what_an_application_breaks_is_told_with_where_it_was_served(project: pytest.Pytester, run: Run) -> None:
    result = run("--contracts-app", "applications:faulty", "--contracts-only", "CT103")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["promised *", "*curl -sS*", "(The application was served at http://127.0.0.1:*"])


def test_an_application_that_does_not_start_fails_each_item_in_one_line(project: pytest.Pytester, run: Run) -> None:
    result = run("--contracts-app", "applications:starts_badly", "--contracts-only", "CT103")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["The application failed in its own start-up*"])
    assert "Traceback" not in result.stdout.str()


def test_a_url_and_an_application_at_once_are_a_usage_error(project: pytest.Pytester, run: Run) -> None:
    result = run("--contracts-app", "applications:wsgi", "--contracts-url", "http://127.0.0.1:9")
    assert result.ret is pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Leave one of them out*"])


MODULE = """
    from pathlib import Path

    import pytest

    import contracts
    from applications import {name}

    CASES = contracts.testcases(
        {target}, spec=Path({spec!r}), profile=Path("notes.yaml"), only=["CT103", "CT301"], max_examples=1
    )

    @pytest.mark.parametrize("case", CASES)
    def test_the_contract_is_kept(case):
        case.verify()
"""


def test_a_module_of_tests_has_the_laws_as_its_parameters(project: pytest.Pytester, run: Run, document: Path) -> None:
    project.makepyfile(test_contract=MODULE.format(name="wsgi", target="wsgi", spec=str(document)))
    result = run("--strict-markers")
    result.assert_outcomes(passed=2, skipped=1)
    result.stdout.fnmatch_lines(["*test_the_contract_is_kept[[]CT103] PASSED*"])
    run("-m", "contracts").assert_outcomes(passed=1, skipped=1, deselected=1)


@pytest.mark.proof
def test_a_module_of_tests_may_name_a_url(project: pytest.Pytester, run: Run, document: Path, notes: Notes) -> None:
    notes.reset("writes the sibling")
    project.makepyfile(test_contract=MODULE.format(name="wsgi", target=repr(notes.url), spec=str(document)))
    result = run()
    result.assert_outcomes(passed=1, failed=1, skipped=1)
    result.stdout.fnmatch_lines(["A PATCH changes no other item", "*expected *", "*curl -sS*"])
    assert "cases.py" not in result.stdout.str()
