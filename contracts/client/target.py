"""The backend under test, and its users."""

import re
from collections.abc import Iterable, Iterator, Mapping
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
    """A backend under test. As a context manager, it cleans up and closes its connections at the end."""

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
        self.conduct.wire.require_usable()
        self._absent = [(method, addresses_of(path)) for method, path in absent]
        self._versioned: list[tuple[str, re.Pattern[str]]] = []
        """Method and path of the changes that need the version of their item."""
        self._tokens: dict[str, str] = {}
        self.redactor = Redactor(lambda: self.hidden)
        """Removes secrets from texts."""
        self.statuses: dict[int, str] = {}
        self.left_behind: list[str] = []
        """Messages about what could not be deleted or put back."""
        self.deleted = 0
        """Number of items of ledgers that were deleted."""
        self._identities: dict[str, Identity] = {}
        self.tracker = self._new_tracker(tag)
        self.readings = self.tracker.readings
        self.lending = Lending(profile, self.tracker.guard)
        self.gate = self._new_gate()
        self.sessions = Sessions(self.url, self.gate, self.conduct.wire, self._identity_or_none, self.redactor)
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
        identity = self._identity_or_none(name)
        own = identity.headers if identity else {}
        return SessionWitness(self.url, name, {**headers, **own}, self.sessions.receive)

    @property
    def tag(self) -> str:
        """The text that marks the items of this run."""
        return self.tracker.tag

    @tag.setter
    def tag(self, tag: str) -> None:
        self.tracker.mark_by(tag)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, CannotRun):
            error.args = tuple(self.redactor.redact(str(argument)) for argument in error.args)
        if isinstance(error, KeyboardInterrupt | SystemExit):
            self.gate.halt.stop()  # limits the time of the cleanup
        try:
            self.clean_up()
        finally:
            self.tracker.ledger.close()
            self.sessions.close()

    @property
    def sent(self) -> int:
        """Number of requests that were sent."""
        return self.gate.budget.sent

    def learn(self, model: Model) -> None:
        """Read a document: its paths distinguish ids from words, and the profile lends items of it."""
        self.tracker.learn(model)
        self.gate.learn(model.document.get("paths", {}))
        self.lending.learn(model)
        self._versioned = [versioned for resource in model.resources for versioned in self._versioned_of(resource)]

    def _versioned_of(self, resource: Resource) -> Iterator[tuple[str, re.Pattern[str]]]:
        """Yield method and path of the changes of an item that need its version."""
        every = self.profile.resource(resource.item).if_match
        for change in resource.changes:
            if every or change.requires_if_match:
                yield change.method, addresses_of(resource.item.rstrip("/"))

    def condition(self, method: str, path: str, reader: "Client") -> dict[str, str]:
        """Return the If-Match header that a change needs, with the present version of the item.

        Empty if the change needs none, or the target sends no version.
        """
        item = path.rstrip("/")
        needs_version = any(method == verb and address.fullmatch(item) for verb, address in self._versioned)
        return self.version(path, reader) if needs_version else {}

    def version(self, path: str, reader: "Client") -> dict[str, str]:
        """Read an item, and return its version in an If-Match header; empty if the target sends none."""
        answer = reader.get(path)
        if "ETag" not in answer.headers:
            return {}
        self.tape.keep_version(answer)
        return {IF_MATCH: answer.headers["ETag"]}

    def has_derived_id(self, resource: Resource) -> bool:
        """Whether the id of an item is derived from its other fields, as a slug is."""
        notes = self.profile.resource(resource.item)
        return any(notes.notes(name).derived_from for name in self.readings.keys(resource))

    def owner_of(self, resource: Resource) -> "Client":
        """Return the person who creates the items of a resource."""
        return self.person(self.profile.owner_of(resource.item))

    def clean_up(self) -> None:
        """Delete the items that are left in the ledger of this run."""
        self.left_behind += self.delete_left(self.tracker.ledger)

    def delete_left(self, ledger: ledgers.Ledger) -> list[str]:
        """Delete the items that are left in a ledger; return a message for each that stays."""
        tape = self.tape
        self.fresh_tape()
        with self.gate.cleaning():
            cleanup = Cleanup(ledger, self.tracker, self.person)
            messages = cleanup.run()
            self.deleted += cleanup.deleted
        self.tape = tape
        return messages

    def recover(self) -> None:
        """Delete what interrupted runs have left."""
        if self.safety is Safety.OBSERVE:
            return
        self.tracker.ledger.require_usable()
        for ledger in ledgers.left(self.url, self.conduct.ledger, self.redactor):
            self.left_behind += self.delete_left(ledger)

    def identity(self, name: str) -> Identity:
        """Return the credentials of a person of the profile."""
        if name not in self._identities:
            self._identities[name] = self._identity_of(name, self.profile.people[name])
        return self._identities[name]

    def _identity_or_none(self, name: str) -> Identity | None:
        """Return the same, None for people who are not in the profile."""
        return self.identity(name) if name in self.profile.people else None

    def _identity_of(self, name: str, person: Person) -> Identity:
        return Identity(name, person, self.sessions.log_in, self._curl, self.url)

    def _curl(self, method: str, path: str) -> str:
        return beginning(method, quote(self.url + path), self.conduct.wire.curl)

    @property
    def hidden(self) -> dict[str, str]:
        """Value that no report may show → the placeholder that replaces it."""
        placeholders = self.profile.hidden | self.conduct.wire.hidden | self._tokens
        for identity in self._identities.values():
            placeholders |= identity.hidden
        return placeholders

    @property
    def remains(self) -> list[str]:
        """Messages about what could not be deleted or put back, without secrets."""
        return [self.redactor.redact(message) for message in self.left_behind]

    @property
    def stopped(self) -> str:
        """Why nothing more is sent, without secrets; empty while requests are sent."""
        return self.redactor.redact(self.gate.closed)

    def hide(self, secrets: Mapping[str, str]) -> None:
        """Hide values in all texts from now on; the argument maps each to its placeholder."""
        self._tokens |= secrets

    def fresh_tape(self) -> Tape:
        """Start a new recording, and return it; the caller keeps the one before."""
        self.tape = Tape(self.url, tag=self.tag, options=tuple(self.conduct.wire.curl), sleep=self.conduct.halt.wait)
        return self.tape

    def person(self, name: str) -> "Client":
        """Return a client that sends as a person of the profile, or without credentials for `anonymous`."""
        if name == ANONYMOUS:
            return Client(self, ANONYMOUS)
        if name not in self.profile.people:
            raise NotApplicable(f"the profile has no person called {name}")
        return Client(self, name, self.profile.people[name], self.identity(name))

    @property
    def anonymous(self) -> "Client":
        """A client without credentials."""
        return self.person(ANONYMOUS)

    def bearer(self, token: str, name: str = "bearer") -> "Client":
        """Return a client that sends a token."""
        person = Person(token=token)
        return Client(self, name, person, self._identity_of(name, person))

    def exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send one request through the gate, and record its response."""
        path = request.path.partition("?")[0]
        if any(request.method == method and address.fullmatch(path) for method, address in self._absent):
            raise NotApplicable(f"needs {request.method} {path}, which the target does not serve by its profile")
        answer = self.sessions.receive(request, headers)
        self.statuses.setdefault(answer.status, request.line)
        self.tape.record(answer)
        return answer


class Client:
    """A client that sends requests as one person."""

    def __init__(
        self, target: Target, name: str, person: Person | None = None, identity: Identity | None = None
    ) -> None:
        self.target = target
        self.name = name
        self.person = person
        self.identity = identity

    @property
    def id(self) -> Identifier:
        """The user id of the person, from the profile."""
        return self.target.profile.id_of(self.name)

    def send(
        self,
        method: str,
        path: str,
        payload: Payload | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, and return its response."""
        path = f"{path}?{urlencode(query, doseq=True)}" if query else path
        request = Request(self.name, method, self.target.url + path, path, headers or {}, self.credentials, payload)
        return self.target.exchange(request, {**self._headers(payload), **(headers or {})})

    def get(self, path: str, **query: object) -> Answer:
        """Send a GET."""
        return self.send("GET", path, query=query)

    def delete(self, path: str) -> Answer:
        """Send a DELETE, with the version of the item if the target requires that."""
        return self.send("DELETE", path, headers=self.target.condition("DELETE", path, self))

    def follow(self, url: object) -> Answer:
        """Read an absolute URL from a response; credentials go to the target only."""
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Broken("an absolute URL", repr(url))
        if not url.startswith(f"{self.target.url}/"):
            return self.target.exchange(Request(self.name, "GET", url, url, {}), {})
        request = Request(self.name, "GET", url, url.removeprefix(self.target.url), {}, self.credentials)
        return self.target.exchange(request, self._headers(None))

    def _headers(self, payload: Payload | None) -> dict[str, str]:
        headers = dict(self.identity.headers) if self.identity else {}
        if payload is not None and payload.content_type is not None:
            headers["Content-Type"] = payload.content_type
        return headers

    def credential_names(self, headers: Mapping[str, str]) -> frozenset[str]:
        """Return the names of those headers that identify this person; none if the credentials are not theirs."""
        return self.identity.credential_names(headers) if self.identity else frozenset()

    @property
    def credentials(self) -> Credentials | None:
        """The credentials of this person as parts of curl lines, None for anonymous."""
        return self.identity.credentials if self.identity else None
