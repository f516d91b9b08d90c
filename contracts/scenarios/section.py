"""SECTION-01 to 12: the sections of a course; TRANS-08: paths that name an item in the wrong parent."""

from collections.abc import Iterator

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.bodies import ENCODINGS, Encoding, encode
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import require_equal, require_keys, require_shown, require_untouched, section_ids
from contracts.scenarios._fixtures import (
    FUTURE,
    PAST,
    add_comment,
    add_lesson,
    add_lessons,
    add_quiz,
    add_section,
    assume_ok,
    attempt,
    course_with,
    ids,
    mixed_course,
    require_fields,
    response,
    send,
)

CREATE, LIST = "create_course_section", "get_course_sections"
PATCH, PUT, DELETE = "patch_course_section", "update_course_section", "delete_course_section"
NOT_LEADS = ("joined", "invited", "member", "staff")


def _post(context: Context, course: Item, fields: Json, encoding: Encoding = Encoding.JSON) -> Answer:
    return context.owner.send("POST", f"{course.path}section/", encode(fields, encoding))


@scenario("SECTION-01", operation=LIST)
def sections_are_for_managers(context: Context) -> None:
    """Only the creator and managers may read and write sections."""
    course = mixed_course(context)
    subject = add_section(context, course)
    for name, status in (*((name, 403) for name in NOT_LEADS), (ANONYMOUS, 401)):
        person = context.person(name)
        with require_untouched(subject, "a denied request has no effect"):
            context.require_rejected(person.get(f"{course.path}section/"), status)
            context.require_rejected(send(person, "POST", f"{course.path}section/", {"name": "x"}), status)
            context.require_rejected(subject.read(by=person), status)
            context.require_rejected(subject.patch({"name": "x"}, by=person), status)
            context.require_rejected(subject.put({"name": "x"}, by=person), status)
            context.require_rejected(subject.delete(by=person), status)
    require_equal(section_ids(course), [subject.id], "the sections afterwards")
    manager = context.person("manager")
    context.require_accepted(manager.get(f"{course.path}section/"))
    context.require_accepted(subject.patch({"name": "by a manager"}, by=manager))
    context.require_accepted(subject.delete(by=manager), 204)


@scenario("SECTION-02", operation=CREATE)
def a_section_has_a_name(context: Context) -> None:
    """A section needs a name, in every encoding, and the response shows it."""
    course = context.fresh()
    for encoding in ENCODINGS:
        for fields in ({"drip_delay": 1}, {"name": "  "}):
            code = "required" if "name" not in fields else "blank"
            context.require_rejected(_post(context, course, fields, encoding), 400, "name", code)
        answer = context.require_accepted(_post(context, course, {"name": "named"}, encoding), 201)
        require_keys(context, answer, "CourseSection")
        require_equal(answer["name"], "named", "name")
    context.require_rejected(_post(context, course, {}), 400, "name", "required")


@scenario("SECTION-03", operation=CREATE)
def a_new_section_is_the_last(context: Context) -> None:
    """A new section is the last one in its course."""
    course, sections = context.fresh(), []
    for _ in range(3):
        sections.append(add_section(context, course).id)
        require_equal(course.state()["sections_order"], sections, "sections_order")
        require_equal(section_ids(course), sections, "the sections in view=edit")


@scenario("SECTION-04", operation=CREATE)
def a_section_opens_at_once(context: Context) -> None:
    """By default, a section opens right after joining."""
    course = context.fresh()
    for encoding in ENCODINGS:
        answer = context.require_accepted(_post(context, course, {"name": "x"}, encoding), 201)
        require_equal(answer["drip_delay"], 0, "drip_delay")


@scenario("SECTION-05", operation=PATCH)
def one_field_changes_a_section(context: Context) -> None:
    """One field is enough to change a section, and the rest stays."""
    subject = add_section(context, context.fresh(), dripped_at=PAST, drip_delay=2)
    for fields in ({"drip_delay": 3}, {"name": "another"}, {"dripped_at": None}, {"dripped_at": FUTURE}):
        with require_untouched(subject, "only that field changes", *fields):
            answer = context.require_accepted(subject.patch(fields))
        require_keys(context, answer, "CourseSection")
        require_shown(subject, fields)


@scenario("SECTION-06", operation=PUT)
def a_whole_section_has_a_name(context: Context) -> None:
    """Replacing a section needs its name, and leaves the fields that the body does not name."""
    subject = add_section(context, context.fresh(), drip_delay=2)
    for encoding in ENCODINGS:
        with require_untouched(subject, "a rejected PUT changes nothing"):
            context.require_rejected(subject.put({"drip_delay": 5}, encoding), 400, "name", "required")
        with require_untouched(subject, "only the name changes", "name"):
            require_equal(
                context.require_accepted(subject.put({"name": encoding.short}, encoding))["name"],
                encoding.short,
                "name",
            )


@scenario("SECTION-07", operation=PATCH)
def lessons_are_put_in_order(context: Context) -> None:
    """lessons_order names every lesson exactly once, and the lists of lessons follow it."""
    course = context.fresh()
    subject, other = add_section(context, course), add_section(context, course)
    order, foreign = [lesson.id for lesson in add_lessons(context, subject, 3)], add_lesson(context, other).id
    bad: tuple[list[Identifier], ...] = (
        order[:2],
        [],
        [*order, order[0]],
        [order[0], order[0], order[1]],
        [*order[:2], foreign],
        [*order, foreign],
    )
    for wrong in bad:
        for answer in _set_order(subject, wrong):
            context.require_rejected(answer, 400, "lessons_order", "invalid")
            _require_order(context, course, subject, order, f"the lessons after {wrong} was rejected")
    for turned in (order[::-1], [order[1], order[2], order[0]]):
        for answer in _set_order(subject, turned):
            require_equal(context.require_accepted(answer)["lessons_order"], turned, "lessons_order")
            _require_order(context, course, subject, turned, "the lessons")


def _set_order(subject: Item, order: list[Identifier]) -> Iterator[Answer]:
    yield subject.patch({"lessons_order": order})
    yield subject.put({"name": "x", "lessons_order": order})


def _require_order(context: Context, course: Item, subject: Item, order: list[Identifier], of: str) -> None:
    listed = ids(context.owner.get(f"{subject.path}lesson/").body)
    section = next(section for section in course.read(view="edit")["sections"] if section["id"] == subject.id)
    require_equal((listed, ids(section["lessons"])), (order, order), of)


@scenario("SECTION-08", operation=DELETE)
def deleting_a_section_deletes_its_content(context: Context) -> None:
    """Deleting a section deletes its lessons, and their questions, attempts and comments."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    kept, subject = add_section(context, course), add_section(context, course)
    test, questions = add_quiz(context, subject)
    add_comment(context, test, joined)
    assume_ok(attempt(joined, test, [response(questions[0])]))
    require_equal(context.require_accepted(subject.delete(), 204).content, b"", "the body of the response")
    require_equal(course.state()["sections_order"], [kept.id], "sections_order")
    for gone in (subject, test, questions[0]):
        context.require_rejected(gone.read(), 404)
    for path in ("comment/", "quiz/"):
        require_equal(
            context.require_accepted(context.owner.get(course.path + path))["results"], [], f"items left in {path}"
        )
    require_equal(
        course.state(joined)["user_completion_rate"], 0, "user_completion_rate of the user who passed the quiz"
    )


@scenario("SECTION-09", operation=PATCH)
def delays_and_dates(context: Context) -> None:
    """drip_delay is a whole number of at least 0, and dripped_at is a moment or null."""
    course = context.fresh()
    subject = add_section(context, course)
    bad: tuple[tuple[Json, str, str | None], ...] = (
        ({"drip_delay": -1}, "drip_delay", "min_value"),
        ({"drip_delay": "x"}, "drip_delay", None),
        ({"drip_delay": 1.5}, "drip_delay", None),
        ({"dripped_at": "x"}, "dripped_at", "invalid"),
        ({"dripped_at": "2026-02-30T00:00:00Z"}, "dripped_at", "invalid"),
    )
    for fields, field, code in bad:
        with require_untouched(subject, "a rejected change changes nothing"):
            context.require_rejected(subject.patch(fields), 400, field, code)
            context.require_rejected(subject.put({"name": "x", **fields}), 400, field, code)
            context.require_rejected(_post(context, course, {"name": "x", **fields}), 400, field, code)
    good: tuple[Json, ...] = ({"drip_delay": 0}, {"drip_delay": 400}, {"dripped_at": FUTURE}, {"dripped_at": None})
    for fields in good:
        context.require_accepted(subject.patch(fields))
        require_shown(subject, fields)


@scenario("SECTION-10", operation=PATCH)
def delays_and_dates_belong_to_a_type(context: Context) -> None:
    """Courses of every type keep the delay and the date, but each has an effect only in its own type."""
    for kind, drip in (
        ("self-paced", {"drip_delay": 9, "dripped_at": FUTURE}),
        ("structured", {"drip_delay": 0, "dripped_at": FUTURE}),
        ("scheduled", {"drip_delay": 9, "dripped_at": PAST}),
    ):
        course, joined = course_with(context, "open", {"type": kind}, joined="joined"), context.person("joined")
        subject = add_section(context, course, **drip)
        inside = add_lesson(context, subject)
        require_shown(subject, drip)
        assume_ok(subject.patch({"drip_delay": 0, "dripped_at": None}))
        assume_ok(subject.patch(drip))
        require_shown(subject, drip)
        require_equal(course.state(joined)["sections"][0]["locked"], False, f"locked in a {kind} course with {drip}")
        context.require_accepted(inside.read(by=joined))


@scenario("SECTION-11", operation=LIST)
def sections_are_listed_in_order(context: Context) -> None:
    """The list of sections follows the order of the course."""
    course = context.fresh()
    sections = [add_section(context, course).id for _ in range(3)]
    for order in (sections, sections[::-1], [sections[1], sections[0], sections[2]]):
        assume_ok(course.patch({"sections_order": order}))
        body = context.owner.get(f"{course.path}section/").body
        require_equal(ids(body), order, "the list of sections")
        for section in body:
            require_fields(context, section, "CourseSection", "a section of the list")


@scenario("SECTION-12", operation=CREATE)
def names_of_sections_may_repeat(context: Context) -> None:
    """Sections may have the same name."""
    course = context.fresh()
    sections = [context.require_accepted(_post(context, course, {"name": "twin"}), 201)["id"] for _ in range(2)]
    require_equal(len(set(sections)), 2, "number of sections of that name")


@scenario("TRANS-08", operation="get_course_lesson")
def items_are_found_in_their_parent(context: Context) -> None:
    """A path finds an item only in its own parent: a section in its course, and a lesson in its section."""
    course, other = context.fresh(None, privacy="open"), context.fresh(None, privacy="open")
    here, there, elsewhere = add_section(context, course), add_section(context, course), add_section(context, other)
    (test, questions), plain = add_quiz(context, here), add_lesson(context, here)
    comment, attempt_id = (
        add_comment(context, test),
        assume_ok(attempt(context.owner, test, [response(questions[0])]))["id"],
    )
    wrong_paths = [
        f"{other.path}section/{here.id}/",
        f"{there.path}lesson/{plain.id}/",
        f"{elsewhere.path}lesson/{plain.id}/",
        f"{other.path}section/{here.id}/lesson/{plain.id}/",
        f"{plain.path}comment/{comment.id}/",
        f"{plain.path}attempt/{attempt_id}/",
        f"{there.path}lesson/{test.id}/question/{questions[0].id}/",
    ]
    for path in wrong_paths:
        context.require_rejected(context.owner.get(path), 404)
    for path in wrong_paths[:4]:
        misplaced = Item(path, context.owner)
        context.require_rejected(misplaced.patch({"name": "x"}), 404)
        context.require_rejected(misplaced.delete(), 404)
    for subject in (here, plain, questions[0], comment):
        context.require_accepted(subject.read())
