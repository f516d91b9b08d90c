"""The routes under /__mock__/."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from mockserver.call import Answer, Request
from mockserver.clock import TimeError, duration, moment
from mockserver.control.faults import inject
from mockserver.errors import ApiError, Invalid, MethodNotAllowed, NotFound, Problem
from mockserver.operations.dispatcher import Dispatcher, rejection
from mockserver.request.decoding import Decoder

PREFIX: Final = "/__mock__/"

RouteHandler = Callable[[Request], Answer]
"""Answers the requests of one method on one route."""

_CLOCK_USAGE: Final = (
    'Send {"set": moment}, {"advance": duration}, {"freeze": true} or {"release": true}, or several of them.'
)
_LONGEST: Final = 80
"""How many characters of an unknown name a message repeats."""


class Control:
    """Answers requests about the mock itself."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._decode = Decoder(["application/json"])
        self._routes: Mapping[str, Mapping[str, RouteHandler]] = {
            "health": {"GET": self._health},
            "reset": {"POST": self._reset},
            "journal": {"GET": self._journal},
            "settings": {"GET": self._settings},
            "clock": {"GET": self._clock, "POST": self._set_clock},
            "faults": {"GET": self._faults, "POST": self._inject, "DELETE": self._clear_faults},
        }

    def __call__(self, request: Request) -> Answer:
        """Answer a request under /__mock__/."""
        name = request.path.removeprefix(PREFIX).strip("/")
        methods = self._routes.get(name)
        if methods is None:
            return rejection(NotFound(f"Nothing is served at {request.path[:_LONGEST]}. {self._usage()}"))
        allowed = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
        if request.method == "OPTIONS":
            return Answer(200, None, {"Allow": ", ".join(allowed)})
        handler = methods.get("GET" if request.method == "HEAD" else request.method)
        try:
            if handler is None:
                raise MethodNotAllowed(request.method, allowed)
            return handler(request)
        except ApiError as error:
            return rejection(error)

    def _usage(self) -> str:
        routes = [f"{method} {PREFIX}{name}" for name, methods in self._routes.items() for method in methods]
        return f"The control API has: {', '.join(routes)}."

    def _body(self, request: Request) -> Mapping[str, Any]:
        content_type = request.headers.get(b"content-type")
        return self._decode(content_type.decode("latin-1") if content_type else None, request.content).fields

    def _health(self, request: Request) -> Answer:
        return Answer(200, {"status": "ok"})

    def _reset(self, request: Request) -> Answer:
        self._dispatcher.reset()
        return Answer(204)

    def _journal(self, request: Request) -> Answer:
        return Answer(200, self._dispatcher.journal.entries())

    def _settings(self, request: Request) -> Answer:
        """Return the settings, without secrets."""
        return Answer(200, dict(self._dispatcher.domain.settings))

    # --- the clock ----------------------------------------------------------------------------------------------------

    def _clock(self, request: Request) -> Answer:
        clock = self._dispatcher.clock
        return Answer(200, {"now": clock().isoformat().replace("+00:00", "Z"), "frozen": clock.frozen})

    def _set_clock(self, request: Request) -> Answer:
        """Release, freeze, set and move the clock, in this order, as far as the body asks for it."""
        changes = self._body(request)
        # All steps or none: a later step may be impossible.
        before = self._dispatcher.clock.state
        try:
            self._change_clock(changes)
        except Invalid:
            self._dispatcher.clock.state = before
            raise
        return self._clock(request)

    def _change_clock(self, changes: Mapping[str, Any]) -> None:
        clock = self._dispatcher.clock
        steps: dict[str, Callable[[Any], None]] = {
            "release": lambda value: clock.release(),
            # Frozen first, so that it stands exactly where it is set.
            "freeze": lambda value: clock.freeze(),
            "set": lambda value: clock.set(moment(str(value))),
            "advance": lambda value: clock.advance(duration(value)),
        }
        _require_steps(changes, steps)
        for name, step in steps.items():
            if name in changes:
                try:
                    step(changes[name])
                except TimeError as error:
                    raise Invalid([Problem(name, "invalid", str(error))]) from error

    # --- faults -------------------------------------------------------------------------------------------------------

    def _faults(self, request: Request) -> Answer:
        """Return the faults that wait, and how often each has struck."""
        return Answer(200, [fault.describe() for fault in self._dispatcher.faults.waiting])

    def _inject(self, request: Request) -> Answer:
        return Answer(201, inject(self._dispatcher, self._body(request)).describe())

    def _clear_faults(self, request: Request) -> Answer:
        self._dispatcher.faults.clear()
        return Answer(204)


def _require_steps(changes: Mapping[str, Any], steps: Mapping[str, object]) -> None:
    """Reject changes of the clock that have no step, an unknown one, or a flag that is not true."""
    unknown = next((name for name in changes if name not in steps), None)
    if unknown is not None:
        raise Invalid([Problem(None, "invalid", f"The clock has no {unknown[:_LONGEST]!r}. {_CLOCK_USAGE}")])
    if not changes:
        raise Invalid([Problem(None, "invalid", f"The body asks for nothing. {_CLOCK_USAGE}")])
    for name in ("release", "freeze"):
        if changes.get(name, True) is not True:
            raise Invalid([Problem(name, "invalid", "Send true.")])
