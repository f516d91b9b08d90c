"""Conditions on comments and replies."""

from collections.abc import Iterator

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.errors import Problem
from mockserver.openapi.resources import PARENT
from mockserver.policy import check, rule
from mockserver.store import Document


@rule
def comments_are_enabled(call: Call) -> bool:
    """Hold where the lesson allows comments (COMMENT-02)."""
    return bool(call.documents[2]["comments_enabled"])


@check("COMMENT-06", "text", "blank", "Write a text or add medias.")
def says_something(call: Call) -> bool:
    """A comment has a text or medias."""
    before = call.documents[3] if len(call.documents) > 3 else {}
    text = call.body.get("text", before.get("text", ""))
    return bool(text.strip() or call.body.get("medias", before.get("medias")))


def _comment(call: Call, field: str) -> Document | None:
    """Return the comment of this lesson whose id a field holds."""
    comment = call.state.get(entities.COMMENTS, call.body.get(field))
    here = tuple(document["id"] for document in call.documents[:3])
    return comment if comment is not None and comment[PARENT] == here else None


@check("COMMENT-04", "parent", "invalid", "Name a first-level comment of this lesson.")
def parent_is_of_first_level(call: Call) -> bool:
    """The parent of a reply is a first-level comment of the same lesson."""
    if call.body.get("parent") is None:
        return True
    parent = _comment(call, "parent")
    return parent is not None and parent["parent"] is None


class RepliesStayTogether:
    """A reply to a reply has the same parent."""

    id = "COMMENT-03"
    field = None

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield what is wrong with the parent or the reply that is answered."""
        if call.body.get("in_reply_to") is None:
            return
        if call.body.get("parent") is None:
            yield Problem("parent", "required", "Name the comment that both stand below.", self.id)
            return
        replied = _comment(call, "in_reply_to")
        if replied is None or replied["parent"] != call.body["parent"]:
            yield Problem("in_reply_to", "invalid", "Name a comment that stands below the same one.", self.id)


replies_stay_together = RepliesStayTogether()
