"""What is tested: a URL, the people who may be impersonated there, and what may be touched."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from http.cookiejar import DefaultCookiePolicy
from threading import get_ident
from time import perf_counter
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import requests

from contracts.errors import TargetDown
from contracts.exchange import Answer, Request, Tape
from contracts.payload import Payload
from contracts.profile import ANONYMOUS, Person, Profile
from contracts.verdict import Broken, NotApplicable

READS = frozenset({"GET", "HEAD", "OPTIONS"})
TIMEOUT_SECONDS = 30


class Safety(StrEnum):
    """How far a run may go; enforced where requests are sent."""

    OBSERVE = "observe"
    """Only reads."""
    SANDBOX = "sandbox"
    """Writes too: what it creates is deleted, what it borrows is put back."""


class Target:
    """A backend under test; use it as a context manager, so that connections are closed."""

    def __init__(
        self, url: str, profile: Profile, safety: Safety, tag: str, absent: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.url = url.rstrip("/")
        self.profile = profile
        self.safety = safety
        self.tag = tag
        self._absent = [(method, _address(path)) for method, path in absent]
        self.tape = self.fresh_tape()
        self.statuses: dict[int, str] = {}
        self.sent = 0
        self.left_behind: list[str] = []
        """What could not be deleted or put back, to be told at the end."""
        self._sessions: dict[tuple[int, str], requests.Session] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for session in self._sessions.values():
            session.close()

    def fresh_tape(self) -> Tape:
        """Begin a new recording; what was recorded before stays with who holds it."""
        self.tape = Tape(self.url, tag=self.tag)
        return self.tape

    def person(self, name: str) -> "Client":
        """The view of one person on the target; nobody at all for `anonymous`."""
        if name == ANONYMOUS:
            return Client(self, ANONYMOUS)
        if name not in self.profile.people:
            raise NotApplicable(f"the profile knows nobody called {name}")
        return Client(self, name, self.profile.people[name])

    @property
    def anonymous(self) -> "Client":
        """The view of nobody."""
        return self.person(ANONYMOUS)

    def bearer(self, token: str, name: str = "somebody") -> "Client":
        """The view of whoever holds this token."""
        return Client(self, name, Person(token=token))

    def session(self, name: str) -> requests.Session:
        """The keep-alive connection of one person, in every thread another: two can be on their way at once."""
        key = get_ident(), name
        if key not in self._sessions:
            self._sessions[key] = self._new_session()
        return self._sessions[key]

    def _new_session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = not is_loopback(self.url)
        session.headers = {"User-Agent": "contracts", "Accept": "application/json"}
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return session

    def exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send one request and record it; a write is refused here when only reads are allowed."""
        if self.safety is Safety.OBSERVE and request.method not in READS:
            raise NotApplicable("needs writes, and only reads are allowed here (--allow-writes)")
        path = request.path.partition("?")[0]
        if any(request.method == method and address.fullmatch(path) for method, address in self._absent):
            raise NotApplicable(f"needs {request.method} {path}, which the target does not serve by its profile")
        answer = self._receive(request, headers)
        self.sent += 1
        self.statuses.setdefault(answer.status, request.line)
        self.tape.record(answer)
        return answer

    def _receive(self, request: Request, headers: Mapping[str, str]) -> Answer:
        try:
            return self._send(request, headers)
        except requests.Timeout as error:
            raise self._unanswered(request, error) from error
        except requests.ConnectionError:
            # A server may close an idle connection just as it is used again: once more, on a new one.
            self._forget(request.person)
        try:
            return self._send(request, headers)
        except requests.RequestException as error:
            raise self._unanswered(request, error) from error

    def _unanswered(self, request: Request, error: requests.RequestException) -> Broken:
        """What to tell of a request without an answer; TargetDown if no other has one either."""
        self._forget(request.person)
        self.probe()
        return Broken(f"{request.line}: an answer within {TIMEOUT_SECONDS} s", f"none ({type(error).__name__})")

    def _send(self, request: Request, headers: Mapping[str, str]) -> Answer:
        response = self.session(request.person).request(
            request.method,
            request.url,
            data=request.payload.content if request.payload else None,
            headers=dict(headers),
            timeout=TIMEOUT_SECONDS,
            allow_redirects=False,
        )
        return Answer(request, response.status_code, response.headers, response.content)

    def _forget(self, name: str) -> None:
        session = self._sessions.pop((get_ident(), name), None)
        if session is not None:
            session.close()

    def probe(self) -> float:
        """Seconds that one request takes; TargetDown if nobody listens."""
        started = perf_counter()
        try:
            with self._new_session() as session:
                session.get(self.url + "/", timeout=TIMEOUT_SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            raise TargetDown(
                f"Nothing answers at {self.url} ({type(error).__name__}): start the target or correct --url."
            ) from error
        return perf_counter() - started


class Client:
    """One person's way of talking to the target."""

    def __init__(self, target: Target, name: str, person: Person | None = None) -> None:
        self.target = target
        self.name = name
        self.person = person

    @property
    def id(self) -> int:
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
        request = Request(self.name, method, self.target.url + path, path, headers or {}, self._told_token(), payload)
        return self.target.exchange(request, {**self._own_headers(payload), **(headers or {})})

    def get(self, path: str, **query: object) -> Answer:
        """Read."""
        return self.send("GET", path, query=query)

    def follow(self, url: object) -> Answer:
        """Read an absolute URL that an answer gave; credentials go to the target only."""
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise Broken("an absolute URL", repr(url))
        here = url.startswith(f"{self.target.url}/")
        path = url.removeprefix(self.target.url) if here else url
        request = Request(self.name, "GET", url, path, {}, self._told_token() if here else None)
        return self.target.exchange(request, self._own_headers(None) if here else {})

    def _own_headers(self, payload: Payload | None) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.person.bearer}"} if self.person else {}
        if payload is not None and payload.content_type is not None:
            own["Content-Type"] = payload.content_type
        return own

    def _told_token(self) -> str | None:
        return self.person.told if self.person else None


def _address(path: str) -> re.Pattern[str]:
    """What matches the addresses of a path with parameters."""
    return re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^}/]*\}", path))))


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.endswith(".localhost")
