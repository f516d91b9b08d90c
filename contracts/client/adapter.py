"""The transport of `requests`, through a gate: every session of a run, of both lanes, sends by it."""

import threading
from collections.abc import Mapping
from time import monotonic
from typing import Any

import requests

from contracts.client.credentials import Identity
from contracts.client.gate import Gate
from contracts.client.limited_adapter import LimitedAdapter
from contracts.client.limits import Halted
from contracts.client.responses import IncompleteResponse
from contracts.client.safety import Level
from contracts.messages.exchange import READS

CREDENTIALS = ("Authorization", "Cookie")
"""The headers that identify somebody, whatever the profile says."""


class _Chain(threading.local):
    """The redirects that a session follows, which are one response."""

    hooks: object = None
    hops = 0
    spent = 0.0


class GatedAdapter(LimitedAdapter):
    """The transport of `requests`, through a gate."""

    def __init__(
        self, gate: Gate, identity: Identity | None = None, person: str = "", level: Level = Level.CHOSEN
    ) -> None:
        super().__init__(gate.halt, gate.limits)
        self.gate = gate
        self.identity = identity
        self.person = person or (identity.name if identity else "")
        self.level = level
        self._chain = _Chain()

    def exchange(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        """Send one request; what was logged in for and expires is logged in for once more."""
        self._note_redirect(request)
        if self.gate.is_home(request.url):
            request.headers.update(self.gate.wire.sent)
            request.headers["User-Agent"] = self.gate.tracker.signed(request.headers.get("User-Agent"))
            self._put_on(request, self.identity.refreshed(request.headers) if self.identity else None)
        else:
            self._take_off(request)
        response = self._passed(request, settings)
        while self.gate.may_try_again(response):
            response.close()
            response = self._passed(request, settings)
        fresh = self._fresh(request, response)
        if fresh is None:
            return response
        response.close()
        self._put_on(request, fresh)
        response = self._passed(request, settings)
        self.gate.strangers.still_refused(response)
        return response

    def _note_redirect(self, request: requests.PreparedRequest) -> None:
        """Tell the next step of a chain from a new request: a session copies the one before, with its very hooks."""
        chain = self._chain
        if chain.hooks is request.hooks:
            chain.hops += 1
        else:
            chain.hooks, chain.hops, chain.spent = request.hooks, 0, 0.0

    def _passed(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        passed = self.gate.admit(request, self.person, self.level)
        started = monotonic()
        try:
            response = self._received(request, settings)
        except Halted as why:
            raise self.gate.broken_off(why) from why
        except IncompleteResponse as error:
            self.gate.exceeded(request, passed, error, self.level)
            raise
        except requests.RequestException as error:
            self.gate.unanswered(request, passed, error)
            raise
        finally:
            spent = monotonic() - started
            self._chain.spent += spent
            self.gate.spend(spent)
        self.gate.answered(request, passed, response)
        return response

    def _received(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        left = self.limits.seconds - self._chain.spent
        if self._chain.hops > self.limits.redirects:
            raise IncompleteResponse(self.limits.led_on, request)
        if self._chain.hops and left <= 0:
            raise IncompleteResponse(self.limits.slow, request)
        return self.receive(request, self.gate.seconds(left if self._chain.hops else self.limits.seconds), settings)

    def _fresh(self, request: requests.PreparedRequest, response: requests.Response) -> Mapping[str, str] | None:
        """Credentials of a new login, where the old ones have expired."""
        if not self.gate.is_home(request.url):
            return None
        if self.identity is None:
            self.gate.strangers.refused(response)
            return None
        if not self.gate.strangers.is_one(response):
            self.identity.accepted()
            return None
        return self.identity.renewed(request.headers)

    def _put_on(self, request: requests.PreparedRequest, credentials: Mapping[str, str] | None) -> None:
        request.headers.update(credentials or {})
        if self.identity and request.method not in READS:
            request.headers.update(self.identity.proofs(request.headers))

    def _take_off(self, request: requests.PreparedRequest) -> None:
        """Leave out what identifies somebody, wherever a session has been led to."""
        own = self.identity.own_names if self.identity else ()
        for name in (*CREDENTIALS, *self.gate.wire.headers, *own):
            request.headers.pop(name, None)
