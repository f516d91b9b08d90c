import httpx
import pytest

from mockserver.operations.suggestions import Suggestions, shape
from tests.mockserver.support import outcome

API = "/api/v2/"


def translatable(caller: httpx.Client, method: str, path: str) -> str:
    answer = caller.request(method, API + path)
    assert outcome(answer) == (404, [(None, "not_found")])
    message: str = answer.json()["errors"][0]["message"]
    return message


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("courses/", "/api/v2/course/"),
        ("course/1/sections/", "/api/v2/course/{id}/section/"),
        ("course/1/section/1/lessons/1/", "/lesson/{lesson_id}/"),
        ("user/me/avatar/", "/api/v2/user/avatar/"),
        ("categories/", "/api/v2/category/"),
        ("course/abc/", "/api/v2/course/{id}/"),
    ],
)
def test_whoever_goes_astray_is_told_the_nearest_operation(creator: httpx.Client, path: str, nearest: str) -> None:
    message = translatable(creator, "GET", path)
    assert "Nearest is " in message
    assert nearest in message


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "notification/banner/undisposed/count/"),
        ("POST", "webhook/endpoint/1/event/resend/bulk/"),
        ("PATCH", "moderation/contribution/1/"),
        ("GET", "user/tag/tags_to_address_a_contribution/"),
        ("DELETE", "x"),
    ],
)
def test_routes_of_the_platform_that_are_not_served_are_told_one_that_is(
    creator: httpx.Client, method: str, path: str
) -> None:
    assert "Nearest is " in translatable(creator, method, path)


def test_a_path_that_resembles_none_is_told_where_the_paths_are(creator: httpx.Client) -> None:
    answer = creator.get("/0123456789/zzzz")
    assert "GET /openapi.json lists what is" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("unset", ["undefined", "null", "NaN", "[object Object]"])
def test_an_id_that_the_client_did_not_have_is_called_that(creator: httpx.Client, unset: str) -> None:
    message = translatable(creator, "GET", f"course/{unset}/section/")
    assert f'"{unset}" stands in the place of an id' in message
    assert "/api/v2/course/{id}/section/" in message


def test_the_clients_own_mistake_is_named(creator: httpx.Client) -> None:
    message = translatable(creator, "POST", "course/undefined/section/undefined/lesson/")
    assert "CourseService.createCourseLesson" in message
    assert "POST /api/v2/course/{course_id}/section/{section_id}/lesson/" in message


def test_the_samples_mistake_is_named(creator: httpx.Client) -> None:
    assert "DELETE /api/v2/course/{id}/join/" in translatable(creator, "DELETE", "course/1/subscribe/")


def test_a_path_that_is_absurd_is_not_compared(creator: httpx.Client) -> None:
    message = translatable(creator, "GET", "course/" * 5_000)
    assert "Nearest" not in message
    assert len(message) < 400


def test_ids_have_no_part_in_the_shape_of_a_path() -> None:
    assert shape("/a/1/{b}/undefined/c2/") == "/a/{}/{}/{}/c2/"


def test_a_suggestions_without_operations_still_says_where_to_look() -> None:
    assert "openapi.json" in Suggestions({}).describe("/x")
