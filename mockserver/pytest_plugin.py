"""Fixtures with a running mock for the tests of other projects; pytest finds them and the marker by itself."""

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

TIMEOUT_SECONDS = 30
CLOCK = "specdouble_clock"


@dataclass(frozen=True)
class RunningMock:
    """A mock that runs at a URL."""

    url: str

    def reset(self) -> None:
        """Return to the initial state, and to the real time."""
        self._ask("POST", "reset")

    def clock(self, **changes: Any) -> Any:
        """Change the mock's clock by `set`, `advance`, `freeze=True` or `release=True`; return what it shows now."""
        return self._ask("POST", "clock", changes) if changes else self._ask("GET", "clock")

    def journal(self) -> Any:
        """Return the requests since the last reset, with their answers and the rules that rejected them."""
        return self._ask("GET", "journal")

    def fault(self, **fields: Any) -> Any:
        """Inject a fault, as in `fault(status=503, operation="change_book", times=2)`; return it."""
        return self._ask("POST", "faults", fields)

    def faults(self) -> Any:
        """Return the faults that wait for a request, and how often each has struck."""
        return self._ask("GET", "faults")

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._ask("DELETE", "faults")

    def _ask(self, method: str, name: str, body: object = None) -> Any:
        # The standard library, so that the plugin adds no dependency to the tests of other projects.
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT_SECONDS)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/__mock__/{name}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"The mock at {self.url} answered {answer.status} to {method} /__mock__/{name}: {text}")
        return json.loads(text) if text else None


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that sets the mock's clock."""
    config.addinivalue_line(
        "markers", f"{CLOCK}(set, advance, freeze): the time at which specdouble_fresh_mock starts the test"
    )


@pytest.fixture(scope="session")
def specdouble_mock_options() -> dict[str, Any]:
    """Return the arguments of `mockserver.app.create_app`, such as `spec`; override this to serve another mock."""
    return {}


@pytest.fixture(scope="session")
def specdouble_mock(specdouble_mock_options: dict[str, Any]) -> Iterator[RunningMock]:
    """Serve a mock on a free port for the whole session; call `reset()` where a test needs the initial state."""
    with warnings.catch_warnings():
        # Deprecations in the libraries of the mock are nothing that the tests of other projects could fix.
        warnings.simplefilter("ignore")
        from mockserver.app import create_app
        from specdouble.testserver import serving

        app = create_app(**specdouble_mock_options)
    with serving(app) as url:
        yield RunningMock(url)


@pytest.fixture
def specdouble_fresh_mock(specdouble_mock: RunningMock, request: pytest.FixtureRequest) -> RunningMock:
    """Return the mock in its initial state, at the time of the marker `specdouble_clock` or the real time."""
    specdouble_mock.reset()
    marker = request.node.get_closest_marker(CLOCK)
    if marker is not None:
        specdouble_mock.clock(**marker.kwargs)
    return specdouble_mock
