"""A backend of notes that is served for the whole session, and returns to its start for each test."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import contracts
from contracts.checks.context import Context
from contracts.checks.contexts import minimal_body
from contracts.client.target import Safety, Target
from contracts.fixtures.factory import Factory
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.report import Report
from tests.contracts.support.notes import Notes, serving
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE, PROFILE_OF_FILE


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
def profile(tmp_path: Path) -> Path:
    """A profile as it is given on the command line, with no more than is needed."""
    path = tmp_path / "notes.yaml"
    path.write_text(yaml.safe_dump(PROFILE_OF_FILE))
    return path


@pytest.fixture
def check(notes: Notes, document: Path) -> Callable[..., Report]:
    """Check the notes with some faults switched on."""

    def run(*faults: str, **options: Any) -> Report:
        notes.reset(*faults)
        return contracts.check(notes.url, spec=document, **{"profile": PROFILE, "max_examples": 4, **options})

    return run


@pytest.fixture
def context(notes: Notes) -> Iterator[Context]:
    model = Model(DOCUMENT)
    (resource,) = model.resources
    with Target(notes.url, PROFILE, Safety.SANDBOX, "cttest") as target:
        target.learn(model)
        known = PROFILE.resource(resource.item)
        factory = Factory(target, resource, known, minimal_body(resource, known))
        yield Context(target, model, resource, known, factory, Effort(seed=1, max_examples=20))
