"""A backend of notes that is served for the whole session, and returns to its start for each test."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.report import Report
from tests.contracts.notes import DOCUMENT, PROFILE, Notes, serving


@pytest.fixture(scope="session")
def served() -> Iterator[Notes]:
    with serving(Notes()) as notes:
        yield notes


@pytest.fixture
def notes(served: Notes) -> Notes:
    served.reset()
    return served


@pytest.fixture(scope="session")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spec") / "notes.json"
    path.write_text(json.dumps(DOCUMENT))
    return path


@pytest.fixture
def check(notes: Notes, document: Path) -> Callable[..., Report]:
    """Check the notes with some faults switched on."""

    def run(*faults: str, **options: Any) -> Report:
        notes.reset(*faults)
        return contracts.check(notes.url, spec=document, **{"profile": PROFILE, "max_examples": 4, **options})

    return run
