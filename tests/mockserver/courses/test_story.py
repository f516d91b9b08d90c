"""A course's whole life, as its seven people live it; every effect is read back."""

from typing import Any

import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.school import attempt, key, make, multi, names, results, single, solve
from tests.mockserver.harness import COURSES, PEOPLE, SEARCH, Mock

DAY = 24 * 60 * 60


def advance(mock: Mock, **duration: Any) -> None:
    """Let time go by, by the mock's own clock."""
    assert mock.client().post("/__mock__/clock", json=duration).status_code == 200


def test_a_course_is_made_lived_in_and_taken_away(mock: Mock, as_: As) -> None:
    creator, manager, joined = as_("creator"), as_("manager"), as_("joined")
    invited, requested, member, staff = as_("invited"), as_("requested"), as_("member"), as_("staff")
    anon = as_("anon")

    def status(person: str) -> Any:
        return as_(person).get(f"{bread}status/").json()["status"]

    # The creator makes a draft that nobody else sees, and lets a manager help.
    bread = make(creator, COURSES, name="Bread from wild yeast", type="structured", enforce_lessons_order=True)
    assert creator.get(f"{bread}status/").json() == {"status": "creator"}
    assert member.get(bread).status_code == staff.get(bread).status_code == 404
    assert creator.post(f"{bread}role/", json={"managers": [PEOPLE["manager"]]}).status_code == 204
    assert status("manager") == "manager"

    # They structure it: two sections, the second a day later; a lesson with a medium, a quiz, a draft.
    leaven = make(manager, f"{bread}section/", name="The leaven")
    loaf = make(manager, f"{bread}section/", name="The loaf", drip_delay=1)
    picture = key(make(manager, "/api/v2/media/", type="image", image="string"))
    read = make(
        manager, f"{leaven}lesson/", name="Flour and water", type="lesson", text="<p>Mix.</p>", medias=[picture]
    )
    quiz = make(manager, f"{leaven}lesson/", name="What have you learned?", type="quiz", passing_grade=50)
    bake = make(manager, f"{loaf}lesson/", name="Baking", type="lesson")
    spare = make(manager, f"{loaf}lesson/", name="Spare", type="lesson")
    make(manager, f"{quiz}question/", **single("What do yeasts eat?"))
    make(manager, quiz, **multi("Which are grains?"))
    for lesson in (read, quiz, bake):
        assert manager.patch(lesson, json={"status": "published"}).json()["status"] == "published"
    for order in ([key(loaf), key(leaven)], [key(leaven), key(loaf)]):
        assert manager.patch(bread, json={"sections_order": order}).json()["sections_order"] == order
        assert [section["id"] for section in creator.get(f"{bread}section/").json()] == order
    edited = creator.get(bread, params={"view": "edit"}).json()
    assert (edited["num_sections"], edited["num_lessons"]) == (2, 4)
    assert [lesson["status"] for lesson in edited["sections"][1]["lessons"]] == ["published", "draft"]

    # They invite to the draft, which shows nothing until it is published.
    creator.post(f"{bread}invite/", json={"users": [PEOPLE["invited"], PEOPLE["staff"]]})
    assert invited.get(bread).status_code == 404
    assert sorted(names(manager.get(f"{bread}invite/"))) == ["invited", "staff"]
    manager.request("DELETE", f"{bread}invite/", json={"users": [PEOPLE["staff"]]})
    assert names(manager.get(f"{bread}invite/")) == ["invited"]
    assert creator.patch(bread, json={"privacy": "private"}).json()["privacy"] == "private"
    assert creator.patch(bread, json={"privacy": ""}).status_code == 400
    assert invited.get(bread).json()["num_lessons"] == 3
    assert "sections" not in anon.get(bread).json()
    assert key(bread) in [row["id"] for row in results(anon.get(SEARCH, params={"search": "wild yeast"}))]

    # One accepts, one asks and is let in, one asks and is turned down, one is put in without being asked.
    assert invited.post(f"{bread}join/").json()["join_status"] == "joined"
    for person in (requested, member):
        assert person.post(f"{bread}join/").json()["join_status"] == "requested"
    assert sorted(names(manager.get(f"{bread}request_join/"))) == ["member", "requested"]
    manager.post(f"{bread}invite/", json={"users": [PEOPLE["requested"]]})
    assert manager.delete(f"{bread}join/", params={"user": PEOPLE["member"]}).status_code == 204
    creator.post(f"{bread}role/", json={"joined": [PEOPLE["joined"]]})
    people = ("invited", "requested", "member", "joined")
    assert [status(person) for person in people] == ["joined", "joined", None, "joined"]
    assert sorted(names(member.get(f"{bread}join/"))) == ["invited", "joined", "manager", "requested"]
    creator.patch(bread, json={"hide_member_count": True})
    assert member.get(f"{bread}join/").status_code == joined.get(f"{bread}join/").status_code == 403
    creator.patch(bread, json={"hide_member_count": False})
    assert member.get(f"{bread}join/").status_code == 200

    # They learn in order: the quiz waits for the lesson, the loaf for the quiz and for the next day.
    assert [joined.get(lesson).status_code for lesson in (read, quiz, bake, spare)] == [200, 403, 403, 404]
    assert joined.get(read).json()["html"] == "<p>Mix.</p>"
    assert anon.get(joined.get(read).json()["medias"][0]["image"]).status_code == 200
    for done, code in (("complete", 200), ("incomplete", 403), ("complete", 200)):
        assert joined.post(f"{read}{done}/").status_code == 204
        assert joined.get(quiz).status_code == code
    assert joined.post(f"{quiz}complete/").status_code == 400
    assert all("correct" not in answer for asked in joined.get(quiz).json()["questions"] for answer in asked["answers"])
    failed = attempt(joined, quiz, solve(creator, quiz, 0))["quiz_attempt"]
    assert (failed["result"], failed["num_attempts"]) == ("failed", 1)
    assert joined.get(quiz).json()["completion_status"] == "failed"
    passed = attempt(joined, quiz, solve(creator, quiz, 1))
    assert (passed["quiz_attempt"]["grade"], passed["quiz_attempt"]["result"]) == (50, "completed")
    assert joined.get(quiz).json()["last_attempt"] == passed
    assert invited.get(f"{quiz}attempt/{passed['id']}/").status_code == 403
    assert joined.get(bake).status_code == 403
    advance(mock, advance=DAY)
    assert joined.get(bake).status_code == 200
    assert joined.post(f"{bake}complete/").status_code == 204
    seen = joined.get(bread).json()
    assert (seen["user_completion_rate"], seen["num_lessons_completed"]) == (100, 3)

    # The leads watch: one has finished, the others have not begun.
    board = {row["username"]: row for row in results(manager.get(f"{bread}users/"))}
    rates = {name: row["user_completion_rate"] for name, row in board.items()}
    assert rates == {"invited": 0, "requested": 0, "joined": 100, "manager": 0}
    assert board["joined"]["last_active_at"] == "2025-03-04T12:00:00Z"
    assert creator.get(bread, params={"view": "dashboard"}).json()["avg_completion_rate"] == 25
    grades = [row["grade"] for row in results(creator.get(f"{bread}quiz/"))]
    assert grades == [50, 0]
    emulated = manager.get(bread, params={"user": PEOPLE["joined"]}).json()
    assert (emulated["join_status"], emulated["user_completion_rate"]) == ("joined", 100)

    # They talk about it, in two levels.
    talk = f"{read}comment/"
    question = key(make(joined, talk, text="Which flour?"))
    answer = key(make(manager, talk, text="Rye.", parent=question))
    make(invited, talk, text="Spelt, too.", parent=question, in_reply_to=answer)
    assert results(joined.get(talk))[0]["latest_reply"]["html"] == "Spelt, too."
    assert invited.patch(f"{talk}{question}/", json={"text": "x"}).status_code == 403
    assert joined.put(f"{talk}{question}/", json={"text": "Which flour, please?"}).status_code == 200
    whole = results(creator.get(f"{bread}comment/"))
    assert [(row["html"], len(row["replies"])) for row in whole] == [("Which flour, please?", 2)]
    assert creator.get("/api/v2/user/me/").json()["unseen_interactions_counter"] == 3
    manager.patch(read, json={"comments_enabled": False})
    assert joined.post(talk, json={"text": "Hello?"}).status_code == 403
    assert results(joined.get(talk)) == []
    manager.patch(read, json={"comments_enabled": True})
    assert manager.delete(f"{talk}{answer}/").status_code == 204
    assert [row["html"] for row in results(joined.get(talk, params={"parent": question}))] == ["Spelt, too."]
    assert joined.delete(f"{talk}{question}/").status_code == 204
    assert results(creator.get(f"{bread}comment/")) == []

    # The quiz changes, and attempts do not; a lesson goes, and rates follow.
    two = manager.get(f"{quiz}question/").json()[1]["id"]
    manager.patch(quiz, json={"questions_order": [two]})
    assert [asked["id"] for asked in joined.get(f"{quiz}question/").json()] == [two]
    assert len(joined.get(f"{quiz}attempt/{passed['id']}/").json()["quiz_attempt"]["questions"]) == 2
    manager.patch(spare, json={"status": "published"})
    assert joined.get(bread).json()["user_completion_rate"] == 75
    assert manager.delete(spare).status_code == 204
    assert joined.get(bread).json()["user_completion_rate"] == 100

    # A section goes with what is in it.
    annex = make(manager, f"{bread}section/", name="Annex")
    lost = make(manager, f"{annex}lesson/", name="Lost", type="lesson", status="published")
    assert manager.get(lost).status_code == 200
    assert manager.delete(annex).status_code == 204
    assert manager.get(lost).status_code == 404
    assert joined.get(bread).json()["sections_order"] == [key(leaven), key(loaf)]

    # People go: one leaves and comes back to what he has done, one is put out, the manager steps down.
    assert joined.delete(f"{bread}join/").status_code == 204
    assert joined.get(read).status_code == 403
    assert key(bread) not in [row["id"] for row in results(joined.get(COURSES))]
    manager.post(f"{bread}invite/", json={"users": [PEOPLE["joined"]]})
    assert joined.post(f"{bread}join/").json()["num_lessons_completed"] == 3
    creator.post(f"{bread}role/", json={"unjoined": [PEOPLE["invited"]]})
    assert manager.post(f"{bread}role/", json={"joined": [PEOPLE["manager"]]}).status_code == 204
    assert manager.get(f"{bread}section/").status_code == 403
    assert creator.delete(f"{bread}join/").status_code == 403

    # At last it opens to everybody, turns secret, and is taken away.
    creator.patch(bread, json={"privacy": "open"})
    assert anon.get(bread).json()["num_lessons"] == 3
    assert key(bread) in [row["id"] for row in results(member.get("/api/v2/suggestion/course/", params={"limit": 100}))]
    creator.patch(bread, json={"privacy": "secret"})
    assert anon.get(bread).status_code == staff.get(bread).status_code == 404
    assert creator.delete(bread).status_code == 204
    for name in PEOPLE:
        assert as_(name).get(bread).status_code == 404
    assert key(bread) not in [row["id"] for row in results(joined.get(COURSES))]


@pytest.mark.rule("START-01", "START-03", "START-04", "START-05", "START-06", "START-08")
def test_a_front_end_of_the_vendor_finds_what_it_asks_for_when_it_starts(mock: Mock) -> None:
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
