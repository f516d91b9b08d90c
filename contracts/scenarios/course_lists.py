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
    found = {each.id: each.id in rows for each in [*present, *absent]}
    expected = dict.fromkeys((each.id for each in present), True) | dict.fromkeys((each.id for each in absent), False)
    require_equal(found, expected, f"course → whether it is listed {where}")


def _mine(person: Client, **query: object) -> list[Identifier]:
    return list_ids(person, MINE, limit=100, **query)


# --- one's own ---


@scenario("MINE-01", operation=MINE_OF)
def ones_courses_need_a_login(context: Context) -> None:
    """One's own courses are a page of whole courses, for who is logged in."""
    context.require_rejected(context.anonymous.get(MINE), 401)
    course = course_with(context, member="joined")
    rows = list_page(context, context.person("member"), MINE, "Course")
    require_equal(course.id in ids(rows), True, "whether the course that one joined is listed")


@scenario("MINE-02", operation=MINE_OF)
def ones_creations_are_asked_for(context: Context) -> None:
    """Unless states are asked for, what one manages or has joined is listed, and what one created is not."""
    member = context.person("member")
    own, joined, managed = context.fresh(member), course_with(context, member="joined"), context.fresh()
    bind(context, managed, member="manager")
    _require_listed(_mine(member), [joined, managed], [own], "without states")
    _require_listed(_mine(member, statuses="creator"), [own], [joined, managed], "with statuses=creator")
    _require_listed(_mine(member, statuses="joined"), [joined], [own, managed], "with statuses=joined")


@scenario("MINE-03", operation=MINE_OF)
def one_author_at_a_time(context: Context) -> None:
    """created_by keeps the courses of one author."""
    member, staff = context.person("member"), context.person("staff")
    ours, theirs = course_with(context, member="joined"), context.fresh(staff, privacy="open")
    assume_ok(send(member, "POST", f"{theirs.path}join/"))
    for author, present, absent in ((context.owner, ours, theirs), (staff, theirs, ours)):
        rows = list_rows(member, MINE, created_by=author.id, limit=100)
        _require_listed(ids(rows), [present], [absent], f"with created_by={author.id}")
        require_equal({row["created_by"]["id"] for row in rows}, {author.id}, "the authors of what is listed")


@scenario("MINE-04", operation=MINE_OF)
def the_states_are_ones_own(context: Context) -> None:
    """Invitations and requests of one's own may be asked for, and those of others are not listed."""
    invitation = course_with(context, "private", member="invited", joined="joined")
    request = course_with(context, "private", member="requested", joined="invited")
    member, joined = context.person("member"), context.person("joined")
    _require_listed(_mine(member), [], [invitation, request], "without states")
    _require_listed(_mine(member, statuses="invited"), [invitation], [request], "with statuses=invited")
    _require_listed(_mine(member, statuses="requested"), [request], [invitation], "with statuses=requested")
    _require_listed(_mine(joined, statuses="invited"), [request], [invitation], "for the other one")


@scenario("MINE-05", operation=MINE_OF)
def the_last_one_joined_comes_first(context: Context) -> None:
    """What one joined last comes first, however old the course."""
    first, second, third = (context.fresh(None, privacy="open") for _ in range(3))
    member = context.person("member")
    for course in (second, third, first):
        assume_ok(send(member, "POST", f"{course.path}join/"))
    own = [each for each in _mine(member) if each in (first.id, second.id, third.id)]
    require_equal(own, [first.id, third.id, second.id], "the courses, joined in the order second, third, first")


# --- the search ---


def _search(person: Client, word: str, **query: object) -> list[Identifier]:
    return list_ids(person, SEARCH, search=word, limit=100, **query)


@scenario("SEARCH-01", operation=SEARCH_OF)
def a_search_shows_short_forms(context: Context) -> None:
    """A search answers a page of courses in their short form, to everybody."""
    word = context.unique("short")
    made = [context.fresh(None, privacy=privacy, description=word) for privacy in ("open", "private")]
    for name in ("creator", "member", ANONYMOUS):
        rows = list_page(context, context.person(name), SEARCH, "CourseMinimal", search=word)
        require_equal(sorted(ids(rows)), sorted(each.id for each in made), f"what {name} finds")


@scenario("SEARCH-02", operation=SEARCH_OF)
def secret_courses_are_found_by_their_own(context: Context) -> None:
    """A secret course is found by who is in it or invited, and by nobody else."""
    word = context.unique("secret")
    course = course_with(
        context, "secret", fields={"description": word},
        manager="manager", joined="joined", invited="invited", requested="requested",
    )  # fmt: skip
    for name in ("creator", "manager", "joined", "invited"):
        require_equal(_search(context.person(name), word), [course.id], f"what {name} finds")
    for name in ("requested", "member", "staff", ANONYMOUS):
        require_equal(_search(context.person(name), word), [], f"what {name} finds")


@scenario("SEARCH-03", operation=SEARCH_OF)
def drafts_are_found_by_their_leads(context: Context) -> None:
    """A draft is found by its creator and managers, and by nobody else."""
    word = context.unique("draft")
    course = course_with(
        context, "", fields={"description": word}, manager="manager", joined="joined", invited="invited"
    )
    for name in ("creator", "manager"):
        require_equal(_search(context.person(name), word), [course.id], f"what {name} finds")
    for name in ("joined", "invited", "member", "staff", ANONYMOUS):
        require_equal(_search(context.person(name), word), [], f"what {name} finds")


@scenario("SEARCH-04", operation=SEARCH_OF)
def names_and_descriptions_are_searched(context: Context) -> None:
    """The text may stand in the name or in the description, and nowhere else."""
    word = context.unique("where")
    named = context.fresh(None, privacy="open", name=f"About {word} and more")
    described = context.fresh(None, privacy="open", description=f"It is {word}, too.")
    context.fresh(None, privacy="open", og_title=word, meta_description=word)
    require_equal(sorted(_search(context.owner, word)), sorted((named.id, described.id)), "what is found")


@scenario("SEARCH-05", operation=SEARCH_OF)
def one_category_of_several_is_enough(context: Context) -> None:
    """Of several categories a course needs one."""
    word = context.unique("category")
    one, two, three, both = (
        context.fresh(None, privacy="open", description=word, categories=each) for each in ([1], [2], [3], [2, 3])
    )
    for asked, expected in (([1, 2], (one, two, both)), ([3], (three, both)), ([1], (one,))):
        found = sorted(_search(context.owner, word, categories=asked))
        require_equal(found, sorted(each.id for each in expected), f"what is in one of the categories {asked}")


@scenario("SEARCH-06", operation=SEARCH_OF)
def states_narrow_a_search(context: Context) -> None:
    """Without states all is searched, with them what the caller has one of them in."""
    word, member = context.unique("state"), context.person("member")
    joined = course_with(context, fields={"description": word}, member="joined", joined="invited")
    other = course_with(context, fields={"description": word}, joined="joined")
    require_equal(sorted(_search(member, word)), sorted((joined.id, other.id)), "what is found without states")
    require_equal(_search(member, word, statuses="joined"), [joined.id], "what member finds with statuses=joined")
    require_equal(
        _search(context.person("joined"), word, statuses="invited"), [joined.id], "what joined finds as invited"
    )
    require_equal(_search(context.anonymous, word, statuses="joined"), [], "what nobody finds with statuses=joined")


@scenario("SEARCH-07", operation=SEARCH_OF)
def the_newest_is_found_first(context: Context) -> None:
    """The newest course comes first, unless id, name or created_at are to order them."""
    word = context.unique("order")
    made = [
        context.fresh(None, privacy="open", name=f"{letter} {context.unique()}", description=word)
        for letter in ("b", "c", "a")
    ]
    b, c, a = (each.id for each in made)
    orders: dict[str | None, list[Identifier]] = {
        None: [a, c, b],
        "id": [b, c, a],
        "name": [a, b, c],
        "created_at": [b, c, a],
    }
    for ordering, expected in orders.items():
        asked = {"ordering": ordering} if ordering else {}
        require_equal(
            _search(context.owner, word, **asked), expected, f"what is found, ordered by {ordering or 'nothing'}"
        )


# --- somebody else's ---


def _theirs(context: Context, reader: str, of: str = "member", **query: object) -> list[Identifier]:
    path = f"/api/v2/user/{context.person(of).id}/courses/"
    return list_ids(context.person(reader), path, limit=100, **query)


@scenario("USERC-01", operation=THEIRS_OF)
def somebodys_courses(context: Context) -> None:
    """Somebody's courses are those that he manages or has joined, unless other states are asked for."""
    joined, managed = course_with(context, member="joined"), course_with(context, member="manager")
    invited, own = course_with(context, member="invited"), context.fresh(context.person("member"), privacy="open")
    for reader in ("staff", "creator", ANONYMOUS):
        _require_listed(_theirs(context, reader), [joined, managed], [invited, own], f"for {reader}")
        created = _theirs(context, reader, statuses="creator")
        _require_listed(created, [own], [joined, managed, invited], f"for {reader} with statuses=creator")


@scenario("USERC-02", operation=THEIRS_OF)
def what_one_may_know_of(context: Context) -> None:
    """Of somebody's courses those are listed that the caller may know of."""
    seen = [course_with(context, each, member="joined") for each in ("open", "private")]
    hidden = [course_with(context, each, member="joined", manager="manager") for each in ("secret", "")]
    for reader in ("staff", ANONYMOUS):
        _require_listed(_theirs(context, reader), seen, hidden, f"for {reader}")
    for reader in ("creator", "manager"):
        _require_listed(_theirs(context, reader), [*seen, *hidden], [], f"for {reader}")


@scenario("USERC-03", operation=THEIRS_OF)
def somebodys_courses_need_no_login(context: Context) -> None:
    """Somebody's courses can be read without a token."""
    course = course_with(context, member="joined")
    _require_listed(_theirs(context, ANONYMOUS), [course], [], "for nobody")
    context.require_accepted(context.anonymous.get(f"/api/v2/user/{context.owner.id}/courses/", statuses="creator"))


@scenario("USERC-04", operation=THEIRS_OF)
def with_the_number_of_members(context: Context) -> None:
    """Somebody's courses are a page, each with the number of its members."""
    course = course_with(context, member="joined")
    path = f"/api/v2/user/{context.person('member').id}/courses/"
    rows = list_page(context, context.owner, path, "CourseWithMemberCount")
    require_equal(course.id in ids(rows), True, "whether the course is listed")


@scenario("USERC-05", operation=THEIRS_OF)
def the_status_is_the_callers(context: Context) -> None:
    """join_status is what the caller is, not what he is whose courses they are."""
    course = course_with(context, member="joined", manager="manager", invited="invited")
    path = f"/api/v2/user/{context.person('member').id}/courses/"
    for reader, status in (("staff", None), ("manager", "manager"), ("invited", "invited"), ("member", "joined")):
        rows = list_rows(context.person(reader), path, limit=100)
        found = {row["id"]: row["join_status"] for row in rows}
        require_equal(found.get(course.id, "absent"), status, f"join_status for {reader}")


@scenario("USERC-06", operation=THEIRS_OF)
def a_hidden_number_stays_hidden(context: Context) -> None:
    """A hidden number of members is told to creator and managers alone."""
    course = course_with(context, fields={"hide_member_count": True}, member="joined", manager="manager")
    path = f"/api/v2/user/{context.person('member').id}/courses/"
    for reader in ("staff", "member", ANONYMOUS, "creator", "manager"):
        found = {row["id"]: row["member_count"] for row in list_rows(context.person(reader), path, limit=100)}
        told = found.get(course.id, "absent")
        require_equal(told, 3 if reader in ("creator", "manager") else None, f"member_count for {reader}")


@scenario("SUGG-01", operation=SUGGESTION_OF)
def what_one_could_join_is_suggested(context: Context) -> None:
    """Courses are suggested that the caller could join and is nothing in."""
    context.require_rejected(context.anonymous.get(SUGGESTED), 401)
    joinable = [context.fresh(None, privacy=each) for each in ("open", "private")]
    others = [context.fresh(None, privacy="secret"), context.fresh(None, privacy="")]
    others += [course_with(context, "private", member=each) for each in ("joined", "invited", "requested", "manager")]
    others.append(context.fresh(context.person("member"), privacy="open"))
    rows = list_page(context, context.person("member"), SUGGESTED, "Course")
    _require_listed(ids(rows), joinable, others, "among the suggestions")
