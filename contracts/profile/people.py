"""The users of a profile, and how they authenticate: by token, headers, cookies, or a login."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from contracts.errors import CannotRun
from contracts.openapi.identifiers import Identifier


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a profile, which rejects unknown keys."""


class Secret(_Strict, frozen=True):
    """A secret in an environment variable. `default` is for test targets, whose secrets are public."""

    env: str
    """The name of the variable."""
    default: str | None = None
    """The value if the variable is not set."""

    @property
    def value(self) -> str:
        """The value to send."""
        secret = os.environ.get(self.env, self.default)
        if secret is None:
            raise CannotRun(f"The profile reads ${self.env}, which is not set. Export it and run again.")
        return secret

    @property
    def placeholder(self) -> str:
        """The text that curl lines show in place of the secret."""
        return f"${{{self.env}}}" if self.is_secret else self.value

    @property
    def is_secret(self) -> bool:
        """Whether the value is secret, and not the default that everybody may read in the profile."""
        return self.env in os.environ or self.default is None


Text = str | Secret

HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A name that a header, or a cookie, can have (RFC 9110)."""

_PASSWORDS = re.compile(r"pass|pwd|secret|\bpin\b|\botp\b", re.IGNORECASE)
"""The names of login fields that are secret even if the profile holds their values."""


def hidden_in(texts: Iterable[object]) -> dict[str, str]:
    """Return the secrets among some texts that the environment sets, each with its placeholder."""
    return {text.value: text.placeholder for text in texts if isinstance(text, Secret) and text.env in os.environ}


def value_of(text: Text) -> str:
    """Return the text to send."""
    return text if isinstance(text, str) else text.value


class Csrf(_Strict, frozen=True):
    """A token against forged requests: where a session gets it, and the header that sends it with writes."""

    header: str
    """The header that sends the token with writes."""
    cookie: str | None = None
    """The cookie that holds it."""
    token: str | None = None
    """JSON pointer to the token in the answer to the login, or in the page."""
    find: str | None = None
    """Regular expression whose first group matches the token in that answer."""
    page: str | None = None
    """Path to read before the login, if the login itself needs a token, or if only this page holds it."""
    field: str | None = None
    """Field of the login's form that also sends the token of the page."""
    referer: str | None = None
    """The Referer to send; by default the target itself."""

    def __post_init__(self) -> None:
        _require_names([self.header], "header")
        if sum(place is not None for place in (self.cookie, self.token, self.find)) != 1:
            raise ValueError("`csrf` needs one of `cookie`, `token` and `find`, which say where the token is")
        if self.find is not None and not _has_group(self.find):
            raise ValueError("`find` is a regular expression with a group: write the token as (…) in it")
        if self.token is not None and not self.token.startswith("/"):
            raise ValueError(f"`token` is a JSON pointer, which begins with a slash: write /{self.token}")
        if self.page is not None and not self.page.startswith("/"):
            raise ValueError(f"the path of a page begins with a slash: write /{self.page}")
        if self.field is not None and self.page is None:
            raise ValueError("`field` needs `page`, which has the token before the login")


def _require_names(names: Iterable[str], kind: str) -> None:
    for name in names:
        if not HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a {kind}: use letters, digits and hyphens")


def _has_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups > 0
    except re.error:
        return False


class Login(_Strict, frozen=True):
    """A request whose answer has a token, or sets the cookies of a session."""

    path: str
    """Path of the login."""
    method: Literal["POST", "PUT", "GET"] = "POST"
    """HTTP method of the login."""
    json: dict[str, Any] | None = None
    """The JSON body. `{env: NAME}` stands for a secret, at any depth."""
    form: dict[str, str | int | Secret] | None = None
    """The body as a form, instead of `json`."""
    token: str | None = None
    """JSON pointer to the token in the answer. Without it, the cookies that the answer sets are the session."""
    header: str = "Authorization"
    """The header that sends the token."""
    prefix: str = "Bearer "
    """The text before the token in the header."""
    csrf: Csrf | None = None
    """The token that a cookie session needs for writes."""

    def __post_init__(self) -> None:
        _require_names([self.header], "header")
        if not self.path.startswith("/"):
            raise ValueError(f"the path of a login begins with a slash: write /{self.path}")
        if self.json is not None and self.form is not None:
            raise ValueError("a login sends `json` or `form`, not both: remove one")
        if self.token is not None and not self.token.startswith("/"):
            raise ValueError(f"`token` is a JSON pointer, which begins with a slash: write /{self.token}")
        if self.csrf is not None and self.token is not None:
            raise ValueError("`csrf` is for sessions of cookies: leave out `token` of the login, or `csrf`")
        if self.csrf is not None and self.csrf.field is not None and self.form is None:
            raise ValueError("`field` of `csrf` is one of a `form`: send the login as one, or leave it out")
        # Reject an invalid secret now, not at the first login.
        with_secrets(self.json)

    @property
    def body(self) -> Any:
        """The body, with a Secret in place of each `{env: NAME}`."""
        return dict(self.form) if self.form is not None else with_secrets(self.json)


class Person(_Strict, frozen=True):
    """A user, who authenticates by one of `token`, `headers`, `cookies` and `login`."""

    token: Text | None = None
    """Sent as `Authorization: Bearer …`."""
    id: Identifier | None = None
    """The id of this user in the API."""
    headers: dict[str, Text] = {}
    """Headers that authenticate this user, instead of a token."""
    cookies: dict[str, Text] = {}
    """Cookies that authenticate this user."""
    login: Login | None = None
    """A login to call first, and again when the session has expired."""

    def __post_init__(self) -> None:
        _require_names(self.headers, "header")
        _require_names(self.cookies, "cookie")
        means = [bool(mean) for mean in (self.token, self.headers or self.cookies, self.login)]
        if sum(means) != 1:
            raise ValueError("a person needs one of `token`, `headers` and/or `cookies`, `login`")

    @property
    def secrets(self) -> Iterator[Secret]:
        """Every secret of this person."""
        texts = (self.token, *self.headers.values(), *self.cookies.values())
        yield from (text for text in texts if isinstance(text, Secret))
        yield from _secrets_in(self.login.body if self.login else None)

    def hidden(self, name: str) -> dict[str, str]:
        """Return the values of a person that no report may show, each with its placeholder."""
        word = re.sub(r"\W", "_", name.upper())
        passwords = _passwords_in(self.login.body if self.login else None)
        return dict.fromkeys(passwords, f"${{PASSWORD_{word}}}") | hidden_in(self.secrets)

    @property
    def means(self) -> str:
        """How the person authenticates, without the secrets."""
        environment = ", ".join(dict.fromkeys(f"${secret.env}" for secret in self.secrets)) or "the profile"
        if self.login:
            return f"a login at {self.login.path} with {environment}"
        names = (*self.headers, *(f"the cookie {name}" for name in self.cookies))
        return f"{', '.join(names) or 'the token'} in {environment}"


def with_secrets(value: Any) -> Any:
    """Replace every `{env: NAME}` in a JSON value by a Secret."""
    if isinstance(value, dict):
        if "env" in value and set(value) <= {"env", "default"}:
            if not all(isinstance(text, str) for text in value.values()):
                raise ValueError("`env` and `default` of a secret are texts: quote them")
            return Secret(**value)
        return {name: with_secrets(item) for name, item in value.items()}
    return [with_secrets(item) for item in value] if isinstance(value, list) else value


def without_secrets(value: Any) -> Any:
    """Replace every Secret in a JSON value by its value."""
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, dict):
        return {name: without_secrets(item) for name, item in value.items()}
    return [without_secrets(item) for item in value] if isinstance(value, list) else value


def _secrets_in(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _secrets_in(item)


def _passwords_in(value: Any, name: str = "") -> Iterator[str]:
    """Yield the passwords that the profile itself holds in a login body."""
    if isinstance(value, str) and _PASSWORDS.search(name):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _passwords_in(item, str(key))
    elif isinstance(value, list):
        for item in value:
            yield from _passwords_in(item, name)
