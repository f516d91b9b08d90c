"""Comments on lessons, and replies to them."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import asked_number, ordered, page_of
from mockserver.courses.representations import comment as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.roles import LEADS, logged_in
from mockserver.openapi.resources import PARENT
from mockserver.request import parameters
from mockserver.store import Document

_SORTABLE = ("created_at",)


def get_course_lesson_comments(call: Call) -> Any:
    """List the first-level comments of a lesson, or the replies to one (COMMENT-07 to COMMENT-09)."""
    lesson = call.documents[2]
    rows = entities.thread(call.state, lesson["id"], asked_number(call, "parent"))
    if not lesson["comments_enabled"]:
        rows = []
    rows = ordered(rows, parameters.text(call.query, "ordering"), _SORTABLE, "created_at")
    return page_of(call, rows, lambda row: _represented(call, row))


def get_course_comments(call: Call) -> Any:
    """List the comments of a course lesson by lesson, with all replies (COMMENT-10, COMMENT-16)."""
    state, course = call.state, call.documents[0]
    sections = entities.sections(state, course)
    order = [lesson["id"] for section in sections for lesson in entities.lessons(state, section)]
    place = {key: index for index, key in enumerate(order)}
    rows = [row for row in state.where(entities.COMMENTS, "course", course["id"]) if row["parent"] is None]
    rows = ordered(rows, "created_at", _SORTABLE, "created_at")
    # Stable: comments on the same lesson stay in the order of their dates.
    rows.sort(key=lambda row: place[row[PARENT][2]])
    return page_of(call, rows, lambda row: represent.comment_with_replies(call, row))


def get_course_comment(call: Call) -> Any:
    """Show a comment (COMMENT-12)."""
    return _represented(call, call.documents[3])


def create_course_comment(call: Call) -> Any:
    """Store a new comment, and notify the leads of the course (COMMENT-01, COMMENT-05, COMMENT-17)."""
    state, lesson = call.state, call.documents[2]
    key, parent = state.next_id(entities.COMMENTS), call.body.get("parent")
    comment = {
        "text": "",
        "in_reply_to": None,
        "medias": [],
        **call.body,
        "parent": parent,
        "id": key,
        PARENT: entities.path_of(lesson),
        "course": call.documents[0]["id"],
        "thread": (lesson["id"], parent),
        "user": logged_in(call),
        "created_at": stamp(call.now),
    }
    state.put(entities.COMMENTS, key, comment)
    _notify(call, comment)
    return _represented(call, comment)


def _notify(call: Call, comment: Document) -> None:
    course = call.documents[0]
    if course["new_comment_notification_enabled"]:
        for tie in entities.members(call.state, course["id"]):
            if tie["status"] in LEADS and tie["user"] != comment["user"]:
                key = call.state.next_id(entities.NOTICES)
                call.state.put(entities.NOTICES, key, {"id": key, "user": tie["user"], "comment": comment["id"]})


def patch_course_comment(call: Call) -> Any:
    """Change text and medias; a comment does not move (COMMENT-13, COMMENT-14)."""
    changes = {name: value for name, value in call.body.items() if name not in {"parent", "in_reply_to"}}
    after = {**call.documents[3], **changes}
    call.state.put(entities.COMMENTS, after["id"], after)
    return _represented(call, after)


def delete_course_comment(call: Call) -> None:
    """Remove a comment and its replies; comments in reply to it stay, without the reference (COMMENT-15)."""
    comment = call.documents[3]
    for row in entities.replies(call.state, comment):
        call.state.remove(entities.COMMENTS, row["id"])
    call.state.remove(entities.COMMENTS, comment["id"])
    for row in entities.thread(call.state, comment[PARENT][-1], comment["parent"]):
        if row["in_reply_to"] == comment["id"]:
            call.state.put(entities.COMMENTS, row["id"], {**row, "in_reply_to": None})


def _represented(call: Call, comment: Document) -> Any:
    return represent.comment(call, comment)
