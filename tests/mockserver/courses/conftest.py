import httpx
import pytest

from tests.mockserver.courses.school import Taught, enrol, teach
from tests.mockserver.harness import Mock


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
