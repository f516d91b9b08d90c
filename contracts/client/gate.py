"""Where every request of a run passes, of both lanes: may it be sent, when, and what came of it."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from contracts.client.cleanup_time import CLEANUP_SECONDS, RESPONSES_AWAITED, CleanupOver, CleanupTime
from contracts.client.connection import Wire
from contracts.client.ledger import Ledger
from contracts.client.limited_adapter import LimitedAdapter
from contracts.client.limits import Breaker, Bucket, Budget, Halt, Halted, Patience
from contracts.client.marks import Mark, fields_of
from contracts.client.overruns import Overruns
from contracts.client.ownership import State
from contracts.client.proof import NotSent, Proofs, is_below
from contracts.client.responses import IncompleteResponse, NotTried, ResponseLimits
from contracts.client.routes import Steps as Place
from contracts.client.routes import split
from contracts.client.safety import Guard, Level, Safety
from contracts.client.session_expiry import Strangers
from contracts.messages.exchange import READS, Answer, Request
from contracts.openapi.description import Model
from contracts.openapi.envelopes import Listing, Reading, Steps
from contracts.openapi.identifiers import names_of, step
from contracts.openapi.paths import shape
from contracts.openapi.resources import Resource
from contracts.openapi.schemas import Schema

__all__ = ["CHANGES", "Creation", "Gate", "Moved", "NotSent", "Pass"]

CHANGES = frozenset({"PATCH", "PUT"})
"""The methods that may change by what an item is found."""

MAY_HAVE_CREATED = frozenset({301, 302, 303})
"""Redirects after a creation, of which some lead to what was created."""
OF_A_BODY = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding", "expect"})
"""Headers that belong to the body of a creation, and not to who sends it."""
PROBE_SECONDS = 10
"""Seconds that a target has to show that it is well again."""


@dataclass(frozen=True)
class Pass:
    """A request that was let through."""

    path: str
    creation: "Creation | None" = None
    """What is known of the item that the request creates, where it does."""


@dataclass(frozen=True)
class Moved:
    """Where an item has moved by a change of its id."""

    to: str
    steps: Steps
    """The keys that lead to the new id in the answer; none where its Location has it."""


@dataclass(frozen=True)
class Creation:
    """A request that creates an item: by whom, and how the item is recognised."""

    person: str
    headers: Mapping[str, str]
    mark: Mark
    key: int | None
    """Of the ledger."""


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
        self._cleanup = CleanupTime(self.halt, cleanup_seconds, RESPONSES_AWAITED * self.limits.seconds)
        self.patience = Patience()
        self.strangers = Strangers()
        self.tag = ""
        """What marks what this run creates, in a text of each body and in User-Agent."""
        self._tags: list[str] = []
        self.proofs = Proofs(guard, self.reading)
        self._bucket = bucket
        self._base = urlsplit(url).path.rstrip("/")
        self._home = urlsplit(url)[:2]
        self._cleaning = False
        self._answered_well: tuple[str, dict[str, str]] | None = None
        self._readings: dict[str, Reading] = {}
        self.lists: dict[str, list[tuple[str, Mapping[str, Any], Listing]]] = {}
        """Collection → the lists that the profile names for it: path, query and how each is read."""
        self._moving = threading.Lock()
        """Held while it is found out where an item has moved: two changes of it can be on their way at once."""
        self._moved: dict[str, Moved] = {}
        """Path → where its item has moved."""
        self._given_ids: dict[str, str] = {}
        """Collection → the field in which a creation names the id of the new item."""
        self._deletable: set[str] = set()

    def mark_by(self, tag: str) -> None:
        """Mark what is created from now on by another tag."""
        self.tag = tag
        self._tags.insert(0, tag)

    def signed(self, agent: str | bytes | None) -> str:
        """The User-Agent of a request with the tag of the run, so that an operator finds the run in a log."""
        told = agent.decode() if isinstance(agent, bytes) else agent or "contracts"
        return told if self.tag in told else f"{told} (run {self.tag})"

    def learn(
        self, model: Model, readings: Mapping[str, Reading], aliases: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        """Take note of the paths of a spec, what can be deleted, what items show, and how answers of each are read."""
        self.guard.learn(model.document.get("paths", {}))
        for overruns in (self.overruns, self._overruns_of_cleanup):
            overruns.learn(model.document.get("paths", {}))
        self._deletable |= {shape(each.path) for each in model.operations.values() if each.method == "DELETE"}
        self._readings |= {shape(collection): each for collection, each in readings.items()}
        for resource in model.resources:
            self.proofs.learn(resource, _shown(model, resource), (aliases or {}).get(resource.item, {}))
            given = next((name for name in resource.keys if name in resource.create_fields), None)
            if given is not None:
                self._given_ids[shape(resource.collection)] = given

    def lists_of(self, collection: str) -> list[tuple[str, Mapping[str, Any], Listing]]:
        """The lists that show items of a collection: path, query and how it is read."""
        known = next((lists for path, lists in self.lists.items() if _fits(collection, path)), [])
        lists = [(collection if _fits(collection, shape(path)) else path, query, how) for path, query, how in known]
        return lists or [(collection, {}, self.reading(collection).listing)]

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
        method, path = str(request.method), self.path_of(str(request.url))
        self.breaker.insist(self._cleaning)
        self.halt.insist(self._cleaning)
        self._require_permission(request, method, path, level)
        self._insist_on_patience(request, path)
        creation = self._creation(request, path, person) if self._creates(method, path) else None
        self.breaker.insist(self._cleaning)
        self.halt.insist(self._cleaning)
        self.budget.take(self._cleaning)
        if self._bucket:
            self._bucket.take(self._pause)
            self.halt.insist(self._cleaning)
        if creation:
            creation = replace(creation, key=self.ledger.begun(path, person, creation.mark))
        if method in CHANGES:
            self._note_intent(request, path)
        return Pass(path, creation)

    def _require_permission(self, request: requests.PreparedRequest, method: str, path: str, level: Level) -> None:
        """Raise NotSent where a request may not be sent, after what has to be shown first was asked for."""
        if method not in READS and not is_below(str(request.url), self.url):
            raise NotSent(f"{method} {request.url} was not sent: writes go to {self.url} alone")
        decision = self.guard.decide(method, path, level)
        if decision.rejection:
            raise NotSent(decision.rejection)
        for place in decision.unproven:
            self.proofs.require_owned(place)
            self._note_proof(place)
        if decision.deleted:
            self.proofs.require_deleted(decision.deleted)

    def _creation(self, request: requests.PreparedRequest, path: str, person: str) -> Creation:
        """What is known of the item that a request creates; NotSent where it could not be told from others."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OF_A_BODY}
        fields = fields_of(request.body, request.headers.get("Content-Type"))
        mark = self.proofs.mark(path, fields, self._tags)
        if self.guard.safety is Safety.SANDBOX:
            given = next((name for place, name in self._given_ids.items() if _fits(path, place)), None)
            if given is not None and given in (fields or {}):
                self.proofs.require_free(path, (fields or {})[given], person, headers)
            self.proofs.require_creatable(path, mark, person, headers)
        return Creation(person, headers, mark, None)

    def _note_intent(self, request: requests.PreparedRequest, path: str) -> None:
        """Note what a change is about to write to an item of the run, by which it is recognised after a crash."""
        item = self.guard.items.item(split(path))
        fields = fields_of(request.body, request.headers.get("Content-Type"))
        if item is not None and item.state in (State.OWNED, State.DELETED) and fields:
            self.proofs.note_intent(item, fields)
            if item.key is not None:
                self.ledger.marked(item.key, item.mark)

    def prove(self, path: str) -> None:
        """Prove an item now that a creation told of: before changes of it that are sent at the same moment."""
        item = self.guard.items.item(split(path))
        if item is not None and item.state is State.CLAIMED and self.proofs.prove(item):
            self._note_proof(split(path))

    def _note_proof(self, place: Place) -> None:
        item = self.guard.items.item(place)
        if item is not None and item.key is not None:
            self.ledger.marked(item.key, item.mark)

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
        if passed.creation is not None:
            self._note_creation(passed.path, passed.creation, _answer(request, response))
        if request.method in CHANGES and response.ok:
            self._note_return(passed.path)
            with self._moving:
                self._note_move(request, passed.path, response)
        if request.method == "DELETE":
            self._note_deletion(passed.path, response.status_code)
        if self.proofs.watches_ids:
            self.proofs.note_ids(passed.path, _answer(request, response))
        if request.method == "GET" and self.proofs.awaits_proof(passed.path):
            self.proofs.note_read(passed.path, _answer(request, response))
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

    def _note_creation(self, path: str, creation: Creation, response: Answer) -> None:
        key, status = creation.key, response.status
        item = None
        if response.ok and self.guard.safety is not Safety.OBSERVE:
            item = self.proofs.created(path, response, creation.mark, creation.person, creation.headers, key)
        if key is None:
            return
        if item is not None:
            self.ledger.created(key, item.path)
            if self.guard.safety is Safety.SANDBOX and not self.proofs.is_sure(item):
                self.proofs.prove(item)
                self.ledger.marked(key, item.mark)
        elif 300 <= status < 500 and status not in MAY_HAVE_CREATED:
            self.ledger.refused(key)

    def _note_deletion(self, path: str, status: int) -> None:
        item = self.guard.items.item(split(path))
        if item is None or item.state not in (State.OWNED, State.CLAIMED):
            return
        if self.proofs.is_gone(item, status):
            self.gone(path)

    def gone(self, path: str) -> None:
        """Note that an item is deleted, and with it what lived inside of it."""
        self.guard.items.set_state(split(path), State.DELETED)
        self.ledger.gone(path)

    def _note_return(self, path: str) -> None:
        """Note that a change has brought an item back that was deleted, as a PUT may."""
        item = self.guard.items.item(split(path))
        if item is not None and item.state is State.DELETED and self.proofs.is_shown(item):
            item.key = self.ledger.begun(item.collection, item.person, item.mark)
            self.ledger.created(item.key, item.path)
            self.guard.items.set_state(split(path), State.OWNED)

    def _note_move(self, request: requests.PreparedRequest, path: str, response: requests.Response) -> None:
        # Of two changes at the same moment the other one may have been answered first.
        earlier = self._moved.get(path.rstrip("/"))
        item = self.guard.items.item(split(earlier.to if earlier else path))
        if item is None or item.state not in (State.OWNED, State.LENT):
            return
        moved = self._told_move(str(request.method), path, _document(response), response.headers.get("Location"))
        to = moved.to if moved else path  # Where the other one moved it, this one may have moved it back.
        fields = fields_of(request.body, request.headers.get("Content-Type"))
        if split(to) != split(item.path) and self.proofs.has_moved(item, to, fields):
            if moved is not None:
                self._moved[path.rstrip("/")] = moved
            self.moved(item.path, to)

    def moved(self, path: str, to: str) -> None:
        """Note that an item has another path now."""
        self.guard.items.move(path, to)
        self.ledger.moved(path, to)
        self._moved.setdefault(path.rstrip("/"), Moved(to, ()))
        self._moved.pop(to.rstrip("/"), None)

    def has_moved(self, path: str) -> bool:
        """Whether a path is one that an item had before its id changed, or lies below one."""
        steps = path.rstrip("/").split("/")
        return any("/".join(steps[:length]) in self._moved for length in range(2, len(steps) + 1))

    def moved_to(self, path: str) -> "Moved | None":
        """Where an item has moved by the last change, None where it stands as before."""
        return self._moved.get(path.rstrip("/"))

    def _told_move(self, method: str, path: str, body: object, location: str | None) -> "Moved | None":
        """Where an answer to a change says that its item is, None where that is where it was."""
        collection, _, last = path.rstrip("/").rpartition("/")
        known = next((each for place, each in self._readings.items() if _fits(collection, place)), None)
        told = known.identify(method, body, location, collection) if known else None
        if told is None or step(told[1]) == step(unquote(last)):
            return None
        return Moved(self.guard.item_path(collection, step(told[1])), told[0])

    def _creates(self, method: str, path: str) -> bool:
        """Whether a request is one that creates an item."""
        return method == "POST" and self.guard.creates(method, path)

    def can_delete(self, item: str) -> bool:
        """Whether the document has a way to delete an item."""
        return any(_fits(item, each) for each in self._deletable)

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


def _shown(model: Model, resource: Resource) -> dict[str, Schema]:
    """The fields that answers about an item have, each with its schema."""
    answers = [resource.operations[verb] for verb in ("read", "create", "patch") if verb in resource.operations]
    parts = (model.part(each.answer, resource.items.get(each.method, ())) for each in answers if each.answer)
    fields = [field for part in parts for field in model.properties(part).items()]
    return {name: schema for name, schema in fields if not schema.get("writeOnly")}


def _answer(request: requests.PreparedRequest, response: requests.Response) -> Answer:
    """A response as what reads answers takes it."""
    sent = Request("", str(request.method), str(request.url), urlsplit(str(request.url)).path, {})
    return Answer(sent, response.status_code, response.headers, response.content)


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
