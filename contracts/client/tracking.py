"""Tracks the items that the requests of a run create, change, move and delete."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

import requests

from contracts.client.kinds import Kinds
from contracts.client.ledger import Ledger
from contracts.client.marks import fields_of
from contracts.client.ownership import Creation, State
from contracts.client.proof import Proofs
from contracts.client.readings import Readings
from contracts.client.routes import split
from contracts.client.safety import Guard, Level, NotSent, Safety
from contracts.messages.exchange import Answer, Request
from contracts.openapi.description import Model
from contracts.openapi.envelopes import Steps
from contracts.openapi.identifiers import step
from contracts.profile.models import Profile

CHANGES = frozenset({"PATCH", "PUT"})
"""Methods that may change the mark or the id of an item."""
MAY_HAVE_CREATED = frozenset({301, 302, 303})
"""Redirects after a creation, some of which lead to the new item."""
BODY_HEADERS = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding", "expect"})
"""Headers that describe the body of a creation, not its sender."""


class Moved(NamedTuple):
    """The new path of an item whose id was changed."""

    to: str
    steps: Steps
    """The keys that lead to the new id in the response, empty if it was in the Location."""


class Tracker:
    """The items of one run, and their states in the guard and the ledger."""

    def __init__(self, guard: Guard, ledger: Ledger, profile: Profile) -> None:
        self.guard = guard
        self.ledger = ledger
        self.readings = Readings(profile, guard.routes)
        self.kinds = Kinds(profile, guard.routes)
        self.proofs = Proofs(guard, ledger, self.readings, self.kinds)
        self.tag = ""
        """The text that marks the items of this run, in a field of each body; it is also in User-Agent."""
        self._tags: list[str] = []
        self._proving = threading.Lock()
        """Locked while items are proven, so that two simultaneous changes do not disprove each other."""
        self._moving = threading.Lock()
        """Locked while a new path is determined, because two changes of an item may be sent at the same time."""
        self._moved: dict[str, Moved] = {}
        """Path → the new path of its item."""

    def learn(self, model: Model) -> None:
        """Add the paths, readings and kinds of items of a document."""
        self.guard.learn(model.document.get("paths", {}))
        self.readings.learn(model)
        self.kinds.learn(model)

    def mark_by(self, tag: str) -> None:
        """Mark the items that are created from now on with another tag."""
        self.tag = tag
        self._tags.insert(0, tag)

    def user_agent(self, agent: str | bytes | None) -> str:
        """Return a User-Agent with the tag of the run, by which operators find the run in their logs."""
        name = agent.decode() if isinstance(agent, bytes) else agent or "contracts"
        return name if self.tag in name else f"{name} (run {self.tag})"

    # --- before a request ---

    def require_permission(self, method: str, path: str, level: Level) -> None:
        """Raise NotSent if a request may touch items that are not the run's; prove items first if necessary."""
        decision = self.guard.decide(method, path, level)
        if decision.unproven or decision.deleted:
            with self._proving:
                decision = self.guard.decide(method, path, level)
                for place in decision.unproven:
                    self.proofs.require_owned(place)
                if decision.deleted:
                    self.proofs.require_deleted(decision.deleted)
        if decision.rejection:
            raise NotSent(decision.rejection)

    def creation(self, request: requests.PreparedRequest, path: str, person: str) -> Creation | None:
        """Return the creation that a request is, None if it creates nothing.

        Raises:
            NotSent: The item could not be distinguished from others.
        """
        if not self.guard.creates(str(request.method), path):
            return None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in BODY_HEADERS}
        fields, kind = _fields_of(request), self.kinds.of(path)
        mark = kind.mark(fields, self._tags)
        if self.guard.safety is Safety.SANDBOX:
            if fields and kind.id_field is not None and kind.id_field in fields:
                self.proofs.require_free(path, fields[kind.id_field], person, headers)
            self.proofs.require_creatable(path, mark, person, headers)
        return Creation(path, person, headers, mark)

    def begin(self, creation: Creation) -> Creation:
        """Note in the ledger that an item is about to be created."""
        return replace(creation, key=self.ledger.begin(creation.collection, creation.person, creation.mark))

    def note_intent(self, request: requests.PreparedRequest, path: str) -> None:
        """Note the values that a change is about to write, by which its item is recognised after a crash."""
        item = self.guard.items.item(split(path)) if request.method in CHANGES else None
        fields = _fields_of(request)
        if item is None or item.state not in (State.OWNED, State.DELETED) or not fields:
            return
        item.mark = self.kinds.of(item.collection).mark_after_change(item.mark, fields)
        item.changed = True
        if item.key is not None:
            self.ledger.note_mark(item.key, item.mark)

    # --- after a response ---

    def note_response(
        self, request: requests.PreparedRequest, path: str, creation: Creation | None, response: requests.Response
    ) -> None:
        """Note how a response affects the items of the run."""
        answer = _answer(request, response)
        if creation is not None:
            self._note_creation(creation, answer)
        if request.method in CHANGES and response.ok:
            self._note_reappearance(path)
            with self._moving:
                self._note_move(request, path, answer)
        if request.method == "DELETE":
            self._note_deletion(path, response.status_code)
        self.proofs.note_response(path, answer)

    def _note_creation(self, creation: Creation, answer: Answer) -> None:
        item = None
        if answer.ok and self.guard.safety is not Safety.OBSERVE:
            item = self.proofs.claim(creation, answer)
        if item is not None:
            self.ledger.note_path(creation.key, item.path)
            if self.guard.safety is Safety.SANDBOX and not self.proofs.is_sure(item):
                self.proofs.prove(item)
        elif 300 <= answer.status < 500 and answer.status not in MAY_HAVE_CREATED:
            self.ledger.drop(creation.key)

    def _note_deletion(self, path: str, status: int) -> None:
        item = self.guard.items.item(split(path))
        if item is not None and item.state in (State.OWNED, State.CLAIMED) and self.proofs.is_gone(item, status):
            self.note_deleted(path)

    def note_deleted(self, path: str) -> None:
        """Note that an item was deleted, and the items inside it with it."""
        self.guard.items.set_state(split(path), State.DELETED)
        self.ledger.note_deletion(path)

    def _note_reappearance(self, path: str) -> None:
        """Note that a change has restored a deleted item, as a PUT may."""
        item = self.guard.items.item(split(path))
        if item is not None and item.state is State.DELETED and self.proofs.is_shown(item):
            item.key = self.ledger.begin(item.collection, item.person, item.mark)
            self.ledger.note_path(item.key, item.path)
            self.guard.items.set_state(split(path), State.OWNED)

    # --- moves ---

    def _note_move(self, request: requests.PreparedRequest, path: str, answer: Answer) -> None:
        # Another change of the item, sent at the same time, may have moved it already.
        earlier = self._moved.get(path.rstrip("/"))
        item = self.guard.items.item(split(earlier.to if earlier else path))
        if item is None or item.state not in (State.OWNED, State.LENT):
            return
        moved = self._new_place(path, answer)
        to = moved.to if moved else path  # This change may have moved it back.
        if split(to) != split(item.path) and self.proofs.has_moved(item, to, _fields_of(request)):
            if moved is not None:
                self._moved[path.rstrip("/")] = moved
            self.note_moved(item.path, to)

    def _new_place(self, path: str, answer: Answer) -> Moved | None:
        """Return the new path of an item by the response to a change, None if it is the old one."""
        collection = path.rstrip("/").rpartition("/")[0]
        reading = self.readings.find(collection)
        if reading is None:
            return None
        identity = reading.identify(answer.request.method, answer.json, answer.headers.get("Location"), collection)
        if identity is None or step(identity[1]) == step(split(path)[-1]):
            return None
        return Moved(self.guard.item_path(collection, step(identity[1])), identity[0])

    def note_moved(self, path: str, to: str) -> None:
        """Note that an item has another path."""
        self.guard.items.move(path, to)
        self.ledger.note_move(path, to)
        self._moved.setdefault(path.rstrip("/"), Moved(to, ()))
        self._moved.pop(to.rstrip("/"), None)

    def has_moved(self, path: str) -> bool:
        """Whether a path is the old path of a moved item, or lies below one."""
        steps = path.rstrip("/").split("/")
        return any("/".join(steps[:length]) in self._moved for length in range(2, len(steps) + 1))

    def moved_to(self, path: str) -> Moved | None:
        """Return the new path of an item that the last change moved, None if it did not move."""
        return self._moved.get(path.rstrip("/"))


def _fields_of(request: requests.PreparedRequest) -> Mapping[str, object] | None:
    return fields_of(request.body, request.headers.get("Content-Type"))


def _answer(request: requests.PreparedRequest, response: requests.Response) -> Answer:
    """Return a response of `requests` as an Answer."""
    own_request = Request("", str(request.method), str(request.url), urlsplit(str(request.url)).path, {})
    return Answer(own_request, response.status_code, response.headers, response.content)
