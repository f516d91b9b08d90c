"""The world at start: the same people, courses and categories at every start, down to ids and times."""

from typing import Any

from mockserver.authentication import TOKENS
from mockserver.courses import model
from mockserver.resources import PARENT
from mockserver.store import State

PEOPLE = ("creator", "manager", "joined", "invited", "requested", "member", "staff")
"""Named after what they are to each of the first courses; a person's development token is the name."""

START = "2025-01-06T09:00:00Z"
JOINED = "2025-01-07T09:00:00Z"

_COURSES = (
    ("Open course", "open", "A course for everybody.", "self-paced"),
    ("Private course", "private", "Ask to be let in.", "self-paced"),
    ("Secret course", "secret", "Only the invited know.", "self-paced"),
    ("Draft course", "", "Not published yet.", "self-paced"),
)

_CATEGORIES = ("Design", "Engineering", "Languages")

COURSE: dict[str, Any] = {
    "description": "",
    "privacy": "",
    "enforce_lessons_order": False,
    "new_comment_notification_enabled": True,
    "hide_member_count": False,
    "meta_title": "",
    "meta_description": "",
    "og_title": "",
    "og_description": "",
    "og_image": "",
    "sections_order": [],
    "categories": [],
    "picture": None,
}
"""What a course is where its creator says nothing (COURSE-CREATE-06, COURSE-CREATE-10, COURSE-CREATE-12)."""


def plant(state: State) -> None:
    """Create people, categories and courses."""
    for name in PEOPLE:
        _person(state, name)
    for name in _CATEGORIES:
        _category(state, name)
    for name, privacy, description, kind in _COURSES:
        _course(state, name, privacy, description, kind)


def _person(state: State, name: str) -> None:
    key = state.next_id(model.USERS)
    state.put(
        model.USERS,
        key,
        {
            "id": key,
            "username": name,
            "real_name": f"{name.capitalize()} Example",
            "avatar": None,
            "community_badge": False,
            "deleted": False,
            "staff": name == "staff",
        },
    )
    state.put(TOKENS, name, {"user": key, "expires": None})


def _category(state: State, name: str) -> None:
    key = state.next_id(model.CATEGORIES)
    state.put(
        model.CATEGORIES,
        key,
        {
            "id": key,
            "tags": [],
            "followed": False,
            "order": key,
            "name": name,
            "name_synonyms": None,
            "slug": name.lower(),
            "slogan": None,
            "html_info": None,
            "seo_title": None,
            "seo_description": None,
            "auto_follow": "none",
            "content_only_staff": False,
            "active": True,
            "image_original": None,
            "image_bigger": None,
            "image_big": None,
            "image_medium": None,
            "image_small": None,
            "emotional_image_original": None,
            "emotional_image_position": 50,
            "lastmod_datetime": START,
            "stream_order_by": "recent",
            "followers_counter": 0,
            "parents": [],
        },
    )


def _course(state: State, name: str, privacy: str, description: str, kind: str) -> None:
    key = state.next_id(model.COURSES)
    basics = _section(state, key, "Basics", ("Welcome", "First steps"), "published")
    practice = _section(state, key, "Practice", ("Exercise",), "published")
    drafts = _section(state, key, "In preparation", ("Outlook",), "draft")
    state.put(
        model.COURSES,
        key,
        {
            **COURSE,
            "id": key,
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "description": description,
            "type": kind,
            "privacy": privacy,
            "sections_order": [basics, practice, drafts],
            "categories": [1 + (key - 1) % len(_CATEGORIES)],
            "picture": _picture(state, key),
            "created_at": START,
            "created_by": 1,
        },
    )
    for user, status in enumerate(("creator", "manager", "joined", "invited", "requested"), start=1):
        inside = status in {"creator", "manager", "joined"}
        model.enrol(state, key, user, status, JOINED if inside else None)


def _picture(state: State, course: int) -> str:
    token = f"start-{course}"
    state.put(model.PICTURES, token, {"content": None, "text": token})
    return token


def _section(state: State, course: int, name: str, lessons: tuple[str, ...], status: str) -> int:
    key = state.next_id(model.SECTIONS)
    order = [_lesson(state, course, key, lesson, status) for lesson in lessons]
    state.put(
        model.SECTIONS,
        key,
        {
            "id": key,
            PARENT: (course,),
            "name": name,
            "dripped_at": None,
            "drip_delay": 0,
            "lessons_order": order,
        },
    )
    return key


def _lesson(state: State, course: int, section: int, name: str, status: str) -> int:
    key = state.next_id(model.LESSONS)
    state.put(
        model.LESSONS,
        key,
        {
            "id": key,
            PARENT: (course, section),
            "name": name,
            "type": "lesson",
            "status": status,
            "comments_enabled": True,
            "text": f"<p>{name}</p>",
            "created_at": START,
            "created_by": 1,
        },
    )
    return key
