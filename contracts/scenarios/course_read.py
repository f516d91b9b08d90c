"""COURSE-GET-01 to 03: reading a course."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import STATUSES, list_rows, require_equal, require_keys

LISTS = ("/api/v2/course/", "/api/v2/course/search/")


@scenario("COURSE-GET-01", operation="read")
def no_readable_course_is_deleted(context: Context) -> None:
    """`deleted` is false on every course that can be read."""
    gone = context.fresh(None, privacy="open")
    context.require_accepted(gone.delete(), 204)
    context.require_rejected(gone.read(), 404)
    fresh = context.fresh(None, privacy="open")
    states = [context.known_item(name).state() for name in context.notes.known]
    states += [fresh.read(view=view).document for view in ("user", "edit", "dashboard")]
    states += [item for path in LISTS for item in list_rows(context.owner, path, statuses="creator", limit=100)]
    for state in states:
        require_equal(state["deleted"], False, f"deleted of course {state['id']}")


@scenario("COURSE-GET-02", operation="read")
def the_view_decides_the_schema(context: Context) -> None:
    """Each view has the keys of its schema, and the lock screen has those of the minimal one."""
    views = {"user": "CourseUserDetail", "edit": "CourseDetail", "dashboard": "CourseDashboard"}
    for course in (context.fresh(), context.known_item("open"), context.known_item("secret")):
        for view, component in views.items():
            require_keys(context, context.require_accepted(course.read(view=view)), component)
    require_keys(context, context.known_item("private").read(by=context.person("member")), "CourseMinimal")
    require_keys(context, context.known_item("private").read(by=context.person("member"), view="user"), "CourseMinimal")


@scenario("COURSE-GET-03", operation="read")
def every_user_has_a_status(context: Context) -> None:
    """Users who are signed in may read their own status in a course; anonymous users may not."""
    for state in ("open", "private"):
        path = f"{context.known_item(state).path}status/"
        context.require_rejected(context.person(ANONYMOUS).get(path), 401)
        for name in STATUSES:
            require_equal(
                context.require_accepted(context.person(name).get(path)).document, {"status": name}, f"status of {name}"
            )
        require_equal(context.person("member").get(path).document, {"status": None}, "status of a user without a role")
