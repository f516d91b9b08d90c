"""Responses have limits of time, size, nesting and redirects."""

import resource
import time
from collections.abc import Iterator

import pytest
import requests

from contracts.client.adapter import GatedAdapter
from contracts.client.options import Conduct
from contracts.client.responses import IncompleteResponse, is_deeper
from contracts.client.target import Safety, Target
from contracts.errors import TargetDown
from contracts.profile.models import Profile
from contracts.profile.people import Person
from contracts.results.verdict import Broken, Lacking
from tests.contracts.support.hostile import MANY, Hostile, hostile

SECONDS = 0.4
SOON = 5.0
"""Far longer than a limit takes, and far shorter than a response without one."""
PERSON = Person(headers={"Authorization": "Bearer t0ken", "X-Key": "k3y"})


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as served:
        yield served


@pytest.fixture
def target(server: Hostile) -> Iterator[Target]:
    profile = Profile(name="hostile", people={"ann": PERSON})
    conduct = Conduct(request_timeout=SECONDS)
    with Target(server.url, profile, Safety.OBSERVE, "tag", conduct=conduct) as opened:
        yield opened


def follower(target: Target) -> requests.Session:
    """Return a session that follows redirects, as those of the conformance engine do."""
    return target.sessions.new(GatedAdapter(target.gate, target.identity("ann"), "ann"))


@pytest.mark.parametrize("path", ["/hangs", "/drips-its-head", "/drips-its-body"])
def test_the_time_of_a_response_includes_its_last_byte(target: Target, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(Broken) as broken:
        target.anonymous.get(path)
    assert time.monotonic() - started < SOON
    assert broken.value.expected == f"GET {path} as anonymous: a complete response within 0.4 s"
    assert broken.value.got == "no complete response within 0.4 s"


def test_the_time_of_a_response_includes_the_tls_handshake(server: Hostile) -> None:
    url, conduct = server.url.replace("http://", "https://"), Conduct(request_timeout=SECONDS)
    started = time.monotonic()
    with (
        Target(url, Profile(name="hostile"), Safety.OBSERVE, "tag", conduct=conduct) as target,
        pytest.raises(TargetDown, match=r"no complete response within 0\.4 s"),
    ):
        target.sessions.probe()
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize("path", ["/large", "/says-large", "/bomb", "/bomb-in-chunks"])
def test_a_response_that_is_too_large_is_not_kept_in_memory(server: Hostile, path: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        Target(server.url, Profile(name="hostile"), Safety.OBSERVE, "tag") as target,
        pytest.raises(Broken, match="the response is larger than 10 MB"),
    ):
        target.anonymous.get(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


def test_a_response_of_ten_megabytes_is_read(server: Hostile, target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'"' + b"x" * 9_999_998 + b'"'
    monkeypatch.setitem(_habits(), "/", lambda _, connection: connection.sendall(_head(body) + body))
    assert target.anonymous.get("/").content == body


def _habits() -> dict[str, object]:
    from tests.contracts.support import hostile as module

    return module.HABITS  # type: ignore[return-value]  # of functions


def _head(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)


def test_a_response_that_is_nested_too_deep_is_reported(target: Target) -> None:
    with pytest.raises(Broken) as broken:
        target.anonymous.get("/deep")
    assert broken.value.got == "the response is nested deeper than 100 levels"


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        (b"[" * MANY, True),
        (b'{"a":' * 101 + b"1" + b"}" * 101, True),
        (b"[" * 100 + b"]" * 100, False),
        (b'["' + b"[" * MANY + b'"]', False),
        (b'["' + b'\\"[' * MANY + b'"]', False),
        (b'"' + b'\\"' * MANY, False),
        (b"[[], {}]" * MANY, False),
        (b"<p>" + b"[" * MANY, False),
        (("[" * 101).encode("utf-16"), True),
        (b"", False),
    ],
)
def test_levels_are_counted_outside_strings(text: bytes, deep: bool) -> None:
    started = time.monotonic()
    assert is_deeper(text, 100) is deep
    assert time.monotonic() - started < SOON


def test_the_first_events_of_a_stream_are_its_response(target: Target) -> None:
    answer = target.anonymous.get("/streams")
    assert answer.content.count(b"\n\n") >= 20
    assert answer.content.endswith(b'data: {"id": 1}\n\n')


def test_a_silent_stream_is_read_for_a_limited_time(target: Target) -> None:
    started = time.monotonic()
    for _ in range(10):
        assert target.anonymous.get("/silent").content == b"data: 1\n\n"
    assert time.monotonic() - started < SOON


def test_an_event_stream_can_be_read_again_as_the_engine_does(target: Target) -> None:
    with follower(target) as session:
        response = session.get(f"{target.url}/silent", stream=True)
        assert response.raw.read1(65_536, decode_content=True) == response.content == b"data: 1\n\n"


@pytest.mark.parametrize("path", ["/garbled", "/resets", "/closes", "/lines"])
def test_an_unreadable_response_is_reported(target: Target, path: str) -> None:
    with pytest.raises(Broken, match=f"GET {path} as anonymous: an answer"):
        target.anonymous.get(path)
    assert target.anonymous.get("/well").ok


def test_a_slow_operation_is_not_tried_after_three_times(server: Hostile, target: Target) -> None:
    target.gate.overruns.learn(["/hangs", "/well"])
    for _ in range(3):
        with pytest.raises(Broken):
            target.anonymous.get("/hangs")
    for _ in range(5):
        with pytest.raises(Lacking, match=r"GET /hangs is not tried any more: .* within 0\.4 s, 3 times"):
            target.anonymous.get("/hangs")
    assert server.paths().count("/hangs") == 3
    assert target.anonymous.get("/well").ok


def test_the_number_of_redirects_is_limited(server: Hostile, target: Target) -> None:
    with follower(target) as session, pytest.raises(IncompleteResponse, match="more than 10 redirects in a row"):
        session.get(f"{target.url}/leads-on")
    assert server.paths().count("/leads-on") == 11


def test_redirects_share_the_time_of_one_response(server: Hostile, target: Target) -> None:
    with follower(target) as session, pytest.raises(IncompleteResponse, match="no complete response within"):
        session.get(f"{target.url}/leads-on-slowly")
    assert server.paths().count("/leads-on-slowly") <= 3


def test_separate_requests_have_their_own_time(target: Target) -> None:
    with follower(target) as session:
        for _ in range(3):
            assert session.get(f"{target.url}/leads-on-slowly", allow_redirects=False).status_code == 302


def test_credentials_are_not_sent_to_other_hosts(
    server: Hostile, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile() as other:
        elsewhere = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s/caught\r\n\r\n" % other.url.encode()
        monkeypatch.setitem(_habits(), "/leads-away", lambda _, connection: connection.sendall(elsewhere))
        own = {"Authorization": "Bearer t0ken", "X-Key": "k3y", "Cookie": "sid=c00kie"}
        with follower(target) as session:
            session.get(f"{target.url}/leads-away", headers=own)
        target.person("ann").get("/leads-away")
        (_, _, head), *more = other.seen
    assert not more
    assert not [secret for secret in ("t0ken", "k3y", "c00kie") if secret in head]
    assert "t0ken" in next(head for _, path, head in server.seen if path == "/leads-away")


def test_the_time_is_the_request_timeout_of_the_run() -> None:
    assert Conduct().limits.slow.exceeded == "no complete response within 30 s"
    assert Conduct(request_timeout=2).limits.slow.exceeded == "no complete response within 2 s"
