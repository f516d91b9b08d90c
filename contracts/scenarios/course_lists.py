"""MINE-01 to 05, SEARCH-01 to 07, USERC-01 to 06, SUGG-01: lists of courses."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import list_ids, list_rows, require_equal
from contracts.scenarios._fixtures import assume_ok, bind, course_with, ids, list_page, send

MINE, SEARCH, SUGGESTED = "/api/v2/course/", "/api/v2/course/search/", "/api/v2/suggestion/course/"
MINE_OF, SEARCH_OF, THEIRS_OF, SUGGESTION_OF = (
    "get_joined_courses",
    "search_courses",
    "get_user_courses",
    "get_course_suggestion",
)


def _require_listed(rows: list[Identifier], present: list[Item], absent: list[Item], where: str) -> None:
    actual = {course.id: course.id in rows for course in [*present, *absent]}
    expected = {course.id: course in present for course in [*present, *absent]}
    require_equal(actual, expected, f"course → whether it is listed {where}")


def _mine(person: Client, **query: object) -> list[Identifier]:
    return list_ids(person, MINE, limit=100, **query)


# --- own courses ---


@scenario("MINE-01", operation=MINE_OF)
def own_courses_need_a_login(context: Context) -> None:
    """The list of one's own courses is a page of whole courses, and needs a login."""
    context.require_rejected(context.anonymous.get(MINE), 401)
    course = course_with(context, member="joined")
    rows = list_page(context, context.person("member"), MINE, "Course")
    require_equal(course.id in ids(rows), True, "whether the course that one joined is listed")


@scenario("MINE-02", operation=MINE_OF)
def created_courses_need_a_status(context: Context) -> None:
    """Without statuses, one's own list has the courses that one manages or has joined, not those one created."""
    member = context.person("member")
    own, joined, managed = context.fresh(member), course_with(context, member="joined"), context.fresh()
    bind(context, managed, member="manager")
    _require_listed(_mine(member), [joined, managed], [own], "without statuses")
    _require_listed(_mine(member, statuses="creator"), [own], [joined, managed], "with statuses=creator")
    _require_listed(_mine(member, statuses="joined"), [joined], [own, managed], "with statuses=joined")


@scenario("MINE-03", operation=MINE_OF)
def one_author_at_a_time(context: Context) -> None:
    """created_by filters the courses of one author."""
    member, staff = context.person("member"), context.person("staff")
    ours, theirs = course_with(context, member="joined"), context.fresh(staff, privacy="open")
    assume_ok(send(member, "POST", f"{theirs.path}join/"))
    for author, present, absent in ((context.owner, ours, theirs), (staff, theirs, ours)):
        rows = list_rows(member, MINE, created_by=author.id, limit=100)
        _require_listed(ids(rows), [present], [absent], f"with created_by={author.id}")
        require_equal({row["created_by"]["id"] for row in rows}, {author.id}, "the authors of the listed courses")


@scenario("MINE-04", operation=MINE_OF)
def statuses_are_those_of_the_caller(context: Context) -> None:
    """statuses lists one's own invitations and requests, and never those of other users."""
    invitation = course_with(context, "private", member="invited", joined="joined")
    request = course_with(context, "private", member="requested", joined="invited")
    member, joined = context.person("member"), context.person("joined")
    _require_listed(_mine(member), [], [invitation, request], "without statuses")
    _require_listed(_mine(member, statuses="invited"), [invitation], [request], "with statuses=invited")
    _require_listed(_mine(member, statuses="requested"), [request], [invitation], "with statuses=requested")
    _require_listed(_mine(joined, statuses="invited"), [request], [invitation], "for the other user")


@scenario("MINE-05", operation=MINE_OF)
def the_last_one_joined_comes_first(context: Context) -> None:
    """The course that one joined last comes first, whatever its age."""
    first, second, third = (context.fresh(None, privacy="open") for _ in range(3))
    member = context.person("member")
    for course in (second, third, first):
        assume_ok(send(member, "POST", f"{course.path}join/"))
    own = [course_id for course_id in _mine(member) if course_id in (first.id, second.id, third.id)]
    require_equal(own, [first.id, third.id, second.id], "the courses, joined in the order second, third, first")


# --- the search ---


def _search(person: Client, word: str, **query: object) -> list[Identifier]:
    return list_ids(person, SEARCH, search=word, limit=100, **query)


@scenario("SEARCH-01", operation=SEARCH_OF)
def a_search_shows_short_forms(context: Context) -> None:
    """A search responds with a page of courses in their short form, to every user."""
    word = context.unique("short")
    courses = [context.fresh(None, privacy=privacy, description=word) for privacy in ("open", "private")]
    for name in ("creator", "member", ANONYMOUS):
        rows = list_page(context, context.person(name), SEARCH, "CourseMinimal", search=word)
        require_equal(sorted(ids(rows)), sorted(course.id for course in courses), f"courses that {name} finds")


@scenario("SEARCH-02", operation=SEARCH_OF)
def secret_courses_are_found_by_members(context: Context) -> None:
    """A secret course is found only by users who are in it or invited."""
    word = context.unique("secret")
    course = course_with(
        context, "secret", fields={"description": word},
        manager="manager", joined="joined", invited="invited", requested="requested",
    )  # fmt: skip
    for name in ("creator", "manager", "joined", "invited"):
        require_equal(_search(context.person(name), word), [course.id], f"courses that {name} finds")
    for name in ("requested", "member", "staff", ANONYMOUS):
        require_equal(_search(context.person(name), word), [], f"courses that {name} finds")


@scenario("SEARCH-03", operation=SEARCH_OF)
def drafts_are_found_by_managers(context: Context) -> None:
    """A draft is found only by its creator and managers."""
    word = context.unique("draft")
    course = course_with(
        context, "", fields={"description": word}, manager="manager", joined="joined", invited="invited"
    )
    for name in ("creator", "manager"):
        require_equal(_search(context.person(name), word), [course.id], f"courses that {name} finds")
    for name in ("joined", "invited", "member", "staff", ANONYMOUS):
        require_equal(_search(context.person(name), word), [], f"courses that {name} finds")


@scenario("SEARCH-04", operation=SEARCH_OF)
def names_and_descriptions_are_searched(context: Context) -> None:
    """A search looks in names and descriptions, and nowhere else."""
    word = context.unique("where")
    named = context.fresh(None, privacy="open", name=f"About {word} and more")
    described = context.fresh(None, privacy="open", description=f"It is {word}, too.")
    context.fresh(None, privacy="open", og_title=word, meta_description=word)
    require_equal(sorted(_search(context.owner, word)), sorted((named.id, described.id)), "the courses that are found")


@scenario("SEARCH-05", operation=SEARCH_OF)
def one_category_of_several_is_enough(context: Context) -> None:
    """A search for several categories finds courses that have one of them."""
    word = context.unique("category")
    one, two, three, both = (
        context.fresh(None, privacy="open", description=word, categories=categories)
        for categories in ([1], [2], [3], [2, 3])
    )
    for categories, expected in (([1, 2], (one, two, both)), ([3], (three, both)), ([1], (one,))):
        actual = sorted(_search(context.owner, word, categories=categories))
        require_equal(
            actual, sorted(course.id for course in expected), f"courses in one of the categories {categories}"
        )


@scenario("SEARCH-06", operation=SEARCH_OF)
def statuses_filter_a_search(context: Context) -> None:
    """A search with statuses finds the courses in which the caller has one of them, and without any all courses."""
    word, member = context.unique("state"), context.person("member")
    joined = course_with(context, fields={"description": word}, member="joined", joined="invited")
    other = course_with(context, fields={"description": word}, joined="joined")
    require_equal(
        sorted(_search(member, word)), sorted((joined.id, other.id)), "courses that are found without statuses"
    )
    require_equal(
        _search(member, word, statuses="joined"), [joined.id], "courses that member finds with statuses=joined"
    )
    require_equal(
        _search(context.person("joined"), word, statuses="invited"),
        [joined.id],
        "courses that joined finds with statuses=invited",
    )
    require_equal(
        _search(context.anonymous, word, statuses="joined"), [], "courses that anonymous finds with statuses=joined"
    )


@scenario("SEARCH-07", operation=SEARCH_OF)
def the_newest_is_found_first(context: Context) -> None:
    """The newest course comes first, unless the search is ordered by id, name or created_at."""
    word = context.unique("order")
    courses = [
        context.fresh(None, privacy="open", name=f"{letter} {context.unique()}", description=word)
        for letter in ("b", "c", "a")
    ]
    b, c, a = (course.id for course in courses)
    orders: dict[str | None, list[Identifier]] = {
        None: [a, c, b],
        "id": [b, c, a],
        "name": [a, b, c],
        "created_at": [b, c, a],
    }
    for ordering, expected in orders.items():
        query = {"ordering": ordering} if ordering else {}
        require_equal(_search(context.owner, word, **query), expected, f"courses, ordered by {ordering or 'nothing'}")


# --- courses of another user ---


def _theirs(context: Context, reader: str, of: str = "member", **query: object) -> list[Identifier]:
    path = f"/api/v2/user/{context.person(of).id}/courses/"
    return list_ids(context.person(reader), path, limit=100, **query)


@scenario("USERC-01", operation=THEIRS_OF)
def courses_of_a_user(context: Context) -> None:
    """The courses of a user are those that they manage or have joined, unless the query names other statuses."""
    joined, managed = course_with(context, member="joined"), course_with(context, member="manager")
    invited, own = course_with(context, member="invited"), context.fresh(context.person("member"), privacy="open")
    for reader in ("staff", "creator", ANONYMOUS):
        _require_listed(_theirs(context, reader), [joined, managed], [invited, own], f"for {reader}")
        created = _theirs(context, reader, statuses="creator")
        _require_listed(created, [own], [joined, managed, invited], f"for {reader} with statuses=creator")


@scenario("USERC-02", operation=THEIRS_OF)
def courses_of_a_user_are_visible_ones(context: Context) -> None:
    """The list of a user's courses has only those that the caller may see."""
    visible = [course_with(context, privacy, member="joined") for privacy in ("open", "private")]
    hidden = [course_with(context, privacy, member="joined", manager="manager") for privacy in ("secret", "")]
    for reader in ("staff", ANONYMOUS):
        _require_listed(_theirs(context, reader), visible, hidden, f"for {reader}")
    for reader in ("creator", "manager"):
        _require_listed(_theirs(context, reader), [*visible, *hidden], [], f"for {reader}")


@scenario("USERC-03", operation=THEIRS_OF)
def courses_of_a_user_need_no_login(context: Context) -> None:
    """The courses of a user can be read without a token."""
    course = course_with(context, member="joined")
    _require_listed(_theirs(context, ANONYMOUS), [course], [], "for anonymous")
    context.require_accepted(context.anonymous.get(f"/api/v2/user/{context.owner.id}/courses/", statuses="creator"))


@scenario("USERC-04", operation=THEIRS_OF)
def courses_of_a_user_show_member_counts(context: Context) -> None:
    """The list of a user's courses is a page, and shows the number of members of each."""
    course = course_with(context, member="joined")
    path = f"/api/v2/user/{context.person('member').id}/courses/"
    rows = list_page(context, context.owner, path, "CourseWithMemberCount")
    require_equal(course.id in ids(rows), True, "whether the course is listed")


@scenario("USERC-05", operation=THEIRS_OF)
def the_status_is_the_callers(context: Context) -> None:
    """join_status is the status of the caller, not of the user whose courses are listed."""
    course = course_with(context, member="joined", manager="manager", invited="invited")
    path = f"/api/v2/user/{context.person('member').id}/courses/"
    for reader, status in (("staff", None), ("manager", "manager"), ("invited", "invited"), ("member", "joined")):
        rows = list_rows(context.person(reader), path, limit=100)
        statuses = {row["id"]: row["join_status"] for row in rows}
        require_equal(statuses.get(course.id, "absent"), status, f"join_status for {reader}")


@scenario("USERC-06", operation=THEIRS_OF)
def a_hidden_number_stays_hidden(context: Context) -> None:
    """A hidden number of members is shown only to the creator and managers."""
    course = course_with(context, fields={"hide_member_count": True}, member="joined", manager="manager")
    path = f"/api/v2/user/{context.person('member').id}/courses/"
    for reader in ("staff", "member", ANONYMOUS, "creator", "manager"):
        counts = {row["id"]: row["member_count"] for row in list_rows(context.person(reader), path, limit=100)}
        count = counts.get(course.id, "absent")
        require_equal(count, 3 if reader in ("creator", "manager") else None, f"member_count for {reader}")


@scenario("SUGG-01", operation=SUGGESTION_OF)
def joinable_courses_are_suggested(context: Context) -> None:
    """The suggestions are the courses that the caller could join, and has no status in."""
    context.require_rejected(context.anonymous.get(SUGGESTED), 401)
    joinable = [context.fresh(None, privacy=privacy) for privacy in ("open", "private")]
    others = [context.fresh(None, privacy="secret"), context.fresh(None, privacy="")]
    others += [
        course_with(context, "private", member=status) for status in ("joined", "invited", "requested", "manager")
    ]
    others.append(context.fresh(context.person("member"), privacy="open"))
    rows = list_page(context, context.person("member"), SUGGESTED, "Course")
    _require_listed(ids(rows), joinable, others, "among the suggestions")
