"""Make the pictures of the README: `python -m docs.pictures`, with Chromium and its driver installed.

They show a run on the reference backend with two faults: every user who sees a course may change it, and a published
course can become a draft again.
"""

import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.terminal_theme import MONOKAI

import contracts
from benchmarks.detection import contract
from benchmarks.detection.backend import serving
from benchmarks.detection.subjects import HEALTHY, profile_for
from contracts.report import Report, html
from contracts.report.console import show
from contracts.report.progress import ConsoleProgress
from specdouble import OPENAPI
from tests.contracts.support.browser import browser, resize

FOLDER = Path(__file__).parent / "images"
OPEN_TO_ALL, BACK_TO_DRAFT = "50", "59"
WIDTH, HEIGHT = 1200, 1180
COLUMNS = 124
FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def main() -> None:
    """Check the reference twice, and write a picture of the page and one of the terminal."""
    FOLDER.mkdir(exist_ok=True)
    everybody = ("CT102", "CT301", "CT302", "CT303", "CT401", "CT402", "VIS")
    _write_page(_checked((OPEN_TO_ALL, BACK_TO_DRAFT), everybody, _console()), FOLDER / "report.png")
    console = _console()
    show(_checked((BACK_TO_DRAFT,), ("CT401", "VIS-01", "VIS-04"), console), console, brief=True)
    _write_terminal(console, FOLDER / "console.svg")


def _console() -> Console:
    return Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, force_interactive=False)


def _checked(faults: Sequence[str], only: Sequence[str], console: Console) -> Report:
    options = [part for fault in faults for part in ("--fault", fault)]
    with serving(options) as backend, tempfile.TemporaryDirectory() as folder, ConsoleProgress(console) as progress:
        spec = contract.whole(Path(folder))
        profile = profile_for(HEALTHY.name)
        report = contracts.check(backend.url, spec=spec, profile=profile, only=only, max_examples=2, listener=progress)
    return replace(report, spec=OPENAPI)


def _write_page(report: Report, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, browser(Path(folder) / "user") as opened:
        page = Path(folder) / "report.html"
        html.write(report, page)
        resize(opened, WIDTH, height=HEIGHT)
        opened.get(page.as_uri())
        picture = Image.open(io.BytesIO(opened.get_screenshot_as_png()))
    picture.convert("RGB").quantize(64).save(path, optimize=True)


def _write_terminal(console: Console, path: Path) -> None:
    drawn = console.export_svg(title="contracts check --brief", theme=MONOKAI, unique_id="console")
    # A picture of the documentation loads no fonts from elsewhere.
    path.write_text(FONT_FACES.sub("", drawn))


if __name__ == "__main__":
    main()
