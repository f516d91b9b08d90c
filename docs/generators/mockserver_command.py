"""Generate docs/reference/mockserver.md: every option of the command, and what it prints."""

from typing import Final

from docs.generators.click_options import options, usage
from docs.generators.markdown import REFERENCE, heading, table
from mockserver.app import Options, create_mock
from mockserver.cli import CANNOT_RUN, explain, main
from mockserver.explain import explanations
from mockserver.explain import table as lines_of
from mockserver.openapi.bindings import MEANINGS, Role
from specdouble import OPENAPI

PAGE: Final = REFERENCE / "mockserver.md"
BASE: Final = "http://127.0.0.1:8000"
ROOT: Final = REFERENCE.parents[1]
EXPLAINED: Final = ROOT / "tests" / "generic" / "guestbook.yaml"

DETAILS: Final = {
    Role.LIST: "answers with the items of the collection, in the form that the schema has",
    Role.CREATE: "stores the body as a new item, with the next free id unless the body has one",
    Role.READ: "answers with the item that the path names, or 404",
    Role.REPLACE: "replaces the fields that a request may set",
    Role.CHANGE: "changes the fields in the body",
    Role.DELETE: "removes the item, and everything below it",
    Role.STORE: "replaces the item with the id in the body, or creates it",
    Role.SINGLETON: "reads, writes or removes the one object at this path, which starts as the documented example",
    Role.ACTION: "answers with the present state of the item; PUT and PATCH first set the fields of it in the body",
    Role.EXAMPLE: "answers with the documented example or a generated value, and keeps nothing",
}


def table_of_explanations() -> list[str]:
    """Return the lines that the command prints for the document of the example."""
    return lines_of(line.row() for line in explanations(EXPLAINED, Options())).splitlines()


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("mockserver/cli.py", "mockserver"),
        "Serve a stateful mock of an OpenAPI document. Without options, the mock serves the bundled document, the",
        "courses of the SelfCommunity platform:",
        "",
        "```console",
        "$ mockserver",
        f"Mock     {BASE}",
        f"Console  {BASE}/ui/",
        *create_mock(OPENAPI).introduce(BASE),
        "```",
        "",
        "The first line appears as soon as the mock responds. From a checkout, `make run` does the same and installs",
        'what it needs. `make run ARGS="--port 9000"` passes options on.',
        "",
        f"## `{usage(main, 'mockserver')}`",
        "",
        *options(main),
        "",
        f"## `{usage(explain, 'mockserver explain')}`",
        "",
        "Show what the mock understands each operation to do, and why. Where a guess is wrong, overrule it in the",
        "document with [`x-resource`](extensions.md#how-an-operation-is-understood).",
        "",
        "```console",
        f"$ mockserver explain --spec {EXPLAINED.relative_to(ROOT)}",
        *table_of_explanations(),
        "```",
        "",
        "The table says what each operation does:",
        "",
        *table(("it", "which means"), ((MEANINGS[role], text) for role, text in DETAILS.items())),
        "",
        *options(explain),
        "",
        "## Paths",
        "",
        "Paths of the document take precedence over those of the mock.",
        "",
        "| path | serves |",
        "|---|---|",
        "| `/` | the entry points; leads a browser to the console |",
        "| `/ui/` | the console, in which you send requests by hand |",
        "| `/openapi.json` | the document, as the settings have changed it |",
        "| `/__mock__/…` | the [control API](control-api.md) |",
        "",
        "## Exit status",
        "",
        f"0 after Ctrl-C. {CANNOT_RUN} where the mock cannot start: the port is in use, or the document, the settings",
        "or an option is wrong. The message names the file, the line and the next step.",
    ]
    return "\n".join(lines) + "\n"
