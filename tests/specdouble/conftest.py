from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specdouble import OPENAPI
from specdouble.bundling import bundle
from specdouble.references import Files

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, so that none is served what another left behind."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder / "specdouble"


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The bundled contract."""
    files = Files(OPENAPI)
    return bundle(files).document


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write files, the first one named being the root, and return its path."""

    def _write(**texts: str) -> Path:
        for name, text in texts.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path / f"{next(iter(texts))}.yaml"

    return _write
