"""Load documents from http and https addresses, and keep a copy for the time without a network."""

import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from specdouble.folders import cache_folder
from specdouble.yaml_reader import MAX_BYTES, SpecError

TIMEOUT_SECONDS: Final = 10
"""For the connection, and for each part of the answer."""

_ADDRESS: Final = re.compile(r"(?:^|/)(https?):/+(.+)")

_OTHER_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+:(/|$)", re.IGNORECASE)
"""An address with another scheme than http and https; a single letter is a drive of Windows."""
_ERROR_NUMBER: Final = re.compile(r"^\[Errno -?\d+\] ")


def url_of(path: Path) -> str | None:
    """Return the address that a path stands for, or None for a file.

    A path made of an address has lost one of its slashes, and may have the working folder before it.
    """
    match = _ADDRESS.search(path.as_posix())
    return f"{match[1]}://{match[2]}" if match else None


def require_path(path: Path) -> None:
    """Raise SpecError for a path that is made of an address, but of none from which documents are loaded."""
    if _OTHER_ADDRESS.match(path.as_posix()) and url_of(path) is None and not path.exists():
        raise SpecError(path, "this is neither a file nor an http address. Write it like https://example.org/api.yaml.")


def joined(base: str, reference: str) -> str:
    """Return the address that a reference in the document at an address leads to, without its fragment."""
    return urljoin(base, reference).partition("#")[0]


def same_origin(one: str, other: str) -> bool:
    """Return whether two addresses have the same scheme, host and port."""
    return urlsplit(one)[:2] == urlsplit(other)[:2]


class _Copy(NamedTuple):
    """The copy of a document, and its version on the server."""

    content: bytes
    etag: str


def read_url(path: Path, warn: Callable[[str], None] = lambda message: None) -> bytes:
    """Return the content at an address; the copy of an earlier start where the server cannot be reached."""
    url = url_of(path) or str(path)
    copy = _recall(url)
    try:
        return _download(url, copy)
    except _Unreachable as error:
        if copy is None:
            message = f"the document cannot be loaded ({error}). Check the address, or name a file."
            raise SpecError(path, message) from None
        warn(f"the document cannot be loaded ({error}). The copy of an earlier start is served.")
        return copy.content


class _Unreachable(Exception):
    """No document came from an address."""


def _download(url: str, copy: _Copy | None) -> bytes:
    # Imported here, because only few documents come from an address.
    import httpx

    headers = {"If-None-Match": copy.etag} if copy is not None and copy.etag else {}
    try:
        with httpx.stream("GET", url, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=True) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED and copy is not None:
                return copy.content
            response.raise_for_status()
            content = bytearray()
            for part in response.iter_bytes():
                content += part
                if len(content) > MAX_BYTES:
                    raise _Unreachable(f"it is larger than {MAX_BYTES:,} bytes")
            _remember(url, _Copy(bytes(content), response.headers.get("etag", "")))
            return bytes(content)
    except httpx.HTTPStatusError as error:
        raise _Unreachable(f"the server responds with {error.response.status_code}") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _Unreachable(_ERROR_NUMBER.sub("", str(error)) or type(error).__name__) from None


def _entry(url: str) -> Path:
    return cache_folder() / "addresses" / hashlib.sha256(url.encode()).hexdigest()


def _recall(url: str) -> _Copy | None:
    # A damaged copy is no error: the document is loaded again.
    with suppress(OSError, ValueError, LookupError, RuntimeError, TypeError):
        head, _, content = _entry(url).read_bytes().partition(b"\n")
        fields: dict[str, Any] = json.loads(head)
        if hashlib.sha256(content).hexdigest() == fields["digest"]:
            return _Copy(content, str(fields["etag"]))
    return None


def _remember(url: str, copy: _Copy) -> None:
    fields = {"etag": copy.etag, "digest": hashlib.sha256(copy.content).hexdigest(), "url": url}
    with suppress(OSError, RuntimeError):
        entry = _entry(url)
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_bytes(json.dumps(fields).encode() + b"\n" + copy.content)
