"""Identifies people by the headers of their requests, from the profile or from a login."""

from collections.abc import Mapping

from contracts.client.connection import curl_header, is_sendable
from contracts.client.login import LoginSession, Send
from contracts.client.login_curl import Curl, credentials, hidden
from contracts.errors import CannotRun
from contracts.messages.exchange import Credentials
from contracts.messages.shell import quote
from contracts.profile.people import Person, Secret, Text, value_of


class Identity:
    """The credentials of one person."""

    def __init__(self, name: str, person: Person, send: Send, curl: Curl, home: str) -> None:
        self.name = name
        self._person = person
        self._curl = curl
        self._home = home
        self._session = LoginSession(name, person.login, send, home) if person.login else None

    @property
    def headers(self) -> dict[str, str]:
        """The headers of each request; raises CannotRun if the login for them fails."""
        if self._session:
            return dict(self._session.current.headers)
        return {name: f"{prefix}{self._sent(text)}" for name, prefix, text in _fixed(self._person)} | self._cookies

    @property
    def _cookies(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={self._sent(text)}" for name, text in self._person.cookies.items())
        return {"Cookie": cookies} if cookies else {}

    def _sent(self, text: Text) -> str:
        """Return the value of a text; raise CannotRun if a header cannot hold it."""
        value = value_of(text)
        if is_sendable(value):
            return value
        place = f"${text.env}" if isinstance(text, Secret) and text.is_secret else "the profile"
        raise CannotRun(
            f"the credentials of {self.name} cannot be sent in a header: they have a line break or a letter beyond "
            f"ASCII; correct them in {place}."
        )

    def csrf_headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Return the headers that a write needs beside its credentials; none if it has no current ones."""
        if self._session and self._session.current.are_in(headers):
            return self._session.current.writes
        return {}

    def credential_names(self, headers: Mapping[str, str]) -> frozenset[str]:
        """Return the names of those headers that identify this person; none if the credentials are not theirs."""
        mine = self.headers
        if any(headers.get(name) != value for name, value in mine.items()):
            return frozenset()
        return frozenset((*mine, *self.csrf_headers(headers)))

    @property
    def header_names(self) -> frozenset[str]:
        """The names of all headers that may identify this person, without a login."""
        login = self._person.login
        if login is None:
            return frozenset((*(name for name, _, _ in _fixed(self._person)), *self._cookies))
        if login.csrf:
            return frozenset((login.header, login.csrf.header, "Referer"))
        return frozenset((login.header,))

    def newer_credentials(self, headers: Mapping[str, str]) -> Mapping[str, str] | None:
        """Return the current credentials in place of expired ones; None if those in the headers are current."""
        return self._session.newer(headers) if self._session else None

    def renew_credentials(self, headers: Mapping[str, str]) -> Mapping[str, str] | None:
        """Log in again if a response shows that credentials have expired; None if a new login is of no use."""
        return self._session.renew(headers) if self._session else None

    def note_accepted(self) -> None:
        """Note that the target accepted the credentials."""
        if self._session:
            self._session.accepted = True

    @property
    def credentials(self) -> Credentials:
        """The credentials as parts of curl lines."""
        if self._person.login:
            return credentials(self.name, self._person.login, self._curl, self._home)
        options = [curl_header(name, text, prefix) for name, prefix, text in _fixed(self._person)]
        options += [f"-b {_curl_cookie(name, text)}" for name, text in self._person.cookies.items()]
        return Credentials(tuple(options))

    @property
    def hidden(self) -> dict[str, str]:
        """Value that no report may show → the placeholder that replaces it."""
        placeholders = self._person.hidden(self.name)
        return placeholders | (hidden(self.name, self._session.secrets) if self._session else {})


def _fixed(person: Person) -> list[tuple[str, str, Text]]:
    """Return name, prefix and value of each header that needs no login."""
    bearer = [("Authorization", "Bearer ", person.token)] if person.token is not None else []
    return [*bearer, *((name, "", text) for name, text in person.headers.items())]


def _curl_cookie(name: str, text: Text) -> str:
    if isinstance(text, Secret) and text.is_secret:
        return quote(f"{name}=") + f'"{text.placeholder}"'
    return quote(f"{name}={value_of(text)}")
