"""A document that was read is kept, and read again once one of its files or the reader has changed."""

import sys
from pathlib import Path
from typing import Any

import pytest

from specdouble import cache as cache_module
from specdouble import document as document_module
from specdouble.cache import cache_folder
from specdouble.document import SpecError, load
from tests.specdouble.conftest import Write
from tests.specdouble.support.cats import HEAD, PATHS, ROOT, SCHEMAS


def never(*_: object) -> dict[str, Any]:
    pytest.fail("the document was read again")


def test_the_second_reading_is_served_from_the_cache(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    first = load(path)
    monkeypatch.setattr(document_module, "bundle", never)
    assert load(path) == first


def test_a_change_in_any_file_is_seen(write: Write) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    load(path)
    write(paths=PATHS.replace("get_cat", "read_cat"))
    assert load(path)["paths"]["/cats/{id}/"]["get"]["operationId"] == "read_cat"


def test_a_file_that_is_gone_is_missed(write: Write) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    load(path)
    path.with_name("paths.yaml").unlink()
    with pytest.raises(SpecError, match="names no file"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"files": {}}', b'{"files": 5}', b"\xff"])
def test_a_broken_cache_is_passed_over(write: Write, cache: Path, content: bytes) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    first = load(path)
    [entry] = cache.iterdir()
    entry.write_bytes(content)
    assert load(path) == first


def test_nothing_broken_is_kept(write: Write, cache: Path) -> None:
    with pytest.raises(SpecError):
        load(write(root=HEAD + "paths: []\n"))
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_does_no_harm(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load(write(root=HEAD + "paths: {}\n"))["paths"] == {}


def test_a_reader_of_another_version_does_not_find_what_this_one_kept(
    write: Write, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(root=HEAD + "paths: {}\n")
    load(path)
    monkeypatch.setattr(cache_module, "_readers", lambda: (b"another version",))
    load(path)
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/specdouble"),
        ("linux", {}, "/home/me/.cache/specdouble"),
        ("darwin", {}, "/home/me/Library/Caches/specdouble"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/specdouble/Cache"),
        ("win32", {}, "/home/me/AppData/Local/specdouble/Cache"),
    ],
)
def test_the_cache_is_where_the_platform_wants_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], folder: str
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == Path(folder)


def test_somebody_without_a_home_has_no_cache(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    assert load(write(root=HEAD + "paths: {}\n"))["paths"] == {}
