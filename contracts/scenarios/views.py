"""VIEW-01 to VIEW-11: the views of a course, and seeing it as somebody else."""

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.messages.bodies import raw
from contracts.messages.exchange import Json
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import UNKNOWN_ID, require_equal, require_keys

LEADS = ("creator", "manager")
OTHERS = ("joined", "invited", "requested", "member", "staff")


def _view(context: Context, view: str, by: Client | None = None) -> Json:
    return context.require_accepted(context.known_item("open").read(by=by, view=view)).document


@scenario("VIEW-01", operation="read")
def the_default_view_is_user(context: Context) -> None:
    """Without a view the answer is that of view=user, for everybody."""
    for name in (*LEADS, *OTHERS, "anonymous"):
        person = context.person(name)
        answer = context.require_accepted(context.known_item("open").read(by=person))
        require_keys(context, answer, "CourseUserDetail")
        require_equal(answer.body, _view(context, "user", person), f"the course as {name} sees it without a view")


@scenario("VIEW-02", operation="read")
def drafts_are_left_out(context: Context) -> None:
    """view=user leaves out draft lessons, and sections without a lesson, also for leads."""
    everything = _lessons(_view(context, "edit"))
    drafts = {each for section in everything.values() for each, status in section if status == "draft"}
    assume(bool(drafts), "the open course has no draft lesson")
    for name in (*LEADS, *OTHERS):
        shown = _lessons(_view(context, "user", context.person(name)))
        found = {each for section in shown.values() for each, _ in section}
        require_equal(sorted(found & drafts), [], f"draft lessons shown to {name}")
        require_equal([each for each, lessons in shown.items() if not lessons], [], f"empty sections shown to {name}")
        published = {each for section in everything.values() for each, status in section if status == "published"}
        require_equal(sorted(found), sorted(published), f"lessons shown to {name}")


def _lessons(state: Json) -> dict[int, list[tuple[int, str]]]:
    return {each["id"]: [(one["id"], one["status"]) for one in each["lessons"]] for each in state["sections"]}


@scenario("VIEW-03", operation="read")
def a_section_of_drafts_is_empty(context: Context) -> None:
    """A section that holds nothing but drafts is left out as well."""
    everything = _lessons(_view(context, "edit"))
    hollow = [each for each, lessons in everything.items() if all(status == "draft" for _, status in lessons)]
    assume(bool(hollow), "the open course has no section of drafts only")
    for name in (*LEADS, "joined"):
        shown = _view(context, "user", context.person(name))
        require_equal(sorted(set(_lessons(shown)) & set(hollow)), [], f"hollow sections shown to {name}")
        require_equal(shown["num_sections"], len(shown["sections"]), "num_sections")


@scenario("VIEW-04", operation="read")
def edit_shows_all_to_leads(context: Context) -> None:
    """view=edit shows every section and lesson, to creator and managers only."""
    for name in LEADS:
        answer = context.known_item("open").read(by=context.person(name), view="edit")
        require_keys(context, answer, "CourseDetail")
        require_equal([each["id"] for each in answer["sections"]], answer["sections_order"], "sections in view=edit")
        for section in answer["sections"]:
            require_equal([each["id"] for each in section["lessons"]], section["lessons_order"], "lessons in view=edit")
    _require_rejected_for_others(context, "edit")


@scenario("VIEW-05", operation="read")
def dashboard_is_for_leads(context: Context) -> None:
    """view=dashboard adds the average completion and has no sections, for creator and managers only."""
    for name in LEADS:
        answer = context.known_item("open").read(by=context.person(name), view="dashboard")
        require_keys(context, answer, "CourseDashboard")
    _require_rejected_for_others(context, "dashboard")


def _require_rejected_for_others(context: Context, view: str) -> None:
    for name in OTHERS:
        context.require_rejected(context.known_item("open").read(by=context.person(name), view=view), 403)
    for name in ("member", "joined"):
        context.require_rejected(context.known_item("private").read(by=context.person(name), view=view), 403)


@scenario("VIEW-06", operation="read")
def other_views_are_refused(context: Context) -> None:
    """A view that is none is refused."""
    for name in ("creator", "joined"):
        for bad in ("x", "User", "detail"):
            answer = context.known_item("open").read(by=context.person(name), view=bad)
            context.require_rejected(answer, 400, "view", "invalid_choice")


@scenario("VIEW-07", operation="read")
def only_leads_look_as_others(context: Context) -> None:
    """Only creator and managers may see the course as somebody else does."""
    course, somebody = context.known_item("open"), context.person("member").id
    for name in LEADS:
        context.require_accepted(course.read(by=context.person(name), user=somebody))
    for name in OTHERS:
        if name != "member":
            context.require_rejected(course.read(by=context.person(name), user=somebody), 403)


@scenario("VIEW-08", operation="read")
def personal_values_are_the_others(context: Context) -> None:
    """Looking as somebody else shows that person's own values, with the permissions of the caller."""
    for name in LEADS:
        lead = context.person(name)
        for other in ("joined", "invited", "requested", "creator", "manager"):
            answer = context.known_item("open").read(by=lead, user=context.person(other).id)
            require_equal(answer["join_status"], other, f"join_status as {name} sees it for {other}")
            own = context.known_item("open").state(by=context.person(other))
            require_equal(_personal(answer.document), _personal(own), f"what is {other}'s own")
        stranger = context.known_item("draft").read(by=lead, user=context.person("member").id)
        require_equal(context.require_accepted(stranger)["join_status"], None, "join_status of a stranger to the draft")


def _personal(state: Json) -> list[object]:
    sections = state["sections"]
    lessons = [(one["id"], one["locked"], one["completion_status"]) for each in sections for one in each["lessons"]]
    return [state["user_completion_rate"], [(each["id"], each["locked"]) for each in sections], lessons]


@scenario("VIEW-09", operation="read")
def a_body_on_get_means_nothing(context: Context) -> None:
    """Whom to look as stands in the query; a body is ignored."""
    course, joined = context.known_item("open"), context.person("joined").id
    expected = course.state()
    answer = context.owner.send("GET", course.path, raw(f'{{"user": {joined}}}'))
    require_equal(context.require_accepted(answer).body, expected, "the course for a GET with a body")
    require_equal(course.read(user=joined)["join_status"], "joined", "join_status with ?user=")
    context.require_accepted(context.person("member").send("GET", course.path, raw(f'{{"user": {joined}}}')))


@scenario("VIEW-10", operation="read")
def whom_to_look_as_must_exist(context: Context) -> None:
    """Nobody can be looked as who does not exist; oneself is the same as none."""
    course = context.known_item("open")
    context.require_rejected(course.read(user=UNKNOWN_ID), 404)
    for name in LEADS:
        person = context.person(name)
        require_equal(
            context.require_accepted(course.read(by=person, user=person.id)).body, course.state(by=person), "as oneself"
        )


@scenario("VIEW-11", operation="read")
def a_stranger_looked_as_sees_all(context: Context) -> None:
    """Looking at a private or secret course as a stranger shows the whole course, not the lock screen."""
    for state in ("private", "secret"):
        for name in ("member", "requested"):
            answer = context.known_item(state).read(user=context.person(name).id)
            if answer.status != 200:
                raise Broken(f"{answer.request.line}: 200", answer.summary)
            require_keys(context, answer, "CourseUserDetail")
