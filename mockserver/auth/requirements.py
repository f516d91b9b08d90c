"""The security requirements of an operation: all schemes of one alternative have to be there (OpenAPI, Security)."""

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from mockserver.auth.credentials import in_cookie, in_header, in_query
from mockserver.call import Request
from mockserver.openapi.specification import Specification

Check = Callable[[Request], bool]
"""Returns whether a request has the credentials of one scheme."""

_READERS: Final = {"header": in_header, "query": in_query, "cookie": in_cookie}
_TOKENS: Final = frozenset({"oauth2", "openIdConnect"})
REALM: Final = 'realm="mock"'


class Requirements:
    """The alternatives of one operation, compiled at start."""

    def __init__(self, alternatives: Sequence[Iterable[str]], specification: Specification) -> None:
        documented = specification.document.get("components", {}).get("securitySchemes", {})
        named = {name: specification.resolve(scheme) for name, scheme in documented.items()}
        self._alternatives = [
            [_check(named[name]) for name in alternative if name in named] for alternative in alternatives
        ]
        schemes = [named[name] for alternative in alternatives for name in alternative if name in named]
        # HTTP has no scheme for API keys, so that they are named only where there is nothing else to name.
        schemes = [scheme for scheme in schemes if scheme.get("type") != "apiKey"] or schemes
        self.challenge = ", ".join(dict.fromkeys(map(_challenge, schemes))) or "Bearer"
        """The challenges of all schemes of HTTP, as WWW-Authenticate has them; of the API keys where there are none."""

    def are_met(self, request: Request) -> bool:
        """Return whether a request has the credentials of at least one alternative."""
        return not self._alternatives or any(
            all(check(request) for check in alternative) for alternative in self._alternatives
        )


def _check(scheme: Mapping[str, Any]) -> Check:
    kind = scheme.get("type")
    if kind == "apiKey" and scheme.get("in") in _READERS:
        read = _READERS[scheme["in"]](scheme.get("name", ""))
        return lambda request: bool(read(request))
    if kind == "http":
        return _has_authorization(str(scheme.get("scheme", "")).lower())
    if kind in _TOKENS:
        return _has_authorization("bearer")
    # A client certificate, or a scheme of a later version: nothing in the request says whether it is there.
    return lambda request: True


def _has_authorization(name: str) -> Check:
    read = in_header("authorization")

    def check(request: Request) -> bool:
        scheme, _, credentials = (read(request) or "").strip().partition(" ")
        if scheme.lower() != name:
            return False
        return _is_basic(credentials.strip()) if name == "basic" else bool(credentials.strip())

    return check


def _is_basic(credentials: str) -> bool:
    """Return whether credentials are a name and a password in base 64 (RFC 7617)."""
    try:
        return b":" in b64decode(credentials, validate=True)
    except ValueError:
        return False


def _challenge(scheme: Mapping[str, Any]) -> str:
    if scheme.get("type") == "http":
        return f"{str(scheme.get('scheme', 'bearer')).capitalize()} {REALM}"
    if scheme.get("type") == "apiKey":
        return f'ApiKey {REALM}, in="{scheme.get("in")}", name="{scheme.get("name")}"'
    return f"Bearer {REALM}"
