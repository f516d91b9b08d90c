"""An OpenAPI document: from one or more files to one validated document whose references are all internal."""

from pathlib import Path
from typing import Any

from specdouble.bundling import bundle, check, validate
from specdouble.cache import cache_entry, recall, remember
from specdouble.downgrade import is_newer, lowered
from specdouble.references import Files
from specdouble.yaml_reader import SpecError

__all__ = ["SpecError", "load"]


def load(path: Path) -> dict[str, Any]:
    """Read, bundle and validate the OpenAPI document that starts at ``path``; SpecError where it is not one.

    One of OpenAPI 3.1 is returned in the words of 3.0.
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
        document = lowered(bundled) if is_newer(bundled) else bundled
        check(document, files)
        validate(bundled, files)
        if document is not bundled:
            validate(document, files)
    except RecursionError:
        raise SpecError(path, "the document is nested too deeply, or in itself; make it flatter") from None
    remember(entry, files, document)
    return document
