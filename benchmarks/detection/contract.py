"""The contract as the reference keeps it: without the limits that its framework lacks."""

import json
from pathlib import Path
from typing import Any

from benchmarks.detection.subjects import HEALTHY, profile_for
from contracts.profile.subset import select_operations
from specdouble import OPENAPI
from specdouble.document import load


def whole(folder: Path) -> Path:
    """Write the document with all operations, and return its path; the checker is told by a profile which are there."""
    return _written(folder / "openapi.json", _loosened())


def served(folder: Path) -> Path:
    """Write the document with the operations of the reference, for an engine that knows no profile."""
    document, _ = select_operations(_loosened(), profile_for(HEALTHY.name))
    plain = _without_references({**document, "paths": _with_operations(document["paths"])})
    return _written(folder / "served.json", plain)


def _without_references(node: Any) -> Any:
    """The same without our word for references, some of which lead to what the reference does not serve."""
    if isinstance(node, dict):
        return {name: _without_references(each) for name, each in node.items() if name != "x-references"}
    return [_without_references(each) for each in node] if isinstance(node, list) else node


def _with_operations(paths: dict[str, Any]) -> dict[str, Any]:
    return {path: item for path, item in paths.items() if any(isinstance(node, dict) for node in item.values())}


def _written(path: Path, document: dict[str, Any]) -> Path:
    path.write_text(json.dumps(document))
    return path


def _loosened() -> dict[str, Any]:
    document = load(OPENAPI)
    _loosen(document["components"]["schemas"])
    return document


def _loosen(schemas: dict[str, Any]) -> None:
    """Take out two limits that the framework does not have by itself."""
    # In a form, it takes an empty text for a picture that was not sent.
    del schemas["PictureText"]["anyOf"][0]["minLength"]
    # Of a whole number that is larger than any id, it finds nothing.
    for limit in ("format", "minimum", "maximum"):
        del schemas["WholeNumber"][limit]
