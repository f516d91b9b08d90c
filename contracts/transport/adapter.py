"""The transport of `requests`, through a gate: every session of a run, of both lanes, sends by it."""

from collections.abc import Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from contracts.exchange import READS
from contracts.transport.gate import Gate
from contracts.transport.guard import Level
from contracts.transport.identity import Identity


class GatedAdapter(HTTPAdapter):
    """The transport of `requests`, through a gate."""

    def __init__(
        self, gate: Gate, identity: Identity | None = None, person: str = "", level: Level = Level.CHOSEN
    ) -> None:
        super().__init__(pool_maxsize=32)
        self.gate = gate
        self.identity = identity
        self.person = person or (identity.name if identity else "")
        self.level = level

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request; what was logged in for and expires is logged in for once more."""
        settings: dict[str, Any] = {
            "stream": stream, "timeout": timeout, "verify": verify, "cert": cert, "proxies": proxies
        }  # fmt: skip
        if self.gate.is_home(request.url):
            request.headers.update(self.gate.wire.sent)
            self._put_on(request, self.identity.refreshed(request.headers) if self.identity else None)
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

    def _passed(self, request: requests.PreparedRequest, settings: dict[str, Any]) -> requests.Response:
        passed = self.gate.admit(request, self.person, self.level)
        try:
            response = super().send(request, **settings)
            if request.method == "POST":
                _ = response.content
        except requests.RequestException as error:
            self.gate.unanswered(request, passed, error)
            raise
        self.gate.answered(request, passed, response)
        return response

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
