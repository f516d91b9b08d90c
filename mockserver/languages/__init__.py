"""In which language the mock writes messages: the one of its settings, or the one that a caller asks for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from mockserver.errors import ApiError
from mockserver.messages import Said
from specdouble.yaml_reader import read_yaml

FOLDER: Final = Path(__file__).parent
"""The folder of the core's own translations."""

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, *sorted(path.stem for path in FOLDER.glob("*.yaml")))
"""The languages that the mock knows: the one of its code, and those that it has a file for."""

_RANGE = re.compile(r"([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")

RequestHeaders = Mapping[bytes, bytes]


class Catalogue:
    """The messages of the mock in one language."""

    def __init__(self, language: str, folders: Iterable[Path] = (FOLDER,)) -> None:
        self._texts: dict[str, str] = {}
        for folder in folders if language != ENGLISH else ():
            self._texts.update(read_yaml(folder / f"{language}.yaml"))

    def say(self, message: str) -> str:
        """Return a message in this language; in English where it is not known, since others may add their own."""
        if not isinstance(message, Said):
            return str(self._texts.get(message, message))
        said = {name: self.say(each) if isinstance(each, Said) else each for name, each in message.values.items()}
        return Said.of(self._texts.get(message.template, message.template), said)


class Languages:
    """Chooses the language of each answer, ``usual`` where a caller asks for none, or asking makes no difference."""

    def __init__(self, usual: str, *, negotiated: bool, folders: Sequence[Path] = (FOLDER,)) -> None:
        self.negotiated = negotiated
        self._usual = usual
        self._catalogues = {name: Catalogue(name, folders) for name in (LANGUAGES if negotiated else (usual,))}

    def of(self, headers: RequestHeaders) -> str:
        """Return the language in which a request is answered."""
        return preferred(headers.get(b"accept-language", b""), self._usual) if self.negotiated else self._usual

    def reword(self, error: ApiError, headers: RequestHeaders) -> None:
        """Let a refusal speak the language in which a request is answered."""
        error.reword(self._catalogues[self.of(headers)].say)

    def response_headers(self, headers: RequestHeaders) -> list[tuple[bytes, bytes]]:
        """Return the headers by which a response names its language."""
        return [(b"content-language", self.of(headers).encode()), (b"vary", b"Accept-Language")]


@lru_cache(maxsize=256)
def preferred(accept: bytes, usual: str) -> str:
    """Return the known language that an Accept-Language header likes best (RFC 9110), ``usual`` where it has none."""
    liked = [_RANGE.fullmatch(part.strip()) for part in accept.decode("latin-1").lower().split(",")]
    ranked = sorted((match for match in liked if match), key=lambda match: -float(match[2] or 1))
    wanted = (usual if match[1] == "*" else match[1] for match in ranked if float(match[2] or 1))
    return next((name for name in wanted if name in LANGUAGES), usual)
