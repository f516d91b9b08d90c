"""Writes docs/laws.md: every general law, its names elsewhere, and what it goes by.

python docs/laws.py
"""

from collections.abc import Mapping
from pathlib import Path

from contracts.checks.registration import LAWS, Check
from contracts.checks.selection import load as load_checks

PAGE = Path(__file__).parent / "laws.md"

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


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The page, as it has to be by now."""
    load_checks()
    rows = [_row(law) for law in sorted(LAWS.values(), key=lambda law: law.code)]
    return "\n".join(
        [
            "<!-- Written by `python docs/laws.py`; a law's sentence is the docstring in contracts/laws/. -->",
            "",
            "# The laws",
            "",
            "What `contracts check --only B` asks of any API, whatever it is about. Each law is tried on fresh items,",
            "on every resource of the document to which it applies. Where it has nothing to go by, the report says",
            "what to add; where it applies and could not be tried on a resource, the run fails. A field that the",
            "backend refuses whatever is sent is left out, and the law held `in part`: the report names field and",
            "refusal. The words `x-…` stand in the document ([vocabulary](vocabulary.md)), those with a colon in the",
            "profile. Where an item has no PATCH, its PUT patches: it is sent with all that the item shows, changed in",
            "the fields in question.",
            "",
            "| law | says | severity | other names | applies with |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(law: Check) -> str:
    names = ", ".join(f"{CATALOGUES[each]} {name}".strip() for each, name in law.names.items())
    return f"| {law.code} | {law.title} | {law.severity} | {names} | {NEEDS[law.code]} |"


if __name__ == "__main__":
    main()
