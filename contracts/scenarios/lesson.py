"""LESSON-01 to 13: lessons and quizzes, as their authors write them."""

from collections.abc import Iterator

from contracts.checks.context import Context, errors_of
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.bodies import ENCODINGS, Encoding, encode
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import require_equal, require_shown, require_untouched
from contracts.scenarios._fixtures import (
    add_comment,
    add_lesson,
    add_lessons,
    add_quiz,
    add_section,
    assume_ok,
    attempt,
    complete,
    course_with,
    existing_media,
    ids,
    mixed_course,
    require_fields,
    require_rejected_for,
    response,
    send,
)

CREATE, READ, LIST = "create_course_lesson", "get_course_lesson", "get_course_lessons"
PATCH, PUT, DELETE = "patch_course_lesson", "update_course_lesson", "delete_course_lesson"
NOT_LEADS = ("joined", "invited", "member", "staff")
BOTH = ["('name', 'required')", "('type', 'required')"]


def _post(context: Context, inside: Item, fields: Json, encoding: Encoding = Encoding.JSON) -> Answer:
    return context.owner.send("POST", f"{inside.path}lesson/", encode(fields, encoding))


def _order(context: Context, inside: Item) -> list[Identifier]:
    return ids(context.owner.get(f"{inside.path}lesson/").body)


@scenario("LESSON-01", operation=CREATE)
def a_lesson_has_name_and_type(context: Context) -> None:
    """The creator and managers may add lessons, which need a name and a type."""
    course = mixed_course(context)
    inside = add_section(context, course)
    path, body = f"{inside.path}lesson/", {"name": "A lesson", "type": "lesson"}
    require_rejected_for(context, NOT_LEADS, 403, "POST", path, body)
    require_rejected_for(context, [ANONYMOUS], 401, "POST", path, body)
    require_equal(_order(context, inside), [], "the lessons after rejections")
    for encoding in ENCODINGS:
        answer = _post(context, inside, {"status": "draft"}, encoding)
        context.require_rejected(answer, 400)
        require_equal(sorted(map(str, errors_of(answer))), BOTH, "the errors without name and type")
        answer = context.require_accepted(_post(context, inside, body, encoding), 201)
        require_fields(context, answer.document, "CourseLesson", "the response")
    context.require_accepted(send(context.person("manager"), "POST", path, body), 201)


@scenario("LESSON-02", operation=CREATE)
def lessons_and_quizzes(context: Context) -> None:
    """A lesson is a plain lesson or a quiz, and nothing else."""
    inside = add_section(context, context.fresh())
    for encoding in ENCODINGS:
        for kind in ("lesson", "quiz"):
            answer = context.require_accepted(_post(context, inside, {"name": "x", "type": kind}, encoding), 201)
            require_equal(answer["type"], kind, "type")
        for kind in ("x", "Quiz"):
            answer = _post(context, inside, {"name": "x", "type": kind}, encoding)
            context.require_rejected(answer, 400, "type", "invalid_choice")


@scenario("LESSON-03", operation=CREATE)
def the_defaults_of_a_lesson(context: Context) -> None:
    """By default, a lesson is a draft without text that allows comments, and a quiz is passed from 60 percent."""
    inside = add_section(context, context.fresh())
    expected = {"status": "draft", "comments_enabled": True, "html": "", "medias": []}
    for kind, grade in (("lesson", None), ("quiz", 60)):
        for encoding in ENCODINGS:
            answer = context.require_accepted(_post(context, inside, {"name": "x", "type": kind}, encoding), 201)
            require_equal({key: answer[key] for key in expected}, expected, f"the defaults of a {kind}")
            require_equal(answer["passing_grade"], grade, f"passing_grade of a {kind}")


def _writes(subject: Item, fields: Json) -> Iterator[Answer]:
    """Change a lesson by PATCH, then by PUT."""
    yield subject.patch(fields)
    yield subject.put({"name": "x", "type": "lesson", **fields})


@scenario("LESSON-04", operation=PATCH)
def text_is_read_as_html(context: Context) -> None:
    """A lesson is written as text and read as html, never the other way round."""
    inside = add_section(context, context.fresh())
    subject = add_lesson(context, inside, text="<p>a</p>")
    require_shown(subject, {"html": "<p>a</p>"})
    for number, answer in enumerate([*_writes(subject, {"text": "<p>b</p>"}), *_writes(subject, {"html": "<p>c</p>"})]):
        for document in (context.require_accepted(answer).document, subject.state()):
            require_equal(
                (document["html"], "text" in document), ("<p>b</p>", False), f"html after write {number}, and text"
            )
    answer = _post(context, inside, {"name": "x", "type": "lesson", "html": "<p>d</p>"})
    require_equal(
        (context.require_accepted(answer, 201)["html"], "text" in answer.document), ("", False), "html that was sent"
    )


@scenario("LESSON-05", operation=PATCH)
def media_go_in_as_ids(context: Context) -> None:
    """Media are written as ids and read as objects."""
    media = existing_media(context)
    course, joined = course_with(context, joined="joined"), context.person("joined")
    subject = add_lesson(context, add_section(context, course), medias=media)
    _require_media(context, subject.state(joined), media)
    for answer in _writes(subject, {"medias": []}):
        require_equal(context.require_accepted(answer)["medias"], [], "medias after an empty list")
    for answer in _writes(subject, {"medias": media}):
        _require_media(context, context.require_accepted(answer).document, media)
        _require_media(context, subject.state(), media)


def _require_media(context: Context, document: Json, media: list[Identifier]) -> None:
    for medium in document["medias"]:
        require_fields(context, medium, "Media", "a medium")
    require_equal(ids(document["medias"]), media, "the ids of the media")


@scenario("LESSON-06", operation=PATCH)
def one_field_changes_a_lesson(context: Context) -> None:
    """The creator and managers may change one field of a lesson, and the others stay."""
    course = mixed_course(context)
    subject = add_lesson(
        context, add_section(context, course), status="draft", text="a text", medias=existing_media(context)
    )
    with require_untouched(subject, "a denied PATCH has no effect"):
        require_rejected_for(context, NOT_LEADS, 403, "PATCH", subject.path, {"name": "x"})
        require_rejected_for(context, [ANONYMOUS], 401, "PATCH", subject.path, {"name": "x"})
    for fields in ({"status": "published"}, {"comments_enabled": False}, {"name": "another"}):
        for encoding in ENCODINGS:
            with require_untouched(subject, "only that field changes", *fields):
                context.require_accepted(subject.patch(fields, encoding, by=context.person("manager")))
        require_shown(subject, dict(fields))


@scenario("LESSON-07", operation=PUT)
def a_whole_lesson_has_name_and_type(context: Context) -> None:
    """Only the creator and managers may replace a lesson, and need to send its name and type."""
    course = mixed_course(context)
    subject = add_lesson(context, add_section(context, course), text="a text")
    with require_untouched(subject, "a rejected PUT changes nothing"):
        require_rejected_for(context, NOT_LEADS, 403, "PUT", subject.path, {"name": "x", "type": "lesson"})
        require_rejected_for(context, [ANONYMOUS], 401, "PUT", subject.path, {"name": "x", "type": "lesson"})
        for encoding in ENCODINGS:
            answer = subject.put({"status": "draft"}, encoding)
            context.require_rejected(answer, 400)
            require_equal(sorted(map(str, errors_of(answer))), BOTH, "the errors without name and type")
    with require_untouched(subject, "only the name changes", "name"):
        context.require_accepted(subject.put({"name": "another", "type": "lesson"}, by=context.person("manager")))
    require_shown(subject, {"name": "another"})


@scenario("LESSON-08", operation=PATCH)
def a_lesson_stays_of_its_type(context: Context) -> None:
    """A lesson does not become a quiz, nor a quiz a lesson."""
    inside = add_section(context, context.fresh())
    for kind, other in (("lesson", "quiz"), ("quiz", "lesson")):
        subject = add_lesson(context, inside, type=kind)
        with require_untouched(subject, "a rejected change of type changes nothing"):
            for encoding in ENCODINGS:
                context.require_rejected(subject.patch({"type": other}, encoding), 400, "type", "invalid")
            context.require_rejected(subject.put({"name": "x", "type": other}), 400, "type", "invalid")
        context.require_accepted(subject.patch({"type": kind}))


@scenario("LESSON-09", operation=CREATE)
def a_new_lesson_is_the_last(context: Context) -> None:
    """A new lesson is the last one in its section."""
    inside, lessons = add_section(context, context.fresh()), []
    for kind in ("lesson", "quiz", "lesson"):
        lessons.append(add_lesson(context, inside, type=kind).id)
        require_equal(inside.state()["lessons_order"], lessons, "lessons_order")
        require_equal(_order(context, inside), lessons, "the list of lessons")


@scenario("LESSON-10", operation=LIST)
def lessons_are_listed_for_managers(context: Context) -> None:
    """The creator and managers list the lessons of a section, in their order and with drafts."""
    course = mixed_course(context)
    inside = add_section(context, course)
    lessons = [*add_lessons(context, inside, 2), add_lesson(context, inside, status="draft")]
    lesson_ids = [lesson.id for lesson in lessons]
    path = f"{inside.path}lesson/"
    require_rejected_for(context, NOT_LEADS, 403, "GET", path)
    require_rejected_for(context, [ANONYMOUS], 401, "GET", path)
    for order in (lesson_ids, lesson_ids[::-1]):
        assume_ok(inside.patch({"lessons_order": order}))
        for name in ("creator", "manager"):
            body = context.person(name).get(path).body
            require_equal(ids(body), order, f"the lessons as the {name} sees them")
            for lesson in body:
                require_fields(context, lesson, "CourseLesson", "a lesson of the list")


@scenario("LESSON-11", operation=DELETE)
def deleting_a_lesson_deletes_its_content(context: Context) -> None:
    """The creator and managers may delete a lesson, which deletes everything that belongs to it."""
    course, joined = mixed_course(context), context.person("joined")
    inside = add_section(context, course)
    (kept,), (test, questions) = add_lessons(context, inside, 1), add_quiz(context, inside)
    add_comment(context, test, joined)
    assume_ok(attempt(joined, test, [response(questions[0])]))
    require_rejected_for(context, NOT_LEADS, 403, "DELETE", test.path)
    require_rejected_for(context, [ANONYMOUS], 401, "DELETE", test.path)
    require_equal(_order(context, inside), [kept.id, test.id], "the lessons after rejections")
    require_equal(
        context.require_accepted(test.delete(by=context.person("manager")), 204).content,
        b"",
        "the body of the response",
    )
    context.require_rejected(test.read(), 404)
    context.require_rejected(questions[0].read(), 404)
    require_equal((_order(context, inside), inside.state()["lessons_order"]), ([kept.id], [kept.id]), "the lessons")
    for path in ("comment/", "quiz/"):
        require_equal(
            context.require_accepted(context.owner.get(course.path + path))["results"], [], f"items left in {path}"
        )


@scenario("LESSON-12", operation=READ)
def a_lesson_shows_ones_own_progress(context: Context) -> None:
    """A lesson shows the caller's own progress, which starts as uncompleted."""
    subject = add_lesson(context, add_section(context, mixed_course(context)))
    for name in ("creator", "manager", "joined"):
        state = subject.state(context.person(name))
        require_fields(context, state, "CourseLesson", f"the lesson as the {name} reads it")
        require_equal(state["completion_status"], "uncompleted", f"completion_status of the {name} at first")
    assume_ok(complete(context.person("joined"), subject))
    for name, expected in (("joined", "completed"), ("manager", "uncompleted"), ("creator", "uncompleted")):
        actual = subject.state(context.person(name))["completion_status"]
        require_equal(actual, expected, f"completion_status of the {name}")


@scenario("LESSON-13", operation=READ)
def a_plain_lesson_has_no_quiz_fields(context: Context) -> None:
    """The fields of quizzes are empty in a plain lesson."""
    course = course_with(context, joined="joined")
    subject = add_lesson(context, add_section(context, course), passing_grade=70)
    for name in ("creator", "joined"):
        state = subject.state(context.person(name))
        actual = (state["passing_grade"], state["questions"], state["last_attempt"])
        require_equal(actual, (None, [], None), "passing_grade, questions and last_attempt")
