"""Decides when each request of a run is sent, or that it is not, and takes note of its response."""

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
from contracts.client.session_expiry import Strangers
from contracts.client.tracking import Tracker
from contracts.messages.exchange import READS

PROBE_SECONDS = 10
"""Seconds that a target has to show that it is well again."""


@dataclass(frozen=True)
class Pass:
    """A request that may be sent."""

    path: str
    creation: Creation | None = None
    """What is known of the item that the request creates, None if it creates none."""


class Gate:
    """Decides when each request to one target is sent, or that it is not, and takes note of its response."""

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
        self.breaker = Breaker(self._is_well)
        self.halt = halt or Halt()
        self.limits = limits or ResponseLimits()
        self.overruns = Overruns()
        self._overruns_of_cleanup = Overruns()
        self._cleanup = CleanupTime(self.halt, cleanup_seconds, RESPONSES_AWAITED * self.limits.seconds)
        self.patience = Patience()
        self.strangers = Strangers()
        self._bucket = bucket
        self._base = urlsplit(url).path.rstrip("/")
        self._home = urlsplit(url)[:2]
        self._cleaning = False
        self._answered_well: tuple[str, dict[str, str]] | None = None

    def learn(self, paths: Mapping[str, Any]) -> None:
        """Read the paths of a document, by which responses that exceed the limits are counted."""
        for overruns in (self.overruns, self._overruns_of_cleanup):
            overruns.learn(paths)

    @contextmanager
    def cleaning(self) -> Iterator[None]:
        """Send what cleans up, whatever the run may still send."""
        self._cleaning = True
        self._cleanup.begin()
        try:
            yield
        finally:
            self._cleaning = False

    @property
    def closed(self) -> str:
        """Why nothing more passes, empty while something does."""
        return self.cut_off or (self.budget.told if self.budget.refused else "")

    @property
    def cut_off(self) -> str:
        """Why nothing more passes although more was asked for: the target fails, or somebody has stopped the run."""
        return self.halt.why or self.breaker.why

    def is_home(self, url: str | None) -> bool:
        """Whether an address is one of the target."""
        return urlsplit(url or "")[:2] == self._home

    def admit(self, request: requests.PreparedRequest, person: str, level: Level) -> Pass:
        """Wait for the request's turn; NotSent, NotTried, Spent, Halted or TargetDown where it has none."""
        method, path = str(request.method), self.path_of(str(request.url))
        self.breaker.insist(self._cleaning)
        self.halt.insist(self._cleaning)
        if method not in READS and not is_below(str(request.url), self.url):
            raise NotSent(f"{method} {request.url} was not sent: writes go to {self.url} alone")
        self.tracker.require_permission(method, path, level)
        self._require_patience(request, path)
        creation = self.tracker.creation(request, path, person)
        self.breaker.insist(self._cleaning)
        self.halt.insist(self._cleaning)
        self.budget.take(self._cleaning)
        if self._bucket:
            self._bucket.take(self._pause)
            self.halt.insist(self._cleaning)
        self.tracker.note_intent(request, path)
        return Pass(path, self.tracker.begin(creation) if creation else None)

    def _require_patience(self, request: requests.PreparedRequest, path: str) -> None:
        overruns = self._overruns
        why = overruns.refusal(str(request.method), self._place(request, path)) if overruns.found else ""
        if why:
            raise NotTried(why, request=request)

    def _pause(self, seconds: float) -> None:
        if self._cleaning and self.halt.why:
            time.sleep(min(seconds, self._cleanup.left))
        else:
            self.halt.wait(seconds)

    def broken_off(self, why: Halted) -> Exception:
        """What to raise for a request that was broken off: a clean-up ends with it, and its ledger stays as it is."""
        return CleanupOver(f"the clean-up was broken off. {why}") if self._cleaning else why

    def seconds(self, most: float) -> float:
        """How long the next response may take; CleanupOver where the time for cleaning up is over."""
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

    def exceeded(
        self, request: requests.PreparedRequest, passed: Pass, error: IncompleteResponse, level: Level
    ) -> None:
        """Take note that a response was not complete."""
        place, drawn = self._place(request, passed.path), request if level is Level.DRAWN else None
        why = self._overruns.exceeded(str(request.method), place, error.limit, drawn)
        if why and not self._cleaning:
            self.breaker.give_up(why)
        if error.limit.takes_time:
            self._failed(f"{request.method} {passed.path} ({error})")

    def answered(self, request: requests.PreparedRequest, passed: Pass, response: requests.Response) -> None:
        """Take note of an answer."""
        if self._overruns.found:
            self._overruns.completed(str(request.method), self._place(request, passed.path))
        self.tracker.note_response(request, passed.path, passed.creation, response)
        if response.status_code >= 500:
            self._failed(f"{request.method} {passed.path} ({response.status_code})")
            return
        self.breaker.succeeded()
        if request.method == "GET" and self.is_home(request.url):
            self._answered_well = str(request.url), dict(request.headers)

    def may_try_again(self, response: requests.Response) -> bool:
        """Whether a request goes once more, after the wait for which its answer asks."""
        if response.status_code != 429:
            self.patience.rewarded()
            return False
        if self.closed:
            return False
        why = self.patience.wait(response.headers.get("Retry-After"), self.halt)
        if why:
            self.breaker.give_up(why)
        return not why

    def unanswered(self, request: requests.PreparedRequest, passed: Pass, error: Exception) -> None:
        """Take note that no answer came."""
        self._failed(f"{request.method} {passed.path} ({type(error).__name__})")

    def _failed(self, what: str) -> None:
        if not self._cleaning:
            self.breaker.failed(what)

    def path_of(self, url: str) -> str:
        """The path of an address, as the spec writes paths where it is one of the target."""
        path = urlsplit(url).path
        return path.removeprefix(self._base) if self.is_home(url) else path

    def _is_well(self) -> bool:
        """Whether the target answers again what it has answered well before."""
        if self._answered_well is None:
            return False
        status = self.status_of(*self._answered_well)
        return status is not None and status < 500

    def status_of(self, url: str, headers: Mapping[str, str]) -> int | None:
        """The status of the answer to a request that counts for nothing: 0 if it is too large, None for no answer."""
        limits = replace(self.limits, seconds=min(PROBE_SECONDS, self.limits.seconds))
        with requests.Session() as session:
            session.trust_env = False
            session.mount("http://", LimitedAdapter(self.halt, limits))
            session.mount("https://", LimitedAdapter(self.halt, limits))
            self.wire.dress(session)
            try:
                response = session.get(url, headers=headers, allow_redirects=False)
            except IncompleteResponse as error:
                return None if error.limit.takes_time else 0
            except requests.RequestException:
                return None
        return response.status_code
