"""COURSE-PATCH-31 to 33, 35 and 36: flags and texts."""

from contracts.checks.assertions import assume, matches
from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.bodies import Encoding
from contracts.messages.exchange import Json
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import TEXTS, patch, require_equal, require_keys, require_shown, require_untouched


@scenario("COURSE-PATCH-31")
def hide_member_count_is_kept(context: Context) -> None:
    """The flag that hides the number of members has an effect at once, and no response shows the number then."""
    _require_toggle(context, "hide_member_count")
    with context.borrowed("open") as course:
        for hidden in (True, False):
            patch(context, course, {"hide_member_count": hidden})
            for name in ("joined", "member"):
                answer = course.read(by=context.person(name))
                require_equal(answer["hide_member_count"], hidden, f"hide_member_count as {name} sees it")
                require_keys(context, answer, "CourseUserDetail")


@scenario("COURSE-PATCH-33")
def comment_notifications_are_switched(context: Context) -> None:
    """The flag for notices of new comments is kept as it is set."""
    _require_toggle(context, "new_comment_notification_enabled")


def _require_toggle(context: Context, flag: str) -> None:
    for encoding in context.encodings:
        course = context.fresh()
        for value in (True, False, True):
            with require_untouched(course, f"{flag} alone changes", flag):
                answer = patch(context, course, {flag: value}, encoding)
            require_equal(answer[flag], value, f"{flag} in the response")
            require_shown(course, {flag: value})


@scenario("COURSE-PATCH-32")
def lesson_order_locks_at_once(context: Context) -> None:
    """With the order enforced, a lesson is locked for members until those before it are completed."""
    with context.borrowed("open") as course:
        for encoding in (Encoding.JSON, Encoding.MULTIPART):
            for enforced in (False, True):
                fields = {"type": "self-paced", "enforce_lessons_order": enforced}
                patch(context, course, fields, encoding)
                require_shown(course, {"enforce_lessons_order": enforced})
                _require_locks(context, course, enforced)


def _require_locks(context: Context, course: Item, enforced: bool) -> None:
    lessons = _lessons(course.state(by=context.person("joined")))
    open_before = [lesson["completion_status"] == "completed" for lesson in lessons]
    assume(len(lessons) > 1 and not all(open_before[:-1]), "the open course has no two lessons still to do")
    for number, lesson in enumerate(lessons):
        expected = enforced and not all(open_before[:number])
        if lesson["locked"] is not expected:
            order = f"enforce_lessons_order {enforced}"
            raise Broken(f"locked of lesson {number + 1} with {order}: {expected}", repr(lesson))


def _lessons(state: Json) -> list[Json]:
    return [lesson for section in state["sections"] for lesson in section["lessons"]]


@scenario("COURSE-PATCH-35")
def texts_may_be_empty_but_not_null(context: Context) -> None:
    """Descriptions and meta texts are kept as they were sent, and may be empty but not null."""
    for encoding in context.encodings:
        _require_unaltered(context, {text: f" both  ends of {text}\t" for text in TEXTS}, encoding)
    for text in TEXTS:
        for encoding in context.encodings:
            course = context.fresh(None, **dict.fromkeys(TEXTS, "something"))
            with require_untouched(course, f"only {text} is emptied", text):
                patch(context, course, {text: ""}, encoding)
            require_shown(course, {text: ""})
        course = context.fresh(None, **{text: "something"})
        with require_untouched(course, "a rejected change changes nothing"):
            context.require_rejected(course.patch({text: None}), 400, text, "null")
            for bad in (True, ["x"], {"x": "y"}):
                context.require_rejected(course.patch({text: bad}), 400, text)


def _require_unaltered(context: Context, texts: Json, encoding: Encoding) -> None:
    course = context.fresh()
    answer = patch(context, course, texts, encoding)
    state = course.state()
    for name, text in texts.items():
        for actual in (answer[name], state[name]):
            if not matches(text, actual, context.notes.notes(name).normalise):
                raise Broken(f"{name} in {encoding.short} is kept as {text!r}", repr(actual))


@scenario("COURSE-PATCH-36")
def og_image_is_any_text(context: Context) -> None:
    """The picture for previews is a plain text: the server neither fetches nor checks it."""
    for encoding in context.encodings:
        for text in ("not a URL", "http://nowhere.invalid/x.png", "javascript:1", "/relative", "ünï <b>"):
            _require_unaltered(context, {"og_image": text}, encoding)
