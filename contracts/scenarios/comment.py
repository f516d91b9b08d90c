"""COMMENT-01 to 17: comments on lessons."""

from contextlib import AbstractContextManager

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import list_rows, require_equal, require_shown, require_untouched
from contracts.scenarios._fixtures import (
    add_comment,
    add_lesson,
    add_lessons,
    add_section,
    assume_ok,
    course_with,
    existing_media,
    ids,
    list_page,
    mixed_course,
    require_fields,
    require_rejected_for,
    send,
)

CREATE, LIST, READ = "create_course_comment", "get_course_lesson_comments", "get_course_comment"
PATCH, DELETE, ALL = "patch_course_comment", "delete_course_comment", "get_course_comments"
NESTED = ("latest_reply", "replies", "extras")


def _add_lesson(context: Context, **fields: object) -> tuple[Item, Item]:
    """Create a course with a manager, two participants and an invited user, and a lesson in it."""
    course = course_with(context, manager="manager", joined="joined", member="joined", invited="invited")
    return course, add_lesson(context, add_section(context, course), **fields)


def _say(person: Client, on: Item, **fields: object) -> Answer:
    return send(person, "POST", f"{on.path}comment/", fields)


def _list_ids(person: Client, on: Item, **query: object) -> list[Identifier]:
    return ids(list_rows(person, f"{on.path}comment/", **query))


# --- saying something ---


@scenario("COMMENT-01", operation=CREATE)
def users_in_the_course_may_comment(context: Context) -> None:
    """Users in the course may comment on a lesson that is open to them."""
    course = mixed_course(context, type="structured")
    on, closed = (
        add_lesson(context, add_section(context, course)),
        add_lesson(context, add_section(context, course, drip_delay=30)),
    )
    for name in ("joined", "manager", "creator"):
        answer = context.require_accepted(_say(context.person(name), on, text="a comment"), 201)
        require_fields(context, answer.document, "CourseComment", "the answer")
        require_equal(
            (answer["created_by"]["id"], answer["parent"]), (context.person(name).id, None), "author and parent"
        )
    for name, status in (("member", 403), ("invited", 403), ("staff", 403), (ANONYMOUS, 401)):
        context.require_rejected(_say(context.person(name), on, text="a comment"), status)
    context.require_rejected(_say(context.person("joined"), closed, text="a comment"), 403)
    require_equal(len(_list_ids(context.owner, on)), 3, "number of comments")


@scenario("COMMENT-02", operation=CREATE)
def comments_can_be_switched_off(context: Context) -> None:
    """If comments are switched off, no user may comment, not even the creator and managers."""
    course, on = _add_lesson(context, comments_enabled=False)
    for name in ("joined", "manager", "creator"):
        context.require_rejected(_say(context.person(name), on, text="a comment"), 403)
    require_equal(
        context.require_accepted(context.owner.get(f"{course.path}comment/"))["count"], 0, "number of comments"
    )
    assume_ok(on.patch({"comments_enabled": True}))
    context.require_accepted(_say(context.person("joined"), on, text="a comment"), 201)


@scenario("COMMENT-03", operation=CREATE)
def an_answer_names_its_parent(context: Context) -> None:
    """An answer to a reply names the comment that both belong to, as its parent."""
    _, on = _add_lesson(context)
    joined, first, other = context.person("joined"), add_comment(context, on), add_comment(context, on)
    reply, elsewhere = add_comment(context, on, parent=first.id), add_comment(context, on, parent=other.id)
    context.require_rejected(_say(joined, on, text="x", in_reply_to=reply.id), 400, "parent", "required")
    for wrong in (elsewhere.id, first.id):
        answer = _say(joined, on, text="x", parent=first.id, in_reply_to=wrong)
        context.require_rejected(answer, 400, "in_reply_to", "invalid")
    answer = context.require_accepted(_say(joined, on, text="x", parent=first.id, in_reply_to=reply.id), 201)
    require_equal((answer["parent"], answer["in_reply_to"]), (first.id, reply.id), "parent and in_reply_to")


@scenario("COMMENT-04", operation=CREATE)
def there_are_two_levels(context: Context) -> None:
    """A parent is a comment of the first level on the same lesson."""
    course, on = _add_lesson(context)
    other = add_lesson(context, add_section(context, course))
    first, foreign = add_comment(context, on), add_comment(context, other)
    reply = add_comment(context, on, parent=first.id)
    for wrong in (reply.id, foreign.id, 987_654_321):
        context.require_rejected(_say(context.person("joined"), on, text="x", parent=wrong), 400, "parent", "invalid")
    require_equal(reply.state()["parent"], first.id, "parent of a reply")


@scenario("COMMENT-05", operation=CREATE)
def text_is_read_as_html(context: Context) -> None:
    """A comment is written as text and read as html, which is empty without a text."""
    _, on = _add_lesson(context)
    first = f"<p>{context.unique()}</p>"
    created = context.require_accepted(_say(context.person("joined"), on, text=first, html="<p>no</p>"), 201)
    subject = Item(f"{on.path}comment/{created['id']}/", context.owner)
    _require_html(created.document, first)
    for write, fields, html in (
        (subject.patch, {"text": "<p>b</p>"}, "<p>b</p>"),
        (subject.patch, {"html": "<p>c</p>"}, "<p>b</p>"),
        (subject.put, {"text": "<p>d</p>"}, "<p>d</p>"),
    ):
        _require_html(context.require_accepted(write(fields)).document, html)
        _require_html(subject.state(), html)
    silent = context.require_accepted(_say(context.person("joined"), on, medias=existing_media(context)), 201)
    require_equal(silent["html"], "", "html without a text")


def _require_html(document: Json, html: str) -> None:
    require_equal((document["html"], "text" in document), (html, False), "html, and whether text is answered")


@scenario("COMMENT-06", operation=CREATE)
def a_comment_is_not_empty(context: Context) -> None:
    """A comment without media has a text."""
    course, on = _add_lesson(context)
    joined, media = context.person("joined"), existing_media(context)
    nothings: tuple[Json, ...] = ({}, {"text": ""}, {"text": "  "}, {"medias": []})
    for nothing in nothings:
        context.require_rejected(_say(joined, on, **nothing), 400, "text", "blank")
    require_equal(
        context.require_accepted(context.owner.get(f"{course.path}comment/"))["count"], 0, "number of comments"
    )
    subject = add_comment(context, on)
    with require_untouched(subject, "a rejected change changes nothing"):
        context.require_rejected(subject.patch({"text": ""}), 400, "text", "blank")
        context.require_rejected(subject.put({"text": ""}), 400, "text", "blank")
    context.require_accepted(subject.patch({"text": "", "medias": media}))
    context.require_rejected(subject.patch({"medias": []}), 400, "text", "blank")


# --- reading ---


@scenario("COMMENT-07", operation=LIST)
def comments_are_read_by_level(context: Context) -> None:
    """Users in the course read the comments of the first level, or the replies to one of them."""
    _, on = _add_lesson(context)
    first, second = add_comment(context, on), add_comment(context, on)
    reply, later = add_comment(context, on, parent=first.id), add_comment(context, on, parent=first.id)
    for name in ("joined", "manager", "creator"):
        person = context.person(name)
        rows = list_page(context, person, f"{on.path}comment/", "CourseComment")
        require_equal(ids(rows), [first.id, second.id], "the comments of the first level")
        require_equal(_list_ids(person, on, parent=first.id), [reply.id, later.id], "the replies to the first")
        require_equal(_list_ids(person, on, parent=second.id), [], "the replies to the second")
    require_rejected_for(context, ("invited", "staff"), 403, "GET", f"{on.path}comment/")
    require_rejected_for(context, [ANONYMOUS], 401, "GET", f"{on.path}comment/")


@scenario("COMMENT-08", operation=LIST)
def no_comments_are_listed_while_switched_off(context: Context) -> None:
    """If comments are switched off, the list of comments is empty for every user."""
    _, on = _add_lesson(context)
    first = add_comment(context, on)
    add_comment(context, on, parent=first.id)
    assume_ok(on.patch({"comments_enabled": False}))
    empty: Json = {"count": 0, "next": None, "previous": None, "results": []}
    for name in ("joined", "manager", "creator"):
        for query in ({}, {"parent": first.id}):
            answer = context.require_accepted(context.person(name).get(f"{on.path}comment/", **query))
            require_equal(answer.document, empty, f"the comments as the {name} reads them")


@scenario("COMMENT-09", operation=LIST)
def the_oldest_comes_first(context: Context) -> None:
    """The oldest comment comes first, or the newest if the order has a minus."""
    _, on = _add_lesson(context)
    comments = [add_comment(context, on).id for _ in range(3)]
    for ordering, expected in ((None, comments), ("created_at", comments), ("-created_at", comments[::-1])):
        query = {"ordering": ordering} if ordering else {}
        require_equal(_list_ids(context.owner, on, **query), expected, f"the comments, ordered by {ordering}")


@scenario("COMMENT-10", operation=ALL)
def all_comments_are_for_managers(context: Context) -> None:
    """The creator and managers read all comments of a course, lesson by lesson, with their replies and their place."""
    course = mixed_course(context)
    one, two = add_section(context, course), add_section(context, course)
    (first, second), (third,) = add_lessons(context, one, 2), add_lessons(context, two, 1)
    comments = {lesson: add_comment(context, lesson) for lesson in (third, first, second)}
    again = add_comment(context, first, context.person("joined"))
    replies = [add_comment(context, first, parent=comments[first].id).id for _ in range(2)]
    path = f"{course.path}comment/"
    require_rejected_for(context, ("joined", "invited", "member", "staff"), 403, "GET", path)
    require_rejected_for(context, [ANONYMOUS], 401, "GET", path)
    rows = list_page(context, context.person("manager"), path, "CourseComment")
    expected = [comments[first].id, again.id, comments[second].id, comments[third].id]
    require_equal(ids(rows), expected, "the comments, lesson by lesson")
    require_equal(ids(rows[0]["replies"]), replies, "the replies to the first")
    slug, name, title = course.state()["slug"], one.state()["name"], first.state()["name"]
    place = {"course": {"id": course.id, "slug": slug}, "section": {"id": one.id, "name": name}}
    require_equal(rows[0]["extras"], {**place, "lesson": {"id": first.id, "name": title}}, "where it belongs")


@scenario("COMMENT-11", operation=ALL)
def replies_are_shown_in_one_way(context: Context) -> None:
    """A comment has latest_reply, or replies and extras in the list of all comments of a course, but never both."""
    course, on = _add_lesson(context)
    created = assume_ok(_say(context.owner, on, text="first"))
    first = Item(f"{on.path}comment/{created['id']}/", context.owner)
    require_equal(_nested(created.document), {"latest_reply"}, "the nested keys of a new comment")
    require_equal(created["latest_reply"], None, "latest_reply of a comment without replies")
    reply = add_comment(context, on, parent=first.id)
    later = add_comment(context, on, context.person("joined"), parent=first.id)
    for document in (
        first.state(),
        first.patch({"text": "patched"}).document,
        first.put({"text": "put"}).document,
        list_rows(context.person("joined"), f"{on.path}comment/")[0],
    ):
        require_equal(_nested(document), {"latest_reply"}, "the nested keys of a comment of the first level")
        require_equal(document["latest_reply"]["id"], later.id, "latest_reply")
    for document in (reply.state(), *list_rows(context.owner, f"{on.path}comment/", parent=first.id)):
        require_equal(_nested(document), set(), "the nested keys of a reply")
    whole = list_rows(context.owner, f"{course.path}comment/")[0]
    require_equal(_nested(whole), {"replies", "extras"}, "the nested keys among all comments of a course")
    require_equal(
        [_nested(shown_reply) for shown_reply in whole["replies"]],
        [set(), set()],
        "the nested keys of the replies there",
    )


def _nested(document: Json) -> set[str]:
    return {name for name in NESTED if name in document}


@scenario("COMMENT-12", operation=READ)
def a_single_comment_is_for_managers(context: Context) -> None:
    """Only the creator and managers may read a single comment; not even its author may."""
    _, on = _add_lesson(context)
    subject = add_comment(context, on, context.person("joined"))
    for name in ("manager", "creator"):
        answer = context.require_accepted(subject.read(by=context.person(name)))
        require_fields(context, answer.document, "CourseComment", "the comment")
    require_rejected_for(context, ("joined", "member", "invited", "staff"), 403, "GET", subject.path)
    require_rejected_for(context, [ANONYMOUS], 401, "GET", subject.path)


# --- changing one's mind ---


@scenario("COMMENT-13", operation=PATCH)
def comments_are_changed_by_author_and_managers(context: Context) -> None:
    """A comment may be changed by its author, the creator and managers."""
    _, on = _add_lesson(context)
    subject = add_comment(context, on, context.person("joined"))
    for name, status in (("member", 403), ("invited", 403), ("staff", 403), (ANONYMOUS, 401)):
        with _require_untouched(context, subject):
            context.require_rejected(subject.patch({"text": "x"}, by=context.person(name)), status)
            context.require_rejected(subject.put({"text": "x"}, by=context.person(name)), status)
    for name in ("joined", "manager", "creator"):
        person = context.person(name)
        require_equal(
            context.require_accepted(subject.patch({"text": f"by {name}"}, by=person))["html"], f"by {name}", "html"
        )
        require_equal(
            context.require_accepted(subject.put({"text": f"put by {name}"}, by=person))["html"],
            f"put by {name}",
            "html",
        )


def _require_untouched(context: Context, subject: Item) -> AbstractContextManager[Json]:
    """Require that a comment stays as it is, read by the creator of the course, since its author may not read it."""
    return require_untouched(Item(subject.path, context.owner), "a denied change has no effect")


@scenario("COMMENT-14", operation=PATCH)
def a_comment_keeps_its_place(context: Context) -> None:
    """One field is enough to change a comment; the comment that it replies to stays, whatever is sent."""
    _, on = _add_lesson(context)
    first, other = add_comment(context, on, medias=existing_media(context)), add_comment(context, on)
    reply = add_comment(context, on, parent=first.id)
    answer = add_comment(context, on, parent=first.id, in_reply_to=reply.id)
    for subject in (first, reply, answer):
        with require_untouched(subject, "only the text changes", "html", "latest_reply"):
            for fields in ({"text": "a"}, {"text": "b", "parent": other.id, "in_reply_to": reply.id}, {"parent": None}):
                context.require_accepted(subject.patch(fields))
                context.require_accepted(subject.put(fields))
        require_shown(subject, {"html": "b"})


@scenario("COMMENT-15", operation=DELETE)
def deleting_a_comment_deletes_its_replies(context: Context) -> None:
    """A comment may be deleted by its author, the creator and managers; this also deletes its replies."""
    course, on = _add_lesson(context)
    for name in ("joined", "manager", "creator"):
        first = add_comment(context, on, context.person("joined"))
        reply = add_comment(context, on, context.person("member"), parent=first.id)
        for other, status in (("member", 403), ("invited", 403), ("staff", 403), (ANONYMOUS, 401)):
            context.require_rejected(first.delete(by=context.person(other)), status)
        context.require_accepted(Item(reply.path, context.owner).read())
        context.require_accepted(first.delete(by=context.person(name)), 204)
        for gone in (first, reply):
            context.require_rejected(gone.read(by=context.owner), 404)
    require_equal(
        context.require_accepted(context.owner.get(f"{course.path}comment/"))["count"], 0, "number of comments"
    )


@scenario("COMMENT-16", operation=ALL)
def comments_are_kept_while_switched_off(context: Context) -> None:
    """The comments of a course include those of lessons whose comments are now switched off."""
    course, on = _add_lesson(context)
    first = add_comment(context, on)
    reply = add_comment(context, on, parent=first.id)
    assume_ok(on.patch({"comments_enabled": False}))
    rows = list_rows(context.owner, f"{course.path}comment/")
    require_equal([(row["id"], ids(row["replies"])) for row in rows], [(first.id, [reply.id])], "comments and replies")


@scenario("COMMENT-17", operation=CREATE)
def managers_are_notified_of_comments(context: Context) -> None:
    """The creator and managers are notified of a new comment if the course has notifications on."""
    course, on = _add_lesson(context)
    for notified in (True, False):
        assume_ok(course.patch({"new_comment_notification_enabled": notified}))
        before = {name: _unseen(context, name) for name in ("creator", "manager", "joined")}
        context.require_accepted(_say(context.person("joined"), on, text="a comment"), 201)
        risen = {name: _unseen(context, name) > count for name, count in before.items()}
        require_equal(
            risen,
            {"creator": notified, "manager": notified, "joined": False},
            "person → whether something new is unseen",
        )


def _unseen(context: Context, name: str) -> int:
    return int(context.require_accepted(context.person(name).get("/api/v2/user/me/"))["unseen_interactions_counter"])
