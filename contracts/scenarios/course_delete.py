"""COURSE-DEL-01 to 03: deleting a course."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import require_equal, require_untouched
from contracts.scenarios._fixtures import course_of


@scenario("COURSE-DEL-01", operation="delete")
def the_creator_may_delete(context: Context) -> None:
    """The creator of a course may delete it, and gets an empty response."""
    for privacy in ("", "open", "private", "secret"):
        course = context.fresh(None, privacy=privacy)
        answer = context.require_accepted(course.delete(), 204)
        require_equal(answer.content, b"", "the body of the response")
        context.require_rejected(course.read(), 404)


@scenario("COURSE-DEL-02", operation="delete")
def others_may_not_delete(context: Context) -> None:
    """Users who may not patch a course may not delete it either, and get the same status."""
    for privacy, status in (("open", 403), ("private", 403), ("secret", 404), ("", 404)):
        course = context.fresh(None, privacy=privacy)
        with require_untouched(course, "a denied DELETE has no effect"):
            context.require_rejected(course.delete(by=context.person(ANONYMOUS)), 401)
            for name in ("member", "staff", "manager", "joined"):
                context.require_rejected(course.delete(by=context.person(name)), status)
    for privacy, status in (("open", 403), ("private", 403), ("secret", 403), ("", 404)):
        _require_kept(context, privacy, "joined", status)


@scenario("COURSE-DEL-02", operation="delete")
def invited_and_requesting_may_not_delete(context: Context) -> None:
    """Invited and requesting users may not delete a course; the status depends on whether they see it."""
    for privacy, status in (("open", 403), ("secret", 403), ("", 404)):
        _require_kept(context, privacy, "invited", status)
    for privacy, status in (("private", 403), ("secret", 404)):
        _require_kept(context, privacy, "requested", status)


def _require_kept(context: Context, privacy: str, name: str, status: int) -> None:
    """Require that a user with the role of that name in a course may not delete it."""
    course = course_of(context, privacy, {name: name})
    with require_untouched(course, "a denied DELETE has no effect"):
        context.require_rejected(course.delete(by=context.person(name)), status)


@scenario("COURSE-DEL-03", operation="delete")
def a_second_delete_is_not_found(context: Context) -> None:
    """A deleted course cannot be deleted again, nor reached by anything else."""
    course = context.fresh(None, privacy="open")
    context.require_accepted(course.delete(), 204)
    context.require_rejected(course.delete(), 404)
    for view in ("user", "edit", "dashboard"):
        context.require_rejected(course.read(view=view), 404)
    context.require_rejected(course.patch({"og_title": "x"}), 404)
    context.require_rejected(course.put({"name": context.unique(), "type": "structured"}), 404)
    context.require_rejected(course.read(by=context.person("member")), 404)
    context.require_rejected(context.owner.get(f"{course.path}status/"), 404)
    context.require_rejected(context.factory.missing().delete(), 404)
