"""Long runs against the notes, made short."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from contracts.client.target import Conduct, Safety
from contracts.fuzz import campaign as campaigns
from contracts.fuzz.campaign import Campaign
from contracts.runner.preparation import Prepared, RunOptions, prepare
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE


@dataclass(frozen=True)
class Asked:
    """The files that a run is asked with."""

    url: str
    spec: Path
    profile: Path
    state: Path

    @property
    def options(self) -> list[str]:
        """The same on a command line."""
        return ["--url", self.url, "--spec", str(self.spec), "--profile", str(self.profile)]


@pytest.fixture
def asked(notes: Notes, document: Path, tmp_path: Path) -> Asked:
    profile = tmp_path / "notes.yaml"
    profile.write_text(yaml.safe_dump(msgspec.to_builtins(PROFILE)))
    return Asked(notes.url, document, profile, tmp_path / "state")


@pytest.fixture
def prepared(asked: Asked) -> Callable[..., Prepared]:
    """Prepare some checks of the notes."""
    return lambda *only: prepare(RunOptions(spec=asked.spec, profile=asked.profile, only=only))


@pytest.fixture
def enter(asked: Asked) -> Callable[..., Campaign]:
    """Begin a run, or take it up again."""

    def begin(*only: str, shards: int = 1, limit: float = 600, state: Path | None = None, **changes: Any) -> Campaign:
        options = RunOptions(
            spec=asked.spec, profile=asked.profile, only=only, seed=7, max_examples=1, conduct=Conduct(Safety.SANDBOX)
        )
        return campaigns.enter(
            asked.url, replace(options, **changes), shards=shards, limit=limit, state=state or asked.state
        )

    return begin
