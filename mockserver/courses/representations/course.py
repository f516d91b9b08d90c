"""The representations of a course, one for each schema; keys in the order of the documentation."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities, pictures
from mockserver.courses.representations._fields import LESSON, SECTION, Picker, picker
from mockserver.courses.representations.people import user_minimal
from mockserver.courses.rules.access import (
    Learner,
    Visible,
    available_date,
    completion_rate,
    learner,
    published_keys,
    rate,
    rate_of,
    syllabus,
)
from mockserver.courses.rules.roles import INSIDERS, LEADS, caller
from mockserver.store import Document, State

Json = dict[str, Any]

_TEXTS = ("meta_title", "meta_description", "og_title", "og_description", "og_image")
_FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")

_FULL = picker("id", "name", "slug", "description", "type", "privacy", *_FLAGS, *_TEXTS, "sections_order")
_SHORT = picker("id", "name", "slug", "type", "privacy", "hide_member_count", *_TEXTS)

_IMAGES = tuple((f"image_{size}", size) for size in pictures.SIZES)
_IMAGE_FIELDS = tuple(field for field, _ in _IMAGES)


def course(call: Call, document: Document) -> Json:
    """The schema Course, as the caller sees it (COURSE-PATCH-07)."""
    return _body(call, document, _FULL, learner(call.state, document["id"], caller(call)))


def course_minimal(call: Call, document: Document) -> Json:
    """The schema CourseMinimal: the lock screen of a private course, and a row of the search (VIS-03, SEARCH-01)."""
    return _body(call, document, _SHORT, learner(call.state, document["id"], caller(call)))


def course_dashboard(call: Call, document: Document, user: int | None) -> Json:
    """The schema CourseDashboard (VIEW-05)."""
    body = _body(call, document, _SHORT, learner(call.state, document["id"], user))
    return {**body, "avg_completion_rate": _average_rate(call.state, document)}


def course_detail(call: Call, document: Document, user: int | None) -> Json:
    """The schema CourseDetail: every section and lesson, drafts included (VIEW-04)."""
    who = learner(call.state, document["id"], user)
    sections = [_section_detail(call.state, section, who) for section in entities.sections(call.state, document)]
    return {
        **_body(call, document, _FULL, who),
        "sections": sections,
        "num_lessons": sum(section["num_lessons"] for section in sections),
        "num_sections": len(sections),
    }


def course_with_member_count(call: Call, document: Document) -> Json:
    """The schema CourseWithMemberCount (DERIVED-08); the count is kept to the leads where they wish so (USERC-06)."""
    body = course(call, document)
    hidden = document["hide_member_count"] and body["join_status"] not in LEADS
    inside = sum(row["status"] in INSIDERS for row in entities.members(call.state, document["id"]))
    return {**body, "member_count": None if hidden else inside}


def course_behind_the_door(call: Call, document: Document) -> Json:
    """The schema CourseUserDetail for a user whose request to join is pending: without sections (JOIN-03)."""
    body = course_user_detail(call, document, caller(call))
    return {**body, "sections": [], "num_lessons": 0, "num_sections": 0, "num_lessons_completed": 0}


def course_user_detail(call: Call, document: Document, user: int | None) -> Json:
    """The schema CourseUserDetail: the course as a learner sees it, without drafts and empty sections (VIEW-02)."""
    who = learner(call.state, document["id"], user)
    parts = list(syllabus(call.state, document, who, call.now))
    sections = [_user_section(document, part, who) for part in parts]
    body = _body(call, document, _FULL, who)
    # Taken out and put back, so that it comes last, as in the documentation.
    overall = body.pop("user_completion_rate")
    body["sections"] = sections
    body["num_lessons"] = sum([section["num_lessons"] for section in sections])
    body["num_sections"] = len(sections)
    body["num_lessons_completed"] = sum([section["num_lessons_completed"] for section in sections])
    body["user_completion_rate"] = overall
    return body


def category(document: Document) -> Document:
    """The schema Category, which is stored as it is shown."""
    return document


def _body(call: Call, document: Document, pick: Picker, who: Learner) -> Json:
    state = call.state
    body = pick(document)
    body.update(_images(call, document))
    body["deleted"] = False
    body["join_status"] = who.status
    body["user_completion_rate"] = completion_rate(state, document, who)
    body["created_at"] = document["created_at"]
    body["created_by"] = user_minimal(state, document["created_by"])
    body["categories"] = [category(row) for row in state.many(entities.CATEGORIES, sorted(document["categories"]))]
    return body


def _images(call: Call, document: Document) -> Json:
    """The four sizes as absolute URLs; without a picture null, or the default picture (COURSE-CREATE-12)."""
    token = document["picture"]
    if token is None:
        return dict.fromkeys(_IMAGE_FIELDS, entities.setting(call.state, "default_picture") or None)
    folder = f"{call.request.base}/media/course/{token}/"
    return {field: folder + size for field, size in _IMAGES}


def _user_section(course: Document, part: Visible, who: Learner) -> Json:
    lessons = [{**_lesson_detail(lesson, who), "locked": locked} for lesson, locked in part.lessons]
    body = SECTION(part.section)
    body["available_date"] = available_date(course, part.section, who)
    body["locked"] = part.locked
    body["num_lessons"] = len(lessons)
    body["num_lessons_completed"] = [lesson["completion_status"] for lesson in lessons].count("completed")
    body["lessons"] = lessons
    return body


def _section_detail(state: State, section: Document, who: Learner) -> Json:
    lessons = [_lesson_detail(lesson, who) for lesson in entities.lessons(state, section)]
    return {**SECTION(section), "lessons": lessons, "num_lessons": len(lessons)}


def _lesson_detail(lesson: Document, who: Learner) -> Json:
    body = LESSON(lesson)
    body["completion_status"] = who.completions.get(lesson["id"], "uncompleted")
    return body


def _average_rate(state: State, document: Document) -> int:
    """The mean of the rates of those who learn, in whole percent (DERIVED-06)."""
    key, lessons = document["id"], published_keys(state, document)
    learning = [row["user"] for row in entities.members(state, key) if row["status"] in INSIDERS - {"creator"}]
    rates = [rate_of(learner(state, key, user), lessons) for user in learning]
    return rate(sum(rates), 100 * len(rates)) if rates else 0
