"""JOIN-01 to 05, LEAVE-01 to 04: joining and leaving courses."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import raw
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken, Inconclusive
from contracts.scenarios._assertions import require_equal, require_keys, require_untouched
from contracts.scenarios._fixtures import (
    add_lesson,
    add_section,
    assume_ok,
    complete,
    course_of,
    course_with,
    dashboard_row,
    moment,
    require_just_now,
    send,
    status_of,
)

JOIN, LEAVE = "join_or_accept_invite_to_course", "leave_course"
BODIES = (raw("{"), raw("x", "text/plain"), raw('{"status": "manager"}'), raw("[1]"), raw("a=b", None))


@scenario("JOIN-01", operation=JOIN)
def joining_needs_a_login(context: Context) -> None:
    """Without a token, no course can be joined."""
    for privacy in ("open", "private", "secret", ""):
        course = context.fresh(None, privacy=privacy)
        context.require_rejected(send(context.person(ANONYMOUS), "POST", f"{course.path}join/"), 401)


@scenario("JOIN-02", operation=JOIN)
def joining_responds_with_the_course(context: Context) -> None:
    """Joining responds with the course as a participant sees it, and with the new status."""
    for name, privacy in (("member", "open"), ("invited", "private"), ("invited", "secret")):
        course = course_of(context, privacy, {name: "invited"} if name == "invited" else {})
        add_lesson(context, add_section(context, course))
        person = context.person(name)
        answer = context.require_accepted(send(person, "POST", f"{course.path}join/"))
        require_keys(context, answer, "CourseUserDetail")
        require_equal(answer["join_status"], "joined", "join_status in the response")
        require_equal(answer.body, course.state(person), "the next GET of the new participant")


@scenario("JOIN-03", operation=JOIN)
def a_request_to_join_shows_no_sections(context: Context) -> None:
    """A request to join gets a response with the same keys, and without sections."""
    course = context.fresh(None, privacy="private")
    add_lesson(context, add_section(context, course))
    for name in ("member", "member", "staff"):
        answer = context.require_accepted(send(context.person(name), "POST", f"{course.path}join/"))
        require_keys(context, answer, "CourseUserDetail")
        require_equal((answer["join_status"], answer["sections"]), ("requested", []), "join_status and sections")


@scenario("JOIN-04", operation=JOIN)
def the_moment_of_joining_is_kept(context: Context) -> None:
    """The moment of joining is kept, whether a user joins, accepts, is approved or is added."""
    course = course_with(context, "private", invited="invited", requested="requested", joined="joined")
    assume_ok(send(context.person("invited"), "POST", f"{course.path}join/"))
    assume_ok(send(context.owner, "POST", f"{course.path}invite/", {"users": [context.person("requested").id]}))
    assume_ok(course.patch({"privacy": "open"}))
    assume_ok(send(context.person("member"), "POST", f"{course.path}join/"))
    for name in ("invited", "requested", "joined", "member"):
        require_just_now(dashboard_row(context, course, name)["joined_at"], course, f"joined_at of {name}")


@scenario("JOIN-05", operation=JOIN)
def a_body_has_no_effect(context: Context) -> None:
    """A body has no effect on joining."""
    for body in BODIES:
        course = context.fresh(None, privacy="open")
        answer = context.require_accepted(context.person("member").send("POST", f"{course.path}join/", body))
        require_equal(answer["join_status"], "joined", "join_status")
        require_equal(status_of(context, course, "member"), "joined", "status of a user who sent a body")


@scenario("LEAVE-01", operation=LEAVE)
def the_creator_stays(context: Context) -> None:
    """The creator cannot leave the course, but its managers can."""
    course = course_with(context, manager="manager")
    context.require_rejected(send(context.owner, "DELETE", f"{course.path}join/"), 403)
    require_equal(status_of(context, course, context.owner.name), "creator", "status of the creator afterwards")
    context.require_accepted(send(context.person("manager"), "DELETE", f"{course.path}join/"), 204)


@scenario("LEAVE-02", operation=LEAVE)
def only_managers_remove_others(context: Context) -> None:
    """Only the creator and managers may remove others from a course."""
    course = course_with(context, manager="manager", joined="joined", invited="invited", requested="joined")
    participant = context.person("requested").id
    with require_untouched(course, "a denied removal has no effect"):
        for name in ("joined", "invited", "member", "staff"):
            context.require_rejected(send(context.person(name), "DELETE", f"{course.path}join/", user=participant), 403)
        require_equal(status_of(context, course, "requested"), "joined", "status of the named user")
    context.require_accepted(send(context.person("manager"), "DELETE", f"{course.path}join/", user=participant), 204)


@scenario("LEAVE-03", operation=LEAVE)
def ones_own_id_is_optional(context: Context) -> None:
    """Leaving with one's own id is the same as leaving without an id."""
    course = course_with(context, "private", manager="manager", joined="joined", requested="requested")
    for name in ("manager", "joined", "requested"):
        person = context.person(name)
        context.require_accepted(send(person, "DELETE", f"{course.path}join/", user=person.id), 204)
        require_equal(status_of(context, course, name), None, f"status of {name} afterwards")
    context.require_rejected(send(context.owner, "DELETE", f"{course.path}join/", user=context.owner.id), 403)


@scenario("LEAVE-04", operation=LEAVE)
def progress_outlives_leaving(context: Context) -> None:
    """Users who come back find their lessons completed, and have a new moment of joining."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    first = add_lesson(context, add_section(context, course))
    assume_ok(complete(joined, first))
    before = dashboard_row(context, course, "joined")["joined_at"]
    assume_ok(send(joined, "DELETE", f"{course.path}join/"))
    assume_ok(send(joined, "POST", f"{course.path}join/"))
    require_equal(first.state(joined)["completion_status"], "completed", "completion_status after coming back")
    _require_later(before, dashboard_row(context, course, "joined")["joined_at"])


def _require_later(before: object, after: object) -> None:
    if before == after and not moment(before).microsecond:
        raise Inconclusive("the target rounds moments to whole seconds, and both are in the same second")
    if not moment(before) < moment(after):
        raise Broken(f"joined_at after {before}", repr(after))
