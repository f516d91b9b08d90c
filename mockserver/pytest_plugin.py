"""A running mock for the tests of whoever builds against it; pytest finds the fixtures and the marker by itself."""

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
    """A mock that answers at a URL."""

    url: str

    def reset(self) -> None:
        """Return to the world at start, and to the real time."""
        self._ask("POST", "reset")

    def clock(self, **wanted: Any) -> Any:
        """Move the mock's time by `set`, `advance`, `freeze=True` or `release=True`; what it shows now, in any case."""
        return self._ask("POST", "clock", wanted) if wanted else self._ask("GET", "clock")

    def journal(self) -> Any:
        """What came since the last reset, what went, and which rule refused."""
        return self._ask("GET", "journal")

    def fault(self, **wanted: Any) -> Any:
        """Let requests fail from now on, as in `fault(status=503, operation="change_book", times=2)`; what was set."""
        return self._ask("POST", "faults", wanted)

    def faults(self) -> Any:
        """The faults that wait for a request, and how often each has struck."""
        return self._ask("GET", "faults")

    def clear_faults(self) -> None:
        """Let nothing fail any more."""
        self._ask("DELETE", "faults")

    def _ask(self, method: str, name: str, body: object = None) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT_SECONDS)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, f"/__mock__/{name}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            told = answer.read().decode()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"The mock at {self.url} answered {answer.status} to {method} /__mock__/{name}: {told}")
        return json.loads(told) if told else None


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known that sets the mock's clock."""
    config.addinivalue_line(
        "markers", f"{CLOCK}(set, advance, freeze): the time at which specdouble_fresh_mock starts the test"
    )


@pytest.fixture(scope="session")
def specdouble_mock_options() -> dict[str, Any]:
    """What `mockserver.app.create_app` takes, `spec` above all; override it to have another mock."""
    return {}


@pytest.fixture(scope="session")
def specdouble_mock(specdouble_mock_options: dict[str, Any]) -> Iterator[RunningMock]:
    """A mock on a free port of this machine, for the whole session; `reset()` it where a test needs a fresh world."""
    with warnings.catch_warnings():
        # What the libraries of the mock announce is nothing that the tests of others could mend.
        warnings.simplefilter("ignore")
        from mockserver.app import create_app
        from specdouble.testserver import serving

        app = create_app(**specdouble_mock_options)
    with serving(app) as url:
        yield RunningMock(url)


@pytest.fixture
def specdouble_fresh_mock(specdouble_mock: RunningMock, request: pytest.FixtureRequest) -> RunningMock:
    """The mock in its world at start, at the time that the marker `specdouble_clock` asks for, the real one without."""
    specdouble_mock.reset()
    marker = request.node.get_closest_marker(CLOCK)
    if marker is not None:
        specdouble_mock.clock(**marker.kwargs)
    return specdouble_mock
