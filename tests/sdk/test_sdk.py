"""The vendor's client, unmodified, lives a course's life on the mock."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import create_app
from specdouble.serving import serving

HERE = Path(__file__).parent
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node is not installed, which the vendor's client needs"),
    pytest.mark.skipif(
        not (HERE / "node_modules").is_dir(), reason="the client is not installed: npm ci --prefix tests/sdk"
    ),
]

Calls = list[dict[str, Any]]

ROUTES = (
    *("post", "discussion", "status", "comment", "category", "categories_list", "profile", "profile_settings"),
    *("notifications", "private_message", "incubator", "live_stream"),
)
"""The pages whose addresses the client asks for before it shows anything."""

REFUSED = {
    # The service forgets the ids in the address; the refusal has to say so.
    "createCourseLesson": 404,
    # Somebody who has only joined tries to rename the course.
    "patchCourse": 403,
}


@pytest.fixture(scope="module")
def life() -> Calls:
    """Every call of the story, in order, and what came of it."""
    with serving(create_app()) as url:
        run = subprocess.run(
            [NODE or "node", "life.mjs", url], cwd=HERE, capture_output=True, text=True, timeout=120, check=False
        )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def _results(life: Calls, call: str) -> list[Any]:
    return [each["result"] for each in life if each["call"] == call and each["ok"]]


def test_the_story_calls_every_method_that_the_client_has_for_courses(life: Calls) -> None:
    script = (
        "console.log(JSON.stringify(Object.getOwnPropertyNames(require('@selfcommunity/api-services').CourseService)))"
    )
    run = subprocess.run([NODE or "node", "-e", script], cwd=HERE, capture_output=True, text=True, check=True)
    methods = set(json.loads(run.stdout)) - {"length", "name", "prototype"}
    assert len(methods) == 41
    assert methods - {each["call"] for each in life} == set()


def test_only_what_the_platform_refuses_is_refused(life: Calls) -> None:
    assert {each["call"]: each["status"] for each in life if not each["ok"]} == REFUSED


def test_the_address_without_ids_is_explained(life: Calls) -> None:
    (lost,) = [each for each in life if each["call"] == "createCourseLesson"]
    assert "undefined" in lost["body"]["errors"][0]["message"]


def test_the_client_finds_the_preferences_that_it_cannot_start_without(life: Calls) -> None:
    (preferences,) = _results(life, "preferences")
    named = {f"{row['section']}.{row['name']}" for row in preferences["results"]}
    needed = {f"configurations.url_template_{route}" for route in ROUTES}
    assert needed | {"images.user_default_cover", "configurations.courses_advanced_enabled"} <= named


def test_what_was_changed_is_read_back(life: Calls) -> None:
    edited, learning = _results(life, "getSpecificCourseInfo")
    assert [section["name"] for section in edited["sections"]] == ["Rigging", "The hull"]
    assert (learning["num_lessons"], learning["num_lessons_completed"], learning["user_completion_rate"]) == (1, 1, 100)
    assert _results(life, "getCourseStatus") == [{"status": "joined"}]
    (cover,) = _results(life, "changeCourseCover")
    assert cover["image_bigger"].startswith("http://127.0.0.1:")


def test_a_join_answers_with_the_whole_course(life: Calls) -> None:
    accepted, asked = _results(life, "joinOrAcceptInviteToCourse")
    assert (accepted["join_status"], accepted["num_lessons"]) == ("joined", 1)
    assert (asked["join_status"], asked["sections"]) == ("requested", [])
