"""The mock as a fixture of other projects."""

import pytest

from tests.any_spec.conftest import KENNEL

pytest_plugins = ["pytester"]

STORY = """
    import json
    from urllib.request import Request, urlopen

    import pytest

    def course(mock, **fields):
        headers = {"Authorization": "Bearer creator", "Content-Type": "application/json"}
        body = json.dumps(fields).encode() if fields else None
        request = Request(f"{mock.url}/api/v2/course/1/", body, headers, method="PATCH" if fields else "GET")
        with urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def test_it_answers_and_keeps_what_was_changed(specdouble_mock):
        course(specdouble_mock, description="Changed.")
        assert course(specdouble_mock)["description"] == "Changed."

    def test_it_returns_to_its_start(specdouble_mock):
        course(specdouble_mock, description="Changed.")
        specdouble_mock.reset()
        assert course(specdouble_mock)["description"] != "Changed."
"""

ANOTHER = f"""
    from pathlib import Path
    from urllib.request import urlopen

    import pytest

    @pytest.fixture(scope="session")
    def specdouble_mock_options():
        return {{"spec": Path({str(KENNEL)!r})}}

    def test_another_document_is_served(specdouble_mock):
        with urlopen(f"{{specdouble_mock.url}}/openapi.json", timeout=30) as answer:
            assert b"Kennel" in answer.read()
"""


@pytest.mark.parametrize(("story", "passed"), [(STORY, 2), (ANOTHER, 1)])
def test_a_project_has_a_running_mock_for_its_tests(pytester: pytest.Pytester, story: str, passed: int) -> None:
    pytester.makepyfile(story)
    options = ("-p", "mockserver.pytest_plugin", "-p", "no:randomly", "-p", "no:cacheprovider", "-W", "error")
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=passed)
