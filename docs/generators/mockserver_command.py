"""Generate docs/reference/mockserver.md: every option of the command, and what it prints."""

from typing import Final

from docs.generators.click_options import options, usage
from docs.generators.markdown import REFERENCE, heading
from mockserver.app import create_mock
from mockserver.cli import CANNOT_RUN, main
from specdouble import OPENAPI

PAGE: Final = REFERENCE / "mockserver.md"
BASE: Final = "http://127.0.0.1:8000"


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
