"""The file of what was created: only appended, read back as it stands, gone when nothing is left."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts import ledger as ledgers
from contracts.answers import Reading
from contracts.cleaning import clean
from contracts.errors import CannotRun
from contracts.exchange import Answer, Request
from contracts.ledger import Entry, Ledger, mark
from contracts.redaction import Redactor

URL = "http://127.0.0.1:9"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


def read(path: Path) -> list[Entry]:
    return next(iter(ledgers.left(URL, path))).left


def test_what_is_left_is_told_the_newest_first(path: Path) -> None:
    ledger = Ledger(path)
    for number in (1, 2, 3):
        ledger.created(ledger.begun("/notes", "alice", {}), f"/notes/{number}")
    ledger.gone("/notes/2")
    ledger.refused(ledger.begun("/notes", "alice", {}))
    ledger.close()
    assert [each.path for each in read(path)] == ["/notes/3", "/notes/1"]


def test_with_an_item_goes_what_lives_inside_of_it(path: Path) -> None:
    ledger = Ledger(path)
    for item in ("/notes/1", "/notes/1/pages/4", "/notes/11"):
        ledger.created(ledger.begun(item.rpartition("/")[0], "alice", {}), item)
    ledger.gone("/notes/1")
    assert [each.path for each in ledger.left] == ["/notes/11"]
    ledger.close()


def test_a_creation_is_in_the_file_before_it_is_sent(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begun("/notes", "alice", {"title": "Mine"})
    assert '"mark":{"title":"Mine"}' in path.read_text()
    ledger.close()


def test_half_a_line_at_the_end_is_passed_over(path: Path) -> None:
    ledger = Ledger(path)
    ledger.created(ledger.begun("/notes", "alice", {}), "/notes/1")
    ledger.close()
    with path.open("a") as file:
        file.write('{"event":"begu')
    assert [each.path for each in read(path)] == ["/notes/1"]


def test_nothing_left_leaves_no_file(path: Path) -> None:
    ledger = Ledger(path)
    ledger.created(ledger.begun("/notes", "alice", {}), "/notes/1")
    ledger.gone("/notes/1")
    ledger.close()
    assert list(path.parent.iterdir()) == []


def test_a_run_keeps_what_an_earlier_one_left_in_the_same_file(path: Path) -> None:
    for number in (1, 2):
        ledger = Ledger(path)
        ledger.created(ledger.begun("/notes", "alice", {}), f"/notes/{number}")
        ledger.close()
    assert {each.path for each in read(path)} == {"/notes/1", "/notes/2"}


def test_a_file_without_a_name_belongs_to_its_target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    ledger = Ledger(ledgers.folder(URL) / "one.ndjson")
    ledger.begun("/notes", "alice", {})
    ledger.close()
    assert [each.path for each in ledgers.left(URL)] == [ledger.path]
    assert list(ledgers.left("http://127.0.0.1:10")) == []


def test_a_mark_has_the_texts_that_answers_show() -> None:
    body = b'{"title": " Mine ", "secret": "hush-hush", "size": 3, "tag": "x"}'
    assert mark(body, ["title", "size", "tag"]) == {"title": "Mine"}
    assert mark(b'{"note": {"title": "Mine", "secret": "hush-hush"}}', ["title"]) == {"title": "Mine"}
    assert mark(b'{"title": "' + b"x" * 201 + b'", "text": "' + b"y" * 200 + b'"}', ["title", "text"]) == {
        "text": "y" * 200
    }
    assert mark(b"\xff", ["title"]) == {}
    assert mark(b"[1]", ["title"]) == {}


class Pages:
    """Somebody who sees two pages of notes, and may delete."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.pages = {
            "/notes": b'{"results": [{"id": 1, "title": "Theirs"}], "next": "http://127.0.0.1:9/notes?page=2"}',
            f"{URL}/notes?page=2": b'{"results": [{"id": 7, "title": "Mine"}, {"id": 8, "title": "Mine, too"}]}',
        }

    def send(self, method: str, path: str) -> Answer:
        return self._answer(method, path)

    def delete(self, path: str) -> Answer:
        self.deleted.append(path)
        return self._answer("DELETE", path)

    def follow(self, url: object) -> Answer:
        return self._answer("GET", str(url))

    def _answer(self, method: str, path: str) -> Answer:
        status = 200 if path in self.pages else 204 if method == "DELETE" else 404
        return Answer(Request("alice", method, path, path, {}), status, {}, self.pages.get(path, b""))


def reading(_collection: str) -> Reading:
    return Reading(["id"])


def test_what_was_cut_off_is_found_on_the_pages_of_its_list() -> None:
    ledger, alice = Ledger(), Pages()
    ledger.begun("/notes", "alice", {"title": "Mine"})
    assert clean(ledger, lambda _: alice, lambda _: None, reading) == []
    assert (alice.deleted, ledger.left) == (["/notes/7"], [])


def test_what_was_cut_off_and_is_nowhere_was_not_created() -> None:
    ledger, alice = Ledger(), Pages()
    ledger.begun("/notes", "alice", {"title": "Never"})
    assert clean(ledger, lambda _: alice, lambda _: None, reading) == []
    assert (alice.deleted, ledger.left) == ([], [])


def test_what_no_list_shows_is_told() -> None:
    ledger = Ledger()
    ledger.begun("/things", "alice", {"title": "Mine"})
    (told,) = clean(ledger, lambda _: Pages(), lambda _: None, reading)
    assert told == "an item may stay in /things: its creation was cut off, and no list shows it"


def test_an_item_that_moves_takes_with_it_what_lives_inside(path: Path) -> None:
    ledger = Ledger(path)
    for item in ("/shops/a", "/shops/a/shelves/x", "/shops/ab"):
        ledger.created(ledger.begun(item.rpartition("/")[0], "alice", {}), item)
    ledger.moved("/shops/a", "/shops/b")
    ledger.close()
    assert [each.path for each in read(path)] == ["/shops/ab", "/shops/b/shelves/x", "/shops/b"]


def test_a_disk_that_is_full_is_told_before_anything_is_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    ledger = Ledger(tmp_path / "run.ndjson")
    monkeypatch.setattr("contracts.ledger.os.write", full)
    with pytest.raises(CannotRun, match="No space left on device; make room there, or give another --ledger"):
        ledger.begun("/notes", "alice", {})
    monkeypatch.undo()
    ledger.close()


@pytest.fixture
def everybody_may_read() -> Iterator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("everybody_may_read")
def test_nobody_else_may_read_a_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ledger = Ledger(ledgers.folder(URL) / "one.ndjson")
    ledger.begun("/notes", "alice", {})
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (tmp_path / "state").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    ledger.close()


def test_a_ledger_that_others_could_read_is_theirs_no_longer(path: Path) -> None:
    path.touch(0o644)
    ledger = Ledger(path)
    ledger.begun("/notes", "alice", {})
    assert path.stat().st_mode & 0o777 == 0o600
    ledger.close()


def test_a_ledger_has_no_secret_and_knows_the_path_all_the_same(path: Path) -> None:
    redactor = Redactor(lambda: {"open-sesame": "${PASSWORD}"})
    ledger = Ledger(path, redactor)
    key = ledger.begun("/notes", "alice", {"title": "Mine", "text": "open%2Dsesame"})
    ledger.created(key, "/notes/open-sesame")
    ledger.close()
    assert "sesame" not in path.read_text()
    assert '"mark":{"title":"Mine"}' in path.read_text()
    assert [each.path for each in next(iter(ledgers.left(URL, path, redactor))).left] == ["/notes/open-sesame"]
