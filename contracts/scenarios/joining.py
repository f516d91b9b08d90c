"""JOIN-01 to 05, LEAVE-01 to 04: coming in and going."""

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
    """Without a token nobody joins, whatever the course."""
    for privacy in ("open", "private", "secret", ""):
        course = context.fresh(None, privacy=privacy)
        context.require_rejected(send(context.person(ANONYMOUS), "POST", f"{course.path}join/"), 401)


@scenario("JOIN-02", operation=JOIN)
def who_joins_is_shown_the_course(context: Context) -> None:
    """Joining is answered with the course as a learner sees it, and with the new state."""
    for name, privacy in (("member", "open"), ("invited", "private"), ("invited", "secret")):
        course = course_of(context, privacy, {name: "invited"} if name == "invited" else {})
        add_lesson(context, add_section(context, course))
        person = context.person(name)
        answer = context.require_accepted(send(person, "POST", f"{course.path}join/"))
        require_keys(context, answer, "CourseUserDetail")
        require_equal(answer["join_status"], "joined", "join_status in the answer")
        require_equal(answer.body, course.state(person), "the next GET of who has joined")


@scenario("JOIN-03", operation=JOIN)
def who_asks_sees_no_sections_yet(context: Context) -> None:
    """Asking to be let in is answered with the same keys, and without sections."""
    course = context.fresh(None, privacy="private")
    add_lesson(context, add_section(context, course))
    for name in ("member", "member", "staff"):
        answer = context.require_accepted(send(context.person(name), "POST", f"{course.path}join/"))
        require_keys(context, answer, "CourseUserDetail")
        require_equal((answer["join_status"], answer["sections"]), ("requested", []), "join_status and sections")


@scenario("JOIN-04", operation=JOIN)
def the_moment_of_joining_is_kept(context: Context) -> None:
    """Joining, accepting, being let in and being put in all leave a moment of joining."""
    course = course_with(context, "private", invited="invited", requested="requested", joined="joined")
    assume_ok(send(context.person("invited"), "POST", f"{course.path}join/"))
    assume_ok(send(context.owner, "POST", f"{course.path}invite/", {"users": [context.person("requested").id]}))
    assume_ok(course.patch({"privacy": "open"}))
    assume_ok(send(context.person("member"), "POST", f"{course.path}join/"))
    for name in ("invited", "requested", "joined", "member"):
        require_just_now(dashboard_row(context, course, name)["joined_at"], course, f"joined_at of {name}")


@scenario("JOIN-05", operation=JOIN)
def a_body_means_nothing(context: Context) -> None:
    """Whatever body comes with it, joining is joining."""
    for body in BODIES:
        course = context.fresh(None, privacy="open")
        answer = context.require_accepted(context.person("member").send("POST", f"{course.path}join/", body))
        require_equal(answer["join_status"], "joined", "join_status")
        require_equal(status_of(context, course, "member"), "joined", "what who sent a body is")


@scenario("LEAVE-01", operation=LEAVE)
def the_creator_stays(context: Context) -> None:
    """The creator cannot leave the course, while its managers can."""
    course = course_with(context, manager="manager")
    context.require_rejected(send(context.owner, "DELETE", f"{course.path}join/"), 403)
    require_equal(status_of(context, course, context.owner.name), "creator", "what the creator is afterwards")
    context.require_accepted(send(context.person("manager"), "DELETE", f"{course.path}join/"), 204)


@scenario("LEAVE-02", operation=LEAVE)
def only_leads_take_others_out(context: Context) -> None:
    """Who does not lead the course takes nobody else out of it."""
    course = course_with(context, manager="manager", joined="joined", invited="invited", requested="joined")
    victim = context.person("requested").id
    with require_untouched(course, "a denied removal has no effect"):
        for name in ("joined", "invited", "member", "staff"):
            context.require_rejected(send(context.person(name), "DELETE", f"{course.path}join/", user=victim), 403)
        require_equal(status_of(context, course, "requested"), "joined", "what the one who was named is")
    context.require_accepted(send(context.person("manager"), "DELETE", f"{course.path}join/", user=victim), 204)


@scenario("LEAVE-03", operation=LEAVE)
def oneself_is_nobody_else(context: Context) -> None:
    """Naming oneself is as good as naming nobody."""
    course = course_with(context, "private", manager="manager", joined="joined", requested="requested")
    for name in ("manager", "joined", "requested"):
        person = context.person(name)
        context.require_accepted(send(person, "DELETE", f"{course.path}join/", user=person.id), 204)
        require_equal(status_of(context, course, name), None, f"what {name} is afterwards")
    context.require_rejected(send(context.owner, "DELETE", f"{course.path}join/", user=context.owner.id), 403)


@scenario("LEAVE-04", operation=LEAVE)
def progress_outlives_leaving(context: Context) -> None:
    """Who comes back finds the lessons completed, and a new moment of joining."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    first = add_lesson(context, add_section(context, course))
    assume_ok(complete(joined, first))
    before = dashboard_row(context, course, "joined")["joined_at"]
    assume_ok(send(joined, "DELETE", f"{course.path}join/"))
    assume_ok(send(joined, "POST", f"{course.path}join/"))
    require_equal(first.state(joined)["completion_status"], "completed", "completion_status of who came back")
    _require_later(before, dashboard_row(context, course, "joined")["joined_at"])


def _require_later(before: object, after: object) -> None:
    if before == after and not moment(before).microsecond:
        raise Inconclusive("the target tells moments in whole seconds, and both fell into one")
    if not moment(before) < moment(after):
        raise Broken(f"joined_at after {before}", repr(after))
