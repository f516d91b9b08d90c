"""The folder in which copies of documents are kept."""

import os
import sys
from pathlib import Path


def cache_folder() -> Path:
    """Return the folder of cached documents, where the operating system wants it."""
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "specdouble"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "specdouble" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "specdouble"
    return Path.home() / ".cache" / "specdouble"
