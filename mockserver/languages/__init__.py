"""Translate messages: into the language of the settings, or into the one that a caller asks for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from mockserver.errors import ApiError
from mockserver.messages import Translatable
from specdouble.yaml_reader import read_yaml

FOLDER: Final = Path(__file__).parent
"""The folder of the core's own translations."""

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.yaml")))
"""The languages of the mock: English, which stands in the code, and one for each file of translations."""

_RANGE = re.compile(r"([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")

RequestHeaders = Mapping[bytes, bytes]


class Catalogue:
    """The translations of messages into one language."""

    def __init__(self, language: str, folders: Iterable[Path] = (FOLDER,)) -> None:
        self._texts: dict[str, str] = {}
        for folder in folders if language != ENGLISH else ():
            self._texts.update(read_yaml(folder / f"{language}.yaml"))

    def translate(self, message: str) -> str:
        """Translate a message; one without a translation stays English, since domains may add their own."""
        # A plain text is its own template.
        if not isinstance(message, Translatable):
            return str(self._texts.get(message, message))
        values = {
            name: self.translate(value) if isinstance(value, Translatable) else value
            for name, value in message.values.items()
        }
        return Translatable.of(self._texts.get(message.template, message.template), values)


class Languages:
    """Chooses the language of each response.

    ``default`` is used where a caller asks for no language, and always where languages are not negotiated.
    """

    def __init__(self, default: str, *, negotiated: bool, folders: Sequence[Path] = (FOLDER,)) -> None:
        self.negotiated = negotiated
        self._default = default
        self._catalogues = {name: Catalogue(name, folders) for name in (LANGUAGES if negotiated else (default,))}

    def language_of(self, headers: RequestHeaders) -> str:
        """Return the language in which a request is answered."""
        if not self.negotiated:
            return self._default
        return preferred_language(headers.get(b"accept-language", b""), self._default)

    def translate(self, error: ApiError, headers: RequestHeaders) -> None:
        """Translate a rejection into the language in which its request is answered."""
        error.translate(self._catalogues[self.language_of(headers)].translate)

    def response_headers(self, headers: RequestHeaders) -> list[tuple[bytes, bytes]]:
        """Return the headers by which a response names its language."""
        return [(b"content-language", self.language_of(headers).encode()), (b"vary", b"Accept-Language")]


@lru_cache(maxsize=256)
def preferred_language(accept: bytes, default: str) -> str:
    """Return the known language that an Accept-Language header prefers (RFC 9110), the default where it names none."""
    ranges = [_RANGE.fullmatch(part.strip()) for part in accept.decode("latin-1").lower().split(",")]
    ranked = sorted((match for match in ranges if match), key=lambda match: -float(match[2] or 1))
    choices = (default if match[1] == "*" else match[1] for match in ranked if float(match[2] or 1))
    return next((name for name in choices if name in LANGUAGES), default)
