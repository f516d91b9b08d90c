"""Sends every request of a run through its gate, in a transport adapter of `requests`."""

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
"""Headers that always count as credentials, in addition to those of the profile."""


class _Chain(threading.local):
    """The redirects that a session follows, which count as one response."""

    hooks: object = None
    hops = 0
    spent = 0.0


class GatedAdapter(LimitedAdapter):
    """A transport adapter that sends through a gate, with the credentials of one person."""

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
        """Send one request; send it once more after a new login if the session has expired."""
        self._note_redirect(request)
        self._prepare(request)
        response = self._send_patiently(request, settings)
        credentials = self._credentials_after(request, response)
        if credentials is None:
            return response
        response.close()
        self._add_credentials(request, credentials)
        response = self._send_through_gate(request, settings)
        self.gate.anonymous_answers.note_after_login(response)
        return response

    def _note_redirect(self, request: requests.PreparedRequest) -> None:
        """Count the redirects; a session copies a request to follow one, so both have the very same hooks."""
        chain = self._chain
        if chain.hooks is request.hooks:
            chain.hops += 1
        else:
            chain.hooks, chain.hops, chain.spent = request.hooks, 0, 0.0

    def _prepare(self, request: requests.PreparedRequest) -> None:
        if self.gate.is_home(request.url):
            request.headers.update(self.gate.wire.values)
            request.headers["User-Agent"] = self.gate.tracker.user_agent(request.headers.get("User-Agent"))
            newer = self.identity.newer_credentials(request.headers) if self.identity else None
            self._add_credentials(request, newer)
        else:
            self._remove_credentials(request)

    def _send_patiently(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        """Send one request, again after a 429 as long as that helps."""
        response = self._send_through_gate(request, settings)
        while self.gate.wait_for_retry(response):
            response.close()
            response = self._send_through_gate(request, settings)
        return response

    def _send_through_gate(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        passed = self.gate.admit(request, self.person, self.level)
        started = monotonic()
        try:
            response = self._receive_in_time(request, settings)
        except Halted as halted:
            raise self.gate.interruption(halted) from halted
        except IncompleteResponse as error:
            self.gate.note_incomplete(request, passed, error, self.level)
            raise
        except requests.RequestException as error:
            self.gate.note_no_response(request, passed, error)
            raise
        finally:
            spent = monotonic() - started
            self._chain.spent += spent
            self.gate.spend(spent)
        self.gate.note_response(request, passed, response)
        return response

    def _receive_in_time(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        """Send one request in the time that the redirects before it have left."""
        seconds = self.limits.seconds
        if self._chain.hops > self.limits.redirects:
            raise IncompleteResponse(self.limits.redirected, request)
        if self._chain.hops:
            seconds -= self._chain.spent
            if seconds <= 0:
                raise IncompleteResponse(self.limits.slow, request)
        return self.receive(request, self.gate.seconds(seconds), settings)

    def _credentials_after(
        self, request: requests.PreparedRequest, response: requests.Response
    ) -> Mapping[str, str] | None:
        """Return the credentials of a new login if the response shows that the old ones have expired."""
        if not self.gate.is_home(request.url):
            return None
        if self.identity is None:
            self.gate.anonymous_answers.note_anonymous(response)
            return None
        if not self.gate.anonymous_answers.includes(response):
            self.identity.note_accepted()
            return None
        return self.identity.renew_credentials(request.headers)

    def _add_credentials(self, request: requests.PreparedRequest, credentials: Mapping[str, str] | None) -> None:
        request.headers.update(credentials or {})
        if self.identity and request.method not in READS:
            request.headers.update(self.identity.csrf_headers(request.headers))

    def _remove_credentials(self, request: requests.PreparedRequest) -> None:
        """Remove all credentials: a redirect has led the session to another host."""
        own = self.identity.header_names if self.identity else ()
        for name in (*CREDENTIALS, *self.gate.wire.headers, *own):
            request.headers.pop(name, None)
