"""Reads each response to its last byte, within limits, in a transport adapter of `requests`."""

from collections.abc import Mapping
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager

from contracts.client.calls import Call, End
from contracts.client.limits import STOPPED, Halt, Halted
from contracts.client.responses import IncompleteResponse, Reader, ResponseLimits
from contracts.client.watched_connections import carrying, use_watched_connections

SPARE_SECONDS = 1.0
"""How much longer the timeout of the socket is: so the limit of the call always ends a request first."""


class LimitedAdapter(HTTPAdapter):
    """A transport adapter of `requests` with limits for each response."""

    def __init__(self, halt: Halt, limits: ResponseLimits) -> None:
        self.halt = halt
        self.limits = limits
        self._reader = Reader(limits)
        super().__init__(pool_maxsize=32)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Create the connection pools, whose sockets can be shut down from outside."""
        super().init_poolmanager(*arguments, **options)
        use_watched_connections(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
        """Create the same for a proxy, except for SOCKS, which has its own kind of connections."""
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            use_watched_connections(manager)
        return manager

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send one request; the limits replace the timeout of the session."""
        del stream, timeout
        return self.exchange(request, {"verify": verify, "cert": cert, "proxies": proxies})

    def exchange(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        """Send one request with the settings of its session; subclasses add to this."""
        return self.receive(request, self.limits.seconds, settings)

    def receive(
        self, request: requests.PreparedRequest, seconds: float, settings: Mapping[str, Any]
    ) -> requests.Response:
        """Send one request and read its response to the last byte; raise Halted if the run is stopped meanwhile."""
        with self.halt.calls.watch(seconds) as call, carrying(call):
            try:
                response = super().send(request, stream=True, timeout=seconds + SPARE_SECONDS, **settings)
                self._read(response, call)
            except IncompleteResponse:
                raise
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                self._raise_if_ended(call, request, error)
                if isinstance(error, requests.RequestException):
                    raise
                raise requests.ConnectionError(error, request=request) from error
            # A response that ends with its connection looks complete when it was cut off.
            self._raise_if_ended(call, request)
        return response

    def _read(self, response: requests.Response, call: Call) -> None:
        try:
            self._reader.read(response, call)
        except BaseException:
            response.close()
            raise

    def _raise_if_ended(self, call: Call, request: requests.PreparedRequest, error: Exception | None = None) -> None:
        if call.ended is End.STOP:
            raise Halted(self.halt.why or STOPPED) from error
        if call.ended is End.TIME or isinstance(error, requests.Timeout):
            raise IncompleteResponse(self.limits.slow, request) from error
