"""The real browser in which tests open the page."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
MISSING = "" if CHROMIUM and DRIVER else "needs Chromium and its driver: apt install chromium chromium-driver"

OPTIONS = (
    *("headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "hide-scrollbars"),
    *("disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"),
)
"""Seen by nobody, and quiet: it asks nothing of the network by itself."""


@contextmanager
def browser(folder: Path, width: int = 1280, height: int = 900) -> Iterator[Chrome]:
    """Start a browser that keeps what it keeps in a folder."""
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for each in (*OPTIONS, f"user-data-dir={folder}", f"window-size={width},{height}"):
        options.add_argument(f"--{each}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = Chrome(options, Service(str(DRIVER)))
    try:
        yield started
    finally:
        started.quit()


def resize(opened: Chrome, width: int, scheme: str = "light", height: int = 900) -> None:
    """Give the page a size and a colour scheme."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
