"""Doors before the notes: logins, keys, cookies, a gateway, and days on which nothing works."""

import json
import threading
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import quote, unquote

from werkzeug.wrappers import Request, Response

from tests.contracts.support.notes import Notes

PASSWORDS = {"alice": "wonderland-7", "bob": 'builder\'s "own" 9'}
KEYS = {"key-of-alice": "alice", "key-of-bob": "bob"}


class Doors:
    """Knows people by what they bring, and hands their requests on to the notes as the bearer tokens of these."""

    def __init__(self, notes: Notes, lifetime: int = 10**9, gateway: str = "") -> None:
        self.notes = notes
        self.lifetime = lifetime
        """Requests for which a token is good."""
        self.gateway = gateway
        self.logins: list[str] = []
        self.failing_from = 10**9
        """The number of the request from which on all are answered with 503."""
        self.failing_with = 10**9
        """The number of items in the store from which on all are answered with 503."""
        self.gone_from = 10**9
        """The number of the request from which on the connection ends without an answer."""
        self.anonymous_message = ""
        """What a 403 says to who is not logged in; the notes answer 401 where it is empty."""
        self.seen = 0
        self.url = ""
        self.uses: dict[str, int] = {}

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        self.seen += 1
        if self.seen >= self.gone_from:
            raise ConnectionAbortedError
        if self.seen >= self.failing_from:
            return Response("down", 503)(environ, start_response)
        if self.gateway and request.headers.get("X-Gateway") != self.gateway:
            return Response("no way", 403)(environ, start_response)
        if request.path == "/login":
            return self._login(request)(environ, start_response)
        person = self._person(request)
        if not person and self.anonymous_message:
            refusal = json.dumps({"error": self.anonymous_message})
            return Response(refusal, 403, content_type="application/json")(environ, start_response)
        environ["HTTP_AUTHORIZATION"] = f"Bearer {person}"
        answered: Iterable[bytes] = self.notes(environ, start_response)
        if len(self.notes.notes) >= self.failing_with:
            self.failing_from = 0
        return answered

    def _login(self, request: Request) -> Response:
        given: dict[str, Any] = request.form.to_dict() if request.form else json.loads(request.get_data())["user"]
        name = str(given["name"])
        if PASSWORDS.get(name) != given["password"]:
            return Response(json.dumps({"error": "wrong"}), 403)
        self.logins.append(name)
        token = f"token-of-{name}-{len(self.logins)}"
        self.uses[token] = 0
        response = Response(json.dumps({"data": [{"access token": token}]}), 200)
        response.set_cookie("sid", token, domain=None)
        return response

    def _person(self, request: Request) -> str:
        brought = (
            request.headers.get("X-Token", "").removeprefix("Token "),
            request.headers.get("Authorization", "").removeprefix("Bearer "),
            request.cookies.get("sid", ""),
        )
        for token in brought:
            if token in self.uses and self.uses[token] < self.lifetime:
                self.uses[token] += 1
                return token.split("-")[2]
        return KEYS.get(request.headers.get("X-Api-Key", ""), "")


class Guarded(Doors):
    """Wants a proof against forged requests for writes of a session, and perhaps for a login: the value of a cookie.

    Wants to know whence such a request comes, too.
    """

    def __init__(self, notes: Notes) -> None:
        super().__init__(notes)
        self.asked_at_login = True
        self.shows_the_page_again = False
        """Whether a failed login is answered with its page, as web sites do."""
        self._given: list[str] = []

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == "/login" and request.method == "GET":
            return self._page(request.cookies.get("XSRF"))(environ, start_response)
        asked = self.asked_at_login if request.path == "/login" else "sid" in request.cookies
        if request.method in ("GET", "HEAD", "OPTIONS") or not asked:
            return super().__call__(environ, start_response)
        proof = request.headers.get("X-Csrf") or request.form.get("csrf")
        known = proof in self._given and quote(str(proof)) == request.cookies.get("XSRF")
        if not known or not request.headers.get("Referer", "").startswith(f"{self.url}/"):
            return Response('{"detail": "CSRF Failed: token missing or wrong"}', 403)(environ, start_response)
        return super().__call__(environ, start_response)

    def _page(self, cookie: str | None) -> Response:
        proof = unquote(cookie) if cookie and unquote(cookie) in self._given else self._new()
        form = f'<form><input name="csrf" value="{escape(proof)}"></form>'
        return self._with(proof, Response(form, content_type="text/html"))

    def _login(self, request: Request) -> Response:
        response = super()._login(request)
        if response.status_code != 200:
            return self._page(None) if self.shows_the_page_again else response
        proof = self._new()
        response.set_data(json.dumps({"data": [{"csrf": proof}]}))
        return self._with(proof, response)

    def _new(self) -> str:
        self._given.append(f"proof+of&{len(self._given)}=")
        return self._given[-1]

    @staticmethod
    def _with(proof: str, response: Response) -> Response:
        response.headers.add("Set-Cookie", f"XSRF={quote(proof)}; Path=/")
        return response


class Holding:
    """Lets creations through, and holds back the answer to one of them: it happened, and nobody was told."""

    def __init__(self, notes: Notes, after: int) -> None:
        self.notes = notes
        self.holding = threading.Event()
        self.released = threading.Event()
        self._left = after

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        answered: Iterable[bytes] = self.notes(environ, start_response)
        self._left -= environ["REQUEST_METHOD"] == "POST"
        if self._left == 0 and not self.holding.is_set():
            self.holding.set()
            self.released.wait(60)
        return answered
