"""Where every request of a run passes, of both lanes: may it be sent, when, and what came of it."""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from contracts.answers import Reading, Steps
from contracts.identifiers import names_of, step
from contracts.ledger import Ledger, mark
from contracts.model import Model
from contracts.paths import shape
from contracts.transport.cleanup import CLEANUP_SECONDS, RESPONSES_AWAITED, Cleanup, CleanupOver
from contracts.transport.guard import Guard, Level
from contracts.transport.limited import LimitedAdapter
from contracts.transport.limits import Breaker, Bucket, Budget, Halt, Halted, Patience
from contracts.transport.overruns import Overruns
from contracts.transport.responses import IncompleteResponse, NotTried, ResponseLimits
from contracts.transport.strangers import Strangers
from contracts.transport.wire import Wire
from contracts.verdict import NotApplicable

CHANGES = frozenset({"PATCH", "PUT"})
"""The methods that may change by what an item is found."""

PROBE_SECONDS = 10
"""Seconds that a target has to show that it is well again."""


class NotSent(NotApplicable):
    """The request would have touched what is not the run's to touch."""


@dataclass(frozen=True)
class Pass:
    """A request that was let through."""

    path: str
    key: int | None = None
    """Of the ledger, where the request creates something."""


class Gate:
    """The rules of passage to one target."""

    def __init__(
        self,
        url: str,
        guard: Guard,
        ledger: Ledger,
        wire: Wire,
        budget: Budget,
        bucket: Bucket | None,
        halt: Halt | None = None,
        limits: ResponseLimits | None = None,
        cleanup_seconds: float = CLEANUP_SECONDS,
    ) -> None:
        self.url = url
        self.guard = guard
        self.ledger = ledger
        self.wire = wire
        self.budget = budget
        self.breaker = Breaker(self._is_well)
        self.halt = halt or Halt()
        self.limits = limits or ResponseLimits()
        self.overruns = Overruns()
        self._overruns_of_cleanup = Overruns()
        self._cleanup = Cleanup(self.halt, cleanup_seconds, RESPONSES_AWAITED * self.limits.seconds)
        self.patience = Patience()
        self.strangers = Strangers()
        self.stay: dict[str, int] = {}
        """Collection → how many items were created there that the spec has no way to delete."""
        self._bucket = bucket
        self._base = urlsplit(url).path.rstrip("/")
        self._home = urlsplit(url)[:2]
        self._cleaning = False
        self._answered_well: tuple[str, dict[str, str]] | None = None
        self._shown: dict[str, Collection[str]] = {}
        self._readings: dict[str, Reading] = {}
        self._moved: set[str] = set()
        self._deletable: set[str] = set()

    def learn(self, model: Model, readings: Mapping[str, Reading]) -> None:
        """Take note of the paths of a spec, what can be deleted, what items show, and how answers of each are read."""
        self.guard.learn(model.document.get("paths", {}))
        for overruns in (self.overruns, self._overruns_of_cleanup):
            overruns.learn(model.document.get("paths", {}))
        self._deletable |= {shape(each.path) for each in model.operations.values() if each.method == "DELETE"}
        for each in model.resources:
            shown = [field.name for field in each.fields if field.read is not None and not field.write_only]
            self._shown[shape(each.collection)] = shown
        self._readings |= {shape(collection): each for collection, each in readings.items()}

    def reading(self, collection: str) -> Reading:
        """How answers about the items of a collection are read."""
        known = (each for path, each in self._readings.items() if _fits(collection, path))
        return next(known, None) or Reading(names_of(self.guard.parameter(collection) or "id"))

    @contextmanager
    def cleaning(self) -> Iterator[None]:
        """Let pass what cleans up, whatever the run may still send."""
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
        path = self.path_of(str(request.url))
        refusal = self.guard.refusal(str(request.method), path, level)
        if refusal:
            raise NotSent(refusal)
        self._insist_on_patience(request, path)
        self.breaker.insist(self._cleaning)
        self.halt.insist(self._cleaning)
        self.budget.take(self._cleaning)
        if self._bucket:
            self._bucket.take(self._pause)
            self.halt.insist(self._cleaning)
        return Pass(path, self._begun(request, path, person))

    def _insist_on_patience(self, request: requests.PreparedRequest, path: str) -> None:
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
        self._note_creation(request, passed, response)
        self._note_move(request, passed, response)
        if request.method == "DELETE" and response.ok:
            self.gone(passed.path)
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

    def gone(self, path: str) -> None:
        """Note that an item is deleted, and with it what lived inside of it."""
        path = path.rstrip("/")
        self.ledger.gone(path)
        self.stay = {place: number for place, number in self.stay.items() if not place.startswith(f"{path}/")}

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

    def _begun(self, request: requests.PreparedRequest, path: str, person: str) -> int | None:
        if not self._creates(request, path) or not self._can_delete(f"{path.rstrip('/')}/an-item"):
            return None
        body = request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        return self.ledger.begun(path, person, mark(body, self._shown_in(path)))

    def _note_creation(self, request: requests.PreparedRequest, passed: Pass, response: requests.Response) -> None:
        item = self._created(passed.path, response) if response.ok and self._creates(request, passed.path) else None
        if item is not None:
            self.guard.own(item)
        if passed.key is None:
            self.stay[passed.path] = self.stay.get(passed.path, 0) + (item is not None)
        elif item is not None:
            self.ledger.created(passed.key, item)
        elif 300 <= response.status_code < 500:
            self.ledger.refused(passed.key)

    def _note_move(self, request: requests.PreparedRequest, passed: Pass, response: requests.Response) -> None:
        path = passed.path.rstrip("/")
        if request.method not in CHANGES or not response.ok or not self.guard.is_its_own(path):
            return
        moved = self.moved_to(str(request.method), path, _document(response), response.headers.get("Location"))
        if moved is not None:
            self.moved(path, moved[0])

    def moved(self, path: str, to: str) -> None:
        """Note that an item has another path now."""
        self.guard.moved(path, to)
        self.ledger.moved(path.rstrip("/"), to)
        self._moved.add(path.rstrip("/"))

    def has_moved(self, path: str) -> bool:
        """Whether a path is one that an item had before its id changed, or lies below one."""
        steps = path.rstrip("/").split("/")
        return any("/".join(steps[:length]) in self._moved for length in range(2, len(steps) + 1))

    def moved_to(self, method: str, path: str, body: object, location: str | None) -> tuple[str, Steps] | None:
        """The path that an item has after a change which changed its id, and the keys to that in the answer, if any."""
        collection, _, last = path.rstrip("/").rpartition("/")
        known = next((each for place, each in self._readings.items() if _fits(collection, place)), None)
        told = known.told(method, body, location, collection) if known else None
        if told is None or step(told[1]) == step(unquote(last)):
            return None
        return f"{collection}/{step(told[1])}", told[0]

    def _creates(self, request: requests.PreparedRequest, path: str) -> bool:
        """Whether a request is one that creates an item."""
        return request.method == "POST" and self.is_home(request.url) and self.guard.parameter(path) is not None

    def _created(self, path: str, response: requests.Response) -> str | None:
        """The path of the item that an answer shows, None where it shows none."""
        told = self.reading(path).told("POST", _document(response), response.headers.get("Location"), path)
        return None if told is None else f"{path.rstrip('/')}/{step(told[1])}"

    def _can_delete(self, item: str) -> bool:
        return any(_fits(item, each) for each in self._deletable)

    def _shown_in(self, collection: str) -> Collection[str]:
        return next((shown for path, shown in self._shown.items() if _fits(collection, path)), ())

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


def _document(response: requests.Response) -> Any:
    """What an answer shows, None where that is no JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def _fits(path: str, template: str) -> bool:
    """Whether a path is one of those that a template without parameter names stands for."""
    steps, own = path.strip("/").split("/"), template.strip("/").split("/")
    return len(steps) == len(own) and all(
        "{" in theirs or theirs == step for theirs, step in zip(own, steps, strict=True)
    )
