"""LESSON-01 to 13: lessons and quizzes as their authors write them."""

from collections.abc import Iterator

from contracts.checks.context import Context, errors_of
from contracts.checks.registration import scenario
from contracts.fixtures.item import Subject
from contracts.messages.bodies import ENCODINGS, Encoding, encode
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import insist, insist_shows, untouched
from contracts.scenarios._fixtures import (
    attempt,
    comment,
    complete,
    course_with,
    insist_fields,
    known_media,
    lesson,
    lessons,
    mixed_course,
    quiz,
    refused_to,
    response,
    section,
    send,
    settled,
)

CREATE, READ, LIST = "create_course_lesson", "get_course_lesson", "get_course_lessons"
PATCH, PUT, DELETE = "patch_course_lesson", "update_course_lesson", "delete_course_lesson"
NOT_LEADS = ("joined", "invited", "member", "staff")
BOTH = ["('name', 'required')", "('type', 'required')"]


def _post(context: Context, inside: Subject, fields: Json, encoding: Encoding = Encoding.JSON) -> Answer:
    return context.owner.send("POST", f"{inside.path}lesson/", encode(fields, encoding))


def _order(context: Context, inside: Subject) -> list[Identifier]:
    return [each["id"] for each in context.owner.get(f"{inside.path}lesson/").body]


@scenario("LESSON-01", operation=CREATE)
def a_lesson_has_name_and_type(context: Context) -> None:
    """Creator and managers add lessons, which need a name and a type."""
    course = mixed_course(context)
    inside = section(context, course)
    path, body = f"{inside.path}lesson/", {"name": "A lesson", "type": "lesson"}
    refused_to(context, NOT_LEADS, 403, "POST", path, body)
    refused_to(context, [ANONYMOUS], 401, "POST", path, body)
    insist(_order(context, inside), [], "the lessons after refusals")
    for encoding in ENCODINGS:
        answer = _post(context, inside, {"status": "draft"}, encoding)
        context.refused(answer, 400)
        insist(sorted(map(str, errors_of(answer))), BOTH, "the errors without name and type")
        answer = context.accepted(_post(context, inside, body, encoding), 201)
        insist_fields(context, answer.document, "CourseLesson", "the answer")
    context.accepted(send(context.person("manager"), "POST", path, body), 201)


@scenario("LESSON-02", operation=CREATE)
def lessons_and_quizzes(context: Context) -> None:
    """A lesson is a plain one or a quiz, and nothing else."""
    inside = section(context, context.fresh())
    for encoding in ENCODINGS:
        for kind in ("lesson", "quiz"):
            answer = context.accepted(_post(context, inside, {"name": "x", "type": kind}, encoding), 201)
            insist(answer["type"], kind, "type")
        for kind in ("x", "Quiz"):
            answer = _post(context, inside, {"name": "x", "type": kind}, encoding)
            context.refused(answer, 400, "type", "invalid_choice")


@scenario("LESSON-03", operation=CREATE)
def the_defaults_of_a_lesson(context: Context) -> None:
    """Unless said, a lesson is a draft without text that may be commented on, and a quiz is passed from 60 percent."""
    inside = section(context, context.fresh())
    expected = {"status": "draft", "comments_enabled": True, "html": "", "medias": []}
    for kind, grade in (("lesson", None), ("quiz", 60)):
        for encoding in ENCODINGS:
            answer = context.accepted(_post(context, inside, {"name": "x", "type": kind}, encoding), 201)
            insist({key: answer[key] for key in expected}, expected, f"the defaults of a {kind}")
            insist(answer["passing_grade"], grade, f"passing_grade of a {kind}")


def _writes(subject: Subject, fields: Json) -> Iterator[Answer]:
    """A lesson changed in part, and as a whole."""
    yield subject.patch(fields)
    yield subject.put({"name": "x", "type": "lesson", **fields})


@scenario("LESSON-04", operation=PATCH)
def text_goes_in_and_html_comes_out(context: Context) -> None:
    """What is written as text is read as html; neither goes the other way."""
    inside = section(context, context.fresh())
    subject = lesson(context, inside, text="<p>a</p>")
    insist_shows(subject, {"html": "<p>a</p>"})
    for number, answer in enumerate([*_writes(subject, {"text": "<p>b</p>"}), *_writes(subject, {"html": "<p>c</p>"})]):
        for document in (context.accepted(answer).document, subject.state()):
            insist((document["html"], "text" in document), ("<p>b</p>", False), f"html after write {number}, and text")
    made = _post(context, inside, {"name": "x", "type": "lesson", "html": "<p>d</p>"})
    insist((context.accepted(made, 201)["html"], "text" in made.document), ("", False), "html that was sent")


@scenario("LESSON-05", operation=PATCH)
def media_go_in_as_ids(context: Context) -> None:
    """Media are written as ids and read as objects."""
    media = known_media(context)
    course, joined = course_with(context, joined="joined"), context.person("joined")
    subject = lesson(context, section(context, course), medias=media)
    _insist_media(context, subject.state(joined), media)
    for answer in _writes(subject, {"medias": []}):
        insist(context.accepted(answer)["medias"], [], "medias after an empty list")
    for answer in _writes(subject, {"medias": media}):
        _insist_media(context, context.accepted(answer).document, media)
        _insist_media(context, subject.state(), media)


def _insist_media(context: Context, document: Json, media: list[Identifier]) -> None:
    for each in document["medias"]:
        insist_fields(context, each, "Media", "a medium")
    insist([each["id"] for each in document["medias"]], media, "the ids of the media")


@scenario("LESSON-06", operation=PATCH)
def one_field_changes_a_lesson(context: Context) -> None:
    """One field is enough to change a lesson, for creator and managers, and the rest stays."""
    course = mixed_course(context)
    subject = lesson(context, section(context, course), status="draft", text="a text", medias=known_media(context))
    with untouched(subject, "a denied PATCH has no effect"):
        refused_to(context, NOT_LEADS, 403, "PATCH", subject.path, {"name": "x"})
        refused_to(context, [ANONYMOUS], 401, "PATCH", subject.path, {"name": "x"})
    for fields in ({"status": "published"}, {"comments_enabled": False}, {"name": "another"}):
        for encoding in ENCODINGS:
            with untouched(subject, "only that field changes", *fields):
                context.accepted(subject.patch(fields, encoding, by=context.person("manager")))
        insist_shows(subject, dict(fields))


@scenario("LESSON-07", operation=PUT)
def a_whole_lesson_has_name_and_type(context: Context) -> None:
    """Changing a lesson as a whole needs name and type, and is for creator and managers."""
    course = mixed_course(context)
    subject = lesson(context, section(context, course), text="a text")
    with untouched(subject, "a refused PUT changes nothing"):
        refused_to(context, NOT_LEADS, 403, "PUT", subject.path, {"name": "x", "type": "lesson"})
        refused_to(context, [ANONYMOUS], 401, "PUT", subject.path, {"name": "x", "type": "lesson"})
        for encoding in ENCODINGS:
            answer = subject.put({"status": "draft"}, encoding)
            context.refused(answer, 400)
            insist(sorted(map(str, errors_of(answer))), BOTH, "the errors without name and type")
    with untouched(subject, "only the name changes", "name"):
        context.accepted(subject.put({"name": "another", "type": "lesson"}, by=context.person("manager")))
    insist_shows(subject, {"name": "another"})


@scenario("LESSON-08", operation=PATCH)
def a_lesson_stays_of_its_type(context: Context) -> None:
    """A lesson does not become a quiz, nor a quiz a lesson."""
    inside = section(context, context.fresh())
    for kind, other in (("lesson", "quiz"), ("quiz", "lesson")):
        subject = lesson(context, inside, type=kind)
        with untouched(subject, "a refused change of type changes nothing"):
            for encoding in ENCODINGS:
                context.refused(subject.patch({"type": other}, encoding), 400, "type", "invalid")
            context.refused(subject.put({"name": "x", "type": other}), 400, "type", "invalid")
        context.accepted(subject.patch({"type": kind}))


@scenario("LESSON-09", operation=CREATE)
def a_new_lesson_is_the_last(context: Context) -> None:
    """A new lesson stands last in its section."""
    inside, made = section(context, context.fresh()), []
    for kind in ("lesson", "quiz", "lesson"):
        made.append(lesson(context, inside, type=kind).id)
        insist(inside.state()["lessons_order"], made, "lessons_order")
        insist(_order(context, inside), made, "the list of lessons")


@scenario("LESSON-10", operation=LIST)
def lessons_are_listed_for_leads(context: Context) -> None:
    """The lessons of a section are listed for creator and managers, in their order and with drafts."""
    course = mixed_course(context)
    inside = section(context, course)
    made = [each.id for each in lessons(context, inside, 2)] + [lesson(context, inside, status="draft").id]
    path = f"{inside.path}lesson/"
    refused_to(context, NOT_LEADS, 403, "GET", path)
    refused_to(context, [ANONYMOUS], 401, "GET", path)
    for order in (made, made[::-1]):
        settled(inside.patch({"lessons_order": order}))
        for name in ("creator", "manager"):
            body = context.person(name).get(path).body
            insist([each["id"] for each in body], order, f"the lessons as the {name} sees them")
            for each in body:
                insist_fields(context, each, "CourseLesson", "a lesson of the list")


@scenario("LESSON-11", operation=DELETE)
def with_a_lesson_goes_what_belongs_to_it(context: Context) -> None:
    """Creator and managers delete lessons, and with a lesson all that belongs to it."""
    course, joined = mixed_course(context), context.person("joined")
    inside = section(context, course)
    (kept,), (test, asked) = lessons(context, inside, 1), quiz(context, inside)
    comment(context, test, joined)
    settled(attempt(joined, test, [response(asked[0])]))
    refused_to(context, NOT_LEADS, 403, "DELETE", test.path)
    refused_to(context, [ANONYMOUS], 401, "DELETE", test.path)
    insist(_order(context, inside), [kept.id, test.id], "the lessons after refusals")
    insist(context.accepted(test.delete(by=context.person("manager")), 204).content, b"", "the body of the answer")
    context.refused(test.read(), 404)
    context.refused(asked[0].read(), 404)
    insist((_order(context, inside), inside.state()["lessons_order"]), ([kept.id], [kept.id]), "the lessons")
    for path in ("comment/", "quiz/"):
        insist(context.accepted(context.owner.get(course.path + path))["results"], [], f"what is left in {path}")


@scenario("LESSON-12", operation=READ)
def a_lesson_tells_ones_own_progress(context: Context) -> None:
    """A lesson comes with the caller's own progress in it, uncompleted at first."""
    subject = lesson(context, section(context, mixed_course(context)))
    for name in ("creator", "manager", "joined"):
        state = subject.state(context.person(name))
        insist_fields(context, state, "CourseLesson", f"the lesson as the {name} reads it")
        insist(state["completion_status"], "uncompleted", f"completion_status of the {name} at first")
    settled(complete(context.person("joined"), subject))
    for name, expected in (("joined", "completed"), ("manager", "uncompleted"), ("creator", "uncompleted")):
        found = subject.state(context.person(name))["completion_status"]
        insist(found, expected, f"completion_status of the {name}")


@scenario("LESSON-13", operation=READ)
def a_plain_lesson_has_nothing_of_a_quiz(context: Context) -> None:
    """What belongs to quizzes is empty in a plain lesson."""
    course = course_with(context, joined="joined")
    subject = lesson(context, section(context, course), passing_grade=70)
    for name in ("creator", "joined"):
        state = subject.state(context.person(name))
        found = (state["passing_grade"], state["questions"], state["last_attempt"])
        insist(found, (None, [], None), "passing_grade, questions and last_attempt")
