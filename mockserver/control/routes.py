"""The control plane: a few fixed routes under /__mock__/."""

from collections.abc import Callable

from mockserver.api import Api, refusal
from mockserver.call import Answer, Request
from mockserver.errors import MethodNotAllowed, NotFound

PREFIX = "/__mock__/"


class Control:
    """Answers requests about the mock itself."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._routes: dict[str, tuple[str, Callable[[], Answer]]] = {
            "health": ("GET", self._health),
            "reset": ("POST", self._reset),
            "journal": ("GET", self._journal),
        }

    def __call__(self, request: Request) -> Answer:
        """Answer a request under /__mock__/."""
        name = request.path.removeprefix(PREFIX).strip("/")
        found = self._routes.get(name)
        if found is None:
            known = ", ".join(f"{method} {PREFIX}{route}" for route, (method, _) in self._routes.items())
            return refusal(NotFound(f"The mock has no such control; it has: {known}."))
        method, answer = found
        offered = [method, "HEAD", "OPTIONS"] if method == "GET" else [method, "OPTIONS"]
        if request.method == "OPTIONS":
            return Answer(200, None, {"Allow": ", ".join(offered)})
        if request.method not in offered:
            return refusal(MethodNotAllowed(request.method, offered))
        return answer()

    def _health(self) -> Answer:
        return Answer(200, {"status": "ok"})

    def _reset(self) -> Answer:
        """Return to the world at start."""
        self._api.store.reset()
        self._api.journal.clear()
        return Answer(204)

    def _journal(self) -> Answer:
        return Answer(200, self._api.journal.entries())
