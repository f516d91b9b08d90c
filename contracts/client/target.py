"""What is tested: a URL, the people who may be impersonated there, and what may be touched."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from threading import get_ident
from time import perf_counter
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import requests

from contracts.client import ledger as ledgers
from contracts.client.adapter import GatedAdapter
from contracts.client.cleanup import Cleanup
from contracts.client.credentials import Identity
from contracts.client.gate import Gate
from contracts.client.limits import Bucket, Budget
from contracts.client.options import Conduct, is_loopback, require_plain_address
from contracts.client.proof import is_below
from contracts.client.responses import IncompleteResponse, NotTried
from contracts.client.safety import Guard, Level, Safety
from contracts.errors import CannotRun, TargetDown
from contracts.messages.bodies import Payload
from contracts.messages.curl import Tape, beginning, quote
from contracts.messages.exchange import IF_MATCH, READS, Answer, Credentials, Request
from contracts.openapi.description import Model
from contracts.openapi.envelopes import Listing, Reading
from contracts.openapi.identifiers import Identifier, step
from contracts.openapi.paths import addresses_of, fill_path, parameters_of, shape
from contracts.openapi.resources import Resource
from contracts.profile.models import ANONYMOUS, Person, Profile
from contracts.results.redaction import Redactor
from contracts.results.verdict import Broken, Lacking, NotApplicable
from specdouble.pointers import steps_of

__all__ = ["READS", "Client", "Conduct", "Safety", "Target", "is_loopback"]

PERSON = "{person}"
"""What stands for the id of the person who sends a request."""


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
        self._sessions: dict[tuple[int, str], requests.Session] = {}
        self._identities: dict[str, Identity] = {}
        self.gate = self._new_gate(tag)
        self.tag = tag
        self.tape = self.fresh_tape()

    @property
    def tag(self) -> str:
        """What marks what this run creates."""
        return self.gate.tag

    @tag.setter
    def tag(self, tag: str) -> None:
        self.gate.mark_by(tag)

    def _new_gate(self, tag: str) -> Gate:
        conduct, guard = self.conduct, Guard(self.safety, self.profile.actions)
        guard.learn(notes.item for notes in self.profile.resources.values())
        named = conduct.ledger or ledgers.folder(self.url) / f"{tag}.ndjson"
        ledger = ledgers.Ledger(None if self.safety is Safety.OBSERVE else named, self.redactor)
        bucket = Bucket(conduct.rate) if conduct.rate else None
        budget = Budget(conduct.max_requests)
        gate = Gate(
            self.url,
            guard,
            ledger,
            conduct.wire,
            budget,
            bucket,
            conduct.halt,
            conduct.limits,
            conduct.cleanup_timeout,
        )
        gate.proofs.witness = lambda name, headers: _Witness(self, name, headers)
        return gate

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
            self.gate.ledger.close()
            for session in self._sessions.values():
                session.close()

    @property
    def sent(self) -> int:
        """How many requests were sent."""
        return self.gate.budget.sent

    def learn(self, model: Model) -> None:
        """Take note of what a spec has: from then on an id is told from a word, and what is lent is known."""
        aliases = {item: self._aliases(item) for item in (resource.item for resource in model.resources)}
        self.gate.learn(model, {each.collection: self.reading(each) for each in model.resources}, aliases)
        self._versioned = [
            (each.method, addresses_of(resource.item.rstrip("/")))
            for resource in model.resources
            for each in resource.changes
            if each.requires_if_match or self.profile.resource(resource.item).if_match
        ]
        self._note_what_is_undone(model)
        self.gate.lists = {shape(each.collection): list(self._lists(model, each)) for each in model.resources}
        owners = {shape(each.collection): self.owner_of(each).name for each in model.resources}
        self.gate.proofs.owner = lambda collection: owners.get(shape(self.gate.guard.as_template(collection)), "")
        for resource in model.resources:
            self._lend_homes(resource)
            for name in self.profile.resource(resource.item).known:
                path = self._lent(resource, name)
                if path is not None:
                    self.gate.guard.lend(path)

    def _aliases(self, item: str) -> dict[str, str]:
        """Field that is written → the field in which answers show it."""
        fields = self.profile.resource(item).fields
        return {name: notes.shown_as for name, notes in fields.items() if notes.shown_as is not None}

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

    def keys(self, resource: Resource) -> Sequence[str]:
        """The names that the id of an item can have in answers; the one that the profile names, if it does."""
        named = self.profile.resource(resource.item).identified_by
        return [named] if named else resource.keys

    def reading(self, resource: Resource) -> Reading:
        """How answers about a resource are read: as the document says, or the profile."""
        told = self.profile.resource(resource.item).answers
        items = dict.fromkeys(resource.items, steps_of(told.item)) if told.item is not None else resource.items
        return Reading(self.keys(resource), items, self.listing(resource, resource.listing))

    def listing(self, resource: Resource, described: Listing) -> Listing:
        """How a list of a resource is read: as the document describes it, or the profile."""
        told = self.profile.resource(resource.item).answers
        return Listing(
            rows=described.rows if told.rows is None else steps_of(told.rows),
            following=None if told.next is None else steps_of(told.next),
            cursor=told.cursor,
            parameters=described.parameters,
        )

    def filled(self, path: str, resource: Resource, person: "Client") -> str:
        """A path in which the parameters that no resource creates have the values of the profile."""
        given = self.profile.resource(resource.item).parameters

        def value(name: str) -> str:
            if name not in given:
                raise Lacking(
                    f"{path}: nothing creates what {{{name}}} stands for; say which to take as "
                    f"`parameters: {{{name}: …}}` under the resource in the profile"
                )
            return step(person.id if given[name] == PERSON else given[name])

        return fill_path(path, value)

    def _lend_homes(self, resource: Resource) -> None:
        """Let be written below what the profile gives for the parameters that no resource creates."""
        home = resource.collection[: resource.collection.rfind("}") + 1]
        given = self.profile.resource(resource.item).parameters
        if resource.parent is None and home and set(parameters_of(home)) <= set(given):
            for name in self.profile.people if PERSON in given.values() else (ANONYMOUS,):
                with suppress(NotApplicable):
                    self.gate.guard.lend_home(self.filled(home, resource, self.person(name)))

    def _lists(self, model: Model, resource: Resource) -> Iterator[tuple[str, Mapping[str, object], Listing]]:
        """The lists that the profile names for a resource, but for those whose query depends on the item."""
        for name, query in self.profile.resource(resource.item).lists.items():
            operation = model.operations.get(name)
            is_fixed = not any("{" in str(value) for value in query.values())
            own = operation is not None and (operation.path == resource.collection or "{" not in operation.path)
            if operation is not None and own and is_fixed:
                yield operation.path, query, self.listing(resource, model.listing(operation, resource))

    def _note_what_is_undone(self, model: Model) -> None:
        """Let be sent below a lent item what gives somebody a role, since the profile says how it is taken again."""
        for notes in self.profile.resources.values():
            call = notes.role_call
            for name in (call.operation, call.take_operation) if call else ():
                operation = model.operations.get(name or "")
                if operation is not None:
                    self.gate.guard.undoes(operation.method, operation.path)

    def is_made_of_others(self, resource: Resource) -> bool:
        """Whether the id of an item follows other fields of it, as a slug does."""
        notes = self.profile.resource(resource.item)
        return any(notes.notes(name).derived_from for name in self.keys(resource))

    def _lent(self, resource: Resource, name: str) -> str | None:
        """The path of an item that the profile names, inside of what the resource above knows by the same name."""
        identifier = self.profile.resource(resource.item).known.get(name)
        home = self._lent(resource.parent, name) if resource.parent else ""
        if identifier is None or home is None:
            return None
        collection = f"{home}/{resource.within}" if resource.parent else resource.collection.rstrip("/")
        with suppress(NotApplicable):
            return f"{self.filled(collection, resource, self.owner_of(resource))}/{step(identifier)}"
        return None

    def owner_of(self, resource: Resource) -> "Client":
        """Who creates the items of a resource."""
        named = self.profile.resource(resource.item).owner
        return self.person(named or next(iter(self.profile.people), ANONYMOUS))

    def clean_up(self) -> None:
        """Delete what the ledger has left."""
        self.left_behind += self.cleaned(self.gate.ledger)

    def cleaned(self, ledger: ledgers.Ledger) -> list[str]:
        """Delete what a ledger has left; return what could not be deleted, in words."""
        tape = self.tape
        self.fresh_tape()
        with self.gate.cleaning():
            cleanup = Cleanup(ledger, self.gate, self.person)
            told = cleanup.run()
            self.deleted += cleanup.deleted
            told += self.gate.proofs.still_shown()
        self.tape = tape
        return told

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

    def _identity_of(self, name: str, person: Person) -> Identity:
        return Identity(name, person, self._send_login, self._curl, self.url)

    def _send_login(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> requests.Response:
        with self.new_session(GatedAdapter(self.gate, person=ANONYMOUS, level=Level.LOGIN)) as session:
            try:
                return session.request(
                    method,
                    self.url + path,
                    data=body,
                    headers=dict(headers),
                    allow_redirects=False,
                )
            except IncompleteResponse as error:
                raise TargetDown(f"{method} {self.url}{path}, a login: {error}.") from error
            except requests.RequestException as error:
                raise TargetDown(
                    f"Nothing answers at {self.url}{path} ({type(error).__name__}): {_advice(error)}"
                ) from error

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

    def session(self, name: str) -> requests.Session:
        """The keep-alive connection of one person, in every thread another: two can be on their way at once."""
        key = get_ident(), name
        if key not in self._sessions:
            identity = self.identity(name) if name in self.profile.people else None
            self._sessions[key] = self.new_session(GatedAdapter(self.gate, identity, name))
        return self._sessions[key]

    def new_session(self, adapter: GatedAdapter) -> requests.Session:
        """Connections through the gate."""
        session = requests.Session()
        session.trust_env = not is_loopback(self.url)
        session.headers = {"User-Agent": "contracts", "Accept": "application/json"}
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.auth = _unchanged
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        self.conduct.wire.dress(session)
        return session

    def exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send one request through the gate, and record it."""
        path = request.path.partition("?")[0]
        if any(request.method == method and address.fullmatch(path) for method, address in self._absent):
            raise NotApplicable(f"needs {request.method} {path}, which the target does not serve by its profile")
        answer = self.receive(request, headers)
        self.statuses.setdefault(answer.status, request.line)
        self.tape.record(answer)
        return answer

    def receive(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send one request through the gate, without a record of it."""
        try:
            return self._send(request, headers)
        except requests.ConnectionError:
            # A server may close an idle connection just as it is used again: once more, on a new one.
            self._forget(request.person)
        return self._send(request, headers, again=True)

    def _send(self, request: Request, headers: Mapping[str, str], again: bool = False) -> Answer:
        try:
            return self._sent(request, headers)
        except NotTried as error:
            raise Lacking(str(error)) from error
        except IncompleteResponse as error:
            self._insist_on_a_listener(request)
            raise Broken(f"{request.line}: {error.limit.expected}", error.limit.exceeded) from error
        except requests.ConnectionError as error:
            if not again:
                raise
            self._insist_on_a_listener(request)
            raise Broken(f"{request.line}: an answer", f"none: {_fault(error)}") from error
        except requests.RequestException as error:
            raise Broken(f"{request.line}: an answer that can be read", _fault(error)) from error

    def _insist_on_a_listener(self, request: Request) -> None:
        """TargetDown if no other request has an answer either; to find out counts for nothing."""
        self._forget(request.person)
        if self.gate.status_of(self.url + "/", {}) is None:
            down = f"Nothing answers at {self.url}: start the target or correct --url."
            self.gate.breaker.give_up(f"{down} The run was stopped.")
            raise TargetDown(down)

    def _sent(self, request: Request, headers: Mapping[str, str]) -> Answer:
        response = self.session(request.person).request(
            request.method,
            request.url,
            data=request.payload.content if request.payload else None,
            headers=dict(headers),
            allow_redirects=False,
        )
        return Answer(request, response.status_code, response.headers, response.content, self.redactor)

    def _forget(self, name: str) -> None:
        session = self._sessions.pop((get_ident(), name), None)
        if session is not None:
            session.close()

    def probe(self) -> float:
        """Seconds that one request takes; TargetDown if nobody listens."""
        started = perf_counter()
        try:
            with self.new_session(GatedAdapter(self.gate, person=ANONYMOUS)) as session:
                session.get(self.url + "/", allow_redirects=False)
        except IncompleteResponse as error:
            if error.limit.takes_time:
                raise TargetDown(
                    f"GET {self.url}/: {error}. Look at the log of the target, correct --url, or give it more time "
                    f"with --request-timeout."
                ) from error
        except requests.RequestException as error:
            raise TargetDown(f"Nothing answers at {self.url} ({type(error).__name__}): {_advice(error)}") from error
        return perf_counter() - started


class _Witness:
    """Somebody who reads back what was created, without a record of it."""

    def __init__(self, target: Target, name: str, headers: Mapping[str, str]) -> None:
        self._target = target
        self._name = name
        own = target.identity(name).headers if name in target.profile.people else {}
        self._headers = {**headers, **own}

    def get(self, path: str) -> Answer:
        """Read one address."""
        return self.send("GET", path)

    def send(self, method: str, path: str) -> Answer:
        """Send one request."""
        return self._target.receive(Request(self._name, method, self._target.url + path, path, {}), self._headers)

    def follow(self, url: object) -> Answer:
        """Read an absolute URL; credentials go to the target only."""
        here = isinstance(url, str) and is_below(url, self._target.url)
        if not here:
            raise Broken(f"an address below {self._target.url}", repr(url))
        return self.send("GET", str(url).removeprefix(self._target.url))


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
        if self.person is None or self.person.id is None:
            raise NotApplicable(f"the profile gives no id for {self.name}")
        return self.person.id

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


def _fault(error: requests.RequestException) -> str:
    """Why no answer came that could be read, without the objects that the text of the error names."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[-1], BaseException):
        cause = cause.args[-1]
    return f"{type(cause).__name__}: {cause}"[:200]


def _advice(error: requests.RequestException) -> str:
    """What to do where no answer came."""
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "its certificate is not trusted; name the one that signed it with --ca FILE, or trust all with --insecure."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not answer; correct --proxy."
    return "start the target or correct --url."


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authentication that adds nothing: without one, `requests` would take what a .netrc has for the host."""
    return request
