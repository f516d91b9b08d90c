"""Write a login as shell lines, which come before the curl lines of a finding and contain no secret."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from contracts.client.login import referer
from contracts.messages.exchange import Credentials
from contracts.messages.shell import Variable, Word, quote
from contracts.profile.people import Csrf, Login, Secret
from specdouble.pointers import steps_of

Curl: TypeAlias = Callable[[str, str], str]
"""Returns the beginning of a curl line for a method and a path."""

_COOKIES = 'NF == 7 {printf "%s%s=%s", between, $6, $7; between = "; "}'
"""An awk program that turns the cookie file of curl into a header."""


def names(person: str) -> dict[str, str]:
    """Return the shell variables of a person, for their token, cookie file and CSRF token."""
    word = re.sub(r"\W", "_", person.upper())
    return {kind: f"{kind}_{word}" for kind in ("TOKEN", "COOKIES", "CSRF")}


def hidden(person: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the shell variable that replaces each secret of a login."""
    variables = names(person)
    return {value: f"${{{variables[kind]}}}" for value, kind in secrets.items()}


def credentials(person: str, login: Login, curl: Curl, home: str) -> Credentials:
    """Return the lines that log a person in, and the options that use the result."""
    variables = names(person)
    token = variables["TOKEN"]
    if login.token is not None:
        line = f"{_login(login, curl)} | {_by_pointer(login.token)}"
        option = _option("-H", f"{login.header}: {login.prefix}", Variable(token))
        return Credentials((option,), (f"{token}=$({line})",))
    option = _option("-H", "Cookie: ", Variable(token))
    if login.csrf is None:
        line = f"{_login(login, curl, '-o /dev/null', '-c -')} | awk {quote(_COOKIES)}"
        return Credentials((option,), (f"{token}=$({line})",))
    origin = _option("-H", f"Referer: {referer(login.csrf, home)}")
    proof = _option("-H", f"{login.csrf.header}: ", Variable(variables["CSRF"]))
    lines = tuple(_GuardedLogin(login, login.csrf, curl, origin, proof, variables))
    return Credentials((option, origin), lines, (proof,))


class _GuardedLogin:
    """The lines of a login whose session needs a CSRF token."""

    def __init__(
        self, login: Login, csrf: Csrf, curl: Curl, origin: str, proof: str, variables: dict[str, str]
    ) -> None:
        self._login = login
        self._csrf = csrf
        self._curl = curl
        self._origin = origin
        self._proof = proof
        self._variables = variables

    def __iter__(self) -> Iterator[str]:
        csrf, jar = self._csrf, self._variables["COOKIES"]
        yield f"{jar}=$(mktemp)"
        if csrf.page:
            yield from self._with_token(self._visit("GET", csrf.page))
        line = _login(self._login, self._curl, *self._kept, self._origin, *self._proven)
        if csrf.page and csrf.cookie is None:
            yield f"{line} -o /dev/null"
            yield from self._with_token(self._visit("GET", csrf.page))
        else:
            yield from self._with_token(line)
        yield f"{self._variables['TOKEN']}=$(awk {quote(_COOKIES)} {Word.of(Variable(jar))})"

    @property
    def _proven(self) -> Iterator[str]:
        """The options that send the CSRF token of the page with the login itself."""
        if self._csrf.page:
            yield self._proof
        if self._csrf.field:
            yield _option("--data-urlencode", f"{self._csrf.field}=", Variable(self._variables["CSRF"]))

    @property
    def _kept(self) -> tuple[str, str]:
        jar = Variable(self._variables["COOKIES"])
        return _option("-b", jar), _option("-c", jar)

    def _visit(self, method: str, path: str) -> str:
        return " ".join((self._curl(method, path), *self._kept, self._origin))

    def _with_token(self, line: str) -> Iterator[str]:
        """Yield a line, and keep the CSRF token from its cookies or its answer."""
        csrf, token = self._csrf, self._variables["CSRF"]
        if csrf.cookie is not None:
            yield f"{line} -o /dev/null"
            program = f'$6 == "{csrf.cookie}" {{print $7}}'
            jar = Word.of(Variable(self._variables["COOKIES"]))
            yield f"{token}=$(awk {quote(program)} {jar} | {_UNQUOTED})"
        elif csrf.token is not None:
            yield f"{token}=$({line} | {_by_pointer(csrf.token)})"
        else:
            match = f"html.unescape(re.search({csrf.find!r}, sys.stdin.read())[1])"
            yield f"{token}=$({line} | python3 -c {quote(f'import html,re,sys; print({match})')})"


_UNQUOTED = """python3 -c 'import sys,urllib.parse as u; print(u.unquote(sys.stdin.read().strip()))'"""


def _by_pointer(pointer: str) -> str:
    """Return the command that extracts the value at a JSON pointer."""
    keys = "".join(f"[{_key(step)}]" for step in steps_of(pointer))
    return f"python3 -c {quote(f'import json,sys; print(json.load(sys.stdin){keys})')}"


def _login(login: Login, curl: Curl, *options: str) -> str:
    before, data = _body(login)
    return before + " ".join((curl(login.method, login.path), *options, *data))


def _option(name: str, *value: str | Variable) -> str:
    return f"{name} {Word.of(*value)}"


def _key(step: str) -> str:
    return step if step.isdecimal() else repr(step)


def _body(login: Login) -> tuple[str, list[str]]:
    """Return the command before curl, and the options of curl, that send the body of a login but show no secret."""
    if login.form is not None:
        return "", [_pair(name, value) for name, value in login.form.items()]
    if login.json is None:
        return "", []
    program = quote(f"import json,os; print(json.dumps({_python(login.body)}))")
    return f"python3 -c {program} | ", ["-H 'Content-Type: application/json'", "--data-binary @-"]


def _pair(name: str, value: str | int | Secret) -> str:
    if isinstance(value, Secret) and value.is_secret:
        return f"--data-urlencode {quote(f'{name}=')}" + f'"{value.placeholder}"'
    return f"--data-urlencode {quote(f'{name}={value.value if isinstance(value, Secret) else value}')}"


def _python(value: Any) -> str:
    """Return a body as a Python expression that reads its secrets from the environment."""
    if isinstance(value, Secret):
        return f"os.environ[{value.env!r}]" if value.is_secret else repr(value.value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name!r}: {_python(item)}" for name, item in value.items()) + "}"
    return "[" + ", ".join(map(_python, value)) + "]" if isinstance(value, list) else repr(value)
