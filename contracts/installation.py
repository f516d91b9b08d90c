"""The packages of the checker, which an installation of the mock alone leaves out."""

import sys
from importlib.util import find_spec
from pathlib import Path
from shlex import quote

from contracts.errors import CannotRun

MODULES = (
    "a2wsgi",
    "filelock",
    "hypothesis",
    "jinja2",
    "platformdirs",
    "requests",
    "rich",
    "schemathesis",
    "urllib3",
)
"""The modules that the extra `contracts` in pyproject.toml installs."""

PROJECT = Path(__file__).resolve().parents[1]


def require_checker() -> None:
    """Raise `CannotRun` with the line that installs the checker, unless its packages are there."""
    missing = [module for module in MODULES if find_spec(module) is None]
    if missing:
        raise CannotRun(f"The checker is not installed: {', '.join(missing)} missing. Install it with: {_command()}")


def _command() -> str:
    """Return the shell line that adds the checker to this Python; a checkout is named by its folder."""
    is_checkout = (PROJECT / "pyproject.toml").is_file()
    source = f"--editable {quote(f'{PROJECT}[contracts]')}" if is_checkout else "'.[contracts]' (in the project folder)"
    return f"{quote(sys.executable)} -m pip install {source}"
