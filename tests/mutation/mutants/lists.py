"""MINE, SEARCH, USERC, SUGG, and the lists of people: for each rule, a mock without it."""

from collections.abc import Callable, Iterable
from typing import Any

from mockserver.call import Actor, Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import course_lists as catalogue
from mockserver.courses.handlers import people
from mockserver.courses.handlers.listing import STATUSES
from mockserver.courses.handlers.listing import page_of as listed
from mockserver.courses.representations import course as represent
from mockserver.courses.representations.people import user_cut
from mockserver.courses.rules.roles import leads_course
from mockserver.courses.rules.visibility import visible_among
from mockserver.request import parameters as queries
from mockserver.store import Document, State
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    answering,
    dropped,
    handled,
    locked_out,
    patched,
    rows,
    unasked,
    unhidden,
)

EVERYBODYS = ("creator", "manager", "joined")
MEMBERS, PROGRESS, TRIES = "get_course_joined_users", "get_course_dashboard_users", "get_course_dashboard_quiz"


def _backwards(call: Call, answer: Json) -> Json:
    return {**answer, "results": answer["results"][::-1]}


def _shown_to_all(*privacies: str) -> Callable[[State, Iterable[Document], Actor | None], list[Document]]:
    def among(state: State, courses: Iterable[Document], actor: Actor | None) -> list[Document]:
        rows = list(courses)
        visible = {course["id"] for course in visible_among(state, rows, actor)}
        return [course for course in rows if course["privacy"] in privacies or course["id"] in visible]

    return among


def _named_so(call: Call, row: Json) -> Json | None:
    return row if queries.text(call.query, "search").casefold() in row["name"].casefold() else None


def _in_all_categories(call: Call, row: Json) -> Json | None:
    wanted = {int(category) for category in queries.as_list(call.query, "categories")}
    return row if wanted <= {category["id"] for category in row["categories"]} else None


def _unordered_backwards(call: Call, answer: Json) -> Json:
    return answer if "ordering" in call.query else _backwards(call, answer)


def _status_of_whose_they_are(call: Call, row: Json) -> Json:
    return {**row, "join_status": model.status(call.state, row["id"], call.documents[0]["id"])}


def _counted(call: Call, row: Json) -> Json:
    inside = [member for member in model.members(call.state, row["id"]) if member["status"] in EVERYBODYS]
    return {**row, "member_count": len(inside)}


def _uncounted(call: Call, row: Json) -> Json:
    return {name: value for name, value in row.items() if name != "member_count"}


def _suggests_everybody(call: Call) -> Any:
    users = [row["id"] for row in call.state.all(model.USERS)]
    return listed(call, users, lambda user: user_cut(call.state, user))


def _never_active(call: Call, row: Json) -> Json:
    return {**row, "last_active_at": None}


MUTANTS: dict[str, Mutant] = {
    "MINE-01": dropped("MINE-01"),
    "MINE-02": patched(catalogue, "LEARNING", EVERYBODYS),
    "MINE-03": unasked("get_joined_courses", "created_by"),
    "MINE-04": unasked("get_joined_courses", "statuses"),
    "MINE-05": answering(["get_joined_courses"], _backwards),
    "SEARCH-01": patched(represent, "course_minimal", represent.course),
    "SEARCH-02": patched(catalogue, "visible_among", _shown_to_all("secret")),
    "SEARCH-03": patched(catalogue, "visible_among", _shown_to_all("")),
    "SEARCH-04": rows(["search_courses"], _named_so),
    "SEARCH-05": rows(["search_courses"], _in_all_categories),
    "SEARCH-06": unasked("search_courses", "statuses"),
    "SEARCH-07": answering(["search_courses"], _unordered_backwards),
    "USERC-01": unasked("get_user_courses", "statuses"),
    "USERC-02": patched(catalogue, "visible_among", _shown_to_all("secret", "")),
    "USERC-03": locked_out("get_user_courses"),
    "USERC-04": rows(["get_user_courses"], _uncounted),
    "USERC-05": rows(["get_user_courses"], _status_of_whose_they_are),
    "USERC-06": rows(["get_user_courses"], _counted),
    "SUGG-01": patched(catalogue, "_JOINABLE", frozenset({"open", "private", "secret", ""})),
    "MEMBERS-01": patched(people, "LEARNING", EVERYBODYS),
    "MEMBERS-02": patched(people, "INSIDERS", frozenset(STATUSES)),
    "MEMBERS-03": dropped("MEMBERS-03"),
    "MEMBERS-04": unhidden(MEMBERS),
    "MEMBERS-05": locked_out(MEMBERS, leads_course),
    "MEMBERS-06": unhidden(MEMBERS),
    "MEMBERS-07": locked_out(MEMBERS),
    "INVITED-01": dropped("INVITED-01"),
    "REQ-01": dropped("REQ-01"),
    "SUGU-01": unasked("specific_course_suggested_users", "search"),
    "SUGU-02": handled(["specific_course_suggested_users"], lambda handler: _suggests_everybody),
    "DASHU-01": dropped("DASHU-01"),
    "DASHU-02": unasked(PROGRESS, "ordering"),
    "DASHU-03": rows([PROGRESS], _never_active),
    "DASHQ-01": dropped("DASHQ-01"),
}
"""Rule id → the mock without it."""
