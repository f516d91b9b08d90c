"""COURSE-PATCH-06, 07, 11 to 14, 44 to 47: what a partial update means."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from contracts.checks.assertions import require_unchanged
from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding, Payload, raw
from contracts.messages.exchange import Answer, Json
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import (
    FORMS,
    full_body,
    full_course,
    patch,
    require_equal,
    require_keys,
    require_shown,
    require_untouched,
)

UNWRITABLE: Json = {
    "created_at": "2001-02-03T04:05:06Z",
    "created_by": 6,
    "deleted": True,
    "join_status": "joined",
    "user_completion_rate": 77,
}
MEETINGS = 5
"""How often two people patch at the same moment."""
STRAY: Json = {"foo": 1, "products": "[]", "0": "[object Object]"}


@scenario("COURSE-PATCH-06")
def one_field_suffices(context: Context) -> None:
    """Any single field may be sent alone, in every encoding, and all others keep their value."""
    for encoding in context.encodings:
        course = full_course(context)
        for name, value in {**full_body(context), "privacy": "secret", "type": "scheduled"}.items():
            with require_untouched(course, f"a PATCH of {name} leaves the rest", name):
                patch(context, course, {name: value}, encoding)
            if name != "categories":
                require_shown(course, {name: value})


@scenario("COURSE-PATCH-07")
def the_answer_is_the_whole_course(context: Context) -> None:
    """A PATCH answers 200 with every key of Course, as the caller sees it."""
    for name in ("creator", "manager"):
        with context.borrowed("open") as course:
            answer = patch(context, course, {"og_title": context.unique()}, by=context.person(name))
            require_keys(context, answer, "Course")
            require_equal(answer["id"], course.id, "the id in the answer")
            require_equal(answer["join_status"], name, f"join_status in the answer to {name}")
            seen = course.state(by=context.person(name))
            require_unchanged(seen, answer.document, answer.document, "the answer shows what the next GET shows")


@scenario("COURSE-PATCH-11")
def read_only_fields_are_dropped(context: Context) -> None:
    """Read-only fields in a body change nothing and hinder nothing."""
    for encoding in context.encodings:
        course, name = full_course(context), context.unique("renamed")
        with require_untouched(course, "only the name changes", "name"):
            fields = {"id": 9, "deleted": True, "join_status": "x", "image_big": "http://x.example/y", "name": name}
            patch(context, course, fields, encoding)
        require_shown(course, {"name": name})


@scenario("COURSE-PATCH-12")
def unknown_fields_are_dropped(context: Context) -> None:
    """Fields that a course does not have change nothing, and are not shown."""
    for encoding in context.encodings:
        course = full_course(context)
        with require_untouched(course, "unknown fields change nothing") as before:
            answer = patch(context, course, dict(STRAY), encoding)
        require_equal(sorted(set(STRAY) & set(answer.document)), [], "unknown fields in the answer")
        require_equal(sorted(set(course.state()) - set(before)), [], "new keys in the next GET")


@scenario("COURSE-PATCH-13")
def an_empty_body_changes_nothing(context: Context) -> None:
    """An empty object and no body at all are accepted and change nothing."""
    course = full_course(context)
    with require_untouched(course, "an empty PATCH changes nothing"):
        for payload in _empty_bodies():
            require_keys(context, context.require_accepted(course.send("PATCH", payload)), "Course")


def _empty_bodies() -> tuple[Payload | None, ...]:
    urlencoded = "application/x-www-form-urlencoded"
    return raw("{}"), None, raw(""), raw("", urlencoded), raw("", None)


@scenario("COURSE-PATCH-14")
def a_body_that_is_no_object_is_refused(context: Context) -> None:
    """JSON that is not an object is refused."""
    course = context.fresh()
    with require_untouched(course, "a body that is no object changes nothing"):
        context.require_rejected(course.send("PATCH", raw("[]")), 400, code="invalid")
        for text in ("null", "1", "true", '"name"', '[{"name": "x"}]'):
            context.require_rejected(course.send("PATCH", raw(text)), 400)


@scenario("COURSE-PATCH-44")
def what_the_server_sets_cannot_be_written(context: Context) -> None:
    """Author, moment, state and progress of a course are not the caller's to write, in any encoding."""
    for encoding in context.encodings:
        for name, value in UNWRITABLE.items():
            course = context.fresh()
            with require_untouched(course, f"{name} cannot be written"):
                patch(context, course, {name: value}, encoding)


@scenario("COURSE-PATCH-45")
def the_same_request_twice(context: Context) -> None:
    """The same request twice leads to the same state and gets the same answer."""
    for encoding in context.encodings:
        course = context.fresh()
        fields = full_body(context)
        first = patch(context, course, fields, encoding)
        with require_untouched(course, "a repeated PATCH changes nothing"):
            second = patch(context, course, fields, encoding)
        require_equal(second.body, first.body, "the answer to the repeated PATCH")


@scenario("COURSE-PATCH-46")
def patches_of_different_fields_both_stay(context: Context) -> None:
    """There is no version check: the last write wins, field by field."""
    course = full_course(context)
    title, text = context.unique("title"), context.unique("text")
    patch(context, course, {"og_title": title})
    patch(context, course, {"description": text}, Encoding.MULTIPART)
    require_shown(course, {"og_title": title, "description": text})
    for header in ({"If-Match": '"stale"'}, {"If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}):
        value = context.unique()
        answer = context.owner.send("PATCH", course.path, raw(f'{{"og_title": "{value}"}}'), headers=header)
        context.require_accepted(answer)
        require_shown(course, {"og_title": value, "description": text})
    for _ in range(MEETINGS):
        _patch_at_once(context)


def _patch_at_once(context: Context) -> None:
    """Two people patch different fields at the same moment; neither change may be lost."""
    sent = {"creator": {"description": context.unique("text")}, "manager": {"og_title": context.unique("title")}}
    with context.borrowed("open") as course, ThreadPoolExecutor(len(sent)) as pool:
        start = Barrier(len(sent), timeout=10)

        def send(name: str) -> Answer:
            start.wait()
            return course.patch(sent[name], by=context.person(name))

        for answer in pool.map(send, sent):
            context.require_accepted(answer)
        require_shown(course, {**sent["creator"], **sent["manager"]})


@scenario("COURSE-PATCH-47")
def query_parameters_mean_nothing(context: Context) -> None:
    """`view` and `user` change neither the answer of a PATCH nor who may send it."""
    with context.borrowed("open") as course:
        joined = context.person("joined").id
        for query in ({"view": "edit"}, {"view": "dashboard"}, {"view": "x"}, {"user": joined}, {"user": 987654}):
            answer = context.require_accepted(course.patch({"og_title": context.unique()}, **query))
            require_keys(context, answer, "Course")
            require_equal(answer["join_status"], "creator", f"join_status in the answer with {query}")
        stranger = context.person("member")
        context.require_rejected(course.patch({"og_title": "x"}, by=stranger, user=context.owner.id), 403)


@scenario("COURSE-PATCH-34")
def booleans_in_their_spellings(context: Context) -> None:
    """Flags are JSON true and false, in forms true, false, 1 and 0; anything else is refused."""
    for flag in ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count"):
        course = context.fresh()
        for value in (True, False):
            patch(context, course, {flag: value})
            require_shown(course, {flag: value})
        _form_flags(context, flag)
        for encoding in context.encodings:
            with require_untouched(course, "a refused flag changes nothing"):
                context.require_rejected(course.patch({flag: "maybe"}, encoding), 400, flag, "invalid")


def _form_flags(context: Context, flag: str) -> None:
    course = context.fresh()
    for encoding in FORMS:
        for text, value in (("true", True), ("false", False), ("1", True), ("0", False)):
            patch(context, course, {flag: text}, encoding)
            if course.state()[flag] is not value:
                raise Broken(f"{flag}={text} in a form means {value}", repr(course.state()[flag]))
