from collections.abc import Callable

import httpx
import pytest

from tests.mockserver.support import Mock, mock_of

As = Callable[[str], httpx.Client]


@pytest.fixture
def mock() -> Mock:
    """The mock as it starts without options, its world untouched."""
    return mock_of()


@pytest.fixture
def as_(mock: Mock) -> As:
    """Gives the client of a person."""
    return mock.as_


@pytest.fixture
def creator(mock: Mock) -> httpx.Client:
    return mock.as_("creator")


@pytest.fixture
def anon(mock: Mock) -> httpx.Client:
    return mock.as_("anon")
