"""The list of generated pages."""

from pathlib import Path
from typing import Final, Protocol

from docs.generators import (
    contracts_command,
    control_api,
    extensions,
    laws,
    mockserver_command,
    profile,
    python_api,
    report_formats,
    rules,
    settings,
)


class Generator(Protocol):
    """A module that generates one page."""

    PAGE: Path

    def page(self) -> str:
        """Return the text that the code asks for."""


GENERATORS: Final[tuple[Generator, ...]] = (
    contracts_command,
    control_api,
    extensions,
    laws,
    mockserver_command,
    profile,
    python_api,
    report_formats,
    rules,
    settings,
)
