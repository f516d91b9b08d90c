from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import Taught, add_lesson, enrol, key, make, results
from tests.mockserver.support import Mock, outcome

FORBIDDEN = [(None, "permission_denied")]

BASIC = ["id", "html", "parent", "in_reply_to", "created_at", "created_by", "medias"]
FIRST_LEVEL = [*BASIC, "latest_reply"]
WITH_REPLIES = [*BASIC, "replies", "extras"]


@pytest.fixture
def thread(joined: httpx.Client, taught: Taught) -> str:
    """The path of the comments on a lesson, of which there are none."""
    return f"{taught.lessons[0]}comment/"


def say(caller: httpx.Client, thread: str, **fields: Any) -> int:
    return key(make(caller, thread, **{"text": "x", **fields}))


@pytest.mark.rule("COMMENT-01")
@pytest.mark.parametrize("person", ["joined", "manager", "creator"])
def test_those_inside_comment(as_: As, thread: str, person: str) -> None:
    answer = as_(person).post(thread, json={"text": "x"})
    assert (answer.status_code, list(answer.json())) == (201, FIRST_LEVEL)
    assert answer.json()["created_by"]["username"] == person


@pytest.mark.rule("COMMENT-02")
@pytest.mark.parametrize("person", ["joined", "manager", "creator"])
def test_where_comments_are_switched_off_nobody_comments(
    as_: As, creator: httpx.Client, taught: Taught, thread: str, person: str
) -> None:
    creator.patch(taught.lessons[0], json={"comments_enabled": False})
    answer = as_(person).post(thread, json={"text": "x"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, FORBIDDEN), "COMMENT-02")


@pytest.mark.rule("COMMENT-03")
def test_an_answer_to_a_reply_names_the_comment_that_both_belong_to(joined: httpx.Client, thread: str) -> None:
    first, other = say(joined, thread), say(joined, thread)
    reply = say(joined, thread, parent=first)
    refused = joined.post(thread, json={"text": "x", "in_reply_to": reply})
    assert (outcome(refused), refused.headers["X-Mock-Rule"]) == ((400, [("parent", "required")]), "COMMENT-03")
    for wrong in ({"parent": other, "in_reply_to": reply}, {"parent": first, "in_reply_to": 999_999}):
        refused = joined.post(thread, json={"text": "x", **wrong})
        assert outcome(refused) == (400, [("in_reply_to", "invalid")])
        assert refused.headers["X-Mock-Rule"] == "COMMENT-03"
    made = joined.post(thread, json={"text": "x", "parent": first, "in_reply_to": reply})
    assert (made.status_code, made.json()["parent"], made.json()["in_reply_to"]) == (201, first, reply)


@pytest.mark.rule("COMMENT-04")
def test_there_are_two_levels(joined: httpx.Client, taught: Taught, thread: str) -> None:
    elsewhere = say(joined, f"{taught.lessons[1]}comment/")
    reply = say(joined, thread, parent=say(joined, thread))
    for parent in (reply, elsewhere, 999_999):
        answer = joined.post(thread, json={"text": "x", "parent": parent})
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("parent", "invalid")]), "COMMENT-04")


@pytest.mark.rule("COMMENT-05")
def test_text_goes_in_and_html_comes_out(creator: httpx.Client, joined: httpx.Client, thread: str) -> None:
    made = joined.post(thread, json={"text": "<p>a</p>", "html": "no"}).json()
    assert made["html"] == "<p>a</p>"
    path = f"{thread}{made['id']}/"
    for method in ("PUT", "PATCH"):
        changed = joined.request(method, path, json={"text": method})
        assert (changed.status_code, changed.json()["html"]) == (200, method)
        assert "text" not in changed.json()
    assert "text" not in creator.get(path).json()


@pytest.mark.rule("COMMENT-06")
@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}, {"medias": []}])
def test_a_comment_says_something(joined: httpx.Client, thread: str, body: dict[str, Any]) -> None:
    answer = joined.post(thread, json=body)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("text", "blank")]), "COMMENT-06")


@pytest.mark.rule("COMMENT-06", "COMMENT-05")
def test_media_are_enough_and_cannot_go_where_there_is_no_text(joined: httpx.Client, thread: str) -> None:
    media = key(make(joined, "/api/v2/media/", type="url", url="https://example.org/"))
    made = joined.post(thread, json={"medias": [media]})
    assert (made.status_code, made.json()["html"], made.json()["medias"][0]["id"]) == (201, "", media)
    path = f"{thread}{made.json()['id']}/"
    for method in ("PUT", "PATCH"):
        assert outcome(joined.request(method, path, json={"medias": []})) == (400, [("text", "blank")])
    assert joined.patch(path, json={"text": "x", "medias": []}).json()["medias"] == []


@pytest.mark.rule("COMMENT-07")
def test_comments_of_the_first_level_are_listed_or_the_replies_to_one(joined: httpx.Client, thread: str) -> None:
    first, second = say(joined, thread), say(joined, thread)
    replies = [say(joined, thread, parent=first) for _ in range(2)]
    assert [row["id"] for row in results(joined.get(thread))] == [first, second]
    assert [row["id"] for row in results(joined.get(thread, params={"parent": first}))] == replies
    assert results(joined.get(thread, params={"parent": second})) == []
    assert [row["id"] for row in results(joined.get(thread, params={"parent": ""}))] == [first, second]
    assert outcome(joined.get(thread, params={"parent": "x"})) == (400, [("parent", "invalid")])


@pytest.mark.rule("COMMENT-08")
def test_where_comments_are_switched_off_none_are_listed(
    creator: httpx.Client, joined: httpx.Client, taught: Taught, thread: str
) -> None:
    say(joined, thread)
    creator.patch(taught.lessons[0], json={"comments_enabled": False})
    for caller in (joined, creator):
        assert caller.get(thread).json() == {"count": 0, "next": None, "previous": None, "results": []}
    creator.patch(taught.lessons[0], json={"comments_enabled": True})
    assert joined.get(thread).json()["count"] == 1


@pytest.mark.rule("COMMENT-09")
def test_the_oldest_comment_comes_first_unless_turned_round(mock: Mock, joined: httpx.Client, thread: str) -> None:
    said = []
    for _ in range(3):
        said.append(say(joined, thread))
        mock.clock.advance(minutes=1)
    assert [row["id"] for row in results(joined.get(thread))] == said
    turned = joined.get(thread, params={"ordering": "-created_at", "limit": "2"})
    assert [row["id"] for row in results(turned)] == said[:0:-1]
    assert [row["id"] for row in results(joined.get(thread, params={"ordering": "html"}))] == said


@pytest.mark.rule("COMMENT-10", "COMMENT-11")
def test_the_comments_of_a_course_are_listed_lesson_by_lesson_with_replies(
    mock: Mock, creator: httpx.Client, joined: httpx.Client, taught: Taught
) -> None:
    first, second = (f"{lesson}comment/" for lesson in taught.lessons)
    later = say(joined, second)
    mock.clock.advance(minutes=1)
    earlier = say(joined, first)
    reply = say(joined, second, parent=later)
    rows = results(creator.get(f"{taught.course}comment/"))
    assert [row["id"] for row in rows] == [earlier, later]
    assert [list(row) for row in rows] == [WITH_REPLIES] * 2
    assert [[nested["id"] for nested in row["replies"]] for row in rows] == [[], [reply]]
    assert list(rows[1]["replies"][0]) == BASIC
    assert rows[0]["extras"]["lesson"] == {"id": key(taught.lessons[0]), "name": "Lesson 1"}
    assert rows[0]["extras"]["section"] == {"id": key(taught.section), "name": "Section"}
    assert rows[0]["extras"]["course"]["id"] == key(taught.course)


@pytest.mark.rule("COMMENT-10")
def test_the_comments_of_a_course_follow_the_order_of_its_lessons(
    creator: httpx.Client, joined: httpx.Client, taught: Taught
) -> None:
    said = [say(joined, f"{lesson}comment/") for lesson in taught.lessons]
    creator.patch(taught.section, json={"lessons_order": [key(lesson) for lesson in reversed(taught.lessons)]})
    assert [row["id"] for row in results(creator.get(f"{taught.course}comment/"))] == said[::-1]


@pytest.mark.rule("COMMENT-10")
@pytest.mark.parametrize("person", ["joined", "member", "staff"])
def test_the_comments_of_a_course_are_for_leads(as_: As, taught: Taught, person: str) -> None:
    answer = as_(person).get(f"{taught.course}comment/")
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, FORBIDDEN), "COMMENT-10")


@pytest.mark.rule("COMMENT-11")
def test_the_latest_reply_comes_with_comments_of_the_first_level_alone(
    creator: httpx.Client, joined: httpx.Client, thread: str
) -> None:
    first = say(joined, thread)
    assert results(joined.get(thread))[0]["latest_reply"] is None
    say(joined, thread, parent=first)
    last = say(creator, thread, parent=first)
    shown = results(joined.get(thread))[0]
    assert (list(shown), shown["latest_reply"]["id"]) == (FIRST_LEVEL, last)
    assert list(shown["latest_reply"]) == BASIC
    assert [list(row) for row in results(joined.get(thread, params={"parent": first}))] == [BASIC, BASIC]
    assert creator.get(f"{thread}{first}/").json() == shown


@pytest.mark.rule("COMMENT-12")
def test_a_single_comment_is_read_by_leads_alone(as_: As, joined: httpx.Client, thread: str) -> None:
    path = f"{thread}{say(joined, thread)}/"
    for person, status in (("creator", 200), ("manager", 200), ("joined", 403), ("member", 403), ("anon", 401)):
        assert as_(person).get(path).status_code == status, person
    assert joined.get(path).headers["X-Mock-Rule"] == "COMMENT-12"


@pytest.mark.rule("COMMENT-13", "COMMENT-15")
@pytest.mark.parametrize(("method", "rule"), [("PUT", "COMMENT-13"), ("PATCH", "COMMENT-13"), ("DELETE", "COMMENT-15")])
def test_a_comment_is_changed_by_its_author_and_by_leads(
    as_: As, creator: httpx.Client, taught: Taught, thread: str, method: str, rule: str
) -> None:
    enrol(creator, taught.course, joined=["member"])
    for person in ("joined", "manager", "creator", "member", "staff"):
        path = f"{thread}{say(as_('joined'), thread)}/"
        answer = as_(person).request(method, path, json={"text": "y"})
        if person in {"member", "staff"}:
            assert (answer.status_code, answer.headers["X-Mock-Rule"]) == (403, rule)
        else:
            assert answer.status_code == (204 if method == "DELETE" else 200)


@pytest.mark.rule("COMMENT-14")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_comment_does_not_move(joined: httpx.Client, thread: str, method: str) -> None:
    first, other = say(joined, thread), say(joined, thread)
    reply = say(joined, thread, parent=first)
    sent = {"text": "y", "parent": other, "in_reply_to": other}
    changed = joined.request(method, f"{thread}{reply}/", json=sent).json()
    assert (changed["html"], changed["parent"], changed["in_reply_to"]) == ("y", first, None)
    assert [row["id"] for row in results(joined.get(thread, params={"parent": first}))] == [reply]


@pytest.mark.rule("COMMENT-14")
def test_one_field_is_enough_to_change_a_comment(joined: httpx.Client, thread: str) -> None:
    media = key(make(joined, "/api/v2/media/", type="url", url="https://example.org/"))
    made = joined.post(thread, json={"text": "x", "medias": [media]}).json()
    changed = joined.patch(f"{thread}{made['id']}/", json={"text": "y"}).json()
    assert changed == {**made, "html": "y"}


@pytest.mark.rule("COMMENT-15")
def test_with_a_comment_go_its_replies(creator: httpx.Client, joined: httpx.Client, thread: str) -> None:
    first = say(joined, thread)
    reply = say(creator, thread, parent=first)
    answer = joined.delete(f"{thread}{first}/")
    assert (answer.status_code, answer.content) == (204, b"")
    for gone in (first, reply):
        assert creator.get(f"{thread}{gone}/").status_code == 404
    assert joined.get(thread).json()["count"] == 0


@pytest.mark.rule("COMMENT-15")
def test_a_comment_stays_when_a_reply_goes(creator: httpx.Client, joined: httpx.Client, thread: str) -> None:
    first = say(joined, thread)
    reply = say(joined, thread, parent=first)
    joined.delete(f"{thread}{reply}/")
    assert results(joined.get(thread))[0]["latest_reply"] is None


@pytest.mark.rule("COMMENT-16")
def test_the_comments_of_a_course_have_those_that_are_switched_off_meanwhile(
    creator: httpx.Client, joined: httpx.Client, taught: Taught, thread: str
) -> None:
    said = say(joined, thread)
    creator.patch(taught.lessons[0], json={"comments_enabled": False})
    assert [row["id"] for row in results(creator.get(f"{taught.course}comment/"))] == [said]


@pytest.mark.rule("COMMENT-17", "COURSE-PATCH-33")
def test_leads_are_told_of_a_new_comment_while_the_course_wants_it(
    as_: As, creator: httpx.Client, joined: httpx.Client, taught: Taught, thread: str
) -> None:
    def unseen(person: str) -> Any:
        return as_(person).get("/api/v2/user/me/").json()["unseen_interactions_counter"]

    say(joined, thread)
    assert [unseen(person) for person in ("creator", "manager", "joined")] == [1, 1, 0]
    say(creator, thread)
    assert [unseen(person) for person in ("creator", "manager", "joined")] == [1, 2, 0]
    creator.patch(taught.course, json={"new_comment_notification_enabled": False})
    say(joined, thread)
    assert [unseen(person) for person in ("creator", "manager", "joined")] == [1, 2, 0]


@pytest.mark.rule("TRANS-08")
def test_a_comment_belongs_to_its_lesson(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    said = say(joined, f"{taught.lessons[0]}comment/")
    assert creator.get(f"{taught.lessons[1]}comment/{said}/").status_code == 404
    other = add_lesson(creator, taught.section)
    assert results(joined.get(f"{other}comment/")) == []


@pytest.mark.rule("COMMENT-15")
def test_what_answered_a_deleted_reply_stays_in_reply_to_nothing(
    joined: httpx.Client, creator: httpx.Client, thread: str
) -> None:
    first = say(joined, thread)
    reply, other = (say(joined, thread, parent=first) for _ in range(2))
    answering, kept = (say(joined, thread, parent=first, in_reply_to=each) for each in (reply, other))
    joined.delete(f"{thread}{reply}/")
    told = [creator.get(f"{thread}{each}/").json()["in_reply_to"] for each in (answering, kept)]
    assert told == [None, other]
