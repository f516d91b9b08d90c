"""VIS-01 to VIS-12: which users see a course."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import list_ids, require_equal, require_keys, require_untouched

EVERYBODY = (ANONYMOUS, "member", "staff", "requested", "invited", "joined", "manager", "creator")
LEADS = ("manager", "creator")
INSIDERS = ("joined", *LEADS)
SEARCH, MINE = "/api/v2/course/search/", "/api/v2/course/"


def _require_hidden(context: Context, course: Item, people: tuple[str, ...]) -> None:
    for name in people:
        if name != ANONYMOUS:
            # Managing a course of their own must not show them the courses of others.
            context.fresh(context.person(name))
        context.require_rejected(course.read(by=context.person(name)), 404)


def _require_visible(context: Context, course: Item, people: tuple[str, ...], component: str) -> None:
    for name in people:
        require_keys(context, context.require_accepted(course.read(by=context.person(name))), component)


def _all_but(*people: str) -> tuple[str, ...]:
    return tuple(name for name in EVERYBODY if name not in people)


@scenario("VIS-01", operation="read")
def drafts_are_for_their_managers(context: Context) -> None:
    """A draft exists only for its creator and managers."""
    _require_visible(context, context.known_item("draft"), LEADS, "CourseUserDetail")
    _require_hidden(context, context.known_item("draft"), _all_but(*LEADS))
    _require_hidden(context, context.fresh(None, privacy=""), _all_but("creator"))


@scenario("VIS-02", operation="read")
def open_courses_are_for_every_user(context: Context) -> None:
    """An open course is shown in full to every user, signed in or not."""
    _require_visible(context, context.known_item("open"), EVERYBODY, "CourseUserDetail")
    _require_visible(context, context.fresh(None, privacy="open"), EVERYBODY, "CourseUserDetail")


@scenario("VIS-03", operation="read")
def private_courses_have_a_lock_screen(context: Context) -> None:
    """A private course is shown in full to users who are in it or invited, and as a lock screen to others."""
    allowed = ("invited", *INSIDERS)
    _require_visible(context, context.known_item("private"), allowed, "CourseUserDetail")
    _require_visible(context, context.known_item("private"), _all_but(*allowed), "CourseMinimal")
    _require_visible(context, context.fresh(None, privacy="private"), _all_but("creator"), "CourseMinimal")


@scenario("VIS-04", operation="read")
def secret_courses_do_not_exist_for_others(context: Context) -> None:
    """A secret course is shown in full to users who are in it or invited; for others it does not exist."""
    allowed = ("invited", *INSIDERS)
    _require_visible(context, context.known_item("secret"), allowed, "CourseUserDetail")
    _require_hidden(context, context.known_item("secret"), _all_but(*allowed))
    _require_hidden(context, context.fresh(None, privacy="secret"), _all_but("creator"))


@scenario("VIS-05", operation="read")
def the_invited_see_private_and_secret(context: Context) -> None:
    """Invited users see private and secret courses in full."""
    for state in ("private", "secret"):
        _require_visible(context, context.known_item(state), ("invited",), "CourseUserDetail")
        answer = context.known_item(state).read(by=context.person("invited"))
        require_equal(answer["join_status"], "invited", "join_status")
        require_equal(
            bool(answer["sections"]), bool(context.known_item(state).state()["sections"]), "sections are shown"
        )


@scenario("VIS-06", operation="read")
def a_hidden_course_has_no_status(context: Context) -> None:
    """Users who may not see a course cannot read a status in it."""
    hidden = {
        "draft": ("member", "staff", "requested", "invited", "joined"),
        "secret": ("member", "staff", "requested"),
    }
    for state, people in hidden.items():
        for name in people:
            context.require_rejected(context.person(name).get(f"{context.known_item(state).path}status/"), 404)
        for name in LEADS:
            context.require_accepted(context.person(name).get(f"{context.known_item(state).path}status/"))


@scenario("VIS-07", operation="read")
def a_lock_screen_has_a_status(context: Context) -> None:
    """Users who see only the lock screen of a private course can read their status in it."""
    path = f"{context.known_item('private').path}status/"
    for name, status in (("member", None), ("staff", None), ("requested", "requested")):
        answer = context.require_accepted(context.person(name).get(path))
        require_equal(answer.document, {"status": status}, f"status of {name}")


@scenario("VIS-08", operation="read")
def anonymous_users_read_public_courses(context: Context) -> None:
    """Anonymous users see open courses in full and private ones as a lock screen, without a status."""
    for state, component in (("open", "CourseUserDetail"), ("private", "CourseMinimal")):
        for course in (context.known_item(state), context.fresh(None, privacy=state)):
            answer = context.require_accepted(course.read(by=context.anonymous))
            require_keys(context, answer, component)
            require_equal(answer["join_status"], None, "join_status of anonymous")
            require_equal(answer["user_completion_rate"], 0, "user_completion_rate of anonymous")
    for state in ("draft", "secret"):
        context.require_rejected(context.known_item(state).read(by=context.anonymous), 404)


@scenario("VIS-09")
def hidden_is_404_visible_is_403(context: Context) -> None:
    """Every path of a hidden course responds with 404, and a visible course with 403 to users without the role."""
    outsider = context.person("member")
    for privacy, status in (("", 404), ("secret", 404), ("private", 403), ("open", 403)):
        course = context.fresh(None, privacy=privacy)
        with require_untouched(course, "a denied request has no effect"):
            context.require_rejected(course.patch({"og_title": "x"}, by=outsider), status)
            context.require_rejected(course.put({"name": context.unique(), "type": "structured"}, by=outsider), status)
            context.require_rejected(course.delete(by=outsider), status)
        if status == 404:
            context.require_rejected(outsider.get(f"{course.path}status/"), 404)
            context.require_rejected(course.read(by=outsider, view="edit"), 404)


@scenario("VIS-10")
def staff_have_no_role_in_a_course(context: Context) -> None:
    """Being staff of the community gives no role in a course."""
    staff = context.person("staff")
    for privacy, reading, writing in (("", 404, 404), ("secret", 404, 404), ("open", 200, 403), ("private", 200, 403)):
        course = context.fresh(None, privacy=privacy)
        answer = course.read(by=staff)
        require_equal(answer.status, reading, f"status of GET of a course with privacy {privacy!r} by staff")
        with require_untouched(course, "staff change no course"):
            context.require_rejected(course.patch({"og_title": "x"}, by=staff), writing)
            context.require_rejected(course.delete(by=staff), writing)
    require_keys(context, context.known_item("private").read(by=staff), "CourseMinimal")
    context.require_rejected(context.known_item("open").read(by=staff, view="edit"), 403)


@scenario("VIS-11", operation="delete")
def a_deleted_course_is_gone(context: Context) -> None:
    """A deleted course responds with 404 on every path, and is in no list."""
    course = context.fresh(None, privacy="open")
    everybody = [context.person(name) for name in EVERYBODY]
    context.require_accepted(course.delete(), 204)
    for person in everybody:
        context.require_rejected(course.read(by=person), 404)
    for view in ("user", "edit", "dashboard"):
        context.require_rejected(course.read(view=view), 404)
    context.require_rejected(context.owner.get(f"{course.path}status/"), 404)
    context.require_rejected(course.patch({"og_title": "x"}), 404)
    context.require_rejected(course.put({"name": context.unique(), "type": "structured"}), 404)
    context.require_rejected(course.delete(), 404)
    for path in (SEARCH, MINE):
        listed = list_ids(context.owner, path, statuses="creator", limit=100)
        require_equal(course.id in listed, False, f"the deleted course is in {path}")


@scenario("VIS-12", operation="read")
def a_draft_is_hidden_from_its_members(context: Context) -> None:
    """Participants of a course do not see it while it is a draft."""
    draft = context.known_item("draft")
    for path in (draft.path, f"{draft.path}status/"):
        context.require_rejected(context.person("joined").get(path), 404)
    for path in (SEARCH, MINE):
        listed = list_ids(context.person("joined"), path, statuses="joined", limit=100)
        require_equal(draft.id in listed, False, f"the draft is in {path} of its member")
