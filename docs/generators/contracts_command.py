"""Generate docs/reference/contracts.md: every command of the checker with every option."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import Final

import click

from contracts.cli.commands import main
from contracts.client.target import Safety
from docs.generators.click_options import options, usage
from docs.generators.markdown import REFERENCE, heading, table

PAGE: Final = REFERENCE / "contracts.md"

STATUSES: Final = (
    (
        "`check`, `fuzz`, `merge`",
        "the contract held",
        "something is broken, or was never reached",
        "the run did not come to its end",
    ),
    ("`clean`", "nothing is left", "something is left", "the cleanup did not come to its end"),
    ("`plan`, `init`, `rules`", "done", "", "not done"),
)
"""Commands → the meaning of the exit statuses 0, 1 and 2."""

LEVELS: Final = {
    Safety.OBSERVE: "reads only; the default for a host that is not this machine",
    Safety.SANDBOX: "writes to items that the run created or the profile lends; the default for this machine",
    Safety.DESTRUCTIVE: "writes to every item, for a database that you throw away",
}


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("contracts/cli/", "contracts"),
        "Check a backend against its OpenAPI contract, see beforehand what a check would send, and delete what a",
        "killed run has left. A check of one rule on the bundled mock ends like this:",
        "",
        "```console",
        "$ contracts check --url http://127.0.0.1:8000 --only VIS-01",
        "Scenarios    1 held",
        "",
        "rule    verdict  checked by  why",
        "VIS-01  held     VIS-01",
        "",
        "HELD  0 findings · rules: 1 held",
        "```",
        "",
        "[Check a backend](../guides/check-a-backend.md) shows the usual order of the commands.",
        *(line for name, command in main.commands.items() for line in _command(name, command)),
        "",
        "## Safety levels",
        "",
        "[Safety](../explanation/safety.md) has every rule.",
        "",
        *table(("`--safety`", "what is sent"), ((f"`{level}`", what) for level, what in LEVELS.items())),
        "",
        "## Exit statuses",
        "",
        *table(("command", "0", "1", "2"), STATUSES),
        "",
        "Status 2 means that an option is wrong, the target fails, a signal stopped the run, a report cannot be",
        "written, or the checker has an error. The message says which.",
        "",
        "## Environment",
        "",
        "| variable | use |",
        "|---|---|",
        "| the variables that the profile names | tokens and passwords of users |",
        "| the variables in `--header` | values of headers |",
        "| `CONTRACTS_DEBUG=1` | prints the traceback of an error of the checker |",
        "| `XDG_STATE_HOME` | moves the ledgers and journals, by default below `~/.local/state/specdouble` |",
        "| `XDG_CACHE_HOME` | moves the bundled documents, by default below `~/.cache/specdouble` |",
    ]
    return "\n".join(lines) + "\n"


def _command(name: str, command: click.Command) -> Iterator[str]:
    yield from ("", f"## contracts {name}", "", *cleandoc(command.help or "").splitlines(), "")
    yield from ("```text", usage(command, f"contracts {name}"), "```", "", *options(command))
