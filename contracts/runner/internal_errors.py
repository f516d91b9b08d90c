"""An error of the checker itself: one line that says where its traceback is."""

import tempfile
import traceback
from os import environ

DEBUG = "CONTRACTS_DEBUG"
"""The variable of the environment that shows the traceback of an internal error."""


def internal(error: BaseException) -> str:
    """One line about an error of the checker itself; the traceback is written to a file."""
    if environ.get(DEBUG):
        traceback.print_exception(error)
    said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return f"internal error: {said}; please report it with {_written(error)}"


def _written(error: BaseException) -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="contracts-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return f"the traceback that {DEBUG}=1 shows"
    return file.name
