"""Lists of the people of a course."""

from collections.abc import Collection
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import LEARNING, asked_statuses, names_hold, ordered, page_of, search_text
from mockserver.courses.representations import people as represent
from mockserver.courses.representations import quiz
from mockserver.courses.rules.roles import INSIDERS
from mockserver.openapi.resources import PARENT
from mockserver.request import parameters
from mockserver.store import Document

_BY_ACTIVITY = ("joined_at", "last_active_at")


def get_course_joined_users(call: Call) -> Any:
    """List the members of a course, unless its leads hide them (MEMBERS-01 to MEMBERS-07)."""
    ties = _ties(call, asked_statuses(call, INSIDERS, LEARNING, "MEMBERS-02"))
    return page_of(call, ties, lambda tie: represent.user_minimal(call.state, tie["user"]))


def get_course_invited_users(call: Call) -> Any:
    """List the invited users (INVITED-01)."""
    return page_of(call, _ties(call, {"invited"}), lambda tie: represent.user_cut(call.state, tie["user"]))


def get_course_users_to_approve(call: Call) -> Any:
    """List the users whose request to join is pending (REQ-01)."""
    ties = _matching(call, _ties(call, {"requested"}))
    return page_of(call, ties, lambda tie: represent.user(call.state, tie["user"]))


def specific_course_suggested_users(call: Call) -> Any:
    """List the users that could be invited: those without a membership (SUGU-01, SUGU-02)."""
    tied = {row["user"] for row in entities.members(call.state, call.documents[0]["id"])}
    users = [row["id"] for row in call.state.all(entities.USERS) if row["id"] not in tied and not row["deleted"]]
    text = search_text(call)
    matching = [user for user in users if names_hold(call, user, text)] if text else users
    return page_of(call, matching, lambda user: represent.user_cut(call.state, user))


def get_course_dashboard_users(call: Call) -> Any:
    """List the progress of all members (DASHU-01 to DASHU-03)."""
    course = call.documents[0]["id"]
    ties = _matching(call, _ties(call, asked_statuses(call, INSIDERS, LEARNING)))
    active = [{**tie, "last_active_at": entities.last_active_at(call.state, course, tie["user"])} for tie in ties]
    rows = ordered(active, parameters.text(call.query, "ordering"), _BY_ACTIVITY, "-joined_at", tie="user")
    return page_of(call, rows, lambda tie: represent.user_dashboard(call, tie))


def get_course_dashboard_quiz(call: Call) -> Any:
    """List the attempts at all quizzes of a course, newest first (DASHQ-01)."""
    course, statuses = call.documents[0]["id"], asked_statuses(call, INSIDERS, LEARNING)
    rows = [
        row
        for row in call.state.where(entities.ATTEMPTS, "course", course)
        if entities.status(call.state, course, row["user"]) in statuses
    ]
    text = search_text(call)
    if text:
        rows = [row for row in rows if names_hold(call, row["user"], text) or text in _quiz(call, row)]
    return page_of(call, rows[::-1], lambda row: quiz.quiz_dashboard(call, row))


def _quiz(call: Call, attempt: Document) -> str:
    lesson = call.state.get(entities.LESSONS, attempt[PARENT][2]) or {}
    return str(lesson["name"]).casefold()


def _ties(call: Call, statuses: Collection[str]) -> list[Document]:
    """Return the memberships with some statuses in the course on the path, oldest first."""
    return [row for row in entities.members(call.state, call.documents[0]["id"]) if row["status"] in statuses]


def _matching(call: Call, ties: list[Document]) -> list[Document]:
    text = search_text(call)
    return [tie for tie in ties if names_hold(call, tie["user"], text)] if text else ties
