"""A login as shell lines: they stand before the curl lines of a finding, and tell no secret."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from contracts.client.login import referer
from contracts.messages.curl import quote
from contracts.messages.exchange import Credentials
from contracts.profile.people import Csrf, Login, Secret
from specdouble.pointers import steps_of

Curl: TypeAlias = Callable[[str, str], str]
"""The beginning of a curl line for a method and a path."""

_COOKIES = 'NF == 7 {printf "%s%s=%s", between, $6, $7; between = "; "}'
"""What makes a header of the cookies that curl tells."""


def names(person: str) -> dict[str, str]:
    """The shell variables of a person: what identifies him, his file of cookies, his token against forged requests."""
    word = re.sub(r"\W", "_", person.upper())
    return {kind: f"{kind}_{word}" for kind in ("TOKEN", "COOKIES", "CSRF")}


def hidden(person: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Each value that logins gave, with its kind → the shell variable that stands for it."""
    variables = names(person)
    return {value: f"${{{variables[kind]}}}" for value, kind in secrets.items()}


def credentials(person: str, login: Login, curl: Curl, home: str) -> Credentials:
    """The lines that log somebody in, and the options that use what they gave."""
    variables = names(person)
    token = variables["TOKEN"]
    if login.token is not None:
        line = f"{_login(login, curl)} | {_taken_by_pointer(login.token)}"
        option = f"-H {quote(f'{login.header}: {login.prefix}')}{_variable(token)}"
        return Credentials((option,), (f"{token}=$({line})",))
    option = f"-H 'Cookie: '{_variable(token)}"
    if login.csrf is None:
        line = f"{_login(login, curl, '-o /dev/null', '-c -')} | awk {quote(_COOKIES)}"
        return Credentials((option,), (f"{token}=$({line})",))
    come_from = f"-H {quote(f'Referer: {referer(login.csrf, home)}')}"
    proof = f"-H {quote(f'{login.csrf.header}: ')}{_variable(variables['CSRF'])}"
    lines = (*_Guarded(login, login.csrf, curl, come_from, proof, variables),)
    return Credentials((option, come_from), lines, (proof,))


class _Guarded:
    """The lines of a login whose session needs a token against forged requests."""

    def __init__(
        self, login: Login, csrf: Csrf, curl: Curl, come_from: str, proof: str, variables: dict[str, str]
    ) -> None:
        self._login = login
        self._csrf = csrf
        self._curl = curl
        self._come_from = come_from
        self._proof = proof
        self._variables = variables

    def __iter__(self) -> Iterator[str]:
        csrf, jar = self._csrf, self._variables["COOKIES"]
        yield f"{jar}=$(mktemp)"
        if csrf.page:
            yield from self._taking(self._visit("GET", csrf.page))
        line = _login(self._login, self._curl, *self._kept, self._come_from, *self._proven)
        if csrf.page and csrf.cookie is None:
            yield f"{line} -o /dev/null"
            yield from self._taking(self._visit("GET", csrf.page))
        else:
            yield from self._taking(line)
        yield f"{self._variables['TOKEN']}=$(awk {quote(_COOKIES)} {_variable(jar)})"

    @property
    def _proven(self) -> Iterator[str]:
        """The options by which the login itself has the token of its page."""
        if self._csrf.page:
            yield self._proof
        if self._csrf.field:
            yield f"--data-urlencode {quote(f'{self._csrf.field}=')}{_variable(self._variables['CSRF'])}"

    @property
    def _kept(self) -> tuple[str, str]:
        jar = _variable(self._variables["COOKIES"])
        return f"-b {jar}", f"-c {jar}"

    def _visit(self, method: str, path: str) -> str:
        return " ".join((self._curl(method, path), *self._kept, self._come_from))

    def _taking(self, line: str) -> Iterator[str]:
        """A line, and the token out of its cookies or its answer."""
        csrf, token = self._csrf, self._variables["CSRF"]
        if csrf.cookie is not None:
            yield f"{line} -o /dev/null"
            program = f'$6 == "{csrf.cookie}" {{print $7}}'
            yield f"{token}=$(awk {quote(program)} {_variable(self._variables['COOKIES'])} | {_UNQUOTED})"
        elif csrf.token is not None:
            yield f"{token}=$({line} | {_taken_by_pointer(csrf.token)})"
        else:
            shown = f"html.unescape(re.search({csrf.find!r}, sys.stdin.read())[1])"
            yield f"{token}=$({line} | python3 -c {quote(f'import html,re,sys; print({shown})')})"


_UNQUOTED = """python3 -c 'import sys,urllib.parse as u; print(u.unquote(sys.stdin.read().strip()))'"""


def _taken_by_pointer(pointer: str) -> str:
    keys = "".join(f"[{_key(each)}]" for each in steps_of(pointer))
    return f"python3 -c {quote(f'import json,sys; print(json.load(sys.stdin){keys})')}"


def _login(login: Login, curl: Curl, *options: str) -> str:
    before, data = _body(login)
    return before + " ".join((curl(login.method, login.path), *options, *data))


def _variable(name: str) -> str:
    return f'"${{{name}}}"'


def _key(step: str) -> str:
    return step if step.isdecimal() else repr(step)


def _body(login: Login) -> tuple[str, list[str]]:
    """What stands before curl, and its options, that send the body of a login with its secrets unseen."""
    if login.form is not None:
        return "", [_pair(name, value) for name, value in login.form.items()]
    if login.json is None:
        return "", []
    told = quote(f"import json,os; print(json.dumps({_python(login.body)}))")
    return f"python3 -c {told} | ", ["-H 'Content-Type: application/json'", "--data-binary @-"]


def _pair(name: str, value: str | int | Secret) -> str:
    if isinstance(value, Secret) and value.is_secret:
        return f"--data-urlencode {quote(f'{name}=')}" + f'"{value.placeholder}"'
    return f"--data-urlencode {quote(f'{name}={value.value if isinstance(value, Secret) else value}')}"


def _python(value: Any) -> str:
    """A body as an expression that reads its secrets from the environment."""
    if isinstance(value, Secret):
        return f"os.environ[{value.env!r}]" if value.is_secret else repr(value.value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {_python(each)}" for name, each in value.items()) + "}"
    return "[" + ", ".join(map(_python, value)) + "]" if isinstance(value, list) else repr(value)
