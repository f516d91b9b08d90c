"""Sets how to connect to a target: proxy, certificates, and headers for a gateway."""

import os
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import requests
import urllib3

from contracts.errors import CannotRun
from contracts.messages.shell import quote
from contracts.profile.people import HEADER_NAME, Secret, Text, hidden_in, value_of

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
        """Raise CannotRun if an option has no usable value, or options contradict each other."""
        if self.insecure and self.ca:
            raise CannotRun("--insecure trusts every certificate: leave it out, or --ca.")
        if self.ca:
            _require_certificates(self.ca)
        if self.proxy is not None:
            _require_proxy(self.proxy)
        if self.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        for name, value in self.values.items():
            if not is_sendable(value):
                raise CannotRun(f"--header {name}: the value has a line break or a letter beyond ASCII; correct it.")

    def configure(self, session: requests.Session) -> None:
        """Apply the settings to a session."""
        session.verify = self.verify
        if self.proxy:
            session.proxies = {"http": self.proxy, "https": self.proxy}


def is_sendable(value: str) -> bool:
    """Return whether a header can hold a value."""
    return value.isascii() and value.isprintable()


def _require_certificates(file: Path) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError:
        problem = "the file holds no certificate"
    except FileNotFoundError:
        problem = "no such file"
    except OSError as error:
        problem = error.strerror or str(error)
    else:
        return
    raise CannotRun(f"--ca {file}: {problem}; give the certificates that the target is signed with (PEM).")


def _require_proxy(url: str) -> None:
    """Reject an address of a proxy that no request could use; without a scheme, it is an HTTP proxy."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise CannotRun("--proxy: not the address of an HTTP proxy. Write it like http://127.0.0.1:3128.")


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
    if not colon or not HEADER_NAME.fullmatch(name):
        raise CannotRun(f"--header {option!r}: give it as 'Name: value', or 'Name: $VARIABLE' for a secret.")
    match = _FROM_ENVIRONMENT.fullmatch(text)
    if not match:
        return name, text
    variable = match[1] or match[2]
    if variable not in os.environ:
        raise CannotRun(f"--header {option!r}: ${variable} is not set; export it and run again.")
    return name, Secret(env=variable)
