"""The control plane: a few fixed routes under /__mock__/."""

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.call import Answer, Request
from mockserver.clock import TimeError, duration, moment
from mockserver.control.faults import inject
from mockserver.errors import ApiError, Invalid, MethodNotAllowed, NotFound, Problem
from mockserver.operations.dispatcher import Dispatcher, rejection
from mockserver.request.decoding import Decoder

PREFIX = "/__mock__/"

Room = Callable[[Request], Answer]
"""Answers the requests of one method on one route."""


class Control:
    """Answers requests about the mock itself."""

    def __init__(self, api: Dispatcher) -> None:
        self._api = api
        self._read = Decoder(["application/json"])
        self._routes: Mapping[str, Mapping[str, Room]] = {
            "health": {"GET": self._health},
            "reset": {"POST": self._reset},
            "journal": {"GET": self._journal},
            "settings": {"GET": self._settings},
            "clock": {"GET": self._clock, "POST": self._set_clock},
            "faults": {"GET": self._faults, "POST": self._inject, "DELETE": self._mend},
        }

    def __call__(self, request: Request) -> Answer:
        """Answer a request under /__mock__/."""
        name = request.path.removeprefix(PREFIX).strip("/")
        methods = self._routes.get(name)
        if methods is None:
            return rejection(NotFound(f"The mock has no such control; it has: {self._known()}."))
        offered = [*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"]
        if request.method == "OPTIONS":
            return Answer(200, None, {"Allow": ", ".join(offered)})
        answer = methods.get("GET" if request.method == "HEAD" else request.method)
        try:
            if answer is None:
                raise MethodNotAllowed(request.method, offered)
            return answer(request)
        except ApiError as error:
            return rejection(error)

    def _known(self) -> str:
        return ", ".join(f"{method} {PREFIX}{name}" for name, methods in self._routes.items() for method in methods)

    def _health(self, request: Request) -> Answer:
        return Answer(200, {"status": "ok"})

    def _reset(self, request: Request) -> Answer:
        self._api.reset()
        return Answer(204)

    def _journal(self, request: Request) -> Answer:
        return Answer(200, self._api.journal.entries())

    def _settings(self, request: Request) -> Answer:
        """Return the settings, without secrets."""
        return Answer(200, dict(self._api.domain.settings))

    def _clock(self, request: Request) -> Answer:
        clock = self._api.clock
        return Answer(200, {"now": clock().isoformat().replace("+00:00", "Z"), "frozen": clock.frozen})

    def _set_clock(self, request: Request) -> Answer:
        """Release, stop, set and move the clock, in this order, as far as the body asks for it."""
        wanted = self._fields(request)
        before = self._api.clock.state
        try:
            self._move(wanted)
        except Invalid:
            self._api.clock.state = before
            raise
        return self._clock(request)

    def _fields(self, request: Request) -> Mapping[str, Any]:
        content_type = request.headers.get(b"content-type")
        return self._read(content_type.decode("latin-1") if content_type else None, request.content).fields

    def _move(self, wanted: Mapping[str, Any]) -> None:
        clock = self._api.clock
        steps: dict[str, Callable[[Any], None]] = {
            "release": lambda value: clock.release(),
            # Stopped first, so that it stands exactly where it is set.
            "freeze": lambda value: clock.freeze(),
            "set": lambda value: clock.set(moment(str(value))),
            "advance": lambda value: clock.advance(duration(value)),
        }
        unknown = [name for name in wanted if name not in steps]
        if unknown or not wanted:
            said = f"The clock has no {unknown[0][:80]!r}." if unknown else "Nothing was asked for."
            text = f'{said} Send {{"set": moment}}, {{"advance": duration}}, {{"freeze": true}} or {{"release": true}}.'
            raise Invalid([Problem(None, "invalid", text)])
        for name in ("release", "freeze"):
            if wanted.get(name, True) is not True:
                raise Invalid([Problem(name, "invalid", "Send true.")])
        for name, step in steps.items():
            if name in wanted:
                try:
                    step(wanted[name])
                except TimeError as error:
                    raise Invalid([Problem(name, "invalid", str(error))]) from error

    def _faults(self, request: Request) -> Answer:
        """Tell which faults wait, and how often each has struck."""
        return Answer(200, [fault.told() for fault in self._api.faults.waiting])

    def _inject(self, request: Request) -> Answer:
        """Let something go wrong from now on."""
        return Answer(201, inject(self._api, self._fields(request)).told())

    def _mend(self, request: Request) -> Answer:
        """Let nothing go wrong any more."""
        self._api.faults.clear()
        return Answer(204)
