"""What the tests of the mock share: a client without sockets that holds every answer against the contract."""

from tests.mockserver.support.bodies import ENCODINGS, Encode, form, multipart, urlencoded
from tests.mockserver.support.clock import Clock
from tests.mockserver.support.contract import Contract, ContractBroken
from tests.mockserver.support.mock import HOST, Mock, close_mocks, mock_of
from tests.mockserver.support.outcome import outcome
from tests.mockserver.support.pictures import SIZES, corner, dimensions, painted
from tests.mockserver.support.world import (
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
