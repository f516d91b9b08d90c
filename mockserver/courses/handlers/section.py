"""Sections: create, show, change, delete, list."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.representations.lesson import section as represent
from mockserver.courses.rules.access import read_moment, stamp
from mockserver.courses.seed import SECTION
from mockserver.openapi.resources import PARENT


def get_course_sections(call: Call) -> Any:
    """List the sections of a course in their order (SECTION-11)."""
    return [represent(row) for row in entities.sections(call.state, call.documents[0])]


def get_course_section(call: Call) -> Any:
    """Show a section (SECTION-01)."""
    return represent(call.documents[1])


def create_course_section(call: Call) -> Any:
    """Store a new section; it goes last (SECTION-02 to SECTION-04)."""
    state, course = call.state, call.documents[0]
    key = state.next_id(entities.SECTIONS)
    section = {**SECTION, **_changes(call), "id": key, PARENT: (course["id"],)}
    state.put(entities.SECTIONS, key, section)
    state.put(entities.COURSES, course["id"], {**course, "sections_order": [*course["sections_order"], key]})
    return represent(section)


def patch_course_section(call: Call) -> Any:
    """Change the fields in the body and no other (SECTION-05, SECTION-06)."""
    after = {**call.documents[1], **_changes(call)}
    call.state.put(entities.SECTIONS, after["id"], after)
    return represent(after)


def _changes(call: Call) -> dict[str, Any]:
    values = dict(call.body)
    if values.get("dripped_at") is not None:
        values["dripped_at"] = _utc(values["dripped_at"])
    return values


def _utc(text: str) -> str | None:
    read = read_moment(text)
    return None if read is None else stamp(read)


def delete_course_section(call: Call) -> None:
    """Remove a section and all that is in it (SECTION-08)."""
    course, section = call.documents
    entities.remove_section(call.state, section)
    order = [key for key in course["sections_order"] if key != section["id"]]
    call.state.put(entities.COURSES, course["id"], {**course, "sections_order": order})
