"""What the tests of the mock share: a client without sockets that holds every answer against the contract."""

from tests.mockserver.harness.bodies import ENCODINGS, Encode, form, multipart, urlencoded
from tests.mockserver.harness.clock import Clock
from tests.mockserver.harness.contract import Contract, ContractBroken
from tests.mockserver.harness.mock import Mock, close_mocks, mock_of
from tests.mockserver.harness.outcome import outcome
from tests.mockserver.harness.world import (
    COURSES,
    DRAFT,
    EVERYBODY,
    OPEN,
    PEOPLE,
    PRIVATE,
    SEARCH,
    SECRET,
    course,
    status,
)

__all__ = [
    "COURSES",
    "DRAFT",
    "ENCODINGS",
    "EVERYBODY",
    "OPEN",
    "PEOPLE",
    "PRIVATE",
    "SEARCH",
    "SECRET",
    "Clock",
    "Contract",
    "ContractBroken",
    "Encode",
    "Mock",
    "close_mocks",
    "course",
    "form",
    "mock_of",
    "multipart",
    "outcome",
    "status",
    "urlencoded",
]
