"""Load an OpenAPI document: one or more files become one validated document with internal references."""

from pathlib import Path
from typing import Any

from specdouble.bundling import bundle, check, validate
from specdouble.cache import cache_entry, recall, remember
from specdouble.downgrade import downgraded, is_newer
from specdouble.references import Files
from specdouble.yaml_reader import SpecError

__all__ = ["SpecError", "load"]


def load(path: Path) -> dict[str, Any]:
    """Read, bundle and validate the OpenAPI document that starts at ``path``; SpecError where it is not one.

    A document of OpenAPI 3.1 is returned as one of 3.0.
    """
    path = path.absolute()
    entry = cache_entry(path)
    document = recall(entry)
    if document is None:
        document = _read(path, entry)
    return document


def _read(path: Path, entry: Path | None) -> dict[str, Any]:
    files = Files(path)
    try:
        bundled = bundle(files)
        document = downgraded(bundled) if is_newer(bundled) else bundled
        check(document, files)
        validate(bundled, files)
        if document is not bundled:
            validate(document, files)
    except RecursionError:
        raise SpecError(path, "the document is nested too deeply, or in itself. Make it flatter.") from None
    remember(entry, files, document)
    return document
