"""Generate docs/reference/profile.md: every key of a profile, its meaning, and its default."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from contracts.errors import CannotRun
from contracts.profile import models as profile
from contracts.profile import people
from docs.generators.docstrings import texts_of
from docs.generators.markdown import REFERENCE, heading, table

PAGE: Final = REFERENCE / "profile.md"

PARTS: Mapping[type, str] = {
    profile.Profile: "The file",
    people.Person: "A person: `people: {NAME: …}`",
    people.Login: "A login: `login:` of a person",
    people.Csrf: "A token against forged requests: `csrf:` of a login",
    people.Secret: "A secret: in place of a text that is one",
    profile.ResourceNotes: "A resource: `resources: {NAME: …}`",
    profile.Answers: "Answers: `answers:` of a resource",
    profile.FieldNotes: "A field: `fields: {NAME: …}` of a resource",
    profile.Access: "Permissions: `access:` of a resource",
    profile.RoleCall: "A role on an item: `role_call:` of a resource",
    profile.OAuth: "A client: `oauth:` of the file",
}
"""Part of a profile → what it is called, and where it stands."""


EXAMPLE: Final = """\
```yaml
name: notes
people:
  ann:
    login:
      path: /accounts/login/
      form: {username: ann, password: {env: ANNS_PASSWORD}}
      csrf: {cookie: csrftoken, header: X-CSRFToken, page: /accounts/login/}
  bob: {token: {env: BOBS_TOKEN}}
resources:
  notes:
    item: /users/{user}/notes/{note}
    parameters: {user: "{person}"} # the id of the user who creates the note
    answers: {item: /data, rows: /data, next: /meta/next_cursor, cursor: after}
    fields:
      title: {normalise: trim}
      project: {references: projects}
```"""


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("contracts/profile/models.py and contracts/profile/people.py", "Profile"),
        "Describe a target to the checker: its users, its existing items, and the facts that its OpenAPI document does",
        "not state. A profile is a YAML file for `--profile`. `contracts init` writes a first one, with comments.",
        "",
        EXAMPLE,
        "",
        "Facts that the document states by [specification extensions](extensions.md) are not needed here. If both say",
        "something, the profile takes precedence. Errors are reported with file and line:",
        "",
        "```text",
        _error(),
        "```",
        *(line for kind, title in PARTS.items() for line in _part(kind, title)),
    ]
    return "\n".join(lines) + "\n"


def _error() -> str:
    """Return the message for a profile with a misspelt key."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "contracts.yaml"
        path.write_text("name: notes\npeople:\n  bob: {tokn: secret}\n", encoding="utf-8")
        try:
            profile.load(path)
        except CannotRun as error:
            return str(error).replace(f"{path}", path.name)
    raise AssertionError("the profile has a misspelt key, and was accepted")


def _part(kind: type, title: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", *_about(kind))
    texts = texts_of(kind)
    keys = msgspec.structs.fields(kind)
    yield from table(("key", "default", "meaning"), ((f"`{key.name}`", _default(key), texts[key.name]) for key in keys))


def _about(kind: type) -> Iterator[str]:
    yield from (*(line.strip() for line in (kind.__doc__ or "").strip().splitlines()), "")


def _default(key: Any) -> str:
    if key.required:
        return "required"
    value = key.default if key.default is not msgspec.NODEFAULT else key.default_factory()
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`" if isinstance(value, int) or (isinstance(value, str) and value) else ""
