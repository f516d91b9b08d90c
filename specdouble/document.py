"""An OpenAPI 3.0 document: from one or more files to one validated document whose references are all internal."""

from pathlib import Path
from typing import Any

from specdouble.bundling import bundle, validate
from specdouble.cache import cache_entry, recall, remember
from specdouble.files import Files, SpecError

__all__ = ["SpecError", "load"]


def load(path: Path) -> dict[str, Any]:
    """Read, bundle and validate the OpenAPI 3.0 document that starts at ``path``; SpecError where it is not one."""
    path = path.absolute()
    entry = cache_entry(path)
    document = recall(entry)
    if document is None:
        document = _read(path, entry)
    return document


def _read(path: Path, entry: Path | None) -> dict[str, Any]:
    files = Files(path)
    try:
        document = bundle(files)
        validate(document, files)
    except RecursionError:
        raise SpecError(path, "the document is nested too deeply, or in itself; make it flatter") from None
    remember(entry, files, document)
    return document
