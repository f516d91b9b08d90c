"""What the tests of the mock share: a client without sockets that holds every answer against the contract."""

from tests.mockserver.harness.bodies import ENCODINGS, Encode, form, multipart, urlencoded
from tests.mockserver.harness.clock import Clock
from tests.mockserver.harness.contract import Contract, ContractBroken
from tests.mockserver.harness.mock import HOST, Mock, close_mocks, mock_of
from tests.mockserver.harness.outcome import outcome
from tests.mockserver.harness.pictures import SIZES, corner, dimensions, painted
from tests.mockserver.harness.world import (
    COURSES,
    DRAFT,
    EVERYBODY,
    EXAMINED,
    OPEN,
    PEOPLE,
    PRIVATE,
    SCHEDULED,
    SEARCH,
    SECRET,
    STRUCTURED,
    TAUGHT,
    course,
    status,
)

__all__ = [
    "COURSES",
    "DRAFT",
    "ENCODINGS",
    "EVERYBODY",
    "EXAMINED",
    "HOST",
    "OPEN",
    "PEOPLE",
    "PRIVATE",
    "SCHEDULED",
    "SEARCH",
    "SECRET",
    "SIZES",
    "STRUCTURED",
    "TAUGHT",
    "Clock",
    "Contract",
    "ContractBroken",
    "Encode",
    "Mock",
    "close_mocks",
    "corner",
    "course",
    "dimensions",
    "form",
    "mock_of",
    "multipart",
    "outcome",
    "painted",
    "status",
    "urlencoded",
]
