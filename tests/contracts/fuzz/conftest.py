"""Long runs against the notes, made short."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from contracts.client.target import Conduct, Safety
from contracts.fuzz import campaign as fuzzing
from contracts.fuzz.campaign import Campaign
from contracts.runner.session import Terms, terms
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
def held(asked: Asked) -> Callable[..., Terms]:
    """What the notes are held to, by some checks."""
    return lambda *only: terms(spec=asked.spec, profile=asked.profile, only=only)


@pytest.fixture
def enter(asked: Asked) -> Callable[..., Campaign]:
    """Begin a run, or take it up again."""

    def begin(*only: str, **options: Any) -> Campaign:
        defaults: dict[str, Any] = {
            "shards": 1, "limit": 600, "state": asked.state, "seed": 7, "max_examples": 1,
            "conduct": Conduct(Safety.SANDBOX),
        }  # fmt: skip
        return fuzzing.enter(
            url=asked.url, spec=asked.spec, profile=asked.profile, only=only, **{**defaults, **options}
        )

    return begin
