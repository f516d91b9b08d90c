"""A course from its first draft to its end, told chapter by chapter; every effect is read back over HTTP.

All tests share one mock. Each test works on a course of its own, so that they can run in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from tests.mockserver.courses.support.fixtures import attempt, enrol, key, make, multi, names, results, single, solve
from tests.mockserver.support import COURSES, PEOPLE, SEARCH, Mock

LEARNERS = ["invited", "requested", "joined"]


@dataclass(frozen=True)
class Bread:
    """The paths of a course in two sections: a lesson and a quiz, then a lesson that opens a day later and a draft."""

    name: str
    course: str
    leaven: str
    loaf: str
    reading: str
    quiz: str
    baking: str
    spare: str


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    """One mock for all chapters."""
    shared = Mock()
    yield shared
    shared.close()


_numbers = count(1)


@pytest.fixture
def draft(mock: Mock) -> Bread:
    """A structured course that its creator and a manager have prepared and not published."""
    creator = mock.as_("creator")
    name = f"Bread from wild yeast {next(_numbers)}"
    course = make(creator, COURSES, name=name, type="structured", enforce_lessons_order=True)
    enrol(creator, course, managers=["manager"])
    manager = mock.as_("manager")
    leaven = make(manager, f"{course}section/", name="The leaven")
    loaf = make(manager, f"{course}section/", name="The loaf", drip_delay=1)
    picture = key(make(manager, "/api/v2/media/", type="image", image="string"))
    text = {"text": "<p>Mix.</p>", "medias": [picture]}
    reading = make(manager, f"{leaven}lesson/", name="Flour and water", type="lesson", **text)
    quiz = make(manager, f"{leaven}lesson/", name="What have you learned?", type="quiz", passing_grade=50)
    baking = make(manager, f"{loaf}lesson/", name="Baking", type="lesson")
    spare = make(manager, f"{loaf}lesson/", name="Spare", type="lesson")
    make(manager, f"{quiz}question/", **single("What do yeasts eat?"))
    make(manager, quiz, **multi("Which are grains?"))
    for lesson in (reading, quiz, baking):
        assert manager.patch(lesson, json={"status": "published"}).json()["status"] == "published"
    return Bread(name, course, leaven, loaf, reading, quiz, baking, spare)


@pytest.fixture
def bread(mock: Mock, draft: Bread) -> Bread:
    """The same course, published as private, with three learners."""
    creator = mock.as_("creator")
    assert creator.patch(draft.course, json={"privacy": "private"}).json()["privacy"] == "private"
    enrol(creator, draft.course, joined=LEARNERS)
    return draft


def status(mock: Mock, person: str, bread: Bread) -> Any:
    """The join status that a person has in the course."""
    return mock.as_(person).get(f"{bread.course}status/").json()["status"]


def complete_everything(mock: Mock, person: str, bread: Bread) -> dict[str, Any]:
    """Let a person finish the course, and return their attempt at the quiz."""
    learner = mock.as_(person)
    assert learner.post(f"{bread.reading}complete/").status_code == 204
    passed = attempt(learner, bread.quiz, solve(mock.as_("creator"), bread.quiz, 1))
    mock.clock.advance(days=1)
    assert learner.post(f"{bread.baking}complete/").status_code == 204
    return passed


def is_listed(caller: httpx.Client, path: str, bread: Bread, **query: Any) -> bool:
    """Whether the course is among the rows of a list."""
    return key(bread.course) in [row["id"] for row in results(caller.get(path, params={"limit": 100, **query}))]


def test_a_draft_is_there_for_its_creator_and_the_managers_alone(mock: Mock, draft: Bread) -> None:
    assert [status(mock, person, draft) for person in ("creator", "manager")] == ["creator", "manager"]
    for person in ("anon", "member", "staff"):
        assert mock.as_(person).get(draft.course).status_code == 404


def test_the_leads_prepare_and_reorder_the_content(mock: Mock, draft: Bread) -> None:
    creator, manager = mock.as_("creator"), mock.as_("manager")
    for order in ([key(draft.loaf), key(draft.leaven)], [key(draft.leaven), key(draft.loaf)]):
        assert manager.patch(draft.course, json={"sections_order": order}).json()["sections_order"] == order
        assert [section["id"] for section in creator.get(f"{draft.course}section/").json()] == order
    edited = creator.get(draft.course, params={"view": "edit"}).json()
    assert (edited["num_sections"], edited["num_lessons"]) == (2, 4)
    assert [lesson["status"] for lesson in edited["sections"][1]["lessons"]] == ["published", "draft"]


def test_an_invitation_opens_the_course_once_it_is_published(mock: Mock, draft: Bread) -> None:
    creator, manager, invited = mock.as_("creator"), mock.as_("manager"), mock.as_("invited")
    creator.post(f"{draft.course}invite/", json={"users": [PEOPLE["invited"], PEOPLE["staff"]]})
    assert invited.get(draft.course).status_code == 404
    assert sorted(names(manager.get(f"{draft.course}invite/"))) == ["invited", "staff"]
    manager.request("DELETE", f"{draft.course}invite/", json={"users": [PEOPLE["staff"]]})
    assert names(manager.get(f"{draft.course}invite/")) == ["invited"]
    creator.patch(draft.course, json={"privacy": "private"})
    assert invited.get(draft.course).json()["num_lessons"] == 3
    assert invited.post(f"{draft.course}join/").json()["join_status"] == "joined"


def test_a_published_course_is_found_and_never_becomes_a_draft_again(mock: Mock, bread: Bread) -> None:
    refused = mock.as_("creator").patch(bread.course, json={"privacy": ""})
    assert (refused.status_code, refused.headers["X-Mock-Rule"]) == (400, "COURSE-PATCH-26")
    anon = mock.as_("anon")
    assert is_listed(anon, SEARCH, bread, search=bread.name)
    assert "sections" not in anon.get(bread.course).json()


def test_requests_to_join_are_granted_or_turned_down(mock: Mock, draft: Bread) -> None:
    creator, manager, member = mock.as_("creator"), mock.as_("manager"), mock.as_("member")
    creator.patch(draft.course, json={"privacy": "private"})
    for person in ("requested", "member"):
        assert mock.as_(person).post(f"{draft.course}join/").json()["join_status"] == "requested"
    assert sorted(names(manager.get(f"{draft.course}request_join/"))) == ["member", "requested"]
    manager.post(f"{draft.course}invite/", json={"users": [PEOPLE["requested"]]})
    assert manager.delete(f"{draft.course}join/", params={"user": PEOPLE["member"]}).status_code == 204
    assert [status(mock, person, draft) for person in ("requested", "member")] == ["joined", None]
    assert names(member.get(f"{draft.course}join/")) == ["manager", "requested"]


def test_the_leads_can_hide_who_is_in_the_course(mock: Mock, bread: Bread) -> None:
    creator, joined = mock.as_("creator"), mock.as_("joined")
    assert sorted(names(joined.get(f"{bread.course}join/"))) == ["invited", "joined", "manager", "requested"]
    creator.patch(bread.course, json={"hide_member_count": True})
    for person in ("member", "joined"):
        assert mock.as_(person).get(f"{bread.course}join/").status_code == 403
    creator.patch(bread.course, json={"hide_member_count": False})
    assert joined.get(f"{bread.course}join/").status_code == 200


def test_lessons_open_in_order_and_on_their_day(mock: Mock, bread: Bread) -> None:
    creator, joined, anon = mock.as_("creator"), mock.as_("joined"), mock.as_("anon")
    lessons = (bread.reading, bread.quiz, bread.baking, bread.spare)
    assert [joined.get(lesson).status_code for lesson in lessons] == [200, 403, 403, 404]
    reading = joined.get(bread.reading).json()
    assert reading["html"] == "<p>Mix.</p>"
    assert anon.get(reading["medias"][0]["image"]).status_code == 200
    for done, code in (("complete", 200), ("incomplete", 403), ("complete", 200)):
        assert joined.post(f"{bread.reading}{done}/").status_code == 204
        assert joined.get(bread.quiz).status_code == code
    attempt(joined, bread.quiz, solve(creator, bread.quiz, 1))
    assert joined.get(bread.baking).status_code == 403
    mock.clock.advance(days=1)
    assert joined.get(bread.baking).status_code == 200
    assert joined.post(f"{bread.baking}complete/").status_code == 204
    seen = joined.get(bread.course).json()
    assert (seen["user_completion_rate"], seen["num_lessons_completed"]) == (100, 3)


def test_a_quiz_is_completed_by_passing_it(mock: Mock, bread: Bread) -> None:
    creator, joined = mock.as_("creator"), mock.as_("joined")
    joined.post(f"{bread.reading}complete/")
    assert joined.post(f"{bread.quiz}complete/").status_code == 400
    questions = joined.get(bread.quiz).json()["questions"]
    assert all("correct" not in answer for question in questions for answer in question["answers"])
    failed = attempt(joined, bread.quiz, solve(creator, bread.quiz, 0))["quiz_attempt"]
    assert (failed["result"], failed["num_attempts"]) == ("failed", 1)
    assert joined.get(bread.quiz).json()["completion_status"] == "failed"
    passed = attempt(joined, bread.quiz, solve(creator, bread.quiz, 1))
    assert (passed["quiz_attempt"]["grade"], passed["quiz_attempt"]["result"]) == (50, "completed")
    assert joined.get(bread.quiz).json()["last_attempt"] == passed
    assert mock.as_("invited").get(f"{bread.quiz}attempt/{passed['id']}/").status_code == 403


def test_the_leads_watch_the_progress(mock: Mock, bread: Bread) -> None:
    creator, manager = mock.as_("creator"), mock.as_("manager")
    complete_everything(mock, "joined", bread)
    board = {row["username"]: row for row in results(manager.get(f"{bread.course}users/"))}
    rates = {name: row["user_completion_rate"] for name, row in board.items()}
    assert rates == {"invited": 0, "requested": 0, "joined": 100, "manager": 0}
    assert board["joined"]["last_active_at"] == mock.clock.now.isoformat().replace("+00:00", "Z")
    assert creator.get(bread.course, params={"view": "dashboard"}).json()["avg_completion_rate"] == 25
    assert [row["grade"] for row in results(creator.get(f"{bread.course}quiz/"))] == [50]
    emulated = manager.get(bread.course, params={"user": PEOPLE["joined"]}).json()
    assert (emulated["join_status"], emulated["user_completion_rate"]) == ("joined", 100)


def test_people_discuss_a_lesson_in_two_levels(mock: Mock, bread: Bread) -> None:
    creator, manager, joined, invited = (mock.as_(name) for name in ("creator", "manager", "joined", "invited"))
    unseen = creator.get("/api/v2/user/me/").json()["unseen_interactions_counter"]
    comments = f"{bread.reading}comment/"
    question = key(make(joined, comments, text="Which flour?"))
    answer = key(make(manager, comments, text="Rye.", parent=question))
    make(invited, comments, text="Spelt, too.", parent=question, in_reply_to=answer)
    assert results(joined.get(comments))[0]["latest_reply"]["html"] == "Spelt, too."
    assert invited.patch(f"{comments}{question}/", json={"text": "x"}).status_code == 403
    assert joined.put(f"{comments}{question}/", json={"text": "Which flour, please?"}).status_code == 200
    rows = results(creator.get(f"{bread.course}comment/"))
    assert [(row["html"], len(row["replies"])) for row in rows] == [("Which flour, please?", 2)]
    assert creator.get("/api/v2/user/me/").json()["unseen_interactions_counter"] == unseen + 3
    assert manager.delete(f"{comments}{answer}/").status_code == 204
    replies = results(joined.get(comments, params={"parent": question}))
    assert [row["html"] for row in replies] == ["Spelt, too."]
    assert joined.delete(f"{comments}{question}/").status_code == 204
    assert results(creator.get(f"{bread.course}comment/")) == []


def test_a_lesson_can_be_closed_to_comments(mock: Mock, bread: Bread) -> None:
    manager, joined, comments = mock.as_("manager"), mock.as_("joined"), f"{bread.reading}comment/"
    make(joined, comments, text="Hello?")
    manager.patch(bread.reading, json={"comments_enabled": False})
    assert joined.post(comments, json={"text": "Hello?"}).status_code == 403
    assert results(joined.get(comments)) == []
    manager.patch(bread.reading, json={"comments_enabled": True})
    assert [row["html"] for row in results(joined.get(comments))] == ["Hello?"]


def test_attempts_and_rates_survive_changes_of_the_content(mock: Mock, bread: Bread) -> None:
    manager, joined = mock.as_("manager"), mock.as_("joined")
    passed = complete_everything(mock, "joined", bread)
    second = manager.get(f"{bread.quiz}question/").json()[1]["id"]
    manager.patch(bread.quiz, json={"questions_order": [second]})
    assert [question["id"] for question in joined.get(f"{bread.quiz}question/").json()] == [second]
    assert len(joined.get(f"{bread.quiz}attempt/{passed['id']}/").json()["quiz_attempt"]["questions"]) == 2
    manager.patch(bread.spare, json={"status": "published"})
    assert joined.get(bread.course).json()["user_completion_rate"] == 75
    assert manager.delete(bread.spare).status_code == 204
    assert joined.get(bread.course).json()["user_completion_rate"] == 100


def test_a_section_goes_with_the_lessons_in_it(mock: Mock, bread: Bread) -> None:
    manager = mock.as_("manager")
    annex = make(manager, f"{bread.course}section/", name="Annex")
    lesson = make(manager, f"{annex}lesson/", name="Lost", type="lesson", status="published")
    assert manager.get(lesson).status_code == 200
    assert manager.delete(annex).status_code == 204
    assert manager.get(lesson).status_code == 404
    seen = mock.as_("joined").get(bread.course).json()
    assert seen["sections_order"] == [key(bread.leaven), key(bread.loaf)]


def test_people_leave_are_put_out_and_come_back_to_their_progress(mock: Mock, bread: Bread) -> None:
    creator, manager, joined = mock.as_("creator"), mock.as_("manager"), mock.as_("joined")
    complete_everything(mock, "joined", bread)
    assert joined.delete(f"{bread.course}join/").status_code == 204
    assert joined.get(bread.reading).status_code == 403
    assert not is_listed(joined, COURSES, bread)
    manager.post(f"{bread.course}invite/", json={"users": [PEOPLE["joined"]]})
    assert joined.post(f"{bread.course}join/").json()["num_lessons_completed"] == 3
    creator.post(f"{bread.course}role/", json={"unjoined": [PEOPLE["invited"]]})
    assert status(mock, "invited", bread) is None
    assert manager.post(f"{bread.course}role/", json={"joined": [PEOPLE["manager"]]}).status_code == 204
    assert manager.get(f"{bread.course}section/").status_code == 403
    assert creator.delete(f"{bread.course}join/").status_code == 403


def test_a_course_opens_to_everybody_turns_secret_and_is_deleted(mock: Mock, bread: Bread) -> None:
    creator, anon = mock.as_("creator"), mock.as_("anon")
    creator.patch(bread.course, json={"privacy": "open"})
    assert anon.get(bread.course).json()["num_lessons"] == 3
    assert is_listed(mock.as_("member"), "/api/v2/suggestion/course/", bread)
    creator.patch(bread.course, json={"privacy": "secret"})
    for person in ("anon", "staff"):
        assert mock.as_(person).get(bread.course).status_code == 404
    assert creator.delete(bread.course).status_code == 204
    assert [mock.as_(person).get(bread.course).status_code for person in PEOPLE] == [404] * len(PEOPLE)
    assert not is_listed(mock.as_("joined"), COURSES, bread)


def test_the_control_api_moves_the_time_of_a_course(mock: Mock, bread: Bread) -> None:
    joined = mock.as_("joined")
    joined.post(f"{bread.reading}complete/")
    attempt(joined, bread.quiz, solve(mock.as_("creator"), bread.quiz, 1))
    assert joined.get(bread.baking).status_code == 403
    day = timedelta(days=1).total_seconds()
    assert mock.client().post("/__mock__/clock", json={"advance": day}).status_code == 200
    assert joined.get(bread.baking).status_code == 200
    assert mock.client().post("/__mock__/clock", json={"advance": -day}).status_code == 200


@pytest.mark.rule("START-01", "START-03", "START-04", "START-05", "START-06", "START-08")
def test_the_vendors_front_end_finds_everything_it_asks_for_when_it_starts(mock: Mock) -> None:
    page = mock.client({"Origin": "https://front.example", "Accept": "application/json, text/plain, */*"})
    for path in ("/api/v2/dynamic_preference/", "/api/v2/feature/"):
        answer = page.get(path)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "https://front.example")
    user = mock.as_("creator")
    me = user.get("/api/v2/user/me/").json()
    for path in (
        f"/api/v2/user/{me['id']}/settings/",
        "/api/v2/user/hidden_users_id/",
        "/api/v2/category/?active=true",
    ):
        assert user.get(path).status_code == 200
    assert user.post("/api/v2/course/1/join/", headers={"Content-Type": "application/json"}).status_code == 200
