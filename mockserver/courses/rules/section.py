"""Conditions on the bodies that create and change sections."""

from mockserver.call import Call
from mockserver.courses.rules.access import read_moment
from mockserver.policy import check


@check("SECTION-07", "lessons_order", "invalid", "List the ids of all lessons of this section, each once.")
def lessons_order_is_complete(call: Call) -> bool:
    """The order names every lesson of the section, each once, and no other."""
    order = call.body.get("lessons_order")
    lessons = call.documents[1]["lessons_order"] if len(call.documents) > 1 else []
    return order is None or sorted(order) == sorted(lessons)


@check("SECTION-09", "dripped_at", "invalid", "Enter a moment as 2025-01-31T09:00:00Z.")
def dripped_at_is_a_moment(call: Call) -> bool:
    """The moment at which a section opens is a valid date-time."""
    text = call.body.get("dripped_at")
    return text is None or read_moment(text) is not None
