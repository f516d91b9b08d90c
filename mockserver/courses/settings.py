"""What a community may set, and a real tenant's answer could change: one YAML file of names and values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Self

from specdouble.files import SpecError, read_yaml

SECRET = "specdouble-development-secret-of-32-bytes"  # noqa: S105  # for development: printed at every start
"""The secret that signs JWTs unless another is given."""


@dataclass(frozen=True)
class Settings:
    """The preferences of the community, then the decisions where the documentation is silent."""

    secret: str = SECRET
    """Signs JWTs (HS256)."""
    content_availability: bool = True
    """Anonymous callers may read what is open to everybody (AUTH-CA-01)."""
    courses_enabled: bool = True
    """Without it every course route answers 404."""
    courses_advanced_enabled: bool = True
    """Told to clients, which then offer structured and scheduled courses."""
    courses_only_staff_enabled: bool = False
    """Only staff may create courses (COURSE-CREATE-02)."""

    staff_leads_courses: bool = False
    """Staff of the community may do in every course what its managers may (VIS-10)."""
    hidden_is_forbidden: bool = False
    """Whoever may not see a course is answered 403 and not 404 (VIS-09)."""
    rename_moves_slug: bool = False
    """A new name without a slug beside it gives the course a new slug too (COURSE-PATCH-19)."""
    type_is_fixed_after_publication: bool = False
    """The type of a published course cannot change any more (COURSE-PATCH-23)."""
    privacy_revert_is_ignored: bool = False
    """Making a published course a draft again is let pass without effect, not refused (COURSE-PATCH-26)."""
    auto_accept_on_open: bool = False
    """Pending requests become memberships when the course turns open (COURSE-PATCH-29)."""
    publication_needs_content: bool = False
    """A course is published only with a description and a published lesson (COURSE-PATCH-30)."""
    og_image_is_url: bool = False
    """og_image must be an http address (COURSE-PATCH-36)."""
    partial_sections_order: bool = False
    """A sections_order that leaves sections out moves those that it names to the front (COURSE-PATCH-38)."""
    inactive_categories_are_refused: bool = False
    """A course cannot be filed under a category that is not active (COURSE-PATCH-41)."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the settings of a YAML file; those that it leaves out have their defaults.

        Raises SpecError where the file cannot be read, a name is not one of a setting or a value is of another type.
        """
        found = read_yaml(path)
        if found is None:
            return cls()
        if not isinstance(found, Mapping):
            raise SpecError(
                path, "the file holds no mapping; write one setting a line, as in: staff_leads_courses: true"
            )
        known = {field.name: type(field.default) for field in fields(cls)}
        for name, value in found.items():
            if name not in known:
                raise SpecError(path, _unknown(str(name), known))
            if type(value) is not known[name]:
                raise SpecError(path, f'the setting "{name}" is {value!r}; make it {_KIND[known[name]]}')
        return cls(**found)

    def values(self) -> dict[str, Any]:
        """Return name → value of all that may be told; the secret is not."""
        return {name: value for name, value in asdict(self).items() if name != "secret"}


_KIND = {bool: "true or false", str: "a text"}


def _unknown(name: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(name, known, n=1)
    meant = f", did you mean {near[0]}?" if near else ""
    return f'there is no setting "{name}"{meant}; the settings are: {", ".join(known)}'
