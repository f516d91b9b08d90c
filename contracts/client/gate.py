"""Decides whether and when each request of a run is sent, and notes its response."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests

from contracts.client.cleanup_time import CLEANUP_SECONDS, RESPONSES_AWAITED, CleanupOver, CleanupTime
from contracts.client.connection import Wire
from contracts.client.limited_adapter import LimitedAdapter
from contracts.client.limits import Breaker, Bucket, Budget, Halt, Halted, Patience
from contracts.client.overruns import Overruns
from contracts.client.ownership import Creation
from contracts.client.responses import IncompleteResponse, NotTried, ResponseLimits
from contracts.client.routes import is_below
from contracts.client.safety import Level, NotSent
from contracts.client.session_expiry import AnonymousAnswers
from contracts.client.tracking import Tracker
from contracts.messages.exchange import READS

PROBE_SECONDS = 10
"""Seconds in which a target has to respond to a probe."""


@dataclass(frozen=True)
class Pass:
    """A request that may be sent."""

    path: str
    creation: Creation | None = None
    """The item that the request creates, None if it creates none."""


class Gate:
    """The gate that every request to one target passes, and every response."""

    def __init__(
        self,
        url: str,
        tracker: Tracker,
        wire: Wire,
        budget: Budget,
        bucket: Bucket | None,
        halt: Halt | None = None,
        limits: ResponseLimits | None = None,
        cleanup_seconds: float = CLEANUP_SECONDS,
    ) -> None:
        self.url = url
        self.tracker = tracker
        self.guard = tracker.guard
        self.wire = wire
        self.budget = budget
        self.breaker = Breaker(self._works_again)
        self.halt = halt or Halt()
        self.limits = limits or ResponseLimits()
        self.overruns = Overruns()
        self._overruns_of_cleanup = Overruns()
        self._cleanup = CleanupTime(self.halt, cleanup_seconds, RESPONSES_AWAITED * self.limits.seconds)
        self.patience = Patience()
        self.anonymous_answers = AnonymousAnswers()
        self._bucket = bucket
        self._base = urlsplit(url).path.rstrip("/")
        self._home = urlsplit(url)[:2]
        self._cleaning = False
        self._successful_read: tuple[str, dict[str, str]] | None = None
        """URL and headers of the last read that the target answered without a 5xx."""

    def learn(self, paths: Mapping[str, Any]) -> None:
        """Add the paths of a document, by which incomplete responses are counted."""
        for overruns in (self.overruns, self._overruns_of_cleanup):
            overruns.learn(paths)

    @contextmanager
    def cleaning(self) -> Iterator[None]:
        """Send requests that clean up, which pass although the run is over."""
        self._cleaning = True
        self._cleanup.begin()
        try:
            yield
        finally:
            self._cleaning = False

    @property
    def closed(self) -> str:
        """Why no request passes any more, empty while requests do."""
        if self.cut_off:
            return self.cut_off
        return self.budget.message if self.budget.rejected else ""

    @property
    def cut_off(self) -> str:
        """Why the run ended early: the target fails, or the run was stopped."""
        return self.halt.why or self.breaker.why

    def is_home(self, url: str | None) -> bool:
        """Whether a URL has the scheme and host of the target."""
        return urlsplit(url or "")[:2] == self._home

    def admit(self, request: requests.PreparedRequest, person: str, level: Level) -> Pass:
        """Wait until a request may be sent.

        Raises:
            NotSent: The request might touch items that are not the run's.
            NotTried: Too many responses of its operation were incomplete.
            Spent: The run has sent as many requests as it may.
            Halted: The run was stopped.
            TargetDown: The target was given up.
        """
        method, path = str(request.method), self.path_of(str(request.url))
        self._require_open()
        if method not in READS and not is_below(str(request.url), self.url):
            raise NotSent(f"{method} {request.url} was not sent: writes go to {self.url} alone")
        self.tracker.require_permission(method, path, level)
        self._require_patience(request, path)
        creation = self.tracker.creation(request, path, person)
        # The two steps before may have sent requests of their own.
        self._require_open()
        self.budget.take(self._cleaning)
        if self._bucket:
            self._bucket.take(self._pause)
            self.halt.require_running(self._cleaning)
        self.tracker.note_intent(request, path)
        return Pass(path, self.tracker.begin(creation) if creation else None)

    def _require_open(self) -> None:
        self.breaker.require_working(self._cleaning)
        self.halt.require_running(self._cleaning)

    def _require_patience(self, request: requests.PreparedRequest, path: str) -> None:
        overruns = self._overruns
        if not overruns.by_operation:
            return
        rejection = overruns.rejection(str(request.method), self._place(request, path))
        if rejection:
            raise NotTried(rejection, request=request)

    def _pause(self, seconds: float) -> None:
        if self._cleaning and self.halt.why:
            time.sleep(min(seconds, self._cleanup.left))
        else:
            self.halt.wait(seconds)

    def interruption(self, halted: Halted) -> Exception:
        """Return the exception for an interrupted request; one of a cleanup ends it, and the ledger stays as it is."""
        return CleanupOver(f"the cleanup was interrupted. {halted}") if self._cleaning else halted

    def seconds(self, most: float) -> float:
        """Return how long the next response may take; raise CleanupOver if the time for cleaning up is over."""
        return min(most, self._cleanup.left) if self._cleaning else most

    def spend(self, seconds: float) -> None:
        """Note how long a response took."""
        if self._cleaning:
            self._cleanup.spend(seconds)

    @property
    def _overruns(self) -> Overruns:
        return self._overruns_of_cleanup if self._cleaning else self.overruns

    def _place(self, request: requests.PreparedRequest, path: str) -> str:
        return path if self.is_home(request.url) else str(request.url)

    def note_incomplete(
        self, request: requests.PreparedRequest, passed: Pass, error: IncompleteResponse, level: Level
    ) -> None:
        """Note that a response was incomplete."""
        place, drawn = self._place(request, passed.path), request if level is Level.DRAWN else None
        why = self._overruns.note_incomplete(str(request.method), place, error.limit, drawn)
        if why and not self._cleaning:
            self.breaker.give_up(why)
        if error.limit.takes_time:
            self._note_failure(f"{request.method} {passed.path} ({error})")

    def note_response(self, request: requests.PreparedRequest, passed: Pass, response: requests.Response) -> None:
        """Note a complete response."""
        if self._overruns.by_operation:
            self._overruns.note_complete(str(request.method), self._place(request, passed.path))
        self.tracker.note_response(request, passed.path, passed.creation, response)
        if response.status_code >= 500:
            self._note_failure(f"{request.method} {passed.path} ({response.status_code})")
            return
        self.breaker.note_success()
        if request.method == "GET" and self.is_home(request.url):
            self._successful_read = str(request.url), dict(request.headers)

    def note_no_response(self, request: requests.PreparedRequest, passed: Pass, error: Exception) -> None:
        """Note that no response came."""
        self._note_failure(f"{request.method} {passed.path} ({type(error).__name__})")

    def _note_failure(self, failure: str) -> None:
        if not self._cleaning:
            self.breaker.note_failure(failure)

    def wait_for_retry(self, response: requests.Response) -> bool:
        """Wait as a 429 asks for; return whether the request should be sent again."""
        if response.status_code != 429:
            self.patience.reset()
            return False
        if self.closed:
            return False
        why = self.patience.wait(response.headers.get("Retry-After"), self.halt)
        if why:
            self.breaker.give_up(why)
        return not why

    def path_of(self, url: str) -> str:
        """Return the path of a URL, without the base path if it is one of the target."""
        path = urlsplit(url).path
        return path.removeprefix(self._base) if self.is_home(url) else path

    def _works_again(self) -> bool:
        """Whether the target answers again what it has answered without a 5xx before."""
        if self._successful_read is None:
            return False
        status = self.status_of(*self._successful_read)
        return status is not None and status < 500

    def status_of(self, url: str, headers: Mapping[str, str]) -> int | None:
        """Return the status of a GET that is not counted: None if no response comes in time, 0 if it is too large."""
        limits = replace(self.limits, seconds=min(PROBE_SECONDS, self.limits.seconds))
        with requests.Session() as session:
            session.trust_env = False
            session.mount("http://", LimitedAdapter(self.halt, limits))
            session.mount("https://", LimitedAdapter(self.halt, limits))
            self.wire.configure(session)
            try:
                response = session.get(url, headers=headers, allow_redirects=False)
            except IncompleteResponse as error:
                return None if error.limit.takes_time else 0
            except requests.RequestException:
                return None
        return response.status_code
