"""The told lines, run as a reader would."""

import shutil
import subprocess
from collections.abc import Iterable

import pytest

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="the told lines are curl lines")


def ran(lines: Iterable[str]) -> str:
    """What some lines print that all succeed."""
    script = "\n".join(["set -e -o pipefail", *lines])
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
