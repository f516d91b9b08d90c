"""COURSE-PATCH-06, 07, 11 to 14, 34 and 44 to 47: partial updates."""

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
"""How often two users patch at the same moment."""
STRAY: Json = {"foo": 1, "products": "[]", "0": "[object Object]"}


@scenario("COURSE-PATCH-06")
def one_field_suffices(context: Context) -> None:
    """Any single field may be sent alone, in every encoding, and all others keep their value."""
    for encoding in context.encodings:
        course = full_course(context)
        for name, value in {**full_body(context), "privacy": "secret", "type": "scheduled"}.items():
            with require_untouched(course, f"a PATCH of {name} changes nothing else", name):
                patch(context, course, {name: value}, encoding)
            if name != "categories":
                require_shown(course, {name: value})


@scenario("COURSE-PATCH-07")
def the_response_is_the_whole_course(context: Context) -> None:
    """A PATCH responds with 200 and every key of Course, as the caller sees it."""
    for name in ("creator", "manager"):
        with context.borrowed("open") as course:
            answer = patch(context, course, {"og_title": context.unique()}, by=context.person(name))
            require_keys(context, answer, "Course")
            require_equal(answer["id"], course.id, "the id in the response")
            require_equal(answer["join_status"], name, f"join_status in the response to {name}")
            state = course.state(by=context.person(name))
            require_unchanged(state, answer.document, answer.document, "the response shows the same as the next GET")


@scenario("COURSE-PATCH-11")
def read_only_fields_are_ignored(context: Context) -> None:
    """Read-only fields in a body are ignored."""
    for encoding in context.encodings:
        course, name = full_course(context), context.unique("renamed")
        with require_untouched(course, "only the name changes", "name"):
            fields = {"id": 9, "deleted": True, "join_status": "x", "image_big": "http://x.example/y", "name": name}
            patch(context, course, fields, encoding)
        require_shown(course, {"name": name})


@scenario("COURSE-PATCH-12")
def unknown_fields_are_ignored(context: Context) -> None:
    """Unknown fields change nothing, and are not shown."""
    for encoding in context.encodings:
        course = full_course(context)
        with require_untouched(course, "unknown fields change nothing") as before:
            answer = patch(context, course, dict(STRAY), encoding)
        require_equal(sorted(set(STRAY) & set(answer.document)), [], "unknown fields in the response")
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
def a_body_that_is_no_object_is_rejected(context: Context) -> None:
    """JSON that is not an object is rejected."""
    course = context.fresh()
    with require_untouched(course, "a body that is no object changes nothing"):
        context.require_rejected(course.send("PATCH", raw("[]")), 400, code="invalid")
        for text in ("null", "1", "true", '"name"', '[{"name": "x"}]'):
            context.require_rejected(course.send("PATCH", raw(text)), 400)


@scenario("COURSE-PATCH-44")
def fields_of_the_server_cannot_be_written(context: Context) -> None:
    """The author, creation time, status and progress of a course cannot be written, in any encoding."""
    for encoding in context.encodings:
        for name, value in UNWRITABLE.items():
            course = context.fresh()
            with require_untouched(course, f"{name} cannot be written"):
                patch(context, course, {name: value}, encoding)


@scenario("COURSE-PATCH-45")
def the_same_request_twice(context: Context) -> None:
    """The same request twice leads to the same state and gets the same response."""
    for encoding in context.encodings:
        course = context.fresh()
        fields = full_body(context)
        first = patch(context, course, fields, encoding)
        with require_untouched(course, "a repeated PATCH changes nothing"):
            second = patch(context, course, fields, encoding)
        require_equal(second.body, first.body, "the response to the repeated PATCH")


@scenario("COURSE-PATCH-46")
def patches_of_different_fields_are_both_kept(context: Context) -> None:
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
    """Patch different fields as two users at the same moment, and require that no change is lost."""
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
def query_parameters_have_no_effect(context: Context) -> None:
    """`view` and `user` change neither the response to a PATCH nor the users who may send it."""
    with context.borrowed("open") as course:
        joined = context.person("joined").id
        for query in ({"view": "edit"}, {"view": "dashboard"}, {"view": "x"}, {"user": joined}, {"user": 987654}):
            answer = context.require_accepted(course.patch({"og_title": context.unique()}, **query))
            require_keys(context, answer, "Course")
            require_equal(answer["join_status"], "creator", f"join_status in the response with {query}")
        outsider = context.person("member")
        context.require_rejected(course.patch({"og_title": "x"}, by=outsider, user=context.owner.id), 403)


@scenario("COURSE-PATCH-34")
def booleans_in_their_spellings(context: Context) -> None:
    """Flags are true and false in JSON, or true, false, 1 and 0 in forms; other values are rejected."""
    for flag in ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count"):
        course = context.fresh()
        for value in (True, False):
            patch(context, course, {flag: value})
            require_shown(course, {flag: value})
        _form_flags(context, flag)
        for encoding in context.encodings:
            with require_untouched(course, "a rejected flag changes nothing"):
                context.require_rejected(course.patch({flag: "maybe"}, encoding), 400, flag, "invalid")


def _form_flags(context: Context, flag: str) -> None:
    course = context.fresh()
    for encoding in FORMS:
        for text, value in (("true", True), ("false", False), ("1", True), ("0", False)):
            patch(context, course, {flag: text}, encoding)
            if course.state()[flag] is not value:
                raise Broken(f"{flag}={text} in a form means {value}", repr(course.state()[flag]))
