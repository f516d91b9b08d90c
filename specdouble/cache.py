"""Cache bundled documents in the user's cache folder: validation costs more than the rest of a start."""

import hashlib
import json
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from specdouble.folders import cache_folder
from specdouble.references import DEFAULTS, Files, Options, read_source
from specdouble.yaml_reader import SpecError

__all__ = ["Entry", "cache_entry", "cache_folder", "recall", "remember"]


@dataclass(frozen=True)
class Entry:
    """What is cached of a document; ``published`` is None where it is the same as the content."""

    content: dict[str, Any]
    published: dict[str, Any] | None
    warnings: list[str]


def cache_entry(path: Path, options: Options = DEFAULTS) -> Path | None:
    """Return the cache file of the document at ``path``, or None where there is no cache folder.

    Its name depends on the document, on how it is read and on the code that reads it, so that another version of any of
    them never finds it.
    """
    with suppress(RuntimeError):
        return cache_folder() / f"{_digest(str(path).encode(), repr(options).encode(), *_readers())}.json"
    return None


def _readers() -> tuple[bytes, ...]:
    """Return the source of specdouble, and of the standards that it checks against: they change with its version."""
    folder = Path(__file__).parent
    return tuple(path.read_bytes() for path in (*sorted(folder.glob("*.py")), *sorted(folder.glob("standards/*.json"))))


def recall(key: Path | None) -> Entry | None:
    """Return the cached document, provided that none of its files has changed."""
    if key is None:
        return None
    # A damaged cache is no error: the document is read again.
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError, SpecError):
        cached = msgspec.json.decode(key.read_bytes())
        if all(_digest(read_source(Path(path))) == digest for path, digest in cached["files"].items()):
            return Entry(cached["document"], cached["published"], cached["warnings"])
    return None


def remember(key: Path | None, files: Files, entry: Entry) -> None:
    """Cache a document for the next start; where that fails, the next start is only slower."""
    if key is None:
        return
    digests = {str(path): _digest(content) for path, content in files.contents.items()}
    cached = {"files": digests, "document": entry.content, "published": entry.published, "warnings": entry.warnings}
    with suppress(OSError):
        key.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and renamed: another process may read the cache at the same time.
        with tempfile.NamedTemporaryFile("w", dir=key.parent, suffix=".new", delete=False) as new:
            json.dump(cached, new)
        Path(new.name).replace(key)


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()
