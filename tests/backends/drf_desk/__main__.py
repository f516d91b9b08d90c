"""Serves the desk until its input ends; each line of that names the faults to have, with commas between them."""

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
