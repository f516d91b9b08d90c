"""How a person is recognised by the target: the headers that go with a request, logged in for where that is needed."""

import json
import re
from collections.abc import Callable, Mapping
from http.cookies import SimpleCookie
from typing import Any, TypeAlias
from urllib.parse import urlencode

import requests

from contracts.errors import CannotRun
from contracts.exchange import Credentials, quote
from contracts.people import Login, Person, Secret, Text, value_of, without_secrets
from contracts.transport.wire import shown_header

Send: TypeAlias = Callable[[str, str, Mapping[str, str], bytes | None], requests.Response]
"""Sends method, path, headers and body to the target, as nobody."""

Curl: TypeAlias = Callable[[str, str], str]
"""The beginning of a curl line for a method and a path."""


_COOKIES = 'NF == 7 {printf "%s%s=%s", between, $6, $7; between = "; "}'
"""What makes a header of the cookies that curl tells."""


class Identity:
    """The credentials of one person."""

    def __init__(self, name: str, person: Person, send: Send, curl: Curl) -> None:
        self.name = name
        self._person = person
        self._session = _Session(name, person.login, send, curl) if person.login else None

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each request; CannotRun where the login for it fails."""
        if self._session:
            return self._session.headers
        return {name: f"{prefix}{value_of(text)}" for name, prefix, text in _fixed(self._person)} | self._cookies

    @property
    def _cookies(self) -> dict[str, str]:
        told = "; ".join(f"{name}={value_of(text)}" for name, text in self._person.cookies.items())
        return {"Cookie": told} if told else {}

    def refreshed(self, sent: Mapping[str, str]) -> dict[str, str] | None:
        """What to send in place of credentials that have expired; None where these are current, or never expire."""
        return self._session.newer(sent) if self._session else None

    def renewed(self, sent: Mapping[str, str]) -> dict[str, str] | None:
        """Credentials of a new login, after a 401 to a request with the ones that were good so far."""
        return self._session.renewed(sent) if self._session else None

    def accepted(self) -> None:
        """Note that the target took the credentials."""
        if self._session:
            self._session.proven = True

    @property
    def credentials(self) -> Credentials:
        """How curl lines identify the person."""
        if self._session:
            return self._session.credentials
        options = [shown_header(name, text, prefix) for name, prefix, text in _fixed(self._person)]
        options += [f"-b {_shown_cookie(name, text)}" for name, text in self._person.cookies.items()]
        return Credentials(tuple(options))

    @property
    def hidden(self) -> dict[str, str]:
        """Each value that no report may show → the word that stands for it."""
        found = {each.value: each.told for each in self._person.secrets if each.kept}
        return found | (self._session.hidden if self._session else {})


def _fixed(person: Person) -> list[tuple[str, str, Text]]:
    """Name, what stands before it, and value of each header that needs no login."""
    bearer = [("Authorization", "Bearer ", person.token)] if person.token is not None else []
    return [*bearer, *((name, "", text) for name, text in person.headers.items())]


def _shown_cookie(name: str, text: Text) -> str:
    if isinstance(text, Secret) and text.kept:
        return quote(f"{name}=") + f'"{text.told}"'
    return quote(f"{name}={value_of(text)}")


class _Session:
    """What a login gave; a new login takes its place when it expires."""

    def __init__(self, name: str, login: Login, send: Send, curl: Curl) -> None:
        self._name = name
        self._word = re.sub(r"\W", "_", name.upper())
        self._login = login
        self._send = send
        self._curl = curl
        self._current: dict[str, str] | None = None
        self._worn_out: list[dict[str, str]] = []
        self.proven = False
        """Whether the target has taken the current credentials."""

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each request."""
        if self._current is None:
            self._current = self._log_in()
            self.proven = False
        return self._current

    def newer(self, sent: Mapping[str, str]) -> dict[str, str] | None:
        """The current credentials, if those of a request are older."""
        return self.headers if any(_carries(sent, each) for each in self._worn_out) else None

    def renewed(self, sent: Mapping[str, str]) -> dict[str, str] | None:
        """Credentials of a new login, if the current ones were refused after they had been taken."""
        if self._current is None or not self.proven or not _carries(sent, self._current):
            return None
        self._worn_out.append(self._current)
        self._current = None
        return self.headers

    def _log_in(self) -> dict[str, str]:
        login = self._login
        content_type, body = _body(login)
        response = self._send(login.method, login.path, {"Content-Type": content_type} if body else {}, body)
        if not 200 <= response.status_code < 400:
            raise CannotRun(
                f"{self._name} could not log in: {login.method} {login.path} answered {response.status_code}; correct "
                f"the login in the profile, or what it reads from the environment."
            )
        return self._with_token(response) if login.token is not None else self._with_cookies(response)

    def _with_token(self, response: requests.Response) -> dict[str, str]:
        found = pointed(_json(response), self._login.token or "")
        if not isinstance(found, str | int) or isinstance(found, bool):
            raise CannotRun(
                f"{self._name} could not log in: the answer to {self._login.method} {self._login.path} has no text at "
                f"{self._login.token}; correct `token` in the profile, a JSON pointer like /access_token."
            )
        return {self._login.header: f"{self._login.prefix}{found}"}

    def _with_cookies(self, response: requests.Response) -> dict[str, str]:
        cookies = response.cookies.get_dict() or _raw_cookies(response)
        if not cookies:
            raise CannotRun(
                f"{self._name} could not log in: {self._login.method} {self._login.path} sets no cookie; name in the "
                f"profile where the token stands in its answer, as `token: /pointer`."
            )
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    @property
    def credentials(self) -> Credentials:
        """The line that logs in, and the option that uses what it gave."""
        token, login = f"TOKEN_{self._word}", self._login
        if login.token is None:
            line = f"{self._line('-o /dev/null', '-c -')} | awk {quote(_COOKIES)}"
            return Credentials((f"-H 'Cookie: '{_variable(token)}",), (f"{token}=$({line})",))
        keys = "".join(f"[{_key(each)}]" for each in _steps(login.token))
        line = f"{self._line()} | python3 -c {quote(f'import json,sys; print(json.load(sys.stdin){keys})')}"
        option = f"-H {quote(f'{login.header}: {login.prefix}')}{_variable(token)}"
        return Credentials((option,), (f"{token}=$({line})",))

    def _line(self, *options: str) -> str:
        before, data = _shown_body(self._login)
        return before + " ".join((self._curl(self._login.method, self._login.path), *options, *data))

    @property
    def hidden(self) -> dict[str, str]:
        """What logins gave → the word that stands for it."""
        values = [text for each in [*self._worn_out, self._current or {}] for text in each.values()]
        return {text.removeprefix(self._login.prefix): f"${{TOKEN_{self._word}}}" for text in values}


def _variable(name: str) -> str:
    return f'"${{{name}}}"'


def _key(step: str) -> str:
    return step if step.isdecimal() else repr(step)


def _carries(sent: Mapping[str, str], credentials: Mapping[str, str]) -> bool:
    return all(sent.get(name) == value for name, value in credentials.items())


def _body(login: Login) -> tuple[str, bytes | None]:
    filled = without_secrets(login.body)
    if login.form is not None:
        return "application/x-www-form-urlencoded", urlencode(filled).encode()
    return "application/json", None if filled is None else json.dumps(filled).encode()


def _shown_body(login: Login) -> tuple[str, list[str]]:
    """What stands before curl, and its options, that send the body of a login with its secrets unseen."""
    if login.form is not None:
        return "", [_shown_pair(name, value) for name, value in login.form.items()]
    if login.json is None:
        return "", []
    told = quote(f"import json,os; print(json.dumps({_python(login.body)}))")
    return f"python3 -c {told} | ", ["-H 'Content-Type: application/json'", "--data-binary @-"]


def _shown_pair(name: str, value: str | int | Secret) -> str:
    if isinstance(value, Secret) and value.kept:
        return f"--data-urlencode {quote(f'{name}=')}" + f'"{value.told}"'
    return f"--data-urlencode {quote(f'{name}={value.value if isinstance(value, Secret) else value}')}"


def _python(value: Any) -> str:
    """A body as an expression that reads its secrets from the environment."""
    if isinstance(value, Secret):
        return f"os.environ[{value.env!r}]" if value.kept else repr(value.value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {_python(each)}" for name, each in value.items()) + "}"
    return "[" + ", ".join(map(_python, value)) + "]" if isinstance(value, list) else repr(value)


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


def pointed(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer, None where there is none."""
    for step in _steps(pointer):
        if isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        elif isinstance(document, dict):
            document = document.get(step)
        else:
            return None
    return document


def _steps(pointer: str) -> list[str]:
    return [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
