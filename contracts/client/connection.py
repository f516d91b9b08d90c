"""Sets how to connect to a target: proxy, certificates, and headers for a gateway."""

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
    """The settings of the connections, the same for every request of a run."""

    proxy: str | None = None
    insecure: bool = False
    ca: Path | None = None
    headers: Mapping[str, Text] = field(default_factory=dict)

    @property
    def verify(self) -> bool | str:
        """The value of `verify` in `requests`."""
        return str(self.ca) if self.ca else not self.insecure

    @property
    def values(self) -> dict[str, str]:
        """The headers of every request, with the values of their secrets."""
        return {name: value_of(text) for name, text in self.headers.items()}

    @property
    def hidden(self) -> dict[str, str]:
        """Value that no report may show → the placeholder that replaces it."""
        return _proxy_password(self.proxy) | hidden_in(self.headers.values())

    @property
    def curl(self) -> Iterator[str]:
        """The settings as options of curl."""
        if self.insecure:
            yield "-k"
        if self.ca:
            yield f"--cacert {quote(str(self.ca))}"
        if self.proxy:
            yield f"-x {quote(self.proxy)}"
        for name, text in self.headers.items():
            yield curl_header(name, text)

    def require_usable(self) -> None:
        """Raise CannotRun if a file or an environment variable is missing, or options contradict each other."""
        if self.ca and not self.ca.is_file():
            raise CannotRun(
                f"--ca {self.ca}: no such file; give the certificates that the target is signed with (PEM)."
            )
        if self.insecure and self.ca:
            raise CannotRun("--insecure trusts every certificate: leave it out, or --ca.")
        if self.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        _ = self.values  # raises CannotRun if a variable is missing

    def configure(self, session: requests.Session) -> None:
        """Apply the settings to a session."""
        session.verify = self.verify
        if self.proxy:
            session.proxies = {"http": self.proxy, "https": self.proxy}


def _proxy_password(url: str | None) -> dict[str, str]:
    password = urlsplit(url or "").password
    return {unquote(password): "${PROXY_PASSWORD}"} if password else {}


def curl_header(name: str, text: Text, prefix: str = "") -> str:
    """Return a header as an option of curl, with the variable of a secret in place of its value."""
    if isinstance(text, Secret) and text.is_secret:
        return f'-H {quote(f"{name}: {prefix}")}"{text.placeholder}"'
    return f"-H {quote(f'{name}: {prefix}{value_of(text)}')}"


def parse_header(option: str) -> tuple[str, Text]:
    """Parse a value of `--header`: `Name: value`, or `Name: $VARIABLE` for a secret from the environment."""
    name, colon, text = map(str.strip, option.partition(":"))
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise CannotRun(f"--header {option!r}: give it as 'Name: value', or 'Name: $VARIABLE' for a secret.")
    match = _FROM_ENVIRONMENT.fullmatch(text)
    if not match:
        return name, text
    variable = match[1] or match[2]
    if variable not in os.environ:
        raise CannotRun(f"--header {option!r}: ${variable} is not set; export it and run again.")
    return name, Secret(env=variable)
