"""The contract as the reference serves it: the operations that it has, and no limit that its framework lacks."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from benchmarks.score.subjects import HEALTHY, profile_for
from specdouble import OPENAPI
from specdouble.document import load


def write(folder: Path) -> Path:
    """Write the document of the reference, and return its path."""
    document = load(OPENAPI)
    served = profile_for(HEALTHY.name).serves or ()
    document["paths"] = {path: kept for path, item in document["paths"].items() if (kept := _served(item, served))}
    for operation in _operations(document["paths"]):
        for answer in operation["responses"].values():
            _cut(answer, served)
    _loosen(document["components"]["schemas"])
    path = folder / "openapi.json"
    path.write_text(json.dumps(document))
    return path


def _served(item: dict[str, Any], served: Collection[str]) -> dict[str, Any]:
    """What is left of a path without the operations that are missing, nothing where none is left."""
    missing = [method for method, node in item.items() if _is_operation(node) and node["operationId"] not in served]
    left = {name: node for name, node in item.items() if name not in missing}
    return left if any(map(_is_operation, left.values())) else {}


def _is_operation(node: object) -> bool:
    return isinstance(node, dict) and "operationId" in node


def _operations(paths: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (node for item in paths.values() for node in item.values() if _is_operation(node))


def _cut(answer: dict[str, Any], served: Collection[str]) -> None:
    """Take the links out of an answer that would lead to an operation that is missing."""
    if "links" in answer:
        answer["links"] = {name: link for name, link in answer["links"].items() if link.get("operationId") in served}


def _loosen(schemas: dict[str, Any]) -> None:
    """Take out two limits that the framework does not have by itself."""
    # In a form, it takes an empty text for a picture that was not sent.
    del schemas["PictureText"]["anyOf"][0]["minLength"]
    # Of a whole number that is larger than any id, it finds nothing.
    for limit in ("format", "minimum", "maximum"):
        del schemas["WholeNumber"][limit]
