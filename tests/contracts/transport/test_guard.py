"""What a run may write to, by path."""

import pytest

from contracts.identifiers import ABSENT_NUMBER
from contracts.transport.guard import Guard, Level, Safety

PATHS = ("/notes", "/notes/{noteId}", "/notes/{noteId}/pages", "/notes/{noteId}/pages/{page}", "/notes/search", "/me")


@pytest.fixture
def guard() -> Guard:
    guard = Guard(Safety.SANDBOX)
    guard.learn(PATHS)
    guard.own("/notes/7")
    guard.lend("/notes/1")
    return guard


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notes/9"),
        ("POST", "/notes"),
        ("POST", "/notes/?x=1"),
        ("POST", "/notes/search"),
        ("PUT", "/me"),
        ("PATCH", "/notes/7"),
        ("DELETE", "/notes/7/"),
        ("POST", "/notes/7/pages"),
        ("DELETE", "/notes/7/pages/3"),
        ("PATCH", "/notes/1"),
        ("DELETE", "/notes/1/pages/3"),
        ("DELETE", f"/notes/{ABSENT_NUMBER}"),
        ("PATCH", f"/notes/9/pages/{ABSENT_NUMBER}"),
    ],
)
def test_what_is_the_runs_own_or_lent_or_not_there_may_be_written(guard: Guard, method: str, path: str) -> None:
    assert guard.refusal(method, path) is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/notes/9"),
        ("DELETE", "/notes/70"),
        ("POST", "/notes/9/pages"),
        ("DELETE", "/notes/9/pages/7"),
        ("DELETE", "/notes/1"),
        ("PATCH", f"/notes/{ABSENT_NUMBER}/pages/3"),
        ("DELETE", "/notes/7/../9"),
        ("DELETE", "/notes/7/%2e%2e/9"),
        ("DELETE", "/notes/7%2F..%2F9"),
        ("DELETE", "/notes/9/unheard/of"),
    ],
)
def test_anything_else_is_not(guard: Guard, method: str, path: str) -> None:
    refusal = guard.refusal(method, path)
    assert refusal is not None
    assert f"{method} {path} was not sent" in refusal


@pytest.mark.parametrize(
    ("method", "path", "may"),
    [
        ("PATCH", "/notes/7", True),
        ("POST", "/notes", True),
        ("DELETE", f"/notes/7/pages/{ABSENT_NUMBER}", True),
        ("PATCH", "/notes/1", False),
        ("DELETE", "/notes/7/pages/3", False),
        ("PUT", "/me", False),
        ("DELETE", "/notes", False),
    ],
)
def test_what_is_drawn_is_held_to_more(guard: Guard, method: str, path: str, may: bool) -> None:
    assert (guard.refusal(method, path, Level.DRAWN) is None) is may


def test_who_observes_writes_nothing_but_a_login() -> None:
    guard = Guard(Safety.OBSERVE)
    guard.own("/notes/7")
    assert guard.refusal("PATCH", "/notes/7") == "needs writes, and only reads are allowed here (--safety sandbox)"
    assert guard.refusal("POST", "/login", Level.LOGIN) is None
    assert guard.refusal("GET", "/notes") is None


def test_who_destroys_writes_anywhere() -> None:
    assert Guard(Safety.DESTRUCTIVE).refusal("DELETE", "/notes/9", Level.DRAWN) is None
