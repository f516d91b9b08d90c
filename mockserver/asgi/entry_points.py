"""The paths of the mock beside the API: the document, the console, and the start page that leads to both.

A path of the document always wins over a path of the mock.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import orjson

from mockserver.call import Answer, Request
from mockserver.control import PREFIX
from mockserver.domain import READING
from mockserver.errors import MethodNotAllowed
from mockserver.openapi.specification import Specification
from mockserver.operations.dispatcher import Dispatcher
from mockserver.request.negotiation import prefers_html

CONSOLE: Final = "/ui"
DOCUMENT: Final = "/openapi.json"


class EntryPoints:
    """Answers requests for the start page and for the document, unless the document has these paths itself."""

    def __init__(self, dispatcher: Dispatcher, specification: Specification) -> None:
        self._dispatcher = dispatcher
        self._title = str(specification.document["info"]["title"])
        self._published = specification.published or specification.document
        self._documents = frozenset((DOCUMENT, specification.base_path + DOCUMENT))

    def __call__(self, request: Request) -> Answer | None:
        """Answer a request, or return None where its path is none of these."""
        path, method = request.path, request.method
        if path != "/" and path not in self._documents:
            return None
        if self._dispatcher.serves(path):
            return None
        # Another method than reading is a request for an unknown path, as everywhere outside of the API.
        if path == "/":
            return self._start_page(request) if method in READING else None
        if method in READING:
            return self._document
        return self._dispatcher.reject(method, path, MethodNotAllowed(method, ("GET", "HEAD")), request.headers)

    @cached_property
    def _document(self) -> Answer:
        return Answer(200, orjson.dumps(self._published), {"Content-Type": "application/json"})

    def _start_page(self, request: Request) -> Answer:
        """Lead a browser to the console, and show others where to go."""
        console = f"{CONSOLE}/"
        if not self._dispatcher.serves(console) and prefers_html(request.headers.get(b"accept", b"")):
            return Answer(302, None, {"Location": console})
        paths = {
            "document": DOCUMENT,
            "console": console,
            "health": f"{PREFIX}health",
            "journal": f"{PREFIX}journal",
            "settings": f"{PREFIX}settings",
        }
        return Answer(200, {"mock": self._title, **self._reachable(paths, request.base)})

    def _reachable(self, paths: Mapping[str, str], base: str) -> dict[str, Any]:
        return {name: base + path for name, path in paths.items() if not self._dispatcher.serves(path)}
