"""MEMBERS, INVITED, REQ, SUGU, DASHU and DASHQ: lists of users and their progress; LIST-05: lists without pages."""

from collections.abc import Callable

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.exchange import Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import list_ids, list_rows, require_equal
from contracts.scenarios._fixtures import (
    add_lesson,
    add_lessons,
    add_question,
    add_quiz,
    add_section,
    assume_ok,
    bind,
    complete,
    course_with,
    dashboard_row,
    ids,
    list_page,
    mixed_course,
    moment,
    require_just_now,
    require_rejected_for,
    try_quiz,
)

MEMBERS, INVITED, REQUESTS = "get_course_joined_users", "get_course_invited_users", "get_course_users_to_approve"
SUGGESTED, PROGRESS, TRIES = (
    "specific_course_suggested_users",
    "get_course_dashboard_users",
    "get_course_dashboard_quiz",
)
NOT_LEADS = ("joined", "invited", "member", "staff")


def _people(context: Context, *names: str) -> list[Identifier]:
    return sorted(context.person(name).id for name in names)


def _require_people(context: Context, rows: list[Json], names: tuple[str, ...], of: str) -> None:
    require_equal(sorted(ids(rows)), _people(context, *names), of)


def _require_leads_only(context: Context, path: str) -> None:
    require_rejected_for(context, NOT_LEADS, 403, "GET", path)
    require_rejected_for(context, [ANONYMOUS], 401, "GET", path)
    for name in ("creator", "manager"):
        context.require_accepted(context.person(name).get(path))


def _require_searchable(context: Context, path: str, row: Json, key: Callable[[Json], object]) -> None:
    """Require that a search finds a row by parts of its names, ignoring case, and by nothing else."""
    for text in (row["username"], row["real_name"], row["username"][1:-1].upper(), row["real_name"][1:].lower()):
        keys = [key(other) for other in list_rows(context.owner, path, search=text, limit=100)]
        require_equal(key(row) in keys, True, f"whether the row is found by {text!r}")
    require_equal(list_rows(context.owner, path, search=context.unique("nobody")), [], "rows found by no name")


def _id(row: Json) -> object:
    return row["id"]


# --- members ---


@scenario("MEMBERS-01", operation=MEMBERS)
def managers_and_participants_are_listed(context: Context) -> None:
    """The members of a course are its managers and participants, unless the query names other statuses."""
    course = course_with(
        context, "private", manager="manager", joined="joined", invited="invited", requested="requested"
    )
    path = f"{course.path}join/"
    for reader in ("creator", "joined", "member"):
        rows = list_page(context, context.person(reader), path, "UserMinimal")
        _require_people(context, rows, ("manager", "joined"), f"members listed for {reader}")
    for statuses, names in (
        ("creator", ("creator",)),
        ("joined", ("joined",)),
        ("creator,manager", ("creator", "manager")),
    ):
        rows = list_page(context, context.owner, path, "UserMinimal", statuses=statuses)
        _require_people(context, rows, names, f"members listed with statuses={statuses}")


@scenario("MEMBERS-02", operation=MEMBERS)
def members_are_filtered_by_three_statuses(context: Context) -> None:
    """The members can be filtered by creator, manager and joined, and by nothing else."""
    path = f"{mixed_course(context).path}join/"
    for bad in ("invited", "requested", "x", "joined,invited", '["requested"]'):
        context.require_rejected(context.owner.get(path, statuses=bad), 400, "statuses", "invalid_choice")
    for good in ("creator", "manager", "joined"):
        context.require_accepted(context.owner.get(path, statuses=good))


@scenario("MEMBERS-03", operation=MEMBERS)
def hidden_members_are_for_managers(context: Context) -> None:
    """While the number of members is hidden, only the creator and managers see the members."""
    for privacy in ("open", "private"):
        path = f"{mixed_course(context, privacy, hide_member_count=True).path}join/"
        require_rejected_for(context, NOT_LEADS, 403, "GET", path)
        for name in ("creator", "manager"):
            _require_people(
                context, list_page(context, context.person(name), path, "UserMinimal"), ("manager", "joined"), name
            )


@scenario("MEMBERS-04", operation=MEMBERS)
def members_of_a_draft_are_for_managers(context: Context) -> None:
    """Only its creator and managers see the members of a draft."""
    path = f"{mixed_course(context, '').path}join/"
    require_rejected_for(context, (*NOT_LEADS, ANONYMOUS), 404, "GET", path)
    for name in ("creator", "manager"):
        rows = list_page(context, context.person(name), path, "UserMinimal")
        _require_people(context, rows, ("manager", "joined"), f"members listed for {name}")


@scenario("MEMBERS-05", operation=MEMBERS)
def members_of_open_and_private_courses_are_seen(context: Context) -> None:
    """Every user sees the members of an open or private course."""
    for privacy in ("open", "private"):
        path = f"{mixed_course(context, privacy).path}join/"
        for name in ("member", "staff", "invited", "joined"):
            rows = list_page(context, context.person(name), path, "UserMinimal")
            _require_people(context, rows, ("manager", "joined"), f"members listed for {name}")


@scenario("MEMBERS-06", operation=MEMBERS)
def members_of_a_secret_course_are_seen_by_members(context: Context) -> None:
    """Only users who are in a secret course or invited see its members."""
    path = f"{mixed_course(context, 'secret').path}join/"
    require_rejected_for(context, ("member", "staff", ANONYMOUS), 404, "GET", path)
    for name in ("invited", "joined", "manager"):
        rows = list_page(context, context.person(name), path, "UserMinimal")
        _require_people(context, rows, ("manager", "joined"), f"members listed for {name}")


@scenario("MEMBERS-07", operation=MEMBERS)
def members_can_be_seen_without_a_login(context: Context) -> None:
    """Anonymous users who see a course see its members."""
    for privacy in ("open", "private"):
        rows = list_page(context, context.anonymous, f"{mixed_course(context, privacy).path}join/", "UserMinimal")
        _require_people(context, rows, ("manager", "joined"), "members listed for anonymous")


# --- invitations and requests ---


@scenario("INVITED-01", operation=INVITED)
def invited_users_are_listed_for_managers(context: Context) -> None:
    """The creator and managers list the invited users, and no others, with five of their attributes."""
    course = course_with(
        context, "private", manager="manager", joined="joined", invited="invited", requested="requested"
    )
    _require_leads_only(context, f"{course.path}invite/")
    rows = list_page(context, context.person("manager"), f"{course.path}invite/", "UserExcerpt")
    _require_people(context, rows, ("invited",), "the listed users")


@scenario("REQ-01", operation=REQUESTS)
def requesting_users_are_listed_for_managers(context: Context) -> None:
    """The creator and managers list the users who requested to join, and can search them by name."""
    course = course_with(
        context, "private", manager="manager", joined="joined", invited="invited", requested="requested"
    )
    path = f"{course.path}request_join/"
    _require_leads_only(context, path)
    rows = list_page(context, context.person("manager"), path, "User")
    _require_people(context, rows, ("requested",), "the listed users")
    _require_searchable(context, path, rows[0], _id)


@scenario("SUGU-01", operation=SUGGESTED)
def users_to_invite_are_suggested_to_managers(context: Context) -> None:
    """The creator and managers get suggestions of users to invite, and can search them by name."""
    course = mixed_course(context)
    path = f"{course.path}user/"
    _require_leads_only(context, path)
    rows = list_page(context, context.person("manager"), path, "UserExcerpt")
    by_id = {row["id"]: row for row in rows}
    require_equal(context.person("member").id in by_id, True, "whether a user without a status is suggested")
    _require_searchable(context, path, by_id[context.person("member").id], _id)


@scenario("SUGU-02", operation=SUGGESTED)
def members_are_not_suggested(context: Context) -> None:
    """The suggestions leave out users who already have a status in the course."""
    course = course_with(
        context, "private", manager="manager", joined="joined", invited="invited", requested="requested"
    )
    suggested = list_ids(context.owner, f"{course.path}user/", limit=100)
    members = _people(context, "creator", "manager", "joined", "invited", "requested")
    require_equal(sorted(set(suggested) & set(members)), [], "members of the course that are suggested")
    require_equal(context.person("member").id in suggested, True, "whether a user without a status is suggested")


# --- progress ---


@scenario("DASHU-01", operation=PROGRESS)
def progress_is_for_managers(context: Context) -> None:
    """The creator and managers list the progress of managers and participants, or of other statuses."""
    course = mixed_course(context)
    path = f"{course.path}users/"
    _require_leads_only(context, path)
    rows = list_page(context, context.owner, path, "CourseUserDashboard")
    _require_people(context, rows, ("manager", "joined"), "users whose progress is listed")
    require_equal({row["id"]: row["join_status"] for row in rows}[context.person("joined").id], "joined", "join_status")
    rows = list_page(context, context.owner, path, "CourseUserDashboard", statuses="creator")
    _require_people(context, rows, ("creator",), "users whose progress is listed with statuses=creator")


@scenario("DASHU-02", operation=PROGRESS)
def progress_can_be_searched_and_ordered(context: Context) -> None:
    """The progress is ordered by joining or by activity, and can be searched by name."""
    course = context.fresh(None, privacy="open")
    for name in ("manager", "joined", "member"):
        bind(context, course, **{name: "manager" if name == "manager" else "joined"})
    only = add_lesson(context, add_section(context, course))
    for name in ("joined", "member", "manager"):
        assume_ok(complete(context.person(name), only))
    path = f"{course.path}users/"
    by_joining = [context.person(name).id for name in ("manager", "joined", "member")]
    by_activity = [context.person(name).id for name in ("joined", "member", "manager")]
    orders = {"joined_at": by_joining, "last_active_at": by_activity, "-last_active_at": by_activity[::-1]}
    for ordering, expected in ({"": by_joining[::-1]} | orders).items():
        query = {"ordering": ordering} if ordering else {}
        require_equal(list_ids(context.owner, path, **query), expected, f"people ordered by {ordering or 'nothing'}")
    _require_searchable(context, path, dashboard_row(context, course, "member"), _id)


@scenario("DASHU-03", operation=PROGRESS)
def the_last_completion_is_shown(context: Context) -> None:
    """last_active_at is the moment of the last completion, or null before the first."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    first, second = add_lessons(context, add_section(context, course), 2)
    require_equal(dashboard_row(context, course, "joined")["last_active_at"], None, "last_active_at before the first")
    assume_ok(complete(joined, first))
    earlier = dashboard_row(context, course, "joined")["last_active_at"]
    require_just_now(earlier, course, "last_active_at after the first")
    assume_ok(complete(joined, second))
    later = dashboard_row(context, course, "joined")["last_active_at"]
    if moment(later) < moment(earlier) or (later == earlier and moment(earlier).microsecond):
        raise Broken(f"last_active_at after {earlier}", repr(later))


def _course_with_attempts(context: Context) -> tuple[Item, Item]:
    """Create a course in which every member has tried a quiz, one of them twice, and return both."""
    course = course_with(context, manager="manager", joined="joined")
    test, questions = add_quiz(context, add_section(context, course), 2, name=context.unique("Exam"))
    for name, right in (("joined", 0), ("joined", 2), ("manager", 1), ("creator", 2)):
        assume_ok(try_quiz(context.person(name), test, questions, right))
    return course, test


@scenario("DASHQ-01", operation=TRIES)
def attempts_are_for_managers(context: Context) -> None:
    """The creator and managers list the attempts of managers and participants, and can search them."""
    course, test = _course_with_attempts(context)
    bind(context, course, invited="invited")
    path = f"{course.path}quiz/"
    _require_leads_only(context, path)
    rows = list_page(context, context.owner, path, "CourseQuizDashboard")
    expected = [(context.person(name).id, grade) for name, grade in (("joined", 0), ("joined", 100), ("manager", 50))]
    require_equal(
        sorted((row["user"]["id"], row["grade"]) for row in rows),
        sorted(expected),
        "the users who tried, with the grades",
    )
    require_equal({row["lesson_id"] for row in rows}, {test.id}, "the quiz")
    own = list_page(context, context.owner, path, "CourseQuizDashboard", statuses="creator")
    require_equal([row["user"]["id"] for row in own], [context.owner.id], "the users who tried, with statuses=creator")
    _require_attempts_searchable(context, path, rows, test)


def _require_attempts_searchable(context: Context, path: str, rows: list[Json], test: Item) -> None:
    user = next(row["user"] for row in rows if row["user"]["id"] == context.person("joined").id)
    for text in (user["username"], user["real_name"].upper()):
        users = {row["user"]["id"] for row in list_rows(context.owner, path, search=text)}
        require_equal(users, {user["id"]}, f"users found by {text!r}")
    name = test.state()["name"]
    require_equal(
        len(list_rows(context.owner, path, search=name.lower())), len(rows), "attempts found by the name of the quiz"
    )
    require_equal(list_rows(context.owner, path, search=context.unique("no such")), [], "attempts found by no name")


@scenario("LIST-05", operation="get_course_sections")
def some_lists_are_whole(context: Context) -> None:
    """Sections, lessons and questions come as bare arrays, all of them at once."""
    course = context.fresh(None, privacy="open")
    first = add_section(context, course)
    for _ in range(2):
        add_section(context, course)
    add_lessons(context, first, 2)
    test, _ = add_quiz(context, first, 2)
    add_question(context, test)
    for path in (f"{course.path}section/", f"{first.path}lesson/", f"{test.path}question/"):
        for query in ({}, {"limit": 1, "offset": 1}):
            answer = context.owner.get(path, **query)
            if not (answer.ok and isinstance(answer.body, list)):
                raise Broken(f"{answer.request.line}: an array", answer.summary)
            require_equal(len(answer.body), 3, f"items of {answer.request.path}")
