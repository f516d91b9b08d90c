"""COURSE-PATCH-01 to 05: who may patch."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import require_shown, require_untouched

HIDDEN_FROM = {
    "draft": ("member", "requested", "invited", "joined", "staff"),
    "secret": ("member", "requested", "staff"),
}
SEEN_BY = {
    "open": ("member", "requested", "invited", "joined", "staff"),
    "private": ("member", "requested", "invited", "joined", "staff"),
    "secret": ("invited", "joined"),
}


@scenario("COURSE-PATCH-01")
def managers_may_patch(context: Context) -> None:
    """The creator and the managers of a course may patch it, whatever its privacy."""
    for state in context.notes.known:
        with context.borrowed(state) as course:
            for name in ("creator", "manager"):
                value = context.unique(name)
                context.require_accepted(course.patch({"description": value}, by=context.person(name)))
                require_shown(course, {"description": value}, by=context.person(name))


@scenario("COURSE-PATCH-02")
def anonymous_users_may_not_patch(context: Context) -> None:
    """Without a token, no course can be patched."""
    _require_denied(context, "open", (ANONYMOUS,), 401)
    _require_denied(context, "secret", (ANONYMOUS,), 401)


@scenario("COURSE-PATCH-03")
def others_who_see_it_may_not_patch(context: Context) -> None:
    """Users who see a course but do not manage it may not patch it, in any encoding."""
    for state, people in SEEN_BY.items():
        _require_denied(context, state, people, 403)


@scenario("COURSE-PATCH-04")
def a_hidden_course_cannot_be_patched(context: Context) -> None:
    """For users who cannot see a course, a PATCH finds nothing."""
    for state, people in HIDDEN_FROM.items():
        _require_denied(context, state, people, 404)


def _require_denied(context: Context, state: str, people: tuple[str, ...], status: int) -> None:
    with context.borrowed(state) as course, require_untouched(course, "a denied PATCH has no effect"):
        for name in people:
            if name != ANONYMOUS:
                # Managing a course of their own must not let them manage others.
                context.fresh(context.person(name))
            for encoding in context.encodings:
                answer = course.patch({"description": context.unique(name)}, encoding, by=context.person(name))
                context.require_rejected(answer, status)


@scenario("COURSE-PATCH-05")
def unknown_and_deleted_are_not_found(context: Context) -> None:
    """A deleted course responds with 404, in every encoding."""
    deleted = context.fresh()
    context.require_accepted(deleted.delete(), 204)
    for encoding in (Encoding.JSON, Encoding.MULTIPART):
        context.require_rejected(deleted.patch({"description": "x"}, encoding), 404)
