"""The command that serves the desk until its input ends; each line switches to a comma-separated list of faults."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.runner.apps import serving
from tests.backends.drf_desk import app, faults

with TemporaryDirectory(prefix="desk-", ignore_cleanup_errors=True) as folder, serving(app.start(Path(folder))) as url:
    print(url, flush=True)
    for line in sys.stdin:
        faults.switch(filter(None, line.strip().split(",")))
        print("switched", flush=True)
