"""Report an error of the checker itself in one line, which names the file with its traceback."""

import tempfile
import traceback
from os import environ

DEBUG = "CONTRACTS_DEBUG"
"""The environment variable that prints the traceback of an internal error."""


def internal(error: BaseException) -> str:
    """Describe an error of the checker itself in one line, and write its traceback to a file."""
    if environ.get(DEBUG):
        traceback.print_exception(error)
    first_line = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return f"internal error: {first_line}; please report it with {_write_traceback(error)}"


def _write_traceback(error: BaseException) -> str:
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="contracts-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return f"the traceback that {DEBUG}=1 shows"
    return file.name
