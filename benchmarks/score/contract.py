"""The contract as the reference serves it: without OAuth, and without what the framework does not ask for."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from specdouble import OPENAPI
from specdouble.document import load

_LEFT_OUT = "/oauth/"


def write(folder: Path) -> Path:
    """Write the document of the reference, and return its path."""
    document = load(OPENAPI)
    gone = {path: item for path, item in document["paths"].items() if path.startswith(_LEFT_OUT)}
    document["paths"] = {path: item for path, item in document["paths"].items() if path not in gone}
    missing = {operation["operationId"] for operation in _operations(gone)}
    for operation in _operations(document["paths"]):
        for answer in operation["responses"].values():
            _cut(answer, missing)
    _loosen(document["components"]["schemas"])
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    return path


def _loosen(schemas: dict[str, Any]) -> None:
    """Take out two limits that the framework does not have by itself."""
    # In a form, it takes an empty text for a picture that was not sent.
    del schemas["PictureText"]["anyOf"][0]["minLength"]
    # Of a whole number that is larger than any id, it finds nothing.
    for limit in ("format", "minimum", "maximum"):
        del schemas["WholeNumber"][limit]


def _operations(paths: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in paths.values():
        yield from (each for each in item.values() if isinstance(each, dict) and "operationId" in each)


def _cut(answer: dict[str, Any], missing: set[str]) -> None:
    """Take the links out of an answer that would lead to an operation that is missing."""
    links = answer.get("links", {})
    kept = {name: link for name, link in links.items() if link.get("operationId") not in missing}
    answer.update({"links": kept} if links else {})
