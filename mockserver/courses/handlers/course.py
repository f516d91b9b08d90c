"""Create, show, change and delete courses."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import asked_number
from mockserver.courses.handlers.membership import move
from mockserver.courses.representations import course as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.course import picture_in
from mockserver.courses.rules.membership import Action
from mockserver.courses.rules.roles import caller, logged_in
from mockserver.courses.rules.views import view_of
from mockserver.courses.rules.visibility import View, sight
from mockserver.courses.seed import COURSE
from mockserver.courses.slugs import free, slugify
from mockserver.errors import NotFound
from mockserver.store import Document, State


def create_course(call: Call) -> Any:
    """Store a new course; its author becomes the creator (COURSE-CREATE-04 to COURSE-CREATE-12)."""
    state, author = call.state, logged_in(call)
    key = state.next_id(entities.COURSES)
    now = stamp(call.now)
    course = {**COURSE, **changes(call, key), "id": key, "created_at": now, "created_by": author}
    # The slug is derived last: it depends on the name and on the id.
    course["slug"] = course.get("slug") or derived_slug(state, course["name"], key)
    state.put(entities.COURSES, key, course)
    entities.enrol(state, key, author, "creator", now)
    return represent.course(call, course)


def patch_course(call: Call) -> Any:
    """Change the fields in the body and no other (COURSE-PATCH-06, COURSE-PUT-03)."""
    before = call.documents[0]
    after = {**before, **as_set(call, changes(call, before["id"]))}
    if not after["slug"]:
        after["slug"] = derived_slug(call.state, after["name"], before["id"])
    call.state.put(entities.COURSES, before["id"], after)
    # Nothing refers to the former picture any more.
    if before["picture"] not in {None, after["picture"]}:
        call.state.remove(entities.PICTURES, before["picture"])
    if after["privacy"] == "open" and entities.setting(call.state, "auto_accept_on_open"):
        _let_in(call, after)
    return represent.course(call, after)


def as_set(call: Call, values: dict[str, Any]) -> dict[str, Any]:
    """Apply the settings to the changes of a course.

    By default a new name leaves the slug as it is (COURSE-PATCH-19).
    """
    before, state = call.documents[0], call.state
    if values.get("privacy") == "" and before["privacy"] and entities.setting(state, "privacy_revert_is_ignored"):
        values = {**values, "privacy": before["privacy"]}
    if "name" in values and "slug" not in values and entities.setting(state, "rename_moves_slug"):
        values = {**values, "slug": ""}
    if "sections_order" in values:
        order = values["sections_order"]
        left_out = [key for key in before["sections_order"] if key not in order]
        values = {**values, "sections_order": order + left_out}
    return values


def _let_in(call: Call, course: Document) -> None:
    """Accept all pending requests to join; by default they stay pending (COURSE-PATCH-29)."""
    for tie in entities.members(call.state, course["id"]):
        if tie["status"] == "requested":
            move(call, course, tie["user"], Action.JOIN)


def changes(call: Call, key: int) -> dict[str, Any]:
    """Return the changes of a course that a body asks for, as they are stored."""
    values = dict(call.body)
    if "image_original" in values:
        picture = values.pop("image_original")
        values["picture"] = store_picture(call.state, key, picture) if picture else None
    return values


def store_picture(state: State, course: int, value: object) -> str:
    """Keep a picture, and return the token under which its sizes are served.

    Each upload has a token of its own (COURSE-PATCH-10); a string that stands for a picture always has the same one, so
    that the same request twice gives the same answer (COURSE-PATCH-45).
    """
    content = picture_in(value)
    if content is None:
        text = str(value)
        token = f"{course}-{sha256(text.encode(errors='surrogatepass')).hexdigest()[:16]}"
    else:
        text = ""
        token = f"{course}-{state.next_id(entities.PICTURES)}"
    state.put(entities.PICTURES, token, {"content": content, "text": text})
    return token


def derived_slug(state: State, name: str, key: int) -> str:
    """Build a free slug from a name; ``course-<id>`` where the name has nothing to build from (COURSE-CREATE-08)."""
    return free(slugify(name) or f"course-{key}", lambda slug: _is_taken(state, slug, key))


def _is_taken(state: State, slug: str, key: int) -> bool:
    if any(row["id"] != key for row in state.where(entities.COURSES, "slug", slug)):
        return True
    names_stay_taken = entities.setting(state, "deleted_courses_keep_names")
    return bool(names_stay_taken and state.where(entities.DELETED_COURSES, "slug", slug))


def delete_course(call: Call) -> None:
    """Remove a course from every route; its record stays (COURSE-DEL-03)."""
    course = call.documents[0]
    call.state.remove(entities.COURSES, course["id"])
    call.state.put(entities.DELETED_COURSES, course["id"], {**course, "deleted": True})


def get_course_status(call: Call) -> Any:
    """Show the caller's own join status (COURSE-GET-03)."""
    return {"status": entities.status(call.state, call.documents[0]["id"], caller(call))}


# --- one course, in four views ----------------------------------------------------------------------------------------


def get_course_info(call: Call) -> Any:
    """Show a course as the view asks for it, or the lock screen (VIEW-01 to VIEW-11)."""
    course = call.documents[0]
    if sight(call).view is View.LOCK_SCREEN:
        return represent.course_minimal(call, course)
    return _VIEWS[view_of(call)](call, course, _emulated(call))


_VIEWS: Mapping[str, Callable[[Call, Document, int | None], dict[str, Any]]] = {
    "user": represent.course_user_detail,
    "edit": represent.course_detail,
    "dashboard": represent.course_dashboard,
}


def _emulated(call: Call) -> int | None:
    """Return the id of the user whose view is shown: the one in the query, or the caller."""
    user = asked_number(call, "user")
    if user is None:
        return caller(call)
    if call.state.get(entities.USERS, user) is None:
        raise NotFound("There is no such user.", rule="VIEW-10")
    return user
