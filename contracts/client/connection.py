"""Over which wire a target is reached: a proxy, certificates, a gateway's headers."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from contracts.errors import CannotRun
from contracts.messages.shell import quote
from contracts.profile.people import Secret, Text, hidden_in, value_of

_FROM_ENVIRONMENT = re.compile(r"\$(?:\{(\w+)\}|(\w+))")


@dataclass(frozen=True)
class Wire:
    """How connections are made; the same for every request of a run."""

    proxy: str | None = None
    insecure: bool = False
    ca: Path | None = None
    headers: Mapping[str, Text] = field(default_factory=dict)

    @property
    def verify(self) -> bool | str:
        """What `requests` takes for its `verify`."""
        return str(self.ca) if self.ca else not self.insecure

    @property
    def sent(self) -> dict[str, str]:
        """The headers that go with every request."""
        return {name: value_of(text) for name, text in self.headers.items()}

    @property
    def hidden(self) -> dict[str, str]:
        """Each value that no report may show → the word that stands for it."""
        return _of_proxy(self.proxy) | hidden_in(self.headers.values())

    @property
    def curl(self) -> Iterator[str]:
        """The same as options of curl."""
        if self.insecure:
            yield "-k"
        if self.ca:
            yield f"--cacert {quote(str(self.ca))}"
        if self.proxy:
            yield f"-x {quote(self.proxy)}"
        for name, text in self.headers.items():
            yield shown_header(name, text)

    def ready(self) -> None:
        """Insist that the files are there and the environment is set; CannotRun says which is not."""
        if self.ca and not self.ca.is_file():
            raise CannotRun(
                f"--ca {self.ca}: no such file; give the certificates that the target is signed with (PEM)."
            )
        if self.insecure and self.ca:
            raise CannotRun("--insecure trusts every certificate: leave it out, or --ca.")
        if self.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        _ = self.sent

    def dress(self, session: requests.Session) -> None:
        """Make a session go this way."""
        session.verify = self.verify
        if self.proxy:
            session.proxies = {"http": self.proxy, "https": self.proxy}


def _of_proxy(url: str | None) -> dict[str, str]:
    password = urlsplit(url or "").password
    return {unquote(password): "${PROXY_PASSWORD}"} if password else {}


def shown_header(name: str, text: Text, prefix: str = "") -> str:
    """A header as an option of curl; a secret stands there by the name of its variable."""
    if isinstance(text, Secret) and text.is_secret:
        return f'-H {quote(f"{name}: {prefix}")}"{text.placeholder}"'
    return f"-H {quote(f'{name}: {prefix}{value_of(text)}')}"


def header(option: str) -> tuple[str, Text]:
    """What `--header` gives: `Name: value`, or `Name: $VARIABLE` for a secret of the environment."""
    name, colon, text = (each.strip() for each in option.partition(":"))
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise CannotRun(f"--header {option!r}: give it as 'Name: value', or 'Name: $VARIABLE' for a secret.")
    named = _FROM_ENVIRONMENT.fullmatch(text)
    if not named:
        return name, text
    variable = named[1] or named[2]
    if variable not in os.environ:
        raise CannotRun(f"--header {option!r}: ${variable} is not set; export it and run again.")
    return name, Secret(env=variable)
