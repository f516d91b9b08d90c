"""Hypothesis keeps its files in the user's cache while the checker uses it; before and after, its folder is as set."""

from pathlib import Path

import pytest
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory

from contracts.generation.storage import hypothesis_in_cache


def home() -> Path:
    return storage_directory(intent_to_write=False).home_directory


def test_it_is_in_the_cache_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    before = home()
    try:
        set_hypothesis_home_dir(tmp_path / "my own")
        with hypothesis_in_cache():
            assert home() == tmp_path / "specdouble" / "hypothesis"
        assert home() == tmp_path / "my own"
    finally:
        set_hypothesis_home_dir(before)


def test_the_folder_of_the_environment_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path / "chosen"))
    before = home()
    with hypothesis_in_cache():
        assert home() == before
