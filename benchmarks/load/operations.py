"""Every operation of the contract as a request that succeeds in the world at start, again and again.

What a request uses up is made beforehand, over HTTP like the rest: each request finds what was made under its number.
The ids that the mock gives out are counted, so that they are known before.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import jwt

from benchmarks.load.exchanges import request
from mockserver.courses import SECRET

HOW_MANY = 400
"""How often each request is sent in a round."""

RESET = request("POST", "/__mock__/reset")

_FORM = "application/x-www-form-urlencoded"
_CALLBACK = "http://127.0.0.1:3000/callback"
_COURSE = "/api/v2/course/7/"
_SECTION = f"{_COURSE}section/19/"
_LESSON = f"{_SECTION}lesson/23/"
_QUIZ = f"{_SECTION}lesson/24/"
_LAST_COURSE, _LAST_SECTION, _LAST_LESSON, _LAST_QUESTION, _LAST_COMMENT = 7, 19, 25, 2, 2
_LAST_MEDIUM = 1

Numbered = Callable[[int], bytes]
"""The request with a number, counted from 1."""


@dataclass(frozen=True)
class Case:
    """The requests of one operation; ``once`` goes out before all of them, ``before`` before the one of its number."""

    request: Numbered
    before: Numbered | None = None
    once: tuple[bytes, ...] = ()


def _always(method: str, path: str, body: Mapping[str, Any] | None = None, **options: str) -> Numbered:
    sent = request(method, path, b"" if body is None else json.dumps(body).encode(), **options)
    return lambda number: sent


def _form(path: str, fields: Mapping[str, str]) -> Numbered:
    sent = request("POST", path, urlencode(fields).encode(), _FORM)
    return lambda number: sent


def _new_course(number: int) -> bytes:
    body = {"name": f"Course number {number}", "type": "self-paced", "privacy": "open"}
    return request("POST", "/api/v2/course/", json.dumps(body).encode())


def _joined(number: int) -> str:
    return f"/api/v2/course/{_LAST_COURSE + number}/join/"


_SECTION_BODY = {"name": "A section"}
_LESSON_BODY = {"name": "A lesson", "type": "lesson"}
_QUESTION_BODY = {
    "type": "single_choice",
    "text": "What rises?",
    "answers": [{"text": "Dough", "correct": True}, {"text": "Salt", "correct": False}],
}
_COMMENT_BODY = {"text": "Well said."}
_RESPONSES = {
    "responses": [{"question_id": 1, "selected_options": [1]}, {"question_id": 2, "selected_options": [3, 4]}]
}
_PASSWORD = {"grant_type": "password", "client_id": "front-end", "username": "creator", "password": "creator"}

_new_section = _always("POST", f"{_COURSE}section/", _SECTION_BODY)
_new_lesson = _always("POST", f"{_SECTION}lesson/", _LESSON_BODY)
_new_question = _always("POST", f"{_QUIZ}question/", _QUESTION_BODY)
_new_comment = _always("POST", f"{_LESSON}comment/", _COMMENT_BODY)
_attempt = _always("POST", f"{_QUIZ}attempt/", _RESPONSES)


def cases() -> dict[str, Case]:
    """Return the case of each operation."""
    return {**_courses(), **_people(), **_content(), **_quizzes(), **_comments(), **_platform(), **_tokens()}


def _courses() -> dict[str, Case]:
    body = {"name": "Course with a quiz", "type": "self-paced"}
    return {
        "get_joined_courses": Case(_always("GET", "/api/v2/course/?statuses=creator")),
        "create_course": Case(_new_course),
        "search_courses": Case(_always("GET", "/api/v2/course/search/")),
        "get_course_info": Case(_always("GET", _COURSE)),
        "update_course": Case(_always("PUT", _COURSE, body)),
        "patch_course": Case(_always("PATCH", _COURSE, body)),
        "delete_course": Case(
            lambda number: request("DELETE", f"/api/v2/course/{_LAST_COURSE + number}/"), before=_new_course
        ),
        "get_course_status": Case(_always("GET", f"{_COURSE}status/")),
        "get_course_suggestion": Case(_always("GET", "/api/v2/suggestion/course/", person="member")),
        "get_user_courses": Case(_always("GET", "/api/v2/user/1/courses/?statuses=creator")),
    }


def _people() -> dict[str, Case]:
    join = f"{_COURSE}join/"
    return {
        "get_course_joined_users": Case(_always("GET", "/api/v2/course/1/join/")),
        "join_or_accept_invite_to_course": Case(_always("POST", join, person="member")),
        "leave_course": Case(
            lambda number: request("DELETE", _joined(number), person="member"),
            before=lambda number: request("POST", _joined(number), person="member"),
            once=tuple(map(_new_course, range(1, HOW_MANY + 1))),
        ),
        "get_course_invited_users": Case(_always("GET", "/api/v2/course/1/invite/")),
        "invite_users_to_course": Case(_always("POST", f"{_COURSE}invite/", {"users": [6]})),
        "remove_invitation_to_course": Case(_always("DELETE", f"{_COURSE}invite/", {"users": [6]})),
        "change_user_role_course": Case(_always("POST", f"{_COURSE}role/", {"joined": [3], "managers": [2]})),
        "get_course_users_to_approve": Case(_always("GET", "/api/v2/course/1/request_join/")),
        "specific_course_suggested_users": Case(_always("GET", f"{_COURSE}user/")),
        "get_course_dashboard_users": Case(_always("GET", "/api/v2/course/1/users/")),
        "get_course_dashboard_quiz": Case(_always("GET", f"{_COURSE}quiz/"), once=(_attempt(1),)),
    }


def _content() -> dict[str, Case]:
    return {
        "get_course_sections": Case(_always("GET", f"{_COURSE}section/")),
        "create_course_section": Case(_new_section),
        "get_course_section": Case(_always("GET", _SECTION)),
        "update_course_section": Case(_always("PUT", _SECTION, _SECTION_BODY)),
        "patch_course_section": Case(_always("PATCH", _SECTION, _SECTION_BODY)),
        "delete_course_section": Case(
            lambda number: request("DELETE", f"{_COURSE}section/{_LAST_SECTION + number}/"), before=_new_section
        ),
        "get_course_lessons": Case(_always("GET", f"{_SECTION}lesson/")),
        "create_course_lesson": Case(_new_lesson),
        "get_course_lesson": Case(_always("GET", _LESSON)),
        "update_course_lesson": Case(_always("PUT", _LESSON, _LESSON_BODY)),
        "patch_course_lesson": Case(_always("PATCH", _LESSON, _LESSON_BODY)),
        "delete_course_lesson": Case(
            lambda number: request("DELETE", f"{_SECTION}lesson/{_LAST_LESSON + number}/"), before=_new_lesson
        ),
        "mark_complete_course_lesson": Case(_always("POST", f"{_LESSON}complete/")),
        "mark_incomplete_course_lesson": Case(_always("POST", f"{_LESSON}incomplete/")),
    }


def _quizzes() -> dict[str, Case]:
    question = f"{_QUIZ}question/1/"
    return {
        "get_course_questions": Case(_always("GET", f"{_QUIZ}question/")),
        "create_course_question": Case(_new_question),
        "create_course_question_on_lesson": Case(_always("POST", _QUIZ, _QUESTION_BODY)),
        "get_course_question": Case(_always("GET", question)),
        "update_course_question": Case(_always("PUT", question, _QUESTION_BODY)),
        "patch_course_question": Case(_always("PATCH", question, {"text": "What falls?"})),
        "delete_course_question": Case(
            lambda number: request("DELETE", f"{_QUIZ}question/{_LAST_QUESTION + number}/"), before=_new_question
        ),
        "make_course_quiz_attempt": Case(_attempt),
        "get_course_attempt": Case(_always("GET", f"{_QUIZ}attempt/1/"), once=(_attempt(1),)),
    }


def _comments() -> dict[str, Case]:
    comment = f"{_LESSON}comment/1/"
    return {
        "get_course_comments": Case(_always("GET", f"{_COURSE}comment/")),
        "get_course_lesson_comments": Case(_always("GET", f"{_LESSON}comment/")),
        "create_course_comment": Case(_new_comment),
        "get_course_comment": Case(_always("GET", comment)),
        "update_course_comment": Case(_always("PUT", comment, _COMMENT_BODY)),
        "patch_course_comment": Case(_always("PATCH", comment, _COMMENT_BODY)),
        "delete_course_comment": Case(
            lambda number: request("DELETE", f"{_LESSON}comment/{_LAST_COMMENT + number}/"), before=_new_comment
        ),
    }


def _platform() -> dict[str, Case]:
    new_medium = _always("POST", "/api/v2/media/", {"type": "url", "url": "https://example.org/"})
    return {
        "create_media": Case(new_medium),
        "get_media": Case(_always("GET", "/api/v2/media/1/")),
        "delete_media": Case(
            lambda number: request("DELETE", f"/api/v2/media/{_LAST_MEDIUM + number}/"), before=new_medium
        ),
        "get_categories": Case(_always("GET", "/api/v2/category/")),
        "get_dynamic_preferences": Case(_always("GET", "/api/v2/dynamic_preference/")),
        "get_features": Case(_always("GET", "/api/v2/feature/")),
        "get_me": Case(_always("GET", "/api/v2/user/me/")),
        "get_my_permission": Case(_always("GET", "/api/v2/user/me/permission/")),
        "get_user_settings": Case(_always("GET", "/api/v2/user/1/settings/")),
        "get_hidden_users_id": Case(_always("GET", "/api/v2/user/hidden_users_id/")),
        "get_my_avatars": Case(_always("GET", "/api/v2/user/avatar/")),
    }


def _tokens() -> dict[str, Case]:
    asked = {"response_type": "code", "client_id": "front-end", "redirect_uri": _CALLBACK}
    return {
        "verify_token": Case(_always("POST", "/api/v2/jwt/verify_token/", {"token": _signed()})),
        "authorize": Case(_always("GET", f"/oauth/authorize/?{urlencode(asked)}")),
        "issue_token": Case(_form("/oauth/token/", _PASSWORD)),
        "revoke_token": Case(_form("/oauth/revoke_token/", {"token": "spent", "client_id": "front-end"})),
    }


def _signed() -> str:
    expires = datetime.now(UTC) + timedelta(days=1)
    return jwt.encode({"user_id": 1, "exp": expires}, SECRET, algorithm="HS256")
