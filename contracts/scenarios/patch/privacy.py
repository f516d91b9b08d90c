"""COURSE-PATCH-22 to 30: type and privacy."""

from datetime import UTC, datetime
from itertools import permutations

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.exchange import Json
from contracts.results.verdict import Broken, Inconclusive
from contracts.scenarios._assertions import (
    PUBLISHED,
    STATUSES,
    patch,
    require_equal,
    require_keys,
    require_shown,
    require_untouched,
)

TYPES = ("self-paced", "structured", "scheduled")


@scenario("COURSE-PATCH-22")
def a_type_is_one_of_three(context: Context) -> None:
    """A course is self-paced, structured or scheduled, and nothing else."""
    course = context.fresh()
    for encoding in context.encodings:
        with require_untouched(course, "a rejected type changes nothing"):
            for bad in ("x", "", "Structured"):
                context.require_rejected(course.patch({"type": bad}, encoding), 400, "type", "invalid_choice")
    with require_untouched(course, "a rejected type changes nothing"):
        context.require_rejected(course.patch({"type": None}), 400, "type", "null")
    for good in TYPES:
        patch(context, course, {"type": good})
        require_shown(course, {"type": good})


@scenario("COURSE-PATCH-23")
def a_type_may_change_at_any_time(context: Context) -> None:
    """Any type may follow any other, before and after publication, and the sections keep their delays and dates."""
    for privacy in ("", *PUBLISHED):
        course = context.fresh(None, privacy=privacy, type="scheduled")
        for before, after in permutations(TYPES, 2):
            patch(context, course, {"type": before})
            patch(context, course, {"type": after})
            require_shown(course, {"type": after})
    for state in PUBLISHED:
        with context.borrowed(state) as course:
            kept = _drips(course)
            for kind in TYPES:
                patch(context, course, {"type": kind, "enforce_lessons_order": False})
                require_equal(_drips(course), kept, f"drip fields of the sections of a {kind} course")
                _require_drip_locks(context, course, kind)


def _drips(course: Item) -> list[tuple[object, ...]]:
    sections = course.read(view="edit")["sections"]
    return sorted((section["id"], section["drip_delay"], section["dripped_at"]) for section in sections)


def _require_drip_locks(context: Context, course: Item, kind: str) -> None:
    """Require that a section is locked for members until it is available, which in a self-paced course is always."""
    for section in course.state(by=context.person("joined"))["sections"]:
        expected = kind != "self-paced" and _lies_ahead(section, kind)
        if section["locked"] is not expected:
            raise Broken(f"section {section['id']} of a {kind} course: locked {expected}", repr(section))


def _lies_ahead(section: Json, kind: str) -> bool:
    moment = section["dripped_at"] if kind == "scheduled" else section["available_date"]
    return bool(moment) and datetime.fromisoformat(moment) > datetime.now(UTC)


@scenario("COURSE-PATCH-24")
def privacy_is_one_of_four(context: Context) -> None:
    """Privacy is empty, open, private or secret, and nothing else."""
    course = context.fresh(None, privacy="open")
    for encoding in context.encodings:
        with require_untouched(course, "a rejected privacy changes nothing"):
            for bad in ("x", "Open", "public"):
                context.require_rejected(course.patch({"privacy": bad}, encoding), 400, "privacy", "invalid_choice")
    for good in PUBLISHED:
        patch(context, course, {"privacy": good})
        require_shown(course, {"privacy": good})


@scenario("COURSE-PATCH-25")
def a_draft_is_published(context: Context) -> None:
    """A draft may become open, private or secret, and is visible accordingly from then on."""
    member, components = context.person("member"), {"open": "CourseUserDetail", "private": "CourseMinimal"}
    for privacy in PUBLISHED:
        for encoding in context.encodings:
            course = context.fresh(None, privacy="")
            context.require_rejected(course.read(by=member), 404)
            patch(context, course, {"privacy": privacy}, encoding)
            require_shown(course, {"privacy": privacy})
            if privacy in components:
                require_keys(context, context.require_accepted(course.read(by=member)), components[privacy])
            else:
                context.require_rejected(course.read(by=member), 404)


@scenario("COURSE-PATCH-26")
def a_published_course_never_returns_to_draft(context: Context) -> None:
    """Once published, privacy cannot be emptied again, alone or together with other fields, in any encoding."""
    for privacy in PUBLISHED:
        for encoding in context.encodings:
            course = context.fresh(None, privacy=privacy)
            for beside in ({}, {"og_title": context.unique()}):
                with require_untouched(course, "a published course never returns to draft"):
                    answer = course.patch({"privacy": "", **beside}, encoding)
                    context.require_rejected(answer, 400, "privacy", "invalid")


@scenario("COURSE-PATCH-27")
def an_empty_privacy_leaves_a_draft_a_draft(context: Context) -> None:
    """An empty privacy on a draft changes nothing; null is rejected."""
    draft, published = context.fresh(None, privacy=""), context.fresh(None, privacy="open")
    for encoding in context.encodings:
        with require_untouched(draft, "an empty privacy keeps a draft as it is"):
            patch(context, draft, {"privacy": ""}, encoding)
    for course in (draft, published):
        with require_untouched(course, "null changes nothing"):
            context.require_rejected(course.patch({"privacy": None}), 400, "privacy", "null")


@scenario("COURSE-PATCH-28")
def published_states_follow_each_other(context: Context) -> None:
    """Open, private and secret may follow each other in any order."""
    for before, after in permutations(PUBLISHED, 2):
        course = context.fresh(None, privacy=before)
        with require_untouched(course, "only the privacy changes", "privacy"):
            patch(context, course, {"privacy": after})
        require_shown(course, {"privacy": after})


@scenario("COURSE-PATCH-29")
def memberships_survive(context: Context) -> None:
    """A change of privacy changes no membership: members stay, invitations and requests stay pending."""
    for state in ("private", "open"):
        with context.borrowed(state) as course:
            for privacy in ("open", "private", "secret", "open"):
                patch(context, course, {"privacy": privacy})
                _require_statuses(context, course, privacy)


def _require_statuses(context: Context, course: Item, privacy: str) -> None:
    for name in STATUSES:
        if not (privacy == "secret" and name == "requested"):
            answer = context.person(name).get(f"{course.path}status/")
            require_equal(answer["status"], name, f"status of {name} once the course is {privacy}")
    member = context.person("member")
    if privacy != "secret":
        require_equal(member.get(f"{course.path}status/")["status"], None, "status of a user without a role")


@scenario("COURSE-PATCH-30")
def publishing_has_no_precondition(context: Context) -> None:
    """An empty draft, without description, section or lesson, may be published."""
    for privacy in PUBLISHED:
        course = context.fresh(None, description="", privacy="")
        if course.state()["num_sections"]:
            raise Inconclusive("a fresh course has sections")
        patch(context, course, {"privacy": privacy})
        require_shown(course, {"privacy": privacy})
