import httpx
import pytest

from tests.mockserver.courses.support.fixtures import Taught, enrol, examine, multi, single, teach
from tests.mockserver.support import ENCODINGS, Encode, Mock


@pytest.fixture
def member(mock: Mock) -> httpx.Client:
    return mock.as_("member")


@pytest.fixture
def joined(mock: Mock) -> httpx.Client:
    return mock.as_("joined")


@pytest.fixture
def manager(mock: Mock) -> httpx.Client:
    return mock.as_("manager")


@pytest.fixture
def taught(creator: httpx.Client) -> Taught:
    """An open course with two lessons, in which the person who joins has joined."""
    made = teach(creator)
    enrol(creator, made.course, joined=["joined"], managers=["manager"])
    return made


@pytest.fixture(params=ENCODINGS)
def encode(request: pytest.FixtureRequest) -> Encode:
    """Each encoding in turn."""
    return ENCODINGS[request.param]


@pytest.fixture
def quiz(creator: httpx.Client, taught: Taught) -> str:
    """A quiz with three questions in the course that the person who joins has joined."""
    return examine(creator, taught.section, single("1"), multi("2"), single("3"))


@pytest.fixture(params=[False, True], ids=["off", "on"])
def on(request: pytest.FixtureRequest) -> bool:
    """A switch in both positions."""
    position: bool = request.param
    return position
