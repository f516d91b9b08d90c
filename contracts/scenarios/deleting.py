"""COURSE-DEL-01 to 03: deleting a course."""

from contracts.law import Context, scenario
from contracts.profile import ANONYMOUS
from contracts.scenarios.steps import UNKNOWN_ID, insist, untouched


@scenario("COURSE-DEL-01", operation="delete")
def leads_delete(context: Context) -> None:
    """The creator of a course may delete it, and gets an empty answer."""
    for privacy in ("", "open", "private", "secret"):
        course = context.fresh(None, privacy=privacy)
        answer = context.accepted(course.delete(), 204)
        insist(answer.content, b"", "the body of the answer")
        context.refused(course.read(), 404)


@scenario("COURSE-DEL-02", operation="delete")
def others_do_not(context: Context) -> None:
    """Who may not patch a course may not delete it, and is refused alike."""
    for privacy, status in (("open", 403), ("private", 403), ("secret", 404), ("", 404)):
        course = context.fresh(None, privacy=privacy)
        with untouched(course, "a denied DELETE has no effect"):
            context.refused(course.delete(by=context.person(ANONYMOUS)), 401)
            for name in ("member", "staff", "manager", "joined"):
                context.refused(course.delete(by=context.person(name)), status)
    _members_do_not(context)


def _members_do_not(context: Context) -> None:
    """Members of a known course: were it deleted, that could not be undone, so this comes last."""
    hidden = {"draft": ("joined", "invited", "requested"), "secret": ("requested",)}
    seen = {"open": ("joined", "invited", "requested"), "private": ("joined",), "secret": ("joined", "invited")}
    for status, table in ((404, hidden), (403, seen)):
        for state, people in table.items():
            for name in people:
                context.refused(context.known(state).delete(by=context.person(name)), status)


@scenario("COURSE-DEL-03", operation="delete")
def twice_is_not_found(context: Context) -> None:
    """A deleted course cannot be deleted again, nor reached by anything else."""
    course = context.fresh(None, privacy="open")
    context.accepted(course.delete(), 204)
    context.refused(course.delete(), 404)
    for view in ("user", "edit", "dashboard"):
        context.refused(course.read(view=view), 404)
    context.refused(course.patch({"og_title": "x"}), 404)
    context.refused(course.put({"name": context.unique(), "type": "structured"}), 404)
    context.refused(course.read(by=context.person("member")), 404)
    context.refused(context.owner.get(f"{course.path}status/"), 404)
    context.refused(context.factory.at(UNKNOWN_ID).delete(), 404)
