"""Load an OpenAPI document: one or more files become one document that can be served."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from specdouble.bundling import Fault, bundle
from specdouble.cache import Entry, cache_entry, recall, remember
from specdouble.convert import converted, is_swagger
from specdouble.downgrade import downgraded
from specdouble.extensions import misuses
from specdouble.faults import correct
from specdouble.normal_form import is_newer, normalized
from specdouble.references import DEFAULTS, Files, Options
from specdouble.remote import require_path, url_of
from specdouble.schema_names import with_plain_names
from specdouble.standard import violations
from specdouble.yaml_reader import SpecError

__all__ = ["DEFAULTS", "Document", "Options", "SpecError", "load", "read"]

MAX_WARNINGS: Final = 20
"""How many warnings name their place: a document with more has other sorrows."""


@dataclass(frozen=True)
class Document:
    """A document that can be served, and what is wrong with its form."""

    content: dict[str, Any]
    """The document in its own version and in normal form; Swagger 2.0 as OpenAPI 3.0."""
    published: dict[str, Any]
    """The document in its own version, as its author wrote it; Swagger 2.0 as OpenAPI 3.0."""
    warnings: tuple[str, ...] = ()
    """Formal faults, each with file and line."""

    def as_3_0(self) -> dict[str, Any]:
        """Return the document as one of OpenAPI 3.0, without what that cannot express."""
        return downgraded(self.content) if is_newer(self.content) else self.content


def load(path: Path) -> dict[str, Any]:
    """Return the OpenAPI document that starts at ``path`` as one of OpenAPI 3.0; see ``read``."""
    return read(path).as_3_0()


def read(path: Path, options: Options = DEFAULTS) -> Document:
    """Read, bundle and check the OpenAPI document that starts at ``path``, a file or an address.

    Formal faults are corrected and become warnings. Raises SpecError for a document that cannot be served and, with
    ``strict``, for any fault.
    """
    require_path(path)
    path = path if url_of(path) else path.absolute()
    key = cache_entry(path, options)
    entry = recall(key)
    if entry is None:
        entry, files = _read(path, options)
        remember(key, files, entry)
    published = entry.content if entry.published is None else entry.published
    return Document(entry.content, published, tuple(entry.warnings))


def _read(path: Path, options: Options) -> tuple[Entry, Files]:
    files = Files(path, options)
    try:
        return _bundled(files, options), files
    except RecursionError:
        raise SpecError(path, "the document is nested too deeply, or in itself. Make it flatter.") from None


def _bundled(files: Files, options: Options) -> Entry:
    bundled = bundle(files)
    document = bundled.document
    faults = [*bundled.faults, *correct(document)]
    places = {place for place, _ in faults}
    faults += [(place, message) for place, message in violations(document) if place not in places]
    warnings = _errors(files, faults)
    if options.strict and warnings:
        raise warnings[0]
    published = converted(document) if is_swagger(document) else document
    content = with_plain_names(normalized(published) if is_newer(published) else published)
    # The first misuse is enough: the others may follow from it.
    for pointer, message in misuses(content):
        raise files.error(files.source(pointer), message)
    return Entry(content, None if content is published else published, _texts(warnings, len(faults)))


def _errors(files: Files, faults: list[Fault]) -> list[SpecError]:
    """Return the faults of the files and of the document, each with its place; only the first ones have their line."""
    errors = [SpecError(fault.path, fault.message, fault.line) for fault in files.warned]
    return [*errors, *files.errors([(files.source(pointer), message) for pointer, message in faults[:MAX_WARNINGS]])]


def _texts(errors: list[SpecError], count: int) -> list[str]:
    rest = count - MAX_WARNINGS
    more = [f"{errors[-1].path}: {rest} more faults like these. Check the document with a linter."] if rest > 0 else []
    return [*(str(error) for error in errors), *more]
