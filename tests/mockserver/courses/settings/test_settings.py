from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from mockserver.cli import main
from mockserver.courses import Settings
from specdouble.yaml_reader import SpecError
from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import make, teach
from tests.mockserver.courses.support.settings import community
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    OPEN,
    PRIVATE,
    SEARCH,
    SECRET,
    Contract,
    Mock,
    course,
    outcome,
    status,
)


def patch(mock: Mock, where: int, **fields: Any) -> httpx.Response:
    return mock.as_("creator").patch(course(where), json=fields)


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("staff_leads_courses: true\nsecret: a secret of my own\n")
    assert Settings.read(path) == Settings(staff_leads_courses=True, secret="a secret of my own")
    path.write_text("# nothing yet\n")
    assert Settings.read(path) == Settings()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("staff_lead_courses: true", ':1: unknown setting "staff_lead_courses". Did you mean "staff_leads_courses"?'),
        ("1: true", ':1: unknown setting "1". Settings: slashless_writes_are_redirected, '),
        ("staff_leads_courses: 1", ':1: "staff_leads_courses" is 1. Use true or false.'),
        ("secret: true", ':1: "secret" is True. Use a text.'),
        ("- staff_leads_courses", "the file is not a mapping. Write one setting per line"),
        ("staff_leads_courses: [", "this is not YAML"),
    ],
)
def test_a_file_that_sets_something_else_is_refused_in_one_line(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(content)
    with pytest.raises(SpecError) as refused:
        Settings.read(path)
    assert str(path) in str(refused.value)
    assert told in str(refused.value)
    run = CliRunner().invoke(main, ["--port", "0", "--settings", str(path)])
    assert run.exit_code == 2
    assert run.output.count("\n") == 1
    assert told in run.output


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["--port", "0", "--settings", str(tmp_path / "none.yaml")])
    assert (run.exit_code, run.output.count("\n")) == (2, 1)


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    """For settings that let the mock answer what the contract does not have."""
    monkeypatch.setattr(Contract, "judge", lambda *arguments: None)


# --- each setting -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unjudged")
def test_without_courses_every_course_route_is_gone() -> None:
    mock = community(courses_enabled=False)
    for path in (COURSES, course(OPEN), status(OPEN), f"{course(OPEN)}section/1/", "/api/v2/suggestion/course/"):
        answer = mock.as_("creator").get(path)
        assert (answer.status_code, answer.headers["X-Mock-Rule"]) == (404, "courses_enabled")
    assert mock.as_("creator").post(COURSES, json={"name": "x", "type": "self-paced"}).status_code == 404
    assert mock.as_("creator").get("/api/v2/user/me/").status_code == 200


@pytest.mark.rule("VIS-10")
@pytest.mark.parametrize("where", [OPEN, PRIVATE, SECRET, DRAFT])
def test_staff_may_be_let_lead_all_courses(where: int) -> None:
    staff = community(staff_leads_courses=True).as_("staff")
    assert staff.patch(course(where), json={"description": "By staff."}).status_code == 200
    assert staff.get(course(where), params={"view": "edit"}).status_code == 200
    assert staff.get(f"{course(where)}section/").status_code == 200
    assert staff.get(f"{course(where)}section/1/lesson/1/" if where == OPEN else course(where)).status_code == 200


def test_staff_that_leads_all_courses_finds_all_of_them() -> None:
    mock = community(staff_leads_courses=True)
    seen = {
        person: mock.as_(person).get(SEARCH, params={"limit": 50}).json()["results"] for person in ("staff", "member")
    }
    ids = {person: {each["id"] for each in rows} for person, rows in seen.items()}
    assert ids["staff"] - ids["member"] == {SECRET, DRAFT}


def test_only_staff_leads_where_staff_is_let() -> None:
    assert community(staff_leads_courses=True).as_("member").patch(course(OPEN), json={}).status_code == 403


@pytest.mark.usefixtures("unjudged")
@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize("where", [SECRET, DRAFT])
def test_a_hidden_course_may_be_told_of_as_forbidden(where: int) -> None:
    member = community(hidden_is_forbidden=True).as_("member")
    for path in (course(where), status(where), f"{course(where)}join/"):
        assert outcome(member.get(path)) == (403, [(None, "permission_denied")])
    assert member.get(course(999)).status_code == 404


@pytest.mark.rule("COURSE-PATCH-19")
def test_a_new_name_may_move_the_slug() -> None:
    mock = community(rename_moves_slug=True)
    assert patch(mock, OPEN, name="Other name").json()["slug"] == "other-name"
    assert patch(mock, OPEN, name="Third name", slug="kept").json()["slug"] == "kept"


@pytest.mark.rule("COURSE-PATCH-23")
def test_the_type_may_be_fixed_by_publication() -> None:
    mock = community(type_is_fixed_after_publication=True)
    assert outcome(patch(mock, OPEN, type="scheduled")) == (400, [("type", "invalid")])
    assert patch(mock, OPEN, type="self-paced").status_code == 200
    assert patch(mock, DRAFT, type="scheduled").status_code == 200


@pytest.mark.rule("COURSE-PATCH-26")
def test_making_a_draft_again_may_be_passed_over() -> None:
    answer = patch(community(privacy_revert_is_ignored=True), OPEN, privacy="", description="x")
    assert (answer.status_code, answer.json()["privacy"], answer.json()["description"]) == (200, "open", "x")


@pytest.mark.rule("COURSE-PATCH-29")
def test_requests_may_be_granted_when_the_course_opens() -> None:
    mock = community(auto_accept_on_open=True)
    patch(mock, PRIVATE, privacy="open")
    assert mock.as_("requested").get(status(PRIVATE)).json() == {"status": "joined"}
    assert mock.as_("invited").get(status(PRIVATE)).json() == {"status": "invited"}


@pytest.mark.rule("COURSE-PATCH-30")
def test_publication_may_need_content() -> None:
    mock = community(publication_needs_content=True)
    creator = mock.as_("creator")
    bare = make(creator, COURSES, name="Bare", type="self-paced")
    assert outcome(creator.patch(bare, json={"privacy": "open"})) == (400, [("privacy", "invalid")])
    new = {"name": "At once", "type": "self-paced", "privacy": "open", "description": "x"}
    assert outcome(creator.post(COURSES, json=new)) == (400, [("privacy", "invalid")])
    full = teach(creator, privacy="")
    assert creator.patch(full.course, json={"privacy": "open"}).status_code == 400
    assert creator.patch(full.course, json={"privacy": "open", "description": "x"}).status_code == 200


@pytest.mark.rule("COURSE-PATCH-36")
def test_og_image_may_have_to_be_an_address() -> None:
    mock = community(og_image_is_url=True)
    assert outcome(patch(mock, OPEN, og_image="x")) == (400, [("og_image", "invalid")])
    assert patch(mock, OPEN, og_image="https://example.org/a.png").status_code == 200
    assert patch(mock, OPEN, og_image="").status_code == 200


@pytest.mark.rule("COURSE-PATCH-35")
def test_blanks_at_the_ends_of_every_text_may_be_cut() -> None:
    mock = community(texts_are_trimmed=True)
    for field in ("description", "meta_title", "og_description", "og_image"):
        assert patch(mock, OPEN, **{field: "\t both  ends\n"}).json()[field] == "both  ends"
        assert patch(mock, OPEN, **{field: " "}).json()[field] == ""


@pytest.mark.rule("COURSE-PATCH-38")
def test_an_order_may_name_those_alone_that_come_first() -> None:
    mock = community(partial_sections_order=True)
    assert patch(mock, OPEN, sections_order=[3]).json()["sections_order"] == [3, 1, 2]
    for wrong in ([3, 3], [999]):
        assert outcome(patch(mock, OPEN, sections_order=wrong)) == (400, [("sections_order", "invalid")])


def test_without_settings_nothing_of_this_holds(as_: As, mock: Mock) -> None:
    assert as_("staff").patch(course(OPEN), json={}).status_code == 403
    assert as_("member").get(course(SECRET)).status_code == 404
    assert patch(mock, OPEN, name="Other").json()["slug"] == "open-course"
    assert patch(mock, OPEN, sections_order=[3]).status_code == 400
