"""One request, and the course that it meets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.fidelity.bodies import Body, File

COURSES = "/api/v2/course/"
SEARCH = f"{COURSES}search/"
VERIFY = "/api/v2/jwt/verify_token/"
FRESH = f"{COURSES}{{fresh}}/"
"""The path of a course that is made for the case; the braces stand for its id."""

NOBODY = None
PEOPLE = (NOBODY, "creator", "manager", "joined", "invited", "requested", "member", "staff")

BORN: Mapping[str, object] = {
    "name": "Fresh",
    "type": "structured",
    "description": "What stands there.",
    "slug": "fresh-slug",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "meta_title": "meta title",
    "meta_description": "meta description",
    "og_title": "og title",
    "og_description": "og description",
    "og_image": "og image",
    "categories": [2],
}
"""A fresh course has no field at its default, so that a reset shows."""

WHOLE: Mapping[str, object] = {
    "name": "New",
    "type": "scheduled",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "categories": [2],
}
"""A form as a real client sends it: what forms may not leave out is there."""

TAKEN: Mapping[str, object] = {"name": "Taken", "slug": "taken", "type": "structured"}
"""Another course, whose name and slug are not free."""


@dataclass(frozen=True)
class Case:
    """One request, and what is there before it."""

    group: str
    told: str
    method: str
    path: str
    who: str | None = "creator"
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    born: Mapping[str, object] = field(default_factory=dict)
    """How the fresh course differs from an ordinary one, if the path asks for one."""
    value: object = None
    """What a case about one field sends."""
    name: str = ""
    """The field that the case is about."""
    encoding: str = ""
    rival: bool = False
    """Whether another course has the name ``Taken``."""

    @property
    def fresh(self) -> bool:
        """Whether a course is made for the case."""
        return "{fresh}" in self.path


def told(value: object) -> str:
    """A value in a few words."""
    if isinstance(value, File):
        return f"the file {value.filename} of {len(value.content)} bytes"
    text = ascii(value)
    return text if len(text) < 60 else f"{text[:20]}… ({len(text)} characters)"
