"""What is tested: a URL, the people who may be impersonated there, and what may be touched."""

import re
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from contracts.client import ledger as ledgers
from contracts.client.cleanup import Cleanup
from contracts.client.credentials import Identity
from contracts.client.gate import Gate
from contracts.client.lending import Lending
from contracts.client.limits import Bucket, Budget
from contracts.client.options import Conduct, is_loopback, require_plain_address
from contracts.client.safety import Guard, Safety
from contracts.client.sessions import Sessions
from contracts.client.tracking import Tracker
from contracts.client.witness import SessionWitness
from contracts.errors import CannotRun
from contracts.messages.bodies import Payload
from contracts.messages.curl import Tape, beginning
from contracts.messages.exchange import IF_MATCH, READS, Answer, Credentials, Request
from contracts.messages.shell import quote
from contracts.openapi.description import Model
from contracts.openapi.identifiers import Identifier
from contracts.openapi.paths import addresses_of
from contracts.openapi.resources import Resource
from contracts.profile.models import ANONYMOUS, Person, Profile
from contracts.results.redaction import Redactor
from contracts.results.verdict import Broken, NotApplicable

__all__ = ["READS", "Client", "Conduct", "Safety", "Target", "is_loopback"]


class Target:
    """A backend under test; as a context manager it cleans up and closes its connections at the end."""

    def __init__(
        self,
        url: str,
        profile: Profile,
        safety: Safety,
        tag: str,
        absent: Iterable[tuple[str, str]] = (),
        conduct: Conduct | None = None,
    ) -> None:
        require_plain_address(url)
        self.url = url.rstrip("/")
        self.profile = profile
        self.safety = safety
        self.conduct = conduct or Conduct()
        self.conduct.wire.ready()
        self._absent = [(method, addresses_of(path)) for method, path in absent]
        self._versioned: list[tuple[str, re.Pattern[str]]] = []
        """Method and address of the changes that have to come with the version of what they change."""
        self._tokens: dict[str, str] = {}
        self.redactor = Redactor(lambda: self.hidden)
        """Removes from texts what no report may show."""
        self.statuses: dict[int, str] = {}
        self.left_behind: list[str] = []
        """What could not be deleted or put back, to be told at the end."""
        self.deleted = 0
        """How many items of ledgers were deleted."""
        self._identities: dict[str, Identity] = {}
        self.tracker = self._new_tracker(tag)
        self.readings = self.tracker.readings
        self.lending = Lending(profile, self.tracker.guard)
        self.gate = self._new_gate()
        self.sessions = Sessions(self.url, self.gate, self.conduct.wire, self._known_identity, self.redactor)
        self.tracker.proofs.witness = self._witness
        self.tag = tag
        self.tape = self.fresh_tape()

    def _new_tracker(self, tag: str) -> Tracker:
        guard = Guard(self.safety, self.profile.actions)
        guard.learn(notes.item for notes in self.profile.resources.values())
        path = self.conduct.ledger or ledgers.folder(self.url) / f"{tag}.ndjson"
        ledger = ledgers.Ledger(None if self.safety is Safety.OBSERVE else path, self.redactor)
        return Tracker(guard, ledger, self.profile)

    def _new_gate(self) -> Gate:
        conduct = self.conduct
        return Gate(
            self.url,
            self.tracker,
            conduct.wire,
            Budget(conduct.max_requests),
            Bucket(conduct.rate) if conduct.rate else None,
            conduct.halt,
            conduct.limits,
            conduct.cleanup_timeout,
        )

    def _witness(self, name: str, headers: Mapping[str, str]) -> SessionWitness:
        identity = self._known_identity(name)
        own = identity.headers if identity else {}
        return SessionWitness(self.url, name, {**headers, **own}, self.sessions.receive)

    @property
    def tag(self) -> str:
        """What marks what this run creates."""
        return self.tracker.tag

    @tag.setter
    def tag(self, tag: str) -> None:
        self.tracker.mark_by(tag)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, CannotRun):
            error.args = tuple(self.redactor.redact(str(each)) for each in error.args)
        if isinstance(error, KeyboardInterrupt | SystemExit):
            self.gate.halt.stop()  # Whoever has asked so for the end does not wait long for what cleans up.
        try:
            self.clean_up()
        finally:
            self.tracker.ledger.close()
            self.sessions.close()

    @property
    def sent(self) -> int:
        """How many requests were sent."""
        return self.gate.budget.sent

    def learn(self, model: Model) -> None:
        """Take note of what a spec has: from then on an id is told from a word, and what is lent is known."""
        self.tracker.learn(model)
        self.gate.learn(model.document.get("paths", {}))
        self.lending.learn(model)
        self._versioned = [
            (each.method, addresses_of(resource.item.rstrip("/")))
            for resource in model.resources
            for each in resource.changes
            if each.requires_if_match or self.profile.resource(resource.item).if_match
        ]

    def condition(self, method: str, path: str, reader: "Client") -> dict[str, str]:
        """The header with which a change has to come: the version of the item as somebody reads it now.

        Empty where the target asks for none, or tells none.
        """
        item = path.rstrip("/")
        asked = any(method == each and address.fullmatch(item) for each, address in self._versioned)
        return self.version(path, reader) if asked else {}

    def version(self, path: str, reader: "Client") -> dict[str, str]:
        """The version of an item as somebody reads it now, in the header of a change; empty where none is told."""
        answer = reader.get(path)
        if "ETag" not in answer.headers:
            return {}
        self.tape.keep_version(answer)
        return {IF_MATCH: answer.headers["ETag"]}

    def is_made_of_others(self, resource: Resource) -> bool:
        """Whether the id of an item follows other fields of it, as a slug does."""
        notes = self.profile.resource(resource.item)
        return any(notes.notes(name).derived_from for name in self.readings.keys(resource))

    def owner_of(self, resource: Resource) -> "Client":
        """Who creates the items of a resource."""
        return self.person(self.profile.owner_of(resource.item))

    def clean_up(self) -> None:
        """Delete what the ledger has left."""
        self.left_behind += self.cleaned(self.tracker.ledger)

    def cleaned(self, ledger: ledgers.Ledger) -> list[str]:
        """Delete what a ledger has left; return what could not be deleted, in words."""
        tape = self.tape
        self.fresh_tape()
        with self.gate.cleaning():
            cleanup = Cleanup(ledger, self.tracker, self.person)
            messages = cleanup.run()
            self.deleted += cleanup.deleted
        self.tape = tape
        return messages

    def recover(self) -> None:
        """Delete what earlier runs left that were cut off."""
        if self.safety is Safety.OBSERVE:
            return
        for ledger in ledgers.left(self.url, self.conduct.ledger, self.redactor):
            self.left_behind += self.cleaned(ledger)

    def identity(self, name: str) -> Identity:
        """How a person of the profile is recognised."""
        if name not in self._identities:
            self._identities[name] = self._identity_of(name, self.profile.people[name])
        return self._identities[name]

    def _known_identity(self, name: str) -> Identity | None:
        """The same; None for somebody whom the profile does not know."""
        return self.identity(name) if name in self.profile.people else None

    def _identity_of(self, name: str, person: Person) -> Identity:
        return Identity(name, person, self.sessions.log_in, self._curl, self.url)

    def _curl(self, method: str, path: str) -> str:
        return beginning(method, quote(self.url + path), self.conduct.wire.curl)

    @property
    def hidden(self) -> dict[str, str]:
        """Each value that no report may show → the word that stands for it."""
        found = self.profile.hidden | self.conduct.wire.hidden | self._tokens
        for identity in self._identities.values():
            found |= identity.hidden
        return found

    @property
    def remains(self) -> list[str]:
        """What could not be deleted or put back, without secrets."""
        return [self.redactor.redact(each) for each in self.left_behind]

    @property
    def stopped(self) -> str:
        """Why nothing more is sent, without secrets; empty while something is."""
        return self.redactor.redact(self.gate.closed)

    def hide(self, secrets: Mapping[str, str]) -> None:
        """Keep values out of all texts from now on: each with the word that stands for it."""
        self._tokens |= secrets

    def fresh_tape(self) -> Tape:
        """Begin a new recording; what was recorded before stays with who holds it."""
        self.tape = Tape(self.url, tag=self.tag, options=tuple(self.conduct.wire.curl), sleep=self.conduct.halt.wait)
        return self.tape

    def person(self, name: str) -> "Client":
        """The view of one person on the target; nobody at all for `anonymous`."""
        if name == ANONYMOUS:
            return Client(self, ANONYMOUS)
        if name not in self.profile.people:
            raise NotApplicable(f"the profile knows nobody called {name}")
        return Client(self, name, self.profile.people[name], self.identity(name))

    @property
    def anonymous(self) -> "Client":
        """The view of nobody."""
        return self.person(ANONYMOUS)

    def bearer(self, token: str, name: str = "somebody") -> "Client":
        """The view of whoever holds this token."""
        person = Person(token=token)
        return Client(self, name, person, self._identity_of(name, person))

    def exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send one request through the gate, and record it."""
        path = request.path.partition("?")[0]
        if any(request.method == method and address.fullmatch(path) for method, address in self._absent):
            raise NotApplicable(f"needs {request.method} {path}, which the target does not serve by its profile")
        answer = self.sessions.receive(request, headers)
        self.statuses.setdefault(answer.status, request.line)
        self.tape.record(answer)
        return answer


class Client:
    """One person's way of talking to the target."""

    def __init__(
        self, target: Target, name: str, person: Person | None = None, identity: Identity | None = None
    ) -> None:
        self.target = target
        self.name = name
        self.person = person
        self.identity = identity

    @property
    def id(self) -> Identifier:
        """The person's user id, as the profile knows it."""
        return self.target.profile.id_of(self.name)

    def send(
        self,
        method: str,
        path: str,
        payload: Payload | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; the answer is recorded whatever its status."""
        path = f"{path}?{urlencode(query, doseq=True)}" if query else path
        request = Request(self.name, method, self.target.url + path, path, headers or {}, self.credentials, payload)
        return self.target.exchange(request, {**self._own_headers(payload), **(headers or {})})

    def get(self, path: str, **query: object) -> Answer:
        """Read."""
        return self.send("GET", path, query=query)

    def delete(self, path: str) -> Answer:
        """Delete an item, with its version where the target asks for that."""
        return self.send("DELETE", path, headers=self.target.condition("DELETE", path, self))

    def follow(self, url: object) -> Answer:
        """Read an absolute URL that an answer gave; credentials go to the target only."""
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Broken("an absolute URL", repr(url))
        here = url.startswith(f"{self.target.url}/")
        path = url.removeprefix(self.target.url) if here else url
        request = Request(self.name, "GET", url, path, {}, self.credentials if here else None)
        return self.target.exchange(request, self._own_headers(None) if here else {})

    def _own_headers(self, payload: Payload | None) -> dict[str, str]:
        own = dict(self.identity.headers) if self.identity else {}
        if payload is not None and payload.content_type is not None:
            own["Content-Type"] = payload.content_type
        return own

    def own(self, headers: Mapping[str, str]) -> frozenset[str]:
        """The names of the headers that identify this person; none where others are sent."""
        return self.identity.own(headers) if self.identity else frozenset()

    @property
    def credentials(self) -> Credentials | None:
        """How curl lines identify this person."""
        return self.identity.credentials if self.identity else None
