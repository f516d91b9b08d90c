"""SECTION-01 to 12: the sections of a course; TRANS-08: what belongs to what in a path."""

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
def sections_are_for_leads(context: Context) -> None:
    """Sections are read and written by creator and managers alone."""
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
    """A section needs a name, in every encoding, and is answered when it has one."""
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
    """A new section stands last."""
    course, made = context.fresh(), []
    for _ in range(3):
        made.append(add_section(context, course).id)
        require_equal(course.state()["sections_order"], made, "sections_order")
        require_equal(section_ids(course), made, "the sections in view=edit")


@scenario("SECTION-04", operation=CREATE)
def a_section_opens_at_once(context: Context) -> None:
    """A section opens right after joining, unless said otherwise."""
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
    """Changing a section as a whole needs the name, and leaves what is not named."""
    subject = add_section(context, context.fresh(), drip_delay=2)
    for encoding in ENCODINGS:
        with require_untouched(subject, "a refused PUT changes nothing"):
            context.require_rejected(subject.put({"drip_delay": 5}, encoding), 400, "name", "required")
        with require_untouched(subject, "only the name changes", "name"):
            require_equal(
                context.require_accepted(subject.put({"name": encoding.short}, encoding))["name"],
                encoding.short,
                "name",
            )


@scenario("SECTION-07", operation=PATCH)
def lessons_are_put_in_order(context: Context) -> None:
    """lessons_order names each lesson once and nothing else, and the lists of lessons follow it."""
    course = context.fresh()
    subject, other = add_section(context, course), add_section(context, course)
    order, foreign = [each.id for each in add_lessons(context, subject, 3)], add_lesson(context, other).id
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
            _require_order(context, course, subject, order, f"the lessons after {wrong} was refused")
    for turned in (order[::-1], [order[1], order[2], order[0]]):
        for answer in _set_order(subject, turned):
            require_equal(context.require_accepted(answer)["lessons_order"], turned, "lessons_order")
            _require_order(context, course, subject, turned, "the lessons")


def _set_order(subject: Item, order: list[Identifier]) -> Iterator[Answer]:
    yield subject.patch({"lessons_order": order})
    yield subject.put({"name": "x", "lessons_order": order})


def _require_order(context: Context, course: Item, subject: Item, order: list[Identifier], of: str) -> None:
    listed = [each["id"] for each in context.owner.get(f"{subject.path}lesson/").body]
    shown = next(each for each in course.read(view="edit")["sections"] if each["id"] == subject.id)
    require_equal((listed, [each["id"] for each in shown["lessons"]]), (order, order), of)


@scenario("SECTION-08", operation=DELETE)
def with_a_section_goes_what_is_in_it(context: Context) -> None:
    """A deleted section takes its lessons along, and their questions, attempts and comments."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    kept, subject = add_section(context, course), add_section(context, course)
    test, asked = add_quiz(context, subject)
    add_comment(context, test, joined)
    assume_ok(attempt(joined, test, [response(asked[0])]))
    require_equal(context.require_accepted(subject.delete(), 204).content, b"", "the body of the answer")
    require_equal(course.state()["sections_order"], [kept.id], "sections_order")
    for gone in (subject, test, asked[0]):
        context.require_rejected(gone.read(), 404)
    for path in ("comment/", "quiz/"):
        require_equal(
            context.require_accepted(context.owner.get(course.path + path))["results"], [], f"what is left in {path}"
        )
    require_equal(course.state(joined)["user_completion_rate"], 0, "user_completion_rate of who passed the quiz")


@scenario("SECTION-09", operation=PATCH)
def delays_and_dates(context: Context) -> None:
    """drip_delay is a whole number from 0 upwards, dripped_at a moment or null."""
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
        with require_untouched(subject, "what is refused changes nothing"):
            context.require_rejected(subject.patch(fields), 400, field, code)
            context.require_rejected(subject.put({"name": "x", **fields}), 400, field, code)
            context.require_rejected(_post(context, course, {"name": "x", **fields}), 400, field, code)
    good: tuple[Json, ...] = ({"drip_delay": 0}, {"drip_delay": 400}, {"dripped_at": FUTURE}, {"dripped_at": None})
    for fields in good:
        context.require_accepted(subject.patch(fields))
        require_shown(subject, fields)


@scenario("SECTION-10", operation=PATCH)
def each_type_of_course_minds_its_own(context: Context) -> None:
    """Delay and date are kept whatever the type of the course, and count for their own type alone."""
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
def sections_come_in_order(context: Context) -> None:
    """The list of sections follows the order of the course."""
    course = context.fresh()
    made = [add_section(context, course).id for _ in range(3)]
    for order in (made, made[::-1], [made[1], made[0], made[2]]):
        assume_ok(course.patch({"sections_order": order}))
        body = context.owner.get(f"{course.path}section/").body
        require_equal([each["id"] for each in body], order, "the list of sections")
        for each in body:
            require_fields(context, each, "CourseSection", "a section of the list")


@scenario("SECTION-12", operation=CREATE)
def names_of_sections_may_repeat(context: Context) -> None:
    """Sections may have the same name."""
    course = context.fresh()
    made = [context.require_accepted(_post(context, course, {"name": "twin"}), 201)["id"] for _ in range(2)]
    require_equal(len(set(made)), 2, "number of sections of that name")


@scenario("TRANS-08", operation="get_course_lesson")
def each_thing_belongs_to_the_one_before(context: Context) -> None:
    """In a path each thing belongs to the one before it, a section to its course and a lesson to its section."""
    course, other = context.fresh(None, privacy="open"), context.fresh(None, privacy="open")
    here, there, elsewhere = add_section(context, course), add_section(context, course), add_section(context, other)
    (test, asked), plain = add_quiz(context, here), add_lesson(context, here)
    said, tried = add_comment(context, test), assume_ok(attempt(context.owner, test, [response(asked[0])]))["id"]
    strays = [
        f"{other.path}section/{here.id}/",
        f"{there.path}lesson/{plain.id}/",
        f"{elsewhere.path}lesson/{plain.id}/",
        f"{other.path}section/{here.id}/lesson/{plain.id}/",
        f"{plain.path}comment/{said.id}/",
        f"{plain.path}attempt/{tried}/",
        f"{there.path}lesson/{test.id}/question/{asked[0].id}/",
    ]
    for path in strays:
        context.require_rejected(context.owner.get(path), 404)
    for path in strays[:4]:
        stray = Item(path, context.owner)
        context.require_rejected(stray.patch({"name": "x"}), 404)
        context.require_rejected(stray.delete(), 404)
    for subject in (here, plain, asked[0], said):
        context.require_accepted(subject.read())
