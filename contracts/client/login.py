"""Logs people in: for a token or the cookies of a session, and for the CSRF token that its writes need."""

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import unquote, urlencode

import requests

from contracts.errors import CannotRun
from contracts.profile.people import Csrf, Login, without_secrets
from specdouble.pointers import found_at, steps_of

Send: TypeAlias = Callable[[str, str, Mapping[str, str], bytes | None], requests.Response]
"""Sends method, path, headers and body to the target, without credentials."""


SHORTEST_COOKIE = 8
"""Characters of the shortest cookie that counts as a secret: others hold a language, a theme or a switch."""


@dataclass(frozen=True)
class LoginHeaders:
    """The headers from one login."""

    headers: Mapping[str, str]
    """The headers of every request."""
    writes: Mapping[str, str] = field(default_factory=dict)
    """The headers that writes need in addition."""

    def are_in(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers uses this login."""
        return all(headers.get(name) == value for name, value in self.headers.items())


class LoginSession:
    """The session of one person, renewed by a new login when it has expired."""

    def __init__(self, name: str, login: Login, send: Send, home: str) -> None:
        self._name = name
        self._login = login
        self._send = send
        self._home = home
        self._current: LoginHeaders | None = None
        self._expired: list[LoginHeaders] = []
        self.secrets: dict[str, str] = {}
        """Value → its kind, TOKEN or CSRF, from all logins, those that failed included."""
        self.accepted = False
        """Whether the target has accepted the current credentials."""

    @property
    def current(self) -> LoginHeaders:
        """The headers to send, from a new login if there is none yet."""
        if self._current is None:
            self._current = self._log_in()
            self.accepted = False
        return self._current

    def newer(self, headers: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return the current credentials if a request with these headers has expired ones."""
        is_old = any(login.are_in(headers) for login in self._expired)
        return self.current.headers if is_old else None

    def renew(self, headers: Mapping[str, str]) -> Mapping[str, str] | None:
        """Log in again and return the new credentials, if a request had current ones that used to be accepted."""
        if self._current is None or not self.accepted or not self._current.are_in(headers):
            return None
        self._expired.append(self._current)
        self._current = None
        return self.current.headers

    def _log_in(self) -> LoginHeaders:
        login, csrf = self._login, self._login.csrf
        cookies: dict[str, str] = {}
        page_token = self._csrf_token_of_page(csrf, cookies) if csrf and csrf.page else ""
        headers, body = self._request(page_token)
        response = self._exchange(login.method, login.path, cookies, headers, body)
        if login.token is not None:
            token = self._token_in(response)
            self.secrets[token] = "TOKEN"
            return LoginHeaders({login.header: f"{login.prefix}{token}"})
        self._require_session(cookies, response)
        # The page that is read after the login may set further cookies.
        csrf_token = self._csrf_token_after_login(csrf, cookies, response) if csrf else ""
        session = _cookie_header(cookies)
        self.secrets[session] = "TOKEN"
        if csrf is None:
            return LoginHeaders({"Cookie": session})
        return LoginHeaders({"Cookie": session, "Referer": referer(csrf, self._home)}, {csrf.header: csrf_token})

    def _request(self, csrf_token: str) -> tuple[dict[str, str], bytes | None]:
        """Return the headers and the body of the login, with the CSRF token of its page."""
        csrf, headers, fields = self._login.csrf, {}, {}
        if csrf and csrf_token:
            headers[csrf.header] = csrf_token
            if csrf.field:
                fields[csrf.field] = csrf_token
        content_type, body = _body(self._login, fields)
        if body:
            headers["Content-Type"] = content_type
        return headers, body

    def _exchange(
        self, method: str, path: str, cookies: dict[str, str], headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """Send a request with the cookies so far, and add the cookies of its response to them."""
        sent = dict(headers)
        if cookies:
            sent["Cookie"] = _cookie_header(cookies)
        if self._login.csrf:
            sent["Referer"] = referer(self._login.csrf, self._home)
        response = self._send(method, path, sent, body)
        if not 200 <= response.status_code < 400:
            raise CannotRun(
                f"{self._name} could not log in: {method} {path} answered {response.status_code}; correct the login "
                f"in the profile, or the environment variables that it reads.{_hint(self._login, response)}"
            )
        cookies |= response.cookies.get_dict() or _raw_cookies(response)
        for value in cookies.values():
            if len(value) >= SHORTEST_COOKIE:
                self.secrets.setdefault(value, "TOKEN")
        return response

    def _token_in(self, response: requests.Response) -> str:
        token = found_at(_json(response), steps_of(self._login.token or ""))
        if not isinstance(token, str | int) or isinstance(token, bool):
            raise CannotRun(
                f"{self._name} could not log in: the answer to {self._login.method} {self._login.path} has no text at "
                f"{self._login.token}; correct `token` in the profile, a JSON pointer like /access_token."
            )
        return str(token)

    def _require_session(self, cookies: Mapping[str, str], response: requests.Response) -> None:
        csrf, login = self._login.csrf, self._login
        csrf_cookie = csrf.cookie if csrf else None
        if set(cookies) - {csrf_cookie}:
            return
        line = f"{self._name} could not log in: {login.method} {login.path} ({response.status_code}) sets no cookie"
        if csrf:
            raise CannotRun(
                f"{line} but for {csrf.cookie or 'none'}: correct its form in the profile, or the environment."
            )
        raise CannotRun(f"{line}; name the place of the token in its answer in the profile, as `token: /pointer`.")

    def _csrf_token_of_page(self, csrf: Csrf, cookies: dict[str, str]) -> str:
        page = str(csrf.page)
        return self._csrf_token_in(csrf, cookies, self._exchange("GET", page, cookies, {}), f"GET {page}")

    def _csrf_token_after_login(self, csrf: Csrf, cookies: dict[str, str], response: requests.Response) -> str:
        """Return the CSRF token of the session, which may differ from the one before the login."""
        if csrf.page and csrf.cookie is None:
            return self._csrf_token_of_page(csrf, cookies)
        return self._csrf_token_in(csrf, cookies, response, f"{self._login.method} {self._login.path}")

    def _csrf_token_in(self, csrf: Csrf, cookies: Mapping[str, str], response: requests.Response, line: str) -> str:
        token: Any
        if csrf.cookie is not None:
            token = unquote(cookies.get(csrf.cookie, ""))
            failure = f"sets no cookie {csrf.cookie}"
        elif csrf.token is not None:
            token = found_at(_json(response), steps_of(csrf.token))
            failure = f"has no text at {csrf.token}"
        else:
            match = re.search(csrf.find or "", response.text)
            token = html.unescape(match[1]) if match else None
            failure = f"has nothing that matches {csrf.find}"
        if not isinstance(token, str) or not token:
            raise CannotRun(
                f"{self._name} could not log in: {line} {failure}; correct `csrf` in the profile, or name the page "
                f"to read before the login as `page:`."
            )
        self.secrets[token] = "CSRF"
        return token


def referer(csrf: Csrf, home: str) -> str:
    """Return the Referer that requests of a session send."""
    return csrf.referer or f"{home}/"


def _hint(login: Login, response: requests.Response) -> str:
    if login.csrf is None and re.search("csrf|xsrf|forgery", response.text, re.IGNORECASE):
        return " The answer mentions CSRF: say under `csrf` in the login where the token is."
    return ""


def _cookie_header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _body(login: Login, fields: Mapping[str, str]) -> tuple[str, bytes | None]:
    """Return the content type and the body of a login; a form has these fields in addition."""
    body = without_secrets(login.body)
    if login.form is not None:
        return "application/x-www-form-urlencoded", urlencode({**body, **fields}).encode()
    return "application/json", None if body is None else json.dumps(body).encode()


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _raw_cookies(response: requests.Response) -> dict[str, str]:
    """Return the cookies of a response, regardless of their domains."""
    cookies: dict[str, str] = {}
    for line in response.raw.headers.getlist("Set-Cookie"):
        cookies |= {name: cookie.value for name, cookie in SimpleCookie(line).items()}
    return cookies
