"""Writes docs/settings.md: of each setting its default, what it does, and why the documentation leaves it open.

python docs/settings.py
"""

import re
from pathlib import Path
from typing import NamedTuple, get_args

import msgspec
from msgspec.structs import FieldInfo, fields

from docs.docstrings import texts_of
from mockserver import settings as generic
from mockserver.courses.settings import GENERIC, Settings

PAGE = Path(__file__).parent / "settings.md"

RULE = re.compile(r"\b[A-Z]+(?:-[A-Z]+)*-\d\d\b")


class Told(NamedTuple):
    """What stands below a setting in the code: what it does, and why it can be set."""

    does: str
    why: str


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The page, as it has to be by now."""
    told = texts()
    known = {field.name: field for field in fields(Settings)}
    lines = [
        "<!-- Written by `python docs/settings.py` from mockserver/settings.py and mockserver/courses/settings.py. -->",
        "",
        "# The settings of the mock",
        "",
        "`mockserver --settings FILE` reads them from a YAML file, one `name: value` a line; what it leaves out has",
        "its default. `GET /__mock__/settings` tells how a running mock is set. The first five are preferences;",
        "the others are switches, each for something that the documentation of the platform does not say, so that your",
        "tenant may do otherwise than the mock does by default. With `--spec` of another API, these hold too:",
        f"{', '.join(f'`{name}`' for name in generic.Settings.__struct_fields__)}.",
        "",
        "| setting | default | what it does | why it is open |",
        "|---|---|---|---|",
        *(_row(known[name], text) for name, text in told.items()),
        "",
        *_PROMISES,
    ]
    return "\n".join(lines) + "\n"


_PROMISES = (
    "## Where a setting changes what the contract promises",
    "",
    "The `/openapi.json` of the mock promises what the mock does, as it is set. The checker holds a backend to the",
    "files in `spec/` and to the rules, so that the profile of a tenant that does likewise has to say so:",
    "",
    "- `deleted_is_gone`: `same_status: {404: [404, 410]}`.",
    "- `hidden_is_forbidden`: `same_status: {404: [404, 403]}`, and `hidden: 403` under `access` of each resource.",
    "- `message_language`, `accept_language_is_heeded`: nothing. No law reads a message.",
    "- `if_match_is_checked`: `COURSE-PATCH-46` under `differences`. CT603 asks for it where the document checked",
    "  has If-Match, as `/openapi.json` then has.",
    "- `markup_is_sanitised`: `normalise: html` for each of these fields.",
    "- `plain_errors`: no word of a profile says it for all rules, since most of them expect a field and a code. List",
    "  those that the report names under `differences`, and check the rest with the document of the tenant itself:",
    "  `contracts check --spec openapi.json`.",
    "- `requests_per_minute`: nothing; `--rate` at the command keeps below it, in requests a second.",
    "- `texts_are_trimmed`: `normalise: trim` for each field that is a text.",
    "- any other: the rules that stand in the table, under `differences`.",
)


def _row(setting: FieldInfo, told: Told) -> str:
    return f"| `{setting.name}` | `{_spelled(setting)}` | {_limits(setting, told.does)} | {told.why} |"


def _spelled(setting: FieldInfo) -> str:
    """The default as a YAML file has it."""
    value = setting.default
    return str(value).lower() if isinstance(value, bool) else str(value) if value != "" else '""'


def _limits(setting: FieldInfo, does: str) -> str:
    meta = next((part for part in get_args(setting.type) if isinstance(part, msgspec.Meta)), None)
    return does if meta is None else f"{does} From {meta.ge} to {meta.le}."


def texts() -> dict[str, Told]:
    """Setting → its text in the code, in the order of the code: those of the course domain first."""
    parts = {name: text.partition("\n\n") for name, text in texts_of(Settings).items()}
    own = {name: Told(" ".join(does.split()), " ".join(why.split())) for name, (does, _, why) in parts.items()}
    return {**own, **{name: _generic(name, text) for name, text in texts_of(generic.Settings).items()}}


def _generic(name: str, text: str) -> Told:
    rules, why = GENERIC[name]
    return Told(f"{' '.join(text.split()).removesuffix('.')} ({rules}).", why)


if __name__ == "__main__":
    main()
