"""Keeps track of the items of a run: which of them its requests create, change, move and delete."""

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
"""The methods that may change by what an item is found."""
MAY_HAVE_CREATED = frozenset({301, 302, 303})
"""Redirects after a creation, of which some lead to what was created."""
OF_A_BODY = frozenset({"content-type", "content-length", "content-encoding", "transfer-encoding", "expect"})
"""Headers that belong to the body of a creation, and not to who sends it."""


class Moved(NamedTuple):
    """Where an item has moved because its id was changed."""

    to: str
    steps: Steps
    """The keys that lead to the new id in the response; none if its Location has it."""


class Tracker:
    """Knows the items of one run, and notes in its ledger what becomes of them."""

    def __init__(self, guard: Guard, ledger: Ledger, profile: Profile) -> None:
        self.guard = guard
        self.ledger = ledger
        self.readings = Readings(profile, guard.routes)
        self.kinds = Kinds(profile, guard.routes)
        self.proofs = Proofs(guard, ledger, self.readings, self.kinds)
        self.tag = ""
        """The text by which what this run creates is known: in a field of each body, and in User-Agent."""
        self._tags: list[str] = []
        self._proving = threading.Lock()
        """Held while items are proven: what one of two simultaneous changes writes must not disprove the other."""
        self._moving = threading.Lock()
        """Held while it is found out where an item has moved: two changes of it can be on their way at once."""
        self._moved: dict[str, Moved] = {}
        """Path → where its item has moved."""

    def learn(self, model: Model) -> None:
        """Read a document: its paths, how responses are read, and what items show."""
        self.guard.learn(model.document.get("paths", {}))
        self.readings.learn(model)
        self.kinds.learn(model)

    def mark_by(self, tag: str) -> None:
        """Mark what is created from now on by another tag."""
        self.tag = tag
        self._tags.insert(0, tag)

    def signed(self, agent: str | bytes | None) -> str:
        """Return the User-Agent of a request with the tag of the run, so that operators find the run in their logs."""
        name = agent.decode() if isinstance(agent, bytes) else agent or "contracts"
        return name if self.tag in name else f"{name} (run {self.tag})"

    # --- before a request ---

    def require_permission(self, method: str, path: str, level: Level) -> None:
        """Raise NotSent if a request may touch what is not the run's; items are proven first if that is needed."""
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
        """Return what is known of the item that a request creates, None if it creates none.

        Raises:
            NotSent: The item could not be told from others.
        """
        if not self.guard.creates(str(request.method), path):
            return None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OF_A_BODY}
        fields, kind = _fields_of(request), self.kinds.of(path)
        mark = kind.mark(fields, self._tags)
        if self.guard.safety is Safety.SANDBOX:
            if kind.given_id is not None and kind.given_id in (fields or {}):
                self.proofs.require_free(path, (fields or {})[kind.given_id], person, headers)
            self.proofs.require_creatable(path, mark, person, headers)
        return Creation(path, person, headers, mark)

    def begin(self, creation: Creation) -> Creation:
        """Note in the ledger that an item is about to be created."""
        return replace(creation, key=self.ledger.begun(creation.collection, creation.person, creation.mark))

    def note_intent(self, request: requests.PreparedRequest, path: str) -> None:
        """Note what a change is about to write to an item of the run, by which it is recognised after a crash."""
        item = self.guard.items.item(split(path)) if request.method in CHANGES else None
        fields = _fields_of(request)
        if item is None or item.state not in (State.OWNED, State.DELETED) or not fields:
            return
        item.mark, item.changed = self.kinds.of(item.collection).changed(item.mark, fields), True
        if item.key is not None:
            self.ledger.marked(item.key, item.mark)

    # --- after a response ---

    def note_response(
        self, request: requests.PreparedRequest, path: str, creation: Creation | None, response: requests.Response
    ) -> None:
        """Note what has become of the items of the run."""
        answer = _answer(request, response)
        if creation is not None:
            self._note_creation(creation, answer)
        if request.method in CHANGES and response.ok:
            self._note_return(path)
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
            self.ledger.created(creation.key, item.path)
            if self.guard.safety is Safety.SANDBOX and not self.proofs.is_sure(item):
                self.proofs.prove(item)
        elif 300 <= answer.status < 500 and answer.status not in MAY_HAVE_CREATED:
            self.ledger.refused(creation.key)

    def _note_deletion(self, path: str, status: int) -> None:
        item = self.guard.items.item(split(path))
        if item is not None and item.state in (State.OWNED, State.CLAIMED) and self.proofs.is_gone(item, status):
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

    # --- moves ---

    def _note_move(self, request: requests.PreparedRequest, path: str, answer: Answer) -> None:
        # Of two changes at the same moment the other one may have been answered first.
        earlier = self._moved.get(path.rstrip("/"))
        item = self.guard.items.item(split(earlier.to if earlier else path))
        if item is None or item.state not in (State.OWNED, State.LENT):
            return
        moved = self._new_place(path, answer)
        to = moved.to if moved else path  # Where the other one moved it, this one may have moved it back.
        if split(to) != split(item.path) and self.proofs.has_moved(item, to, _fields_of(request)):
            if moved is not None:
                self._moved[path.rstrip("/")] = moved
            self.moved(item.path, to)

    def _new_place(self, path: str, answer: Answer) -> Moved | None:
        """Where the response to a change says that its item is, None if that is where it was."""
        collection = path.rstrip("/").rpartition("/")[0]
        reading = self.readings.known(collection)
        if reading is None:
            return None
        identity = reading.told(answer.request.method, answer.json, answer.headers.get("Location"), collection)
        if identity is None or step(identity[1]) == step(split(path)[-1]):
            return None
        return Moved(self.guard.item_path(collection, step(identity[1])), identity[0])

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

    def moved_to(self, path: str) -> Moved | None:
        """Return where an item has moved by the last change, None if it is where it was."""
        return self._moved.get(path.rstrip("/"))


def _fields_of(request: requests.PreparedRequest) -> Mapping[str, object] | None:
    return fields_of(request.body, request.headers.get("Content-Type"))


def _answer(request: requests.PreparedRequest, response: requests.Response) -> Answer:
    """A response as what reads responses takes it."""
    sent = Request("", str(request.method), str(request.url), urlsplit(str(request.url)).path, {})
    return Answer(sent, response.status_code, response.headers, response.content)
