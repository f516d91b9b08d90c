"""The mock as a fixture of other projects."""

import pytest

from tests.generic.conftest import KENNEL

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

FRESH = """
    import json
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    import pytest

    def test_a_first_test_changes_the_world(specdouble_fresh_mock):
        body = json.dumps({"description": "Changed."}).encode()
        headers = {"Authorization": "Bearer creator", "Content-Type": "application/json"}
        url = f"{specdouble_fresh_mock.url}/api/v2/course/1/"
        with urlopen(Request(url, body, headers, method="PATCH"), timeout=30) as answer:
            assert answer.status == 200
        assert [each["method"] for each in specdouble_fresh_mock.journal()] == ["PATCH"]

    def test_another_does_not_see_it(specdouble_fresh_mock):
        request = Request(f"{specdouble_fresh_mock.url}/api/v2/course/1/", headers={"Authorization": "Bearer creator"})
        with urlopen(request, timeout=30) as answer:
            assert json.load(answer)["description"] != "Changed."
        assert not specdouble_fresh_mock.clock()["frozen"]

    @pytest.mark.specdouble_clock(set="2031-05-06T07:08:09Z", freeze=True)
    def test_a_third_lives_at_a_time_of_its_own(specdouble_fresh_mock):
        assert specdouble_fresh_mock.clock() == {"now": "2031-05-06T07:08:09Z", "frozen": True}
        assert specdouble_fresh_mock.clock(advance=60)["now"] == "2031-05-06T07:09:09Z"

    def test_what_is_asked_to_fail_fails_for_this_test_alone(specdouble_fresh_mock):
        mock = specdouble_fresh_mock
        fault = mock.fault(status=503, operation="get_course_info", times=2)
        with pytest.raises(HTTPError, match="503"):
            urlopen(f"{mock.url}/api/v2/course/1/", timeout=30)
        assert mock.faults() == [{**fault, "struck": 1}]
        assert [each["fault"]["id"] for each in mock.journal()] == [fault["id"]]
        mock.clear_faults()
        assert mock.faults() == []
        with pytest.raises(RuntimeError, match="Say what goes wrong"):
            mock.fault()
        mock.fault(status=500)

    def test_the_next_one_is_not_struck(specdouble_fresh_mock):
        assert specdouble_fresh_mock.faults() == []

    def test_a_wish_that_the_clock_does_not_have_is_told(specdouble_fresh_mock):
        with pytest.raises(RuntimeError, match="The clock has no 'back'"):
            specdouble_fresh_mock.clock(back=1)
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


@pytest.mark.parametrize(("story", "passed"), [(STORY, 2), (FRESH, 6), (ANOTHER, 1)])
def test_a_project_has_a_running_mock_for_its_tests(pytester: pytest.Pytester, story: str, passed: int) -> None:
    pytester.makepyfile(story)
    quiet = ("-p", "no:randomly", "-p", "no:cacheprovider", "-W", "error", "--strict-markers")
    options = ("-p", "mockserver.pytest_plugin", *quiet)
    pytester.runpytest_subprocess(*options).assert_outcomes(passed=passed)
