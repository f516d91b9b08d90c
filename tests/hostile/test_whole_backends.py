"""The mock and the reference keep as many courses as they had, after a whole check and after one that is killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeAlias

import pytest
import requests

import contracts
from benchmarks.detection.backend import serving
from tests.hostile.command import Place, run, started
from tests.hostile.wire import Request, Response, serve

PEOPLE = ("creator", "manager", "joined", "invited", "requested", "member", "staff")
PAGES = ("/api/v2/course/", "/api/v2/course/search/")
MOST_PAGES = 50
LIMIT = 1500.0
KILLED_AFTER = 2
"""How many courses a run has when it is killed."""
NEVER_PASSED = ("connection", "content-length", "content-encoding", "transfer-encoding", "host", "accept-encoding")
"""The headers that belong to one connection."""

Served: TypeAlias = Callable[[], Any]


@contextmanager
def mock() -> Iterator[str]:
    """The mock as a process of its own; its address."""
    command = [sys.executable, "-m", "mockserver", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


@contextmanager
def reference() -> Iterator[str]:
    """The reference as a process of its own; its address."""
    with serving() as backend:
        yield backend.url


REFERENCE = Path(contracts.__file__).with_name("profile") / "builtin" / "reference.yaml"
BACKENDS: dict[str, tuple[Served, tuple[str, ...]]] = {
    "mock": (mock, ()),
    "reference": (reference, ("--profile", str(REFERENCE))),
}


def courses(url: str) -> set[int]:
    """The ids of all courses that anybody sees."""
    return {each for person in PEOPLE for page in PAGES for each in _listed(url + page, person)}


def _listed(url: str, person: str) -> Iterator[int]:
    address: str | None = f"{url}?limit=100"
    for _ in range(MOST_PAGES):
        answer = requests.get(address or "", headers={"Authorization": f"Bearer {person}"}, timeout=30)
        if not answer.ok:
            return
        yield from (each["id"] for each in answer.json()["results"])
        address = answer.json()["next"]
        if address is None:
            return
    raise AssertionError(f"{url} has more than {MOST_PAGES} pages")


@pytest.mark.proof
@pytest.mark.parametrize("name", BACKENDS)
def test_a_whole_check_leaves_as_many_courses_as_before(name: str, tmp_path: Path) -> None:
    served, options = BACKENDS[name]
    place = Place(tmp_path)
    with served() as url:
        before = courses(url)
        ended = run(["check", "--url", url, *options], place, "check", LIMIT)
        assert ended.code in (0, 1), ended.output[-2000:]
        assert courses(url) == before, ended.output[-2000:]


class Passage:
    """Passes requests on to a backend, and calls somebody when a run has so many courses at a time."""

    def __init__(self, url: str, then: Callable[[], None]) -> None:
        self.url = url
        self.then = then
        self.there = 0
        self.session = requests.Session()
        self.lock = Lock()

    def __call__(self, request: Request) -> Response:
        """Pass a request on, one at a time."""
        with self.lock:
            headers = {name: value for name, value in request.headers.items() if name not in NEVER_PASSED}
            answer = self.session.request(
                request.method, self.url + request.target, data=request.body, headers=headers, allow_redirects=False
            )
            self._count(request, answer)
        shown = {name: value for name, value in answer.headers.items() if name.lower() not in NEVER_PASSED}
        return Response(answer.status_code, headers=shown, raw=answer.content)

    def _count(self, request: Request, answer: requests.Response) -> None:
        if request.method == "POST" and request.path == PAGES[0] and answer.ok:
            self.there += 1
            if self.there == KILLED_AFTER:
                self.then()
        elif request.method == "DELETE" and answer.ok:
            self.there -= 1


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("only", ["A", "CT103"])
def test_after_a_kill_clean_leaves_as_many_courses_as_before(name: str, only: str, tmp_path: Path) -> None:
    served, options = BACKENDS[name]
    place, killed = Place(tmp_path), Event()
    passage = Passage("", killed.set)
    with served() as passage.url, serve(passage) as url:
        before = courses(passage.url)
        with started(["check", "--url", url, "--only", only, *options], place, "killed") as running:

            def kill() -> None:
                running.kill()
                killed.set()

            passage.then = kill
            running.wait(LIMIT)
        assert killed.is_set(), f"the run never had {KILLED_AFTER} courses at a time"
        assert len(courses(passage.url)) > len(before)
        cleaned = run(["clean", "--url", url, *options], place, "clean", LIMIT)
        assert cleaned.code == 0, cleaned.output
        assert courses(passage.url) == before, cleaned.output
