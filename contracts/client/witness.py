"""Reads back the items of a run as the person who created them, without recording the requests."""

from collections.abc import Callable, Mapping

from contracts.client.routes import is_below
from contracts.messages.exchange import Answer, Request
from contracts.results.verdict import Broken


class SessionWitness:
    """A reader of one target, in the name of one person."""

    def __init__(
        self, url: str, name: str, headers: Mapping[str, str], receive: Callable[[Request, Mapping[str, str]], Answer]
    ) -> None:
        self._url = url
        self._name = name
        self._headers = headers
        self._receive = receive

    def get(self, path: str) -> Answer:
        """Read one path."""
        return self.send("GET", path)

    def send(self, method: str, path: str) -> Answer:
        """Send one request."""
        return self._receive(Request(self._name, method, self._url + path, path, {}), self._headers)

    def follow(self, url: object) -> Answer:
        """Read an absolute URL, which must be one of the target: the request has credentials."""
        if not isinstance(url, str) or not is_below(url, self._url):
            raise Broken(f"an address below {self._url}", repr(url))
        return self.send("GET", url.removeprefix(self._url))
