"""Generate docs/reference/settings.md: of each setting its default, what it does, and why it can be set."""

import re
from typing import Final, NamedTuple, get_args

import msgspec
from msgspec.structs import FieldInfo, fields

from docs.generators.docstrings import texts_of
from docs.generators.markdown import REFERENCE, heading, table
from mockserver import settings as generic
from mockserver.courses.settings import GENERIC, Settings

PAGE: Final = REFERENCE / "settings.md"

RULE = re.compile(r"\b[A-Z]+(?:-[A-Z]+)*-\d\d\b")


class Text(NamedTuple):
    """The text below a setting in the code: what it does, and why it can be set."""

    does: str
    why: str


def page() -> str:
    """Return the page that the code asks for."""
    settings = {field.name: field for field in fields(Settings)}
    generic_names = ", ".join(f"`{name}`" for name in generic.Settings.__struct_fields__)
    lines = [
        *heading("mockserver/settings.py and mockserver/courses/settings.py", "Settings of the mock"),
        "Make the mock behave like your tenant, where the documentation of the platform leaves a question open. Write",
        "a YAML file with one setting per line, and start the mock with it:",
        "",
        "```yaml",
        "# community.yaml",
        "names_ignore_case: true",
        "name_max_length: 50",
        "message_language: it",
        "```",
        "",
        "```console",
        "$ mockserver --settings community.yaml",
        "```",
        "",
        "A setting that the file leaves out has its default. `GET /__mock__/settings` shows the settings of a running",
        f"mock. With `--spec` of another API, only these settings apply: {generic_names}.",
        "",
        "The first five settings are preferences of a community. Each of the others answers a question that the",
        "documentation leaves open.",
        "",
        *table(
            ("setting", "default", "what it does", "why it is open"),
            (_row(settings[name], text) for name, text in texts().items()),
        ),
        "",
        *PROMISES,
    ]
    return "\n".join(lines) + "\n"


PROMISES: Final = (
    "## Settings that change the contract",
    "",
    "`/openapi.json` of the mock describes the mock with its settings. The checker compares a backend with the files",
    "in `spec/` and with the rules. For a tenant that behaves as one of these settings says, add to its profile:",
    "",
    "- `deleted_is_gone`: `same_status: {404: [404, 410]}`.",
    "- `hidden_is_forbidden`: `same_status: {404: [404, 403]}`, and `hidden: 403` under `access` of each resource.",
    "- `message_language`, `accept_language_is_heeded`: nothing. No law reads a message.",
    "- `if_match_is_checked`: `COURSE-PATCH-46` under `differences`. CT603 checks it where the document has If-Match,",
    "  as `/openapi.json` then has.",
    "- `markup_is_sanitised`: `normalise: html` for each of these fields.",
    "- `plain_errors`: no key of a profile covers it for all rules, since most rules expect a field and a code. List",
    "  the rules that the report names under `differences`. Check the rest with the document of the tenant:",
    "  `contracts check --spec openapi.json`.",
    "- `requests_per_minute`: nothing. Use `--rate`, in requests per second, to stay below the limit.",
    "- `texts_are_trimmed`: `normalise: trim` for each text field.",
    "- any other setting: its rules in the table, under `differences`.",
)


def _row(setting: FieldInfo, text: Text) -> tuple[str, ...]:
    return f"`{setting.name}`", f"`{_spelled(setting)}`", _limits(setting, text.does), text.why


def _spelled(setting: FieldInfo) -> str:
    """The default as a YAML file has it."""
    value = setting.default
    return str(value).lower() if isinstance(value, bool) else str(value) if value != "" else '""'


def _limits(setting: FieldInfo, does: str) -> str:
    meta = next((part for part in get_args(setting.type) if isinstance(part, msgspec.Meta)), None)
    return does if meta is None else f"{does} From {meta.ge} to {meta.le}."


def texts() -> dict[str, Text]:
    """Setting → its text in the code, in the order of the code: those of the course domain first."""
    parts = {name: text.partition("\n\n") for name, text in texts_of(Settings).items()}
    own = {name: Text(" ".join(does.split()), " ".join(why.split())) for name, (does, _, why) in parts.items()}
    return {**own, **{name: _generic(name, text) for name, text in texts_of(generic.Settings).items()}}


def _generic(name: str, text: str) -> Text:
    rules, why = GENERIC[name]
    return Text(f"{' '.join(text.split()).removesuffix('.')} ({rules}).", why)
