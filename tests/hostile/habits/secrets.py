"""Responses that repeat what is secret, or mislead who reads a report."""

import base64
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from tests.hostile.backend import LAWS, Backend, Item, Place
from tests.hostile.contract import Json
from tests.hostile.wire import Request, Response

TOKEN = "s3cret\"<of>&'ann\\/+%41Zz"
SPELLINGS = {
    "plain": TOKEN,
    "JSON-escaped": json.dumps(TOKEN)[1:-1],
    "JSON-escaped with \\/": json.dumps(TOKEN)[1:-1].replace("/", "\\/"),
    "percent-encoded": quote(TOKEN, safe=""),
    "HTML-escaped": html.escape(TOKEN),
    "Base64": base64.b64encode(TOKEN.encode()).decode(),
}
TELLTALE = 10
"""So many letters of a secret are too many."""
FORMS = ("html", "junit", "ndjson", "sarif", "github")


class Repeats(Backend):
    """The base of those that repeat the token; no habit by itself."""

    tokens: ClassVar[dict[str, str]] = {"ann": TOKEN, "bob": "token-of-bob"}
    environment: ClassVar[dict[str, str]] = {"TOKEN_OF_ANN": TOKEN}
    spelling: ClassVar[str] = "plain"
    before: ClassVar[str] = ""

    def profile(self) -> Json:
        profile = super().profile()
        profile["people"]["ann"]["token"] = {"env": "TOKEN_OF_ANN"}
        return profile

    def options(self, files: Path) -> list[str]:
        return [word for form in FORMS for word in ("--report", f"{form}={files / f'report.{form}'}")]

    def changed(self, item: Item) -> Response:
        return Response(500, {"error": f"{self.before}bad token {SPELLINGS[self.spelling]} for {item.id}"})

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(500, {"error": f"{self.before}bad token {SPELLINGS[self.spelling]}"})

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        written = {path.name: path.read_text("utf-8", "replace") for path in self._files(files, state)}
        for name, text in {**written, "the output": said}.items():
            for spelling, secret in SPELLINGS.items():
                if any(each in text for each in _forms_of(secret)):
                    yield f"{name} shows the token, {spelling}"

    def _files(self, files: Path, state: Path) -> list[Path]:
        found = [*files.rglob("*"), *state.rglob("*")]
        ours = (".txt", ".yaml", ".json")
        return [path for path in found if path.is_file() and path.suffix not in ours]


def _forms_of(text: str) -> set[str]:
    """How a secret, or its beginning, stands in a report of text, of JSON or of markup."""
    secret = text[:TELLTALE]
    return {secret, json.dumps(secret)[1:-1], html.escape(secret), html.escape(secret, quote=False)}


class RepeatsToken(Repeats):
    """Errors repeat the token."""


class RepeatsTokenEscaped(Repeats):
    """Errors repeat the token as a JSON text inside of a text."""

    kinds = LAWS

    spelling = "JSON-escaped"


class RepeatsTokenEncoded(Repeats):
    """Errors repeat the token percent-encoded."""

    kinds = LAWS

    spelling = "percent-encoded"


class RepeatsTokenAsHtml(Repeats):
    """Errors repeat the token with HTML entities."""

    kinds = LAWS

    spelling = "HTML-escaped"


class RepeatsTokenInBase64(Repeats):
    """Errors repeat the token in Base64."""

    kinds = LAWS

    spelling = "Base64"


class RepeatsTokenLate(Repeats):
    """Errors repeat the token around their 400th character, where a report may cut it."""

    before = "x" * 362


class RepeatsTokenFar(Repeats):
    """Errors repeat the token after 600 other characters."""

    kinds = LAWS

    before = "x" * 600


class Misleads(Repeats):
    """Errors hold characters that turn the direction of a line."""

    before = "\u202eolleh\u2066 "

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        written = {path.name: path.read_text("utf-8", "replace") for path in self._files(files, state)}
        for name, text in {**written, "the output": said}.items():
            if any(each in text for each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
                yield f"{name} has characters that turn the direction of a line"
