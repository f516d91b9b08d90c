"""How a person is recognised by the target: the headers that go with a request, logged in for where that is needed."""

from collections.abc import Mapping

from contracts.client.connection import shown_header
from contracts.client.login import Send, Session
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
        self._session = Session(name, person.login, send, home) if person.login else None

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each request; CannotRun where the login for it fails."""
        if self._session:
            return dict(self._session.given.headers)
        return {name: f"{prefix}{self._sent(text)}" for name, prefix, text in _fixed(self._person)} | self._cookies

    @property
    def _cookies(self) -> dict[str, str]:
        told = "; ".join(f"{name}={self._sent(text)}" for name, text in self._person.cookies.items())
        return {"Cookie": told} if told else {}

    def _sent(self, text: Text) -> str:
        """What a header holds; CannotRun where none can, as with the line break at the end of a file."""
        value = value_of(text)
        if value.isascii() and value.isprintable():
            return value
        place = f"${text.env}" if isinstance(text, Secret) and text.is_secret else "the profile"
        raise CannotRun(
            f"what {self.name} comes with cannot be sent in a header: it has a line break or a letter beyond ASCII; "
            f"correct it in {place}."
        )

    def proofs(self, sent: Mapping[str, str]) -> Mapping[str, str]:
        """What a write needs beside the credentials that it carries; nothing where it carries none."""
        return self._session.given.writes if self._session and self._session.given.is_in(sent) else {}

    def own(self, sent: Mapping[str, str]) -> frozenset[str]:
        """The names of the headers of a request that identify this person; none where others are sent."""
        mine = self.headers
        carried = all(sent.get(name) == value for name, value in mine.items())
        return frozenset((*mine, *self.proofs(sent))) if carried else frozenset()

    @property
    def own_names(self) -> frozenset[str]:
        """The names of all headers that may identify this person, known without a login."""
        login = self._person.login
        if login is None:
            return frozenset((*(name for name, _, _ in _fixed(self._person)), *self._cookies))
        return frozenset((login.header, *((login.csrf.header, "Referer") if login.csrf else ())))

    def refreshed(self, sent: Mapping[str, str]) -> Mapping[str, str] | None:
        """What to send in place of credentials that have expired; None where these are current, or never expire."""
        return self._session.newer(sent) if self._session else None

    def renewed(self, sent: Mapping[str, str]) -> Mapping[str, str] | None:
        """Credentials of a new login, after nobody's answer to a request with the ones that were good so far."""
        return self._session.renewed(sent) if self._session else None

    def accepted(self) -> None:
        """Note that the target took the credentials."""
        if self._session:
            self._session.proven = True

    @property
    def credentials(self) -> Credentials:
        """How curl lines identify the person."""
        if self._person.login:
            return credentials(self.name, self._person.login, self._curl, self._home)
        options = [shown_header(name, text, prefix) for name, prefix, text in _fixed(self._person)]
        options += [f"-b {_shown_cookie(name, text)}" for name, text in self._person.cookies.items()]
        return Credentials(tuple(options))

    @property
    def hidden(self) -> dict[str, str]:
        """Each value that no report may show → the word that stands for it."""
        return self._person.hidden(self.name) | (hidden(self.name, self._session.secrets) if self._session else {})


def _fixed(person: Person) -> list[tuple[str, str, Text]]:
    """Name, what stands before it, and value of each header that needs no login."""
    bearer = [("Authorization", "Bearer ", person.token)] if person.token is not None else []
    return [*bearer, *((name, "", text) for name, text in person.headers.items())]


def _shown_cookie(name: str, text: Text) -> str:
    if isinstance(text, Secret) and text.is_secret:
        return quote(f"{name}=") + f'"{text.placeholder}"'
    return quote(f"{name}={value_of(text)}")
