"""Who may be impersonated, and how each identifies himself: by token, headers, cookies, or by logging in."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from contracts.errors import CannotRun
from contracts.openapi.identifiers import Identifier


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a profile in which a misspelt key is an error."""


class Secret(_Known, frozen=True):
    """A secret that stands in an environment variable; `default` is for targets that have none to keep."""

    env: str
    """The variable that has it."""
    default: str | None = None
    """What it is where the variable is not set."""

    @property
    def value(self) -> str:
        """The secret itself."""
        found = os.environ.get(self.env, self.default)
        if found is None:
            raise CannotRun(f"The profile reads ${self.env}, which is not set: export it and run again.")
        return found

    @property
    def told(self) -> str:
        """The secret as a curl line may show it."""
        return f"${{{self.env}}}" if self.kept else self.value

    @property
    def kept(self) -> bool:
        """Whether it is a secret here, and not the default that everybody may read in the profile."""
        return self.env in os.environ or self.default is None


Text = str | Secret

_PASSWORDS = re.compile(r"pass|pwd|secret|\bpin\b|\botp\b", re.IGNORECASE)
"""Names of the fields of a login that are as secret as what stands in the environment."""


def hidden_in(texts: Iterable[object]) -> dict[str, str]:
    """Each secret that the environment has of some texts → the word that stands for it."""
    return {each.value: each.told for each in texts if isinstance(each, Secret) and each.env in os.environ}


def value_of(text: Text) -> str:
    """What is sent."""
    return text if isinstance(text, str) else text.value


class Csrf(_Known, frozen=True):
    """A token against forged requests: where a session has it, and the header in which it goes with writes."""

    header: str
    """The header in which the token goes with writes."""
    cookie: str | None = None
    """The cookie that holds it."""
    token: str | None = None
    """JSON pointer to it in the answer to the login, or in the page."""
    find: str | None = None
    """Regular expression whose first group is the token in that answer."""
    page: str | None = None
    """Path that is read before the login, where the login needs a token itself, or no answer but this one has it."""
    field: str | None = None
    """Field of the login's form that has the token of the page too."""
    referer: str | None = None
    """Where requests seem to come from; the target itself, unless said."""

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.cookie, self.token, self.find)) != 1:
            raise ValueError("`csrf` needs one of `cookie`, `token` and `find`, which say where the token is")
        if self.find is not None and not _has_group(self.find):
            raise ValueError("`find` is a regular expression with a group: write the token as (…) in it")
        if self.token is not None and not self.token.startswith("/"):
            raise ValueError(f"`token` is a JSON pointer, which begins with a slash: write /{self.token}")
        if self.page is not None and not self.page.startswith("/"):
            raise ValueError(f"the path of a page begins with a slash: write /{self.page}")
        if self.field is not None and self.page is None:
            raise ValueError("`field` needs `page`, which has the token before the login")


def _has_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups > 0
    except re.error:
        return False


class Login(_Known, frozen=True):
    """A request that is answered with a token, or that sets the cookies of a session."""

    path: str
    """Where the login is."""
    method: Literal["POST", "PUT", "GET"] = "POST"
    """How it is sent."""
    json: dict[str, Any] | None = None
    """The body; at any depth `{env: NAME}` stands for a secret."""
    form: dict[str, str | int | Secret] | None = None
    """The body as a form, in place of `json`."""
    token: str | None = None
    """JSON pointer to the token in the answer; without one, the cookies that the answer sets are the session."""
    header: str = "Authorization"
    """The header in which the token goes."""
    prefix: str = "Bearer "
    """What stands before the token in the header."""
    csrf: Csrf | None = None
    """What a session of cookies needs to write."""

    def __post_init__(self) -> None:
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
        # Tells at once of a secret that is none.
        with_secrets(self.json)

    @property
    def body(self) -> Any:
        """The body, with a Secret in place of each `{env: NAME}`."""
        return dict(self.form) if self.form is not None else with_secrets(self.json)


class Person(_Known, frozen=True):
    """Somebody who may be impersonated: by one of `token`, `headers`, `cookies`, `login`."""

    token: Text | None = None
    """Sent as `Authorization: Bearer …`."""
    id: Identifier | None = None
    """The id by which the API knows this person."""
    headers: dict[str, Text] = {}
    """Headers that identify this person, in place of a token."""
    cookies: dict[str, Text] = {}
    """Cookies that identify this person."""
    login: Login | None = None
    """A login that is called before, and again when it has expired."""

    def __post_init__(self) -> None:
        given = [bool(each) for each in (self.token, self.headers or self.cookies, self.login)]
        if sum(given) != 1:
            raise ValueError("a person needs one of `token`, `headers` and/or `cookies`, `login`")

    @property
    def secrets(self) -> Iterator[Secret]:
        """Every secret that this person has."""
        texts = (self.token, *self.headers.values(), *self.cookies.values())
        yield from (each for each in texts if isinstance(each, Secret))
        yield from _secrets_in(self.login.body if self.login else None)

    def hidden(self, name: str) -> dict[str, str]:
        """Each value of the person with this name that no report may show → the word that stands for it."""
        word = re.sub(r"\W", "_", name.upper())
        passwords = _passwords_in(self.login.body if self.login else None)
        return dict.fromkeys(passwords, f"${{PASSWORD_{word}}}") | hidden_in(self.secrets)

    @property
    def means(self) -> str:
        """How the person identifies himself, without telling a secret."""
        environment = ", ".join(dict.fromkeys(f"${each.env}" for each in self.secrets)) or "the profile"
        if self.login:
            return f"a login at {self.login.path} with {environment}"
        names = (*self.headers, *(f"the cookie {name}" for name in self.cookies))
        return f"{', '.join(names) or 'the token'} in {environment}"


def with_secrets(value: Any) -> Any:
    """A JSON value in which every `{env: NAME}` has become a Secret."""
    if isinstance(value, dict):
        if "env" in value and set(value) <= {"env", "default"}:
            return msgspec.convert(value, Secret)
        return {name: with_secrets(each) for name, each in value.items()}
    return [with_secrets(each) for each in value] if isinstance(value, list) else value


def without_secrets(value: Any) -> Any:
    """A JSON value in which every Secret has become what it stands for."""
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, dict):
        return {name: without_secrets(each) for name, each in value.items()}
    return [without_secrets(each) for each in value] if isinstance(value, list) else value


def _secrets_in(value: Any) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _secrets_in(each)


def _passwords_in(value: Any, name: str = "") -> Iterator[str]:
    """The passwords that a login body has in the profile itself."""
    if isinstance(value, str) and _PASSWORDS.search(name):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _passwords_in(each, str(key))
    elif isinstance(value, list):
        for each in value:
            yield from _passwords_in(each, name)
