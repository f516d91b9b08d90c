"""Sends the requests of each person over connections that stay open."""

from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from threading import get_ident
from time import perf_counter

import requests

from contracts.client.adapter import GatedAdapter
from contracts.client.connection import Wire
from contracts.client.credentials import Identity
from contracts.client.gate import Gate
from contracts.client.options import is_loopback
from contracts.client.responses import IncompleteResponse, NotTried
from contracts.client.safety import Level
from contracts.errors import TargetDown
from contracts.messages.exchange import Answer, Request
from contracts.profile.models import ANONYMOUS
from contracts.results.redaction import Redactor
from contracts.results.verdict import Broken, Lacking


class Sessions:
    """The connections to one target."""

    def __init__(
        self, url: str, gate: Gate, wire: Wire, identify: Callable[[str], Identity | None], redactor: Redactor
    ) -> None:
        self._url = url
        self._gate = gate
        self._wire = wire
        self._identify = identify
        self._redactor = redactor
        self._sessions: dict[tuple[int, str], requests.Session] = {}

    def of(self, name: str) -> requests.Session:
        """Return the session of one person in this thread; threads send at the same time, each with its own session."""
        key = get_ident(), name
        if key not in self._sessions:
            self._sessions[key] = self.new(GatedAdapter(self._gate, self._identify(name), name))
        return self._sessions[key]

    def new(self, adapter: GatedAdapter) -> requests.Session:
        """Return a new session that sends through an adapter."""
        session = requests.Session()
        session.trust_env = not is_loopback(self._url)
        session.headers = {"User-Agent": "contracts", "Accept": "application/json"}
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.auth = _unchanged
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        self._wire.configure(session)
        return session

    def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            session.close()

    def receive(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send one request, and return its response.

        Raises:
            Broken: No response came, or it cannot be read.
            Lacking: The operation exceeded the limits too often, and is no longer tried.
            TargetDown: The target answers no request at all.
        """
        try:
            return self._send(request, headers)
        except requests.ConnectionError:
            # A server may close an idle connection just when it is used again, so retry on a new one.
            self._forget(request.person)
        return self._send(request, headers, is_retry=True)

    def _send(self, request: Request, headers: Mapping[str, str], is_retry: bool = False) -> Answer:
        try:
            return self._exchange(request, headers)
        except NotTried as error:
            raise Lacking(str(error)) from error
        except IncompleteResponse as error:
            self._require_listener(request)
            raise Broken(f"{request.line}: {error.limit.expected}", error.limit.exceeded) from error
        except requests.ConnectionError as error:
            if not is_retry:
                raise
            self._require_listener(request)
            raise Broken(f"{request.line}: an answer", f"none: {_cause(error)}") from error
        except requests.RequestException as error:
            raise Broken(f"{request.line}: an answer that can be read", _cause(error)) from error

    def _exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        response = self.of(request.person).request(
            request.method,
            request.url,
            data=request.payload.content if request.payload else None,
            headers=dict(headers),
            allow_redirects=False,
        )
        return Answer(request, response.status_code, response.headers, response.content, self._redactor)

    def _require_listener(self, request: Request) -> None:
        """Raise TargetDown if a probe gets no response either."""
        self._forget(request.person)
        if self._gate.status_of(self._url + "/", {}) is None:
            down = f"Nothing answers at {self._url}: start the target or correct --url."
            self._gate.breaker.give_up(f"{down} The run was stopped.")
            raise TargetDown(down)

    def _forget(self, name: str) -> None:
        session = self._sessions.pop((get_ident(), name), None)
        if session is not None:
            session.close()

    def log_in(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> requests.Response:
        """Send one request of a login; raise TargetDown if it gets no response."""
        with self.new(GatedAdapter(self._gate, person=ANONYMOUS, level=Level.LOGIN)) as session:
            try:
                return session.request(
                    method, self._url + path, data=body, headers=dict(headers), allow_redirects=False
                )
            except IncompleteResponse as error:
                raise TargetDown(f"{method} {self._url}{path}, a login: {error}.") from error
            except requests.RequestException as error:
                raise TargetDown(
                    f"Nothing answers at {self._url}{path} ({_reason(error)}): {_advice(error)}"
                ) from error

    def probe(self) -> float:
        """Return the seconds that one request takes; raise TargetDown if it gets no response."""
        started = perf_counter()
        try:
            with self.new(GatedAdapter(self._gate, person=ANONYMOUS)) as session:
                session.get(self._url + "/", allow_redirects=False)
        except IncompleteResponse as error:
            if error.limit.takes_time:
                raise TargetDown(
                    f"GET {self._url}/: {error}. Look at the log of the target, correct --url, or give it more time "
                    f"with --request-timeout."
                ) from error
        except requests.RequestException as error:
            raise TargetDown(f"Nothing answers at {self._url} ({_reason(error)}): {_advice(error)}") from error
        return perf_counter() - started


def _cause(error: requests.RequestException) -> str:
    """Return the innermost cause of an error, without the objects that the texts of the outer errors name."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[-1], BaseException):
        cause = cause.args[-1]
    return f"{type(cause).__name__}: {cause}"[:200]


def _reason(error: BaseException) -> str:
    """Return what the operating system says of a failed connection; the kind of the error if it says nothing."""
    inner: object = error
    while isinstance(inner, BaseException):
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = getattr(inner, "reason", None) or inner.__cause__ or next(iter(inner.args), None)
    return type(error).__name__


def _advice(error: requests.RequestException) -> str:
    """Return what to do if no response came."""
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "its certificate is not trusted; name the one that signed it with --ca FILE, or trust all with --insecure."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not answer; correct --proxy."
    return "start the target or correct --url."


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Return a request as it is; without an authentication, `requests` would add the credentials of a .netrc."""
    return request
