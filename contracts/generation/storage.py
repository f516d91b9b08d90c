"""The folder in which Hypothesis keeps its files: constants of modules, tables of Unicode."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import platformdirs


@contextmanager
def hypothesis_in_cache() -> Iterator[None]:
    """Let Hypothesis write to the user's cache, not to the working folder.

    Other tests of the same process that use Hypothesis keep their own folder.
    """
    from hypothesis.configuration import set_hypothesis_home_dir, storage_directory

    if os.getenv("HYPOTHESIS_STORAGE_DIRECTORY"):
        yield
        return
    before = storage_directory(intent_to_write=False).home_directory
    set_hypothesis_home_dir(platformdirs.user_cache_path("specdouble") / "hypothesis")
    try:
        yield
    finally:
        set_hypothesis_home_dir(before)
