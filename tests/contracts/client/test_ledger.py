"""The ledger: lines are only appended, survive a crash, and lead to the items that are left."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.client import ledger as ledgers
from contracts.client.cleanup import Cleanup
from contracts.client.ledger import Entry, Ledger
from contracts.client.marks import Mark, mark_of
from contracts.client.safety import Guard, Safety
from contracts.client.tracking import Tracker
from contracts.errors import CannotRun
from contracts.messages.exchange import Answer, Request
from contracts.openapi.description import Model
from contracts.profile.models import Profile
from contracts.results.redaction import Redactor

URL = "http://127.0.0.1:9"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


def read(path: Path) -> list[Entry]:
    return next(iter(ledgers.left(URL, path))).left


def test_the_newest_entry_comes_first(path: Path) -> None:
    ledger = Ledger(path)
    for number in (1, 2, 3):
        ledger.note_path(ledger.begin("/notes", "alice", Mark()), f"/notes/{number}")
    ledger.note_deletion("/notes/2")
    ledger.drop(ledger.begin("/notes", "alice", Mark()))
    ledger.close()
    assert [entry.path for entry in read(path)] == ["/notes/3", "/notes/1"]


def test_a_deletion_includes_the_items_inside(path: Path) -> None:
    ledger = Ledger(path)
    for item in ("/notes/1", "/notes/1/pages/4", "/notes/11"):
        ledger.note_path(ledger.begin(item.rpartition("/")[0], "alice", Mark()), item)
    ledger.note_deletion("/notes/1")
    assert [entry.path for entry in ledger.left] == ["/notes/11"]
    ledger.close()


def test_a_creation_is_in_the_file_before_it_is_sent(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin("/notes", "alice", mark_of({"title": f"{TAG}-n-1"}, ["title"], [TAG]))
    assert f'"shows":{{"tag":"{TAG}"' in path.read_text()
    assert "-n-1" not in path.read_text()
    ledger.close()


def test_half_a_line_at_the_end_is_ignored(path: Path) -> None:
    ledger = Ledger(path)
    ledger.note_path(ledger.begin("/notes", "alice", Mark()), "/notes/1")
    ledger.close()
    with path.open("a") as file:
        file.write('{"event":"begu')
    assert [entry.path for entry in read(path)] == ["/notes/1"]


def test_a_line_after_half_a_line_is_read(path: Path) -> None:
    path.write_text('{"event":"begu')
    ledger = Ledger(path)
    ledger.note_path(ledger.begin("/notes", "alice", Mark()), "/notes/1")
    ledger.close()
    assert [entry.path for entry in read(path)] == ["/notes/1"]


def test_a_file_that_is_no_ledger_stays_as_it_is(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin("/notes", "alice", Mark())
    ledger.close()
    content = path.read_text() + "name: Notes\n"
    path.write_text(content)
    for use in (lambda: read(path), Ledger(path).require_usable, lambda: Ledger(path).begin("/notes", "al", Mark())):
        with pytest.raises(CannotRun, match=r"ledger:2: this is not a line of a ledger. Name another file"):
            use()
    assert path.read_text() == content
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_reported_before_anything_is_created(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no such folder; give a path that can be written"):
        Ledger(tmp_path / "absent" / "ledger").require_usable()


def test_a_usable_ledger_is_left_as_it_was(path: Path) -> None:
    Ledger(path).require_usable()
    assert list(path.parent.iterdir()) == []
    ledger = Ledger(path)
    ledger.begin("/notes", "alice", Mark())
    ledger.close()
    content = path.read_text()
    Ledger(path).require_usable()
    assert path.read_text() == content


def test_an_empty_ledger_leaves_no_file(path: Path) -> None:
    ledger = Ledger(path)
    ledger.note_path(ledger.begin("/notes", "alice", Mark()), "/notes/1")
    ledger.note_deletion("/notes/1")
    ledger.close()
    assert list(path.parent.iterdir()) == []


def test_a_run_keeps_the_entries_of_an_earlier_run_in_the_same_file(path: Path) -> None:
    for number in (1, 2):
        ledger = Ledger(path)
        ledger.note_path(ledger.begin("/notes", "alice", Mark()), f"/notes/{number}")
        ledger.close()
    assert {entry.path for entry in read(path)} == {"/notes/1", "/notes/2"}


def test_a_default_file_belongs_to_its_target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    ledger = Ledger(ledgers.folder(URL) / "one.ndjson")
    ledger.begin("/notes", "alice", Mark())
    ledger.close()
    assert [other.path for other in ledgers.left(URL)] == [ledger.path]
    assert list(ledgers.left("http://127.0.0.1:10")) == []


class Pages:
    """A client with two pages of notes, which may delete them."""

    def __init__(self) -> None:
        self.deleted: list[str] = []
        self.items = {
            "/notes/1": b'{"id": 1, "title": "Theirs"}',
            "/notes/7": b'{"id": 7, "title": "x ' + TAG_BYTES + b'"}',
        }
        self.pages = {
            "/notes": b'{"results": [{"id": 1, "title": "Theirs"}], "next": "http://127.0.0.1:9/notes?page=2"}',
            f"{URL}/notes?page=2": b'{"results": [{"id": 7, "title": "x '
            + TAG_BYTES
            + b'"}, {"id": 8, "title": "x"}]}',
        }

    def get(self, path: str) -> Answer:
        return self._answer("GET", path)

    def send(self, method: str, path: str) -> Answer:
        return self._answer(method, path)

    def delete(self, path: str) -> Answer:
        self.deleted.append(path)
        self.items.pop(path, None)
        answer = self._answer("DELETE", path)
        self.tracker.note_deleted(path)
        return answer

    def follow(self, url: object) -> Answer:
        return self._answer("GET", str(url))

    def _answer(self, method: str, path: str) -> Answer:
        content = {**self.pages, **self.items}.get(path)
        status = 404 if content is None else 200
        if method == "DELETE":
            status = 204
        return Answer(Request("alice", method, path, path, {}), status, {}, content or b"")

    tracker: Tracker


NOTE = {"type": "object", "properties": {"id": {"type": "integer"}, "title": {"type": "string"}}}
ONE = {"200": {"description": "", "content": {"application/json": {"schema": NOTE}}}}
PAGE = {
    "type": "object",
    "properties": {"results": {"type": "array", "items": NOTE}, "next": {"type": "string", "nullable": True}},
}
ALL = {"200": {"description": "", "content": {"application/json": {"schema": PAGE}}}}
BOOK = {
    "openapi": "3.0.3",
    "paths": {
        "/notes": {"get": {"responses": ALL}, "post": {"responses": ONE}},
        "/notes/{id}": {"get": {"responses": ONE}, "delete": {"responses": {}}},
    },
}
TAG = "ct0a1b2c3d"
TAG_BYTES = TAG.encode()


def cleaned(ledger: Ledger, alice: Pages) -> list[str]:
    guard = Guard(Safety.SANDBOX)
    alice.tracker = Tracker(guard, ledger, Profile(name="notes"))
    alice.tracker.learn(Model(BOOK))
    alice.tracker.proofs.witness = lambda *_: alice
    return Cleanup(ledger, alice.tracker, lambda _: alice).run()


def test_an_item_without_a_path_is_looked_for_by_its_tag_on_all_pages() -> None:
    ledger, alice = Ledger(), Pages()
    ledger.begin("/notes", "alice", mark_of({"title": f"x {TAG}"}, ["title"], [TAG]))
    assert cleaned(ledger, alice) == []
    assert (alice.deleted, ledger.left) == (["/notes/7"], [])


def test_an_item_that_no_row_shows_is_reported() -> None:
    ledger, alice = Ledger(), Pages()
    ledger.begin("/notes", "alice", mark_of({"title": "ctffffffff"}, ["title"], ["ctffffffff"]))
    why = "no answer has its id, and no row of its list shows the tag of the run"
    assert cleaned(ledger, alice) == [f"may be left: 1 in /notes: {why}"]
    assert (alice.deleted, ledger.left) == ([], [])


def test_a_list_that_shows_other_items_of_the_run_proves_that_one_was_not_created() -> None:
    ledger, alice = Ledger(), Pages()
    for title in (f"x {TAG}", f"y {TAG}"):
        ledger.begin("/notes", "alice", mark_of({"title": title}, ["title"], [TAG]))
    assert cleaned(ledger, alice) == []
    assert (alice.deleted, ledger.left) == (["/notes/7"], [])


def test_an_item_is_never_looked_for_by_other_texts_than_the_tag() -> None:
    ledger, alice = Ledger(), Pages()
    ledger.begin("/notes", "alice", mark_of({"title": "Theirs"}, ["title"], [TAG]))
    (message,) = cleaned(ledger, alice)
    assert message.startswith("may be left: 1 in /notes: no answer has its id, and none of its texts could carry")
    assert (alice.deleted, ledger.left) == ([], [])


def test_an_item_whose_list_is_empty_is_reported() -> None:
    ledger, alice = Ledger(), Pages()
    alice.pages["/notes"] = b""
    ledger.begin("/notes", "alice", mark_of({"title": TAG}, ["title"], [TAG]))
    (message,) = cleaned(ledger, alice)
    assert message.startswith("may be left: 1 in /notes: no answer has its id, and no row of its list shows")


def test_items_without_a_delete_operation_are_counted() -> None:
    ledger = Ledger()
    ledger.note_path(ledger.begin("/things", "alice", mark_of({"title": TAG}, ["title"], [TAG])), "/things/1")
    ledger.begin("/things", "alice", Mark())
    assert cleaned(ledger, Pages()) == ["2 in /things: the spec has no way to delete them"]
    assert ledger.left == []


def test_an_item_of_an_earlier_run_is_compared_before_it_is_deleted() -> None:
    ledger, alice = Ledger(), Pages()
    for number in (1, 7):
        key = ledger.begin("/notes", "alice", mark_of({"title": f"x {TAG}"}, ["title"], [TAG]))
        ledger.note_path(key, f"/notes/{number}")
    (message,) = cleaned(ledger, alice)
    assert message == "may be left: /notes/1 shows other values than the run left there; it was not touched"
    assert (alice.deleted, ledger.left) == (["/notes/7"], [])


def test_an_item_that_cannot_be_read_is_not_touched() -> None:
    ledger, alice = Ledger(), Pages()
    alice.items["/notes/7"] = b"<html>"
    ledger.note_path(ledger.begin("/notes", "alice", mark_of({"title": TAG}, ["title"], [TAG])), "/notes/7")
    (message,) = cleaned(ledger, alice)
    assert message == "may be left: /notes/7, not touched: GET answered 200, which shows no item"
    assert (alice.deleted, len(ledger.left)) == ([], 1)


def test_the_ledger_of_an_older_version_is_read(path: Path) -> None:
    path.write_text(
        '{"event":"begun","key":1,"collection":"/notes","person":"alice","mark":{"title":"a telling title"}}\n'
        '{"event":"created","key":1,"path":"/notes/7"}\n'
    )
    alice = Pages()
    alice.items["/notes/7"] = b'{"id": 7, "title": "a telling title"}'
    ledger = next(iter(ledgers.left(URL, path)))
    assert cleaned(ledger, alice) == []
    assert alice.deleted == ["/notes/7"]


MARK = '{"tag":"ct0a1b2c3d","tagged":["title"],"sent":{"title":"5278db0e09017ba7"},"telling":true}'
CHANGED = (
    '{"tag":"ct0a1b2c3d","tagged":["title"],"sent":{"title":"842b7d9d43cddf75 5278db0e09017ba7"},'
    '"shown":{"created":"fb9541710a93ecbd"},"telling":true}'
)
LINES = [
    *(
        f'{{"event":"begun","key":{key},"collection":"/notes","person":"alice","shows":{MARK}}}'
        for key in (1, 2, 3, 4, 5)
    ),
    *(f'{{"event":"created","key":{key},"path":"/notes/{key}"}}' for key in (1, 2, 3, 5)),
    f'{{"event":"marked","key":3,"shows":{CHANGED}}}',
    '{"event":"refused","key":4}',
    '{"event":"gone","path":"/notes/2"}',
    '{"event":"moved","path":"/notes/1","to":"/notes/9"}',
    '{"event":"created","key":5}',
]
"""Lines as the first version wrote them, with every event."""


def test_every_event_is_read_under_the_name_in_which_it_was_first_written(path: Path) -> None:
    path.write_text("\n".join(LINES))
    lost, changed, moved = read(path)
    assert (lost.path, changed.path, moved.path) == (None, "/notes/3", "/notes/9")
    created = "2026-11-28T00:01:02.345678Z"
    assert changed.mark.matches_later({"id": 3, "title": "0", "created": created})
    assert not changed.mark.matches_later({"id": 3, "title": "0", "created": created.replace("28", "29")})
    assert moved.mark.matches_later({"title": f"x {TAG}"})
    assert moved.mark.is_distinctive


def test_every_event_is_written_under_the_name_in_which_it_was_first_written(path: Path) -> None:
    ledger = Ledger(path)
    mark = mark_of({"title": f"x {TAG}"}, ["title", "created"], [TAG])
    keys = [ledger.begin("/notes", "alice", mark) for _ in range(5)]
    for number in (1, 2, 3, 5):
        ledger.note_path(keys[number - 1], f"/notes/{number}")
    fields = {"title": f"x {TAG}", "created": "2026-11-28T00:01:02.345678Z"}
    ledger.note_mark(keys[2], mark.with_proof(fields).with_change({"title": "0"}, ["title"]))
    ledger.drop(keys[3])
    ledger.note_deletion("/notes/2")
    ledger.note_move("/notes/1", "/notes/9")
    ledger.forget_path(keys[4])
    ledger.close()
    numbers = {str(key): str(number) for number, key in enumerate(keys, 1)}
    written = re.sub(r'(?<="key":)\d+', lambda match: numbers[match[0]], path.read_text())
    assert written.splitlines() == LINES


def test_a_move_includes_the_items_inside(path: Path) -> None:
    ledger = Ledger(path)
    for item in ("/shops/a", "/shops/a/shelves/x", "/shops/ab"):
        ledger.note_path(ledger.begin(item.rpartition("/")[0], "alice", Mark()), item)
    ledger.note_move("/shops/a", "/shops/b")
    ledger.close()
    assert [entry.path for entry in read(path)] == ["/shops/ab", "/shops/b/shelves/x", "/shops/b"]


def test_a_full_disk_is_reported_before_anything_is_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    ledger = Ledger(tmp_path / "run.ndjson")
    monkeypatch.setattr("contracts.client.ledger.os.write", full)
    with pytest.raises(CannotRun, match="No space left on device; make room there, or give another --ledger"):
        ledger.begin("/notes", "alice", Mark())
    monkeypatch.undo()
    ledger.close()


@pytest.fixture
def everybody_may_read() -> Iterator[None]:
    """Set a umask that removes no permission."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("everybody_may_read")
def test_only_its_owner_may_read_a_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    ledger = Ledger(ledgers.folder(URL) / "one.ndjson")
    ledger.begin("/notes", "alice", Mark())
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (tmp_path / "state").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    ledger.close()


def test_a_ledger_that_others_could_read_becomes_private(path: Path) -> None:
    path.touch(0o644)
    ledger = Ledger(path)
    ledger.begin("/notes", "alice", Mark())
    assert path.stat().st_mode & 0o777 == 0o600
    ledger.close()


def test_a_ledger_hides_secrets_and_restores_the_path(path: Path) -> None:
    redactor = Redactor(lambda: {"open-sesame": "${PASSWORD}"})
    ledger = Ledger(path, redactor)
    fields = {"title": f"Mine {TAG}", "text": "open%2Dsesame"}
    key = ledger.begin("/notes", "alice", mark_of(fields, ["title", "text"], [TAG]))
    ledger.note_path(key, "/notes/open-sesame")
    ledger.close()
    assert "sesame" not in path.read_text()
    assert [entry.path for entry in next(iter(ledgers.left(URL, path, redactor))).left] == ["/notes/open-sesame"]
