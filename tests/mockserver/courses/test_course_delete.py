import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.test_course_put import CELLS
from tests.mockserver.support import OPEN, PRIVATE, course, form, outcome


@pytest.mark.rule("COURSE-DEL-01", "COURSE-DEL-02")
@pytest.mark.parametrize(("key", "person", "code"), CELLS)
def test_creator_and_managers_delete_a_course_and_nobody_else(as_: As, key: int, person: str, code: int) -> None:
    answer = as_(person).delete(course(key))
    if code == 200:
        assert (answer.status_code, answer.content) == (204, b"")
        assert "Content-Type" not in answer.headers
        assert "Content-Length" not in answer.headers
    else:
        assert (answer.status_code, answer.headers["X-Mock-Rule"]) == (code, "COURSE-DEL-02")
        assert as_("creator").get(course(key)).status_code == 200


@pytest.mark.rule("COURSE-DEL-03")
@pytest.mark.parametrize("person", ["creator", "manager"])
def test_a_deleted_course_cannot_be_deleted_again(as_: As, person: str) -> None:
    assert as_("creator").delete(course(OPEN)).status_code == 204
    answer = as_(person).delete(course(OPEN))
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((404, [(None, "not_found")]), "COURSE-DEL-03")


@pytest.mark.rule("COURSE-DEL-03")
def test_the_id_of_a_deleted_course_is_not_given_out_again(creator: httpx.Client) -> None:
    new = {"name": "New", "type": "self-paced"}
    last = creator.post("/api/v2/course/", json=new).json()["id"]
    creator.delete(course(last))
    assert creator.post("/api/v2/course/", json=new).json()["id"] > last


def test_deleting_one_course_leaves_the_others_alone(creator: httpx.Client) -> None:
    before = creator.get(course(PRIVATE), params={"view": "edit"}).json()
    creator.delete(course(OPEN))
    assert creator.get(course(PRIVATE), params={"view": "edit"}).json() == before


@pytest.mark.parametrize("content", [b'{"users": [1]}', b"{", b""])
def test_a_body_has_no_meaning_for_deleting(creator: httpx.Client, content: bytes) -> None:
    assert creator.request("DELETE", course(OPEN), **form("application/json", content)).status_code == 204
