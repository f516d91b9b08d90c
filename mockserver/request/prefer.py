"""Read the Prefer header (RFC 7240): what a caller would like of a response, and can do without."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from mockserver.call import Request

_PREFERENCE: Final = re.compile(r"""([^\s,;="]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;]*))?""")
_ESCAPE: Final = re.compile(r"\\(.)")

STRICTNESS: Final = {"strict": True, "lenient": False}
"""The values of the preference ``handling``."""

UNDERSTOOD: Final = frozenset({"code", "example", "dynamic", "wait", "handling"})
"""The preferences that the mock itself applies, beside ``return``, which real APIs have too."""

_NONE: Final[Mapping[str, str]] = {}


def preferences(request: Request) -> Mapping[str, str]:
    """Return the preferences of a request by their names, in its order."""
    header = request.headers.get(b"prefer")
    return _NONE if header is None else _parse(header)


@lru_cache(maxsize=256)
def _parse(header: bytes) -> Mapping[str, str]:
    values: dict[str, str] = {}
    # A parameter of a preference, which follows a semicolon, is taken for a preference: other mocks do so.
    for name, value in _PREFERENCE.findall(header.decode("latin-1")):
        # Of a preference that comes twice, the first one counts (RFC 7240, section 2).
        values.setdefault(name.lower(), _unquoted(value.strip()))
    # Other values are written in any case.
    return {name: value if name == "example" else value.lower() for name, value in values.items()}


def _unquoted(value: str) -> str:
    return _ESCAPE.sub(r"\1", value[1:-1]) if value.startswith('"') and value.endswith('"') else value


def _quoted(value: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def without_wait(request: Request, seconds: float) -> Request:
    """Return a request without its preference ``wait``, where that is shorter than the answer takes."""
    preferred = preferences(request)
    wait = preferred.get("wait", "")
    if not wait.isdecimal() or float(wait) >= seconds:
        return request
    rest = ", ".join(f"{name}={_quoted(value)}" for name, value in preferred.items() if name != "wait")
    return msgspec.structs.replace(request, headers={**request.headers, b"prefer": rest.encode("latin-1")})


def handling(preferred: Mapping[str, str], strict: bool) -> bool:
    """Return whether a request is read strictly; ``strict`` holds for a caller without a preference."""
    return STRICTNESS.get(preferred.get("handling", ""), strict)
