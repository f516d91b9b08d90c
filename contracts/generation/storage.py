"""Where Hypothesis keeps its files: the constants of modules, tables of Unicode."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import platformdirs


@contextmanager
def hypothesis_in_cache() -> Iterator[None]:
    """Let Hypothesis write to the user's cache, not to the working folder.

    Tests of the same process that use Hypothesis too find their own folder as before.
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
