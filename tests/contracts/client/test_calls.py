"""Requests end at their deadlines, or when the run is stopped; a cleanup then has a few seconds."""

import socket
from collections.abc import Iterator

import pytest

from contracts.client.calls import Calls, End
from contracts.client.cleanup_time import CleanupOver, CleanupTime
from contracts.client.limits import Halt
from contracts.client.overruns import PATIENCE, PATIENCE_OF_A_RUN, Overruns
from contracts.client.responses import ResponseLimits
from tests.contracts.client.test_limits import Clock

SLOW, LARGE = ResponseLimits().slow, ResponseLimits().large


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_a_call_ends_at_its_deadline_and_not_before(pair: tuple[socket.socket, socket.socket]) -> None:
    clock = Clock()
    calls = Calls(clock)
    with calls.watch(30) as call:
        call.attach(pair[0])
        reasons = []
        for clock.now in (29.9, 30.0):
            calls.end_overdue()
            reasons.append(call.ended)
        assert reasons == [None, End.TIME]
        assert pair[0].recv(1) == b""


def test_a_finished_call_does_not_shut_down_its_socket(pair: tuple[socket.socket, socket.socket]) -> None:
    clock = Clock()
    calls = Calls(clock)
    with calls.watch(1) as call:
        call.attach(pair[0])
    clock.now = 60
    calls.end_overdue()
    call.end(End.TIME)
    pair[1].sendall(b"x")
    assert pair[0].recv(1) == b"x"


def test_a_stop_ends_every_call_even_without_a_socket_yet(pair: tuple[socket.socket, socket.socket]) -> None:
    halt = Halt()
    with halt.calls.watch(600) as call:
        halt.stop()
        call.attach(pair[0])
        assert call.ended is End.STOP
        assert pair[0].recv(1) == b""
    halt.wait(600)


def test_all_cleanups_after_a_stop_share_one_deadline() -> None:
    clock, halt = Clock(), Halt()
    cleanup = CleanupTime(halt, 5, 300, clock)
    halt.stop()
    assert cleanup.left == 5
    clock.now = 4
    cleanup.begin()
    assert cleanup.left == 1
    clock.now = 5
    with pytest.raises(CleanupOver, match=r"it had 5 s \(--cleanup-timeout\)"):
        _ = cleanup.left


def test_a_cleanup_waits_for_responses_for_a_limited_time() -> None:
    cleanup = CleanupTime(Halt(), 5, 300, Clock())
    cleanup.spend(299)
    assert cleanup.left == 1
    cleanup.spend(1)
    with pytest.raises(CleanupOver, match="it waited 300 s for responses of the target"):
        _ = cleanup.left
    cleanup.begin()
    assert cleanup.left == 300


def test_responses_are_counted_by_the_path_in_the_document() -> None:
    overruns = Overruns()
    overruns.learn(["/notes/{id}", "/notes/new"])
    for number in range(PATIENCE):
        assert overruns.rejection("GET", f"/notes/{number}") == ""
        overruns.note_incomplete("GET", f"/notes/{number}", LARGE)
    message = overruns.rejection("GET", "/notes/9")
    assert message == "GET /notes/{id} is not tried any more: the response is larger than 10 MB, 3 times"
    assert overruns.rejection("GET", "/notes/new") == overruns.rejection("PATCH", "/notes/9") == ""
    assert overruns.rejected == 1


def test_an_operation_that_is_rarely_slow_is_still_tried() -> None:
    overruns = Overruns()
    for _ in range(PATIENCE - 1):
        overruns.note_incomplete("GET", "/a", SLOW)
    for _ in range(100):
        overruns.note_complete("GET", "/a")
    overruns.note_incomplete("GET", "/a", SLOW)
    assert overruns.rejection("GET", "/a") == ""
    overruns.note_incomplete("GET", "/a", SLOW)
    assert overruns.rejection("GET", "/a")


def test_many_timeouts_end_a_run_but_large_responses_do_not() -> None:
    overruns = Overruns()
    assert not any(overruns.note_incomplete("GET", f"/{number}", LARGE) for number in range(100))
    messages = [overruns.note_incomplete("GET", f"/{number}", SLOW) for number in range(PATIENCE_OF_A_RUN)]
    assert not any(messages[:-1])
    assert messages[-1] == (
        "20 times there was no complete response within 30 s, at last of GET /19: the run was stopped."
    )
