"""Write docs/profile.md: every key of a profile, its meaning, and its default.

python docs/profile.py
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from contracts.profile import models as profile
from contracts.profile import people
from docs.docstrings import texts_of

PAGE = Path(__file__).parent / "profile.md"

PARTS: Mapping[type, str] = {
    profile.Profile: "The file",
    people.Person: "A person: `people: {NAME: …}`",
    people.Login: "A login: `login:` of a person",
    people.Csrf: "A token against forged requests: `csrf:` of a login",
    people.Secret: "A secret: in place of a text that is one",
    profile.ResourceNotes: "A resource: `resources: {NAME: …}`",
    profile.Answers: "Answers: `answers:` of a resource",
    profile.FieldNotes: "A field: `fields: {NAME: …}` of a resource",
    profile.Access: "Who may what: `access:` of a resource",
    profile.RoleCall: "A role on an item: `role_call:` of a resource",
    profile.OAuth: "A client: `oauth:` of the file",
}
"""Part of a profile → what it is called, and where it stands."""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The page, as it has to be by now."""
    lines = [
        "<!-- Written by `python docs/profile.py`; the texts are in contracts/profile/models.py and people.py. -->",
        "",
        "# The profile",
        "",
        "A profile describes a target: its users, existing items, and what its OpenAPI document does not say. It is a",
        "YAML file for `--profile`. `contracts init` writes a first one. Facts that the document states by the",
        "[specification extensions](vocabulary.md) are not needed here; if both say something, the profile takes",
        "precedence. Unknown keys are rejected, with their line.",
        *(line for kind, title in PARTS.items() for line in _part(kind, title)),
    ]
    return "\n".join(lines) + "\n"


def _part(kind: type, title: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", *_about(kind), "| key | default | meaning |", "|---|---|---|")
    told = texts_of(kind)
    for each in msgspec.structs.fields(kind):
        yield f"| `{each.name}` | {_default(each)} | {' '.join(told[each.name].split())} |"


def _about(kind: type) -> Iterator[str]:
    yield from (*(line.strip() for line in (kind.__doc__ or "").strip().splitlines()), "")


def _default(key: Any) -> str:
    if key.required:
        return "required"
    value = key.default if key.default is not msgspec.NODEFAULT else key.default_factory()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, int) or (isinstance(value, str) and value) else ""


if __name__ == "__main__":
    main()
