"""The guard permits or rejects requests by method and path."""

from collections.abc import Iterable

import pytest

from contracts.client.ownership import Item, State
from contracts.client.routes import split
from contracts.client.safety import Guard, Level, Safety
from contracts.openapi.identifiers import ABSENT_NUMBER

PATHS = {
    "/notes": {"get": {}, "post": {}},
    "/notes/{noteId}": {"get": {}, "patch": {}, "put": {}, "delete": {}},
    "/notes/{noteId}/archive": {"post": {}},
    "/notes/{noteId}/roles": {"post": {}},
    "/notes/{noteId}/pages": {"get": {}, "post": {}},
    "/notes/{noteId}/pages/{page}": {"get": {}, "patch": {}, "delete": {}},
    "/notes/{noteId}/marks": {"post": {}},
    "/notes/{noteId}/marks/{mark}": {"get": {}},
    "/notes/search": {"get": {}, "post": {"operationId": "search"}},
    "/me": {"get": {}, "put": {}},
    "/shutdown": {"post": {"operationId": "shutdown"}},
    "/users/{name}": {"get": {}, "post": {"operationId": "add_user"}, "delete": {"operationId": "drop_user"}},
    "/teams/{team}/notes": {"post": {}},
    "/teams/{team}/notes/{noteId}": {"get": {}},
}


def guarded(actions: Iterable[str] = (), safety: Safety = Safety.SANDBOX) -> Guard:
    guard = Guard(safety, list(actions))
    guard.learn(PATHS)
    for path in ("/notes/7", "/notes/7/pages/3", "/notes/8"):
        guard.items.claim(Item(path, State.OWNED))
    guard.items.claim(Item("/notes/5", State.CLAIMED))
    guard.items.claim(Item("/notes/6", State.DELETED))
    guard.items.claim(Item("/notes/4", State.DISPROVEN))
    guard.lend("/notes/1")
    guard.lend_home("/teams/red")
    guard.allow_undoable("POST", "/notes/{noteId}/roles")
    return guard


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notes/9"),
        ("OPTIONS", f"/notes/{ABSENT_NUMBER}"),
        ("POST", "/notes"),
        ("POST", "/notes/?x=1"),
        ("PATCH", "/notes/7"),
        ("DELETE", "/notes/7/"),
        ("POST", "/notes/7/pages"),
        ("POST", "/notes/7/archive"),
        ("DELETE", "/notes/7/pages/3"),
        ("PATCH", "/notes/1"),
        ("POST", "/notes/1/pages"),
        ("POST", "/notes/1/roles"),
        ("POST", "/teams/red/notes"),
    ],
)
def test_items_of_the_run_and_lent_ones_may_be_written(method: str, path: str) -> None:
    decision = guarded().decide(method, path)
    assert (decision.rejection, decision.unproven, decision.deleted) == ("", (), ())


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/notes/9"),
        ("DELETE", "/notes/70"),
        ("DELETE", "/notes/4"),
        ("PUT", f"/notes/{ABSENT_NUMBER}"),
        ("DELETE", "/notes/no-such-item-987654321"),
        ("DELETE", f"/notes/7/pages/{ABSENT_NUMBER}"),
        ("TRACE", "/notes/9"),
        ("POST", "/notes/9/pages"),
        ("DELETE", "/notes/9/pages/7"),
        ("DELETE", "/notes/1"),
        ("POST", "/notes/1"),
        ("POST", "/notes/1/archive"),
        ("DELETE", "/notes/1/pages/3"),
        ("POST", "/notes/1/marks"),
        ("PUT", "/teams/red"),
        ("POST", "/teams/blue/notes"),
        ("DELETE", "/notes"),
        ("PATCH", "/notes"),
        ("POST", "/notes/search"),
        ("PUT", "/me"),
        ("POST", "/shutdown"),
        ("POST", "/users/ann"),
        ("DELETE", "/notes/7/../9"),
        ("DELETE", "/notes/7/%2e%2e/9"),
        ("DELETE", "/notes/%252e%252e"),
        ("DELETE", "/notes/7%2F..%2F9"),
        ("DELETE", "/notes/7//"),
        ("DELETE", "/notes/9/unheard/of"),
    ],
)
def test_other_writes_are_rejected(method: str, path: str) -> None:
    rejection = guarded().rejection(method, path)
    assert rejection is not None
    assert f"{method} {path} was not sent" in rejection


def test_a_created_item_is_written_only_after_its_proof() -> None:
    guard = guarded()
    assert guard.decide("PATCH", "/notes/5").unproven == (("notes", "5"),)
    guard.items.set_state(("notes", "5"), State.OWNED)
    assert guard.decide("PATCH", "/notes/5").unproven == ()


def test_a_deleted_item_is_written_only_after_proof_that_it_is_gone() -> None:
    assert guarded().decide("PATCH", "/notes/6").deleted == ("notes", "6")


def test_a_deletion_includes_the_items_inside() -> None:
    guard = guarded()
    guard.items.set_state(("notes", "7"), State.DELETED)
    assert guard.decide("PATCH", "/notes/7/pages/3").deleted == ("notes", "7", "pages", "3")


def test_a_path_that_combines_two_items_of_the_run_needs_proof_of_both() -> None:
    guard = guarded()
    assert set(guard.decide("DELETE", "/notes/8/pages/3").unproven) == {("notes", "8"), ("notes", "7", "pages", "3")}
    assert guard.rejection("DELETE", "/notes/9/pages/3")


def test_only_actions_of_the_profile_are_sent() -> None:
    guard = guarded(["shutdown", "add_user", "drop_user", "search"])
    for method, path in (("POST", "/shutdown"), ("POST", "/users/ann"), ("POST", "/notes/search")):
        assert guard.rejection(method, path) is None
    assert guard.rejection("DELETE", "/users/ann")


def test_a_moved_item_may_still_be_written() -> None:
    guard = guarded()
    guard.items.move("/notes/7", "/notes/seven")
    assert guard.owns("/notes/seven")
    assert guard.rejection("DELETE", "/notes/seven/pages/3") is None
    assert guard.decide("DELETE", "/notes/7").deleted


@pytest.mark.parametrize(
    ("method", "path", "may"),
    [
        ("PATCH", "/notes/7", True),
        ("POST", "/notes", True),
        ("DELETE", "/notes/7/pages/3", True),
        ("PATCH", "/notes/1", False),
        ("POST", "/notes/1/pages", False),
        ("DELETE", "/notes/7/pages/4", False),
        ("PUT", "/me", False),
        ("DELETE", "/notes", False),
    ],
)
def test_random_requests_are_checked_more_strictly(method: str, path: str, may: bool) -> None:
    assert (guarded().rejection(method, path, Level.DRAWN) is None) is may


@pytest.mark.parametrize(
    ("method", "path", "why"),
    [
        ("GET", "/users/{name}", ""),
        ("POST", "/notes", ""),
        ("DELETE", "/notes/{noteId}/pages/{page}", ""),
        ("POST", "/shutdown", "an action"),
        ("PUT", "/me", "an action"),
        ("DELETE", "/users/{name}", "an action: nothing creates what it is sent to"),
    ],
)
def test_a_plan_says_which_operations_are_never_sent_at_random(method: str, path: str, why: str) -> None:
    assert guarded().exclusion(method, path) == why


def test_observe_writes_nothing_but_a_login() -> None:
    guard = guarded(safety=Safety.OBSERVE)
    assert guard.rejection("PATCH", "/notes/7") == "needs writes, and only reads are allowed here (--safety sandbox)"
    assert guard.rejection("POST", "/login", Level.LOGIN) is None
    assert guard.rejection("GET", "/notes") is None


def test_destructive_writes_anywhere() -> None:
    assert Guard(Safety.DESTRUCTIVE).rejection("DELETE", "/notes/9", Level.DRAWN) is None


@pytest.mark.parametrize(
    ("document", "collection", "path"),
    [
        ("/notes/{id}/", "/notes/", "/notes/7/"),
        ("/notes/{id}", "/notes", "/notes/7"),
        ("/notes/{id}/", "/notes", "/notes/7/"),
        ("/notes/{id}", "/notes/", "/notes/7"),
        ("/a/{b}/c/{d}/", "/a/x/c/", "/a/x/c/7/"),
    ],
)
def test_the_path_of_an_item_ends_as_the_document_writes_it(document: str, collection: str, path: str) -> None:
    guard = Guard(Safety.SANDBOX)
    guard.learn({document: {"get": {}}})
    assert guard.item_path(collection, "7") == path
    assert guard.as_written(path.rstrip("/")) == path


def test_a_word_of_the_document_is_preferred_to_a_parameter() -> None:
    guard = Guard(Safety.SANDBOX)
    guard.learn({"/users": {"post": {}}, "/users/{id}": {"patch": {}}, "/users/me": {"patch": {}}})
    guard.items.claim(Item("/users/me", State.OWNED))
    assert "is an action" in str(guard.rejection("PATCH", "/users/me"))


def test_a_parameter_may_be_a_part_of_a_step() -> None:
    guard = Guard(Safety.SANDBOX)
    guard.learn({"/notes": {"post": {}}, "/notes/{id}": {"patch": {}}, "/notes/{id}:archive": {"post": {}}})
    guard.items.claim(Item("/notes/7", State.OWNED))
    assert guard.rejection("PATCH", "/notes/7") is None
    assert guard.rejection("POST", "/notes/9:archive")


def test_a_path_is_split_before_it_is_decoded() -> None:
    assert split("/notes/a%2Fb/?x=/y") == ("notes", "a/b")
