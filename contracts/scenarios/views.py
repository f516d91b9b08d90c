"""VIEW-01 to VIEW-11: the views of a course, and its view as another user."""

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.messages.bodies import raw
from contracts.messages.exchange import Json
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import UNKNOWN_ID, require_equal, require_keys
from contracts.scenarios._fixtures import ids

LEADS = ("creator", "manager")
OTHERS = ("joined", "invited", "requested", "member", "staff")


def _view(context: Context, view: str, by: Client | None = None) -> Json:
    return context.require_accepted(context.known_item("open").read(by=by, view=view)).document


@scenario("VIEW-01", operation="read")
def the_default_view_is_user(context: Context) -> None:
    """Without a view, the response is that of view=user, for every user."""
    for name in (*LEADS, *OTHERS, "anonymous"):
        person = context.person(name)
        answer = context.require_accepted(context.known_item("open").read(by=person))
        require_keys(context, answer, "CourseUserDetail")
        require_equal(answer.body, _view(context, "user", person), f"the course as {name} sees it without a view")


@scenario("VIEW-02", operation="read")
def drafts_are_left_out(context: Context) -> None:
    """view=user leaves out draft lessons and sections without a lesson, even for the creator and managers."""
    everything = _lessons(_view(context, "edit"))
    drafts, published = _lesson_ids(everything, "draft"), _lesson_ids(everything, "published")
    assume(bool(drafts), "the open course has no draft lesson")
    for name in (*LEADS, *OTHERS):
        visible = _lessons(_view(context, "user", context.person(name)))
        lessons = _lesson_ids(visible, "draft") | _lesson_ids(visible, "published")
        require_equal(sorted(lessons & drafts), [], f"draft lessons shown to {name}")
        empty = [section for section, rows in visible.items() if not rows]
        require_equal(empty, [], f"empty sections shown to {name}")
        require_equal(sorted(lessons), sorted(published), f"lessons shown to {name}")


def _lesson_ids(sections: dict[int, list[tuple[int, str]]], status: str) -> set[int]:
    """Return the ids of the lessons with a status."""
    lessons = [lesson for section in sections.values() for lesson in section]
    return {lesson_id for lesson_id, status_of in lessons if status_of == status}


def _lessons(state: Json) -> dict[int, list[tuple[int, str]]]:
    """Return the sections of a course: section id → the ids of its lessons, each with its status."""
    sections = {}
    for section in state["sections"]:
        sections[section["id"]] = [(lesson["id"], lesson["status"]) for lesson in section["lessons"]]
    return sections


@scenario("VIEW-03", operation="read")
def a_section_of_drafts_is_empty(context: Context) -> None:
    """view=user leaves out a section that has only drafts."""
    everything = _lessons(_view(context, "edit"))
    empty = [section for section, lessons in everything.items() if all(status == "draft" for _, status in lessons)]
    assume(bool(empty), "the open course has no section of drafts only")
    for name in (*LEADS, "joined"):
        view = _view(context, "user", context.person(name))
        require_equal(sorted(set(_lessons(view)) & set(empty)), [], f"empty sections shown to {name}")
        require_equal(view["num_sections"], len(view["sections"]), "num_sections")


@scenario("VIEW-04", operation="read")
def edit_is_for_managers(context: Context) -> None:
    """view=edit shows every section and lesson, only to the creator and managers."""
    for name in LEADS:
        answer = context.known_item("open").read(by=context.person(name), view="edit")
        require_keys(context, answer, "CourseDetail")
        require_equal(ids(answer["sections"]), answer["sections_order"], "sections in view=edit")
        for section in answer["sections"]:
            require_equal(ids(section["lessons"]), section["lessons_order"], "lessons in view=edit")
    _require_rejected_for_others(context, "edit")


@scenario("VIEW-05", operation="read")
def dashboard_is_for_managers(context: Context) -> None:
    """view=dashboard shows the average completion and no sections, only to the creator and managers."""
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
def unknown_views_are_rejected(context: Context) -> None:
    """An unknown view is rejected."""
    for name in ("creator", "joined"):
        for bad in ("x", "User", "detail"):
            answer = context.known_item("open").read(by=context.person(name), view=bad)
            context.require_rejected(answer, 400, "view", "invalid_choice")


@scenario("VIEW-07", operation="read")
def only_managers_view_as_others(context: Context) -> None:
    """Only the creator and managers may view the course as another user."""
    course, member = context.known_item("open"), context.person("member").id
    for name in LEADS:
        context.require_accepted(course.read(by=context.person(name), user=member))
    for name in OTHERS:
        if name != "member":
            context.require_rejected(course.read(by=context.person(name), user=member), 403)


@scenario("VIEW-08", operation="read")
def the_view_as_another_has_their_values(context: Context) -> None:
    """The view as another user shows that user's own values, with the permissions of the caller."""
    for name in LEADS:
        lead = context.person(name)
        for other in ("joined", "invited", "requested", "creator", "manager"):
            answer = context.known_item("open").read(by=lead, user=context.person(other).id)
            require_equal(answer["join_status"], other, f"join_status as {name} sees it for {other}")
            own = context.known_item("open").state(by=context.person(other))
            require_equal(_personal(answer.document), _personal(own), f"values of {other}")
        answer = context.known_item("draft").read(by=lead, user=context.person("member").id)
        require_equal(context.require_accepted(answer)["join_status"], None, "join_status of an outsider in a draft")


def _personal(state: Json) -> list[object]:
    sections = state["sections"]
    lessons = [lesson for section in sections for lesson in section["lessons"]]
    return [
        state["user_completion_rate"],
        [(section["id"], section["locked"]) for section in sections],
        [(lesson["id"], lesson["locked"], lesson["completion_status"]) for lesson in lessons],
    ]


@scenario("VIEW-09", operation="read")
def a_body_on_get_has_no_effect(context: Context) -> None:
    """The query names the user to view the course as; a body is ignored."""
    course, joined = context.known_item("open"), context.person("joined").id
    expected = course.state()
    answer = context.owner.send("GET", course.path, raw(f'{{"user": {joined}}}'))
    require_equal(context.require_accepted(answer).body, expected, "the course for a GET with a body")
    require_equal(course.read(user=joined)["join_status"], "joined", "join_status with ?user=")
    context.require_accepted(context.person("member").send("GET", course.path, raw(f'{{"user": {joined}}}')))


@scenario("VIEW-10", operation="read")
def the_user_to_view_as_must_exist(context: Context) -> None:
    """The user to view the course as must exist; one's own id is the same as none."""
    course = context.known_item("open")
    context.require_rejected(course.read(user=UNKNOWN_ID), 404)
    for name in LEADS:
        person = context.person(name)
        require_equal(
            context.require_accepted(course.read(by=person, user=person.id)).body, course.state(by=person), "as oneself"
        )


@scenario("VIEW-11", operation="read")
def the_view_as_an_outsider_is_whole(context: Context) -> None:
    """The view of a private or secret course as an outsider shows the whole course, not the lock screen."""
    for state in ("private", "secret"):
        for name in ("member", "requested"):
            answer = context.known_item(state).read(user=context.person(name).id)
            if answer.status != 200:
                raise Broken(f"{answer.request.line}: 200", answer.summary)
            require_keys(context, answer, "CourseUserDetail")
