"""Generate docs/reference/laws.md: every general law, its names in other catalogues, and what it needs to apply."""

from collections.abc import Mapping
from typing import Final

from contracts.checks.registration import LAWS, Check
from contracts.checks.selection import load as load_checks
from docs.generators.markdown import REFERENCE, heading, table

PAGE: Final = REFERENCE / "laws.md"

ALL = "operations to create, read and patch"
TABLE = "who may what: `x-allowed-to` or `access:`"
NEEDS: Mapping[str, str] = {
    "CT101": f"{ALL}; for what follows, `x-derived-from`",
    "CT102": ALL,
    "CT103": ALL,
    "CT104": ALL,
    "CT105": ALL,
    "CT106": ALL,
    "CT107": ALL,
    "CT201": f"{ALL}; fields that are `readOnly`",
    "CT202": f"{ALL}; fields that are `writeOnly`, or in requests alone",
    "CT203": "`x-visible-to` or `shown_to:`; " + TABLE,
    "CT301": TABLE,
    "CT302": TABLE + "; who sees what: `x-item-visible-to`, or `known:` and `visible:`",
    "CT303": TABLE,
    "CT304": "`role_call:` in the profile",
    "CT401": "`x-transitions` or `transitions:`",
    "CT402": "`x-transitions` or `transitions:`",
    "CT501": f"{ALL}; more than one media type",
    "CT502": f"{ALL}; two fields",
    "CT601": f"{ALL}, by PATCH; two fields",
    "CT602": f"{ALL}; two fields that take any text, or are booleans",
    "CT702": "operations to create and read, and to patch or delete, in a path inside of what another resource creates",
    "CT603": f"{ALL}; `If-Match` among the headers of PATCH, PUT or DELETE, or `if_match:`",
    "CT701": "operations to create and read; beside them a list (`lists:`), DELETE, `x-unique` or `x-references`",
}
"""Law → what the document or the profile has to say for it to apply."""

CATALOGUES = {"wfc": "WFC", "emb": "EvoMaster", "owasp": "OWASP", "rfc": "RFC", "aka": ""}


def page() -> str:
    """Return the page that the code asks for."""
    load_checks()
    lines = [
        *heading("the docstrings in contracts/laws/", "Laws"),
        "See what `contracts check` tests of any API, whatever it is about. One law alone runs like this:",
        "",
        "```console",
        "$ contracts check --url http://127.0.0.1:8000 --only CT101",
        "```",
        "",
        "The checker tries each law on fresh items, on every resource of the document to which it applies. The last",
        "column says what a law needs. Names with `x-` are [specification extensions](extensions.md) of the document.",
        "Names with a colon are keys of the [profile](profile.md).",
        "",
        *table(("law", "promise", "severity", "other names", "applies with"), map(_row, _laws())),
        "",
        "## What the report says of a law",
        "",
        "* Where a law has nothing to work with, the report says what to add.",
        "* Where a law applies and could not be tried on a resource, it was never reached, and the run fails.",
        "* A field that the backend rejects whatever is sent is left out. The law then held `in part`, and the report",
        "  names the field and the rejection.",
        "* Where an item has no PATCH, the law uses its PUT. It sends everything that the item shows, with the fields",
        "  in question changed.",
    ]
    return "\n".join(lines) + "\n"


def _laws() -> list[Check]:
    return sorted(LAWS.values(), key=lambda law: law.code)


def _row(law: Check) -> tuple[str, ...]:
    names = ", ".join(f"{CATALOGUES[catalogue]} {name}".strip() for catalogue, name in law.names.items())
    return law.code, law.title, law.severity, names, NEEDS[law.code]
