"""Create, show, change, delete and list courses."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from mockserver import queries
from mockserver.call import Answer, Call
from mockserver.courses import model, pictures
from mockserver.courses import representations as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.lifecycle import picture_in
from mockserver.courses.rules.views import view_of
from mockserver.courses.rules.visibility import View, sight, visible_to
from mockserver.courses.seed import COURSE
from mockserver.courses.slugs import free, slugify
from mockserver.errors import Invalid, NotFound, Problem
from mockserver.pagination import page
from mockserver.routing import integer
from mockserver.store import Document, State

STATUSES = ("creator", "manager", "joined", "invited", "requested")

MINE = ("manager", "joined")
"""Whose courses are listed unless the caller says otherwise (MINE-02)."""


def create_course(call: Call) -> Any:
    """Store a new course; its author becomes the creator (COURSE-CREATE-04 to COURSE-CREATE-12)."""
    state, author = call.state, represent.caller(call)
    key = state.next_id(model.COURSES)
    now = stamp(call.now)
    made = {**COURSE, **changes(call, key), "id": key, "created_at": now, "created_by": author}
    made["slug"] = made.get("slug") or derived_slug(state, made["name"], key)
    state.put(model.COURSES, key, made)
    model.enrol(state, key, int(author or 0), "creator", now)
    return represent.course(call, made)


def patch_course(call: Call) -> Any:
    """Change what the body has and nothing else (COURSE-PATCH-06, COURSE-PUT-03)."""
    before = call.documents[0]
    after = {**before, **changes(call, before["id"])}
    if not after["slug"]:
        after["slug"] = derived_slug(call.state, after["name"], before["id"])
    call.state.put(model.COURSES, before["id"], after)
    if before["picture"] not in {None, after["picture"]}:
        call.state.remove(model.PICTURES, before["picture"])
    return represent.course(call, after)


def changes(call: Call, key: int) -> dict[str, Any]:
    """Return what a body changes in a course, in the form in which it is stored."""
    values = dict(call.body)
    if "image_original" in values:
        values["picture"] = store_picture(call.state, key, values.pop("image_original"))
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
        token = f"{course}-{state.next_id(model.PICTURES)}"
    state.put(model.PICTURES, token, {"content": content, "text": text})
    return token


def derived_slug(state: State, name: str, key: int) -> str:
    """Build a free slug from a name; ``course-<id>`` where the name has nothing to build from (COURSE-CREATE-08)."""
    return free(slugify(name) or f"course-{key}", lambda slug: _taken(state, slug, key))


def _taken(state: State, slug: str, key: int) -> bool:
    return any(row["id"] != key for row in state.where(model.COURSES, "slug", slug))


def delete_course(call: Call) -> None:
    """Take a course out of every route; its record stays (COURSE-DEL-03)."""
    course = call.documents[0]
    call.state.remove(model.COURSES, course["id"])
    call.state.put(model.DELETED_COURSES, course["id"], {**course, "deleted": True})


def get_course_status(call: Call) -> Any:
    """Tell the caller's own join status (COURSE-GET-03)."""
    return {"status": model.status(call.state, call.documents[0]["id"], represent.caller(call))}


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
    """Return the id of the user whose values are shown: the one that is asked for, else the caller's."""
    wanted = whole_number(call, "user")
    if wanted is None:
        return represent.caller(call)
    if call.state.get(model.USERS, wanted) is None:
        raise NotFound("There is no such user.", rule="VIEW-10")
    return wanted


def whole_number(call: Call, name: str) -> int | None:
    """Return the integer that a query parameter holds, None where it is absent or blank; refuse anything else."""
    text = queries.text(call.query, name).strip()
    if not text:
        return None
    number = integer(text.removeprefix("-"))
    if number is None:
        raise Invalid([Problem(name, "invalid", "A valid integer is required.")])
    return -number if text.startswith("-") else number


# --- lists ------------------------------------------------------------------------------------------------------------


def get_joined_courses(call: Call) -> Any:
    """List the courses of the caller, newest join first (MINE-01 to MINE-05)."""
    statuses = asked_statuses(call, STATUSES) or set(MINE)
    rows = state_rows(call, statuses)
    author = whole_number(call, "created_by")
    if author is not None:
        rows = [(row, course) for row, course in rows if course["created_by"] == author]
    rows.sort(key=lambda pair: (pair[0]["joined_at"] or "", pair[1]["id"]), reverse=True)
    return page(
        [course for _, course in rows],
        call.query,
        call.request.url,
        lambda course: represent.course(call, course),
    )


def state_rows(call: Call, statuses: Iterable[str]) -> list[tuple[Document, Document]]:
    """Return the caller's memberships of some statuses, each with its course, where he sees the course (VIS-12)."""
    user = represent.caller(call)
    memberships = call.state.where(model.MEMBERSHIPS, "user", user)
    pairs = ((row, call.state.get(model.COURSES, row["course"])) for row in memberships if row["status"] in statuses)
    return [(row, course) for row, course in pairs if course is not None and visible_to(call.state, course, user)]


def asked_statuses(call: Call, known: Iterable[str]) -> set[str]:
    """Return the statuses that a list is narrowed to (LIST-06); refuse one that there is not (LIST-07)."""
    asked = queries.as_list(call.query, "statuses")
    for value in asked:
        if value not in known:
            raise Invalid([Problem("statuses", "invalid_choice", f'"{value}" is not a valid choice.', "LIST-07")])
    return set(asked)


def search_courses(call: Call) -> Any:
    """List the courses that the caller may know of (SEARCH-01 to SEARCH-07)."""
    user = represent.caller(call)
    rows = [course for course in _candidates(call) if visible_to(call.state, course, user)]
    for keep in _filters(call):
        rows = [course for course in rows if keep(course)]
    ordered(rows, queries.text(call.query, "ordering"))
    return page(rows, call.query, call.request.url, lambda course: represent.course_minimal(call, course))


def _candidates(call: Call) -> Iterable[Document]:
    statuses = asked_statuses(call, STATUSES)
    if statuses:
        return [course for _, course in state_rows(call, statuses)]
    return call.state.all(model.COURSES)


def _filters(call: Call) -> list[Callable[[Document], bool]]:
    filters: list[Callable[[Document], bool]] = []
    words = queries.text(call.query, "search").strip().casefold()
    if words:
        filters.append(lambda course: words in course["name"].casefold() or words in course["description"].casefold())
    asked = queries.as_list(call.query, "categories")
    if asked:
        wanted = {int(value) for value in asked if value.isascii() and value.isdigit() and len(value) < 19}
        filters.append(lambda course: not wanted.isdisjoint(course["categories"]))
    return filters


_SORTABLE = ("id", "name", "created_at")


def ordered(rows: list[Document], ordering: str, default: str = "-id") -> None:
    """Sort rows by a field, descending behind a minus (LIST-08); unknown fields mean the default (LIST-09)."""
    field = ordering.removeprefix("-")
    if field not in _SORTABLE:
        field, ordering = default.removeprefix("-"), default
    rows.sort(key=lambda row: (row[field], row["id"]), reverse=ordering.startswith("-"))


# --- pictures ---------------------------------------------------------------------------------------------------------


def picture(path: str, state: State) -> Answer | None:
    """Serve one size of a stored picture, or None where the path is not one of a picture (COURSE-PATCH-09)."""
    token, _, size = path.removeprefix("/media/course/").partition("/")
    stored = state.get(model.PICTURES, token)
    pixels = pictures.SIZES.get(f"image_{size}")
    if not path.startswith("/media/course/") or stored is None or pixels is None:
        return None
    content = stored["content"]
    shown = pictures.square(pictures.placeholder(stored["text"]) if content is None else content, pixels)
    return Answer(200, shown.content, {"Content-Type": shown.media_type, "Cache-Control": "public, max-age=31536000"})
