"""Comments on lessons, in the three cuts that the pages have (COMMENT-11)."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.representations.media import medias
from mockserver.courses.representations.people import user_minimal
from mockserver.openapi.resources import PARENT
from mockserver.store import Document

Json = dict[str, Any]


def comment(call: Call, document: Document) -> Json:
    """The schema CourseComment as a lesson shows it: with the latest reply, unless it is a reply itself."""
    body = reply(call, document)
    if document["parent"] is not None:
        return body
    replies = entities.replies(call.state, document)
    return {**body, "latest_reply": reply(call, replies[-1]) if replies else None}


def comment_with_replies(call: Call, document: Document) -> Json:
    """The schema CourseComment as the list of a course shows it: with its replies, its lesson and its section."""
    replies = [reply(call, row) for row in entities.replies(call.state, document)]
    return {**reply(call, document), "replies": replies, "extras": _place(call, document)}


def reply(call: Call, document: Document) -> Json:
    """Return the fields of every comment; text goes in and html comes out (COMMENT-05)."""
    return {
        "id": document["id"],
        "html": document["text"],
        "parent": document["parent"],
        "in_reply_to": document["in_reply_to"],
        "created_at": document["created_at"],
        "created_by": user_minimal(call.state, document["user"]),
        "medias": medias(call, document["medias"]),
    }


def _place(call: Call, document: Document) -> Json:
    course, section, lesson = document[PARENT]
    return {
        "course": _reference(call, entities.COURSES, course, "slug"),
        "section": _reference(call, entities.SECTIONS, section, "name"),
        "lesson": _reference(call, entities.LESSONS, lesson, "name"),
    }


def _reference(call: Call, collection: str, key: int, field: str) -> Json:
    document = call.state.get(collection, key) or {}
    return {"id": key, field: document[field]}
