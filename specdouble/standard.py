"""Check a bundled document against the JSON Schema that the standard of its version publishes."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from specdouble.references import Pointer

_FOLDER: Final = Path(__file__).parent / "standards"
_ADDRESSES: Final = {
    "2.0": "https://spec.openapis.org/oas/v2.0",
    "3.0": "https://spec.openapis.org/oas/v3.0.4",
    "3.1": "https://spec.openapis.org/oas/v3.1.1",
    "3.2": "https://spec.openapis.org/oas/v3.2.0",
}
_MAX_FAULTS: Final = 1000
_MAX_MESSAGE: Final = 200
"""The messages of the validator quote whole schemas."""


def version_of(document: dict[str, Any]) -> str:
    """Return the version of a document, without its last number."""
    return ".".join(str(document.get("openapi", document.get("swagger"))).split(".")[:2])


def violations(document: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield the place and the message of everything by which a document is not of its standard."""
    version = version_of(document)
    name = "Swagger" if "swagger" in document else "OpenAPI"
    for number, error in enumerate(_validator(version).iter_errors(document)):
        if number == _MAX_FAULTS:
            return
        cause = _most_likely(error)
        pointer = tuple(str(step) for step in cause.instance_path)
        yield pointer, f"this is not {name} {version}: {_shortened(cause.message)}. See {_ADDRESSES[version]}"


@cache
def _validator(version: str) -> Any:
    return jsonschema_rs.validator_for(json.loads((_FOLDER / f"openapi-{version}.json").read_bytes()))


def _most_likely(error: Any) -> Any:
    """Return the error of the alternative that the author most likely meant: the one that leads deepest."""
    while branches := getattr(error.kind, "context", None):
        causes = [cause for branch in branches for cause in branch]
        if not causes:
            break
        error = max(causes, key=_likelihood)
    return error


def _likelihood(error: Any) -> tuple[int, bool]:
    return len(error.instance_path), "$ref" not in error.message


def _shortened(message: str) -> str:
    return message if len(message) <= _MAX_MESSAGE else f"{message[:_MAX_MESSAGE]}…"


def is_regular_expression(pattern: str) -> bool:
    """Return whether a pattern is a regular expression of ECMA-262, as OpenAPI has it."""
    try:
        # Only the schema of this draft asserts formats.
        jsonschema_rs.Draft4Validator({"pattern": pattern})
    except ValueError:
        return False
    return True
