"""The vendor's client, unmodified, lives a course's life on the mock."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import create_app
from mockserver.courses import SECRET
from specdouble.testserver import serving

HERE = Path(__file__).parent
NODE = shutil.which("node")

pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node is not installed, which the vendor's client needs"),
    pytest.mark.skipif(
        not (HERE / "node_modules").is_dir(), reason="the client is not installed: npm ci --prefix tests/sdk"
    ),
]

Calls = list[dict[str, Any]]
Results = list[Any]

ROUTES = (
    *("post", "discussion", "status", "comment", "category", "categories_list", "profile", "profile_settings"),
    *("notifications", "private_message", "incubator", "live_stream"),
)
"""The pages whose addresses the client asks for before it shows anything."""

REFUSED = {
    # What the second course of that name is refused for: its name first, which is what the client looks at.
    "createCourse": (400, {"nameError": {"error": "unique"}, "typeError": {"error": "invalid_choice"}}),
    # The service forgets the ids in the address; the refusal has to say so.
    "createCourseLesson": (404, {"error": "not_found"}),
    # Somebody who has only joined tries to rename the course.
    "patchCourse": (403, {"error": "permission_denied"}),
    # The course was deleted.
    "getSpecificCourseInfo": (404, {"error": "not_found"}),
}
"""Call → the status of its refusal, and what the client makes of it."""


@pytest.fixture(scope="module")
def life() -> Calls:
    """Every call of the story, in order, and what came of it."""
    with serving(create_app()) as url:
        command = [NODE or "node", "life.mjs", url, SECRET]
        run = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def _results(life: Calls, call: str) -> Results:
    return [each["result"] for each in life if each["call"] == call and each["ok"]]


def _ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["results"]]


def _of(*names: str) -> Callable[[Results], Any]:
    """Reads some fields of each result."""
    return lambda results: [tuple(result[name] for name in names) for result in results]


def _listed(results: Results) -> Any:
    """Reads whose ids are on each page."""
    return [_ids(page) for page in results]


def _first(results: Results) -> int:
    """Reads the id of what was made."""
    made: int = results[0]["id"]
    return made


NOTHING = [""]
"""What the client makes of one answer without a body."""

EFFECTS: dict[str, tuple[Callable[[Results], Any], Any]] = {
    "createCourse": (_of("description", "privacy", "join_status"), [("From the keel to the cork.", "", "creator")]),
    "createCourseSection": (_of("name", "drip_delay"), [("Hull", 0), ("Rigging", 0)]),
    "getCourseSection": (_of("name"), [("Hull",)]),
    "updateCourseSection": (_of("name"), [("The hull",)]),
    "patchCourseSection": (_of("name", "drip_delay"), [("The hull", 0)]),
    "getCourseSections": (
        lambda results: [[section["name"] for section in sections] for sections in results],
        [["Hull", "Rigging"], ["Rigging"]],
    ),
    "getCourseLessons": (
        lambda results: [[(lesson["name"], lesson["status"]) for lesson in lessons] for lessons in results],
        [[("Wood", "draft")], []],
    ),
    "updateCourseLesson": (_of("name", "html", "status"), [("Which wood", "<p>Lime.</p>", "published")]),
    "patchCourseLesson": (_of("name", "status"), [("Which wood", "published")]),
    "getCourseLesson": (_of("html", "completion_status"), [("<p>Lime.</p>", "uncompleted")] * 2),
    "markLessonComplete": (list, NOTHING),
    "markLessonIncomplete": (list, NOTHING),
    "getSpecificCourseInfo": (
        lambda results: [(course["num_lessons"], course.get("num_lessons_completed")) for course in results],
        [(1, None), (1, 1)],
    ),
    "patchCourse": (_of("privacy", "enforce_lessons_order"), [("", False), ("private", True)]),
    "changeCourseCover": (lambda results: results[0]["image_bigger"].startswith("http://127.0.0.1:"), True),
    "updateCourse": (_of("name", "privacy", "enforce_lessons_order"), [("Ships in bottles", "private", True)]),
    "inviteOrAcceptUsersToCourse": (list, NOTHING),
    "removeInvitationToCourse": (list, NOTHING),
    "getCourseInvitedUsers": (_listed, [[4, 3], [4]]),
    "joinOrAcceptInviteToCourse": (
        lambda results: [(course["join_status"], len(course["sections"])) for course in results],
        [("joined", 1), ("requested", 0)],
    ),
    "getCourseStatus": (_of("status"), [("joined",), (None,)]),
    "createCourseComment": (_of("html"), [("Why not pine?",)]),
    "updateCourseComment": (_of("html"), [("Why not oak?",)]),
    "patchCourseComment": (_of("html"), [("Why not beech?",)]),
    "getCourseLessonComments": (lambda results: [row["html"] for row in results[0]["results"]], ["Why not beech?"]),
    "getCourseLessonComment": (_of("html"), [("Why not beech?",)]),
    "getCourseComments": (
        lambda results: [[row["extras"]["lesson"]["name"] for row in page["results"]] for page in results],
        [["Which wood"], []],
    ),
    "deleteCourseComment": (list, NOTHING),
    "getCourseWaitingApproval": (_listed, [[5]]),
    "getCourseSuggestedUsers": (_listed, [[2, 3, 6, 7]]),
    "changeCourseUserRole": (list, NOTHING),
    "getCourseJoinedUsers": (_listed, [[4, 5]]),
    "getCourseDashboardUsers": (
        lambda results: {row["username"]: row["join_status"] for row in results[0]["results"]},
        {"creator": "creator", "invited": "joined", "requested": "manager"},
    ),
    "leaveOrRemoveCourseRequest": (list, NOTHING),
    "deleteCourseLesson": (list, NOTHING),
    "deleteCourseSection": (list, NOTHING),
    "deleteCourse": (list, NOTHING),
}
"""Method → how its effects are read from what it, or what reads after it, was answered; and what they are."""

LISTS = ("getJoinedCourses", "searchCourses", "getUserJoinedCourses")
"""The methods in whose one page the course of the story is."""


def test_the_story_calls_every_method_that_the_client_has_for_courses(life: Calls) -> None:
    script = (
        "console.log(JSON.stringify(Object.getOwnPropertyNames(require('@selfcommunity/api-services').CourseService)))"
    )
    run = subprocess.run([NODE or "node", "-e", script], cwd=HERE, capture_output=True, text=True, check=True)
    methods = set(json.loads(run.stdout)) - {"length", "name", "prototype"}
    assert len(methods) == 41
    assert methods == {*EFFECTS, *LISTS, "createCourseLesson"}
    assert methods - {each["call"] for each in life} == set()


@pytest.mark.parametrize("method", EFFECTS)
def test_each_method_has_its_effect(life: Calls, method: str) -> None:
    read, expected = EFFECTS[method]
    assert read(_results(life, method)) == expected


@pytest.mark.parametrize("method", LISTS)
def test_the_course_is_in_each_list(life: Calls, method: str) -> None:
    (page,) = _results(life, method)
    assert _first(_results(life, "createCourse")) in _ids(page)


def test_only_what_the_platform_refuses_is_refused_in_words_that_the_client_understands(life: Calls) -> None:
    assert {each["call"]: (each["status"], each["understood"]) for each in life if not each["ok"]} == REFUSED


def test_the_address_without_ids_is_explained(life: Calls) -> None:
    (lost,) = [each for each in life if each["call"] == "createCourseLesson"]
    assert "undefined" in lost["body"]["errors"][0]["message"]


def test_the_client_finds_the_preferences_that_it_cannot_start_without(life: Calls) -> None:
    (preferences,) = _results(life, "preferences")
    named = {f"{row['section']}.{row['name']}" for row in preferences["results"]}
    needed = {f"configurations.url_template_{route}" for route in ROUTES}
    assert needed | {"images.user_default_cover", "configurations.courses_advanced_enabled"} <= named


def test_the_client_is_told_who_it_is_and_that_there_are_courses(life: Calls) -> None:
    (me,) = _results(life, "me")
    assert (me["id"], me["status"], me["permission"]["create_course"]) == (1, "a", True)
    assert [(row["name"], row["enabled"]) for row in _results(life, "features")[0]["results"]] == [("course", True)]
    assert {row["active"] for row in _results(life, "categories")[0]["results"]} == {True}
    assert (_results(life, "hidden"), len(_results(life, "settings"))) == ([[]], 1)


def test_a_token_that_the_client_signs_is_good(life: Calls) -> None:
    (me,) = _results(life, "token")
    assert me["username"] == "manager"


def test_what_was_changed_is_read_back(life: Calls) -> None:
    edited, learning = _results(life, "getSpecificCourseInfo")
    assert [section["name"] for section in edited["sections"]] == ["Rigging", "The hull"]
    assert [row["id"] for row in learning["categories"]] == [1]
    assert learning["user_completion_rate"] == 100


def test_a_medium_that_the_client_uploads_is_in_lesson_and_comment(life: Calls) -> None:
    medium = _first(_results(life, "media"))
    assert _results(life, "medium")[0]["image_width"] == 1
    for call in ("updateCourseLesson", "createCourseComment"):
        assert [each["id"] for each in _results(life, call)[0]["medias"]] == [medium]


def test_the_pages_that_the_client_follows_hold_each_course_once(life: Calls) -> None:
    (pages,) = _results(life, "pages")
    assert len(pages["found"]) > 3
    assert len(set(pages["found"])) == len(pages["found"]) == pages["count"]


def test_a_join_answers_with_the_whole_course(life: Calls) -> None:
    accepted, asked = _results(life, "joinOrAcceptInviteToCourse")
    assert (accepted["join_status"], accepted["num_lessons"]) == ("joined", 1)
    assert (asked["join_status"], asked["sections"]) == ("requested", [])


def test_nobody_is_suggested_a_course_that_is_his(life: Calls) -> None:
    assert _ids(_results(life, "suggestions")[0]) == []
