"""Cache bundled documents in the user's cache folder: validation costs more than the rest of a start."""

import hashlib
import json
import os
import re
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from specdouble.references import Files


def cache_folder() -> Path:
    """Return the folder of cached documents, where the operating system wants it."""
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "specdouble"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "specdouble" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "specdouble"
    return Path.home() / ".cache" / "specdouble"


def cache_entry(path: Path) -> Path | None:
    """Return the cache file of the document at ``path``, or None where there is no cache folder.

    Its name depends on the document and on the code that reads it, so that another version of either never finds it.
    """
    with suppress(RuntimeError):
        return cache_folder() / f"{_digest(str(path).encode(), *_readers())}.json"
    return None


def _readers() -> tuple[bytes, ...]:
    """Return bytes that change with the versions of specdouble and of prance.

    These are the source itself and the names of metadata folders: importlib.metadata would take 60 ms.
    """
    site = Path(yaml.__file__).parent.parent
    installed = sorted(entry.name for entry in site.glob("*.dist-info") if _VALIDATORS.match(entry.name))
    return *(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))), " ".join(installed).encode()


_VALIDATORS = re.compile(r"(prance|openapi_spec_validator|openapi_schema_validator)-")


def recall(entry: Path | None) -> dict[str, Any] | None:
    """Return the cached document, provided that none of its files has changed."""
    if entry is None:
        return None
    # A damaged cache is no error: the document is read again.
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        entry_content = json.loads(entry.read_bytes())
        if all(_digest(Path(path).read_bytes()) == digest for path, digest in entry_content["files"].items()):
            document: dict[str, Any] = entry_content["document"]
            return document
    return None


def remember(entry: Path | None, files: Files, document: dict[str, Any]) -> None:
    """Cache a document for the next start; where that fails, the next start is only slower."""
    if entry is None:
        return
    digests = {str(path): _digest(content) for path, content in files.contents.items()}
    with suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and renamed: another process may read the cache at the same time.
        with tempfile.NamedTemporaryFile("w", dir=entry.parent, suffix=".new", delete=False) as new:
            json.dump({"files": digests, "document": document}, new)
        Path(new.name).replace(entry)


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()
