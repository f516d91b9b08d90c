"""What a login gives: a token, or the cookies of a session, and then what writes need against forged requests."""

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
"""Sends method, path, headers and body to the target, as nobody."""


SHORTEST_COOKIE = 8
"""What is shorter identifies nobody: it is a language, a theme, a switch."""


@dataclass(frozen=True)
class Given:
    """The headers that a login gave: those of every request, and those of writes beside them."""

    headers: Mapping[str, str]
    writes: Mapping[str, str] = field(default_factory=dict)

    def is_in(self, sent: Mapping[str, str]) -> bool:
        """Whether a request carries them."""
        return all(sent.get(name) == value for name, value in self.headers.items())


class Session:
    """What a login gave; a new login takes its place when it expires."""

    def __init__(self, name: str, login: Login, send: Send, home: str) -> None:
        self._name = name
        self._login = login
        self._send = send
        self._home = home
        self._current: Given | None = None
        self._worn_out: list[Given] = []
        self.secrets: dict[str, str] = {}
        """All that logins gave so far, those that failed included → its kind: TOKEN or CSRF."""
        self.proven = False
        """Whether the target has taken the current credentials."""

    @property
    def given(self) -> Given:
        """What goes with requests."""
        if self._current is None:
            self._current = self._log_in()
            self.proven = False
        return self._current

    def newer(self, sent: Mapping[str, str]) -> Mapping[str, str] | None:
        """The current credentials, if those of a request are older."""
        return self.given.headers if any(each.is_in(sent) for each in self._worn_out) else None

    def renewed(self, sent: Mapping[str, str]) -> Mapping[str, str] | None:
        """Credentials of a new login, if the current ones were refused after they had been taken."""
        if self._current is None or not self.proven or not self._current.is_in(sent):
            return None
        self._worn_out.append(self._current)
        self._current = None
        return self.given.headers

    def _log_in(self) -> Given:
        login, csrf = self._login, self._login.csrf
        cookies: dict[str, str] = {}
        before = self._on_the_page(csrf, cookies) if csrf and csrf.page else ""
        response = self._answer(login.method, login.path, cookies, *self._request(before))
        if login.token is not None:
            token = self._token(response)
            self.secrets[token] = "TOKEN"
            return Given({login.header: f"{login.prefix}{token}"})
        self._insist_on_session(cookies, response)
        after = self._after(csrf, cookies, response) if csrf else ""
        come_from = {"Referer": referer(csrf, self._home)} if csrf else {}
        session = _told(cookies)
        self.secrets[session] = "TOKEN"
        return Given({"Cookie": session, **come_from}, {csrf.header: after} if csrf else {})

    def _request(self, token: str) -> tuple[dict[str, str], bytes | None]:
        """The headers and the body of the login, with the token that its page gave."""
        csrf, extra = self._login.csrf, {}
        headers = {csrf.header: token} if csrf and token else {}
        if csrf and csrf.field and token:
            extra[csrf.field] = token
        content_type, body = _body(self._login, extra)
        return {**headers, **({"Content-Type": content_type} if body else {})}, body

    def _answer(
        self, method: str, path: str, cookies: dict[str, str], headers: Mapping[str, str], body: bytes | None = None
    ) -> requests.Response:
        """What the target answers, whose cookies join the others."""
        csrf = self._login.csrf
        told = {"Cookie": _told(cookies)} if cookies else {}
        come_from = {"Referer": referer(csrf, self._home)} if csrf else {}
        response = self._send(method, path, {**headers, **told, **come_from}, body)
        if not 200 <= response.status_code < 400:
            raise CannotRun(
                f"{self._name} could not log in: {method} {path} answered {response.status_code}; correct the login "
                f"in the profile, or what it reads from the environment.{_hint(self._login, response)}"
            )
        cookies |= response.cookies.get_dict() or _raw_cookies(response)
        for value in cookies.values():
            if len(value) >= SHORTEST_COOKIE:
                self.secrets.setdefault(value, "TOKEN")
        return response

    def _token(self, response: requests.Response) -> str:
        found = found_at(_json(response), steps_of(self._login.token or ""))
        if not isinstance(found, str | int) or isinstance(found, bool):
            raise CannotRun(
                f"{self._name} could not log in: the answer to {self._login.method} {self._login.path} has no text at "
                f"{self._login.token}; correct `token` in the profile, a JSON pointer like /access_token."
            )
        return str(found)

    def _insist_on_session(self, cookies: Mapping[str, str], response: requests.Response) -> None:
        csrf, login = self._login.csrf, self._login
        if set(cookies) - {csrf.cookie if csrf else None}:
            return
        line = f"{self._name} could not log in: {login.method} {login.path} ({response.status_code}) sets no cookie"
        if csrf:
            raise CannotRun(f"{line} but for {csrf.cookie or 'none'}: correct its form, or what it reads.")
        raise CannotRun(f"{line}; name in the profile where the token stands in its answer, as `token: /pointer`.")

    def _on_the_page(self, csrf: Csrf, cookies: dict[str, str]) -> str:
        page = str(csrf.page)
        return self._found(csrf, cookies, self._answer("GET", page, cookies, {}), f"GET {page}")

    def _after(self, csrf: Csrf, cookies: dict[str, str], response: requests.Response) -> str:
        """The token once somebody is logged in, which may be another."""
        if csrf.page and csrf.cookie is None:
            return self._on_the_page(csrf, cookies)
        return self._found(csrf, cookies, response, f"{self._login.method} {self._login.path}")

    def _found(self, csrf: Csrf, cookies: Mapping[str, str], response: requests.Response, line: str) -> str:
        if csrf.cookie is not None:
            found = unquote(cookies[csrf.cookie]) if csrf.cookie in cookies else None
            where = f"sets no cookie {csrf.cookie}"
        elif csrf.token is not None:
            found, where = found_at(_json(response), steps_of(csrf.token)), f"has no text at {csrf.token}"
        else:
            match = re.search(csrf.find or "", response.text)
            found, where = match and html.unescape(match[1]), f"has nothing that fits {csrf.find}"
        if not isinstance(found, str) or not found:
            raise CannotRun(
                f"{self._name} could not log in: {line} {where}; correct `csrf` in the profile, or name as `page:` "
                f"what is read before the login."
            )
        self.secrets[found] = "CSRF"
        return found


def referer(csrf: Csrf, home: str) -> str:
    """Where requests of a session seem to come from."""
    return csrf.referer or f"{home}/"


def _hint(login: Login, response: requests.Response) -> str:
    asks = login.csrf is None and re.search("csrf|xsrf|forgery", response.text, re.IGNORECASE)
    return " It speaks of forged requests: `csrf` in the login says where their token is." if asks else ""


def _told(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _body(login: Login, extra: Mapping[str, str]) -> tuple[str, bytes | None]:
    filled = without_secrets(login.body)
    if login.form is not None:
        return "application/x-www-form-urlencoded", urlencode({**filled, **extra}).encode()
    return "application/json", None if filled is None else json.dumps(filled).encode()


def _json(response: requests.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _raw_cookies(response: requests.Response) -> dict[str, str]:
    """The cookies of an answer, whatever domain they name."""
    found: dict[str, str] = {}
    for line in response.raw.headers.getlist("Set-Cookie"):
        found |= {name: each.value for name, each in SimpleCookie(line).items()}
    return found
