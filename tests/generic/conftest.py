from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import Mock, mock_of

KENNEL = Path(__file__).parent / "kennel.yaml"
LIBRARY = Path(__file__).parent / "library.yaml"
LIBRARY_PROFILE = Path(__file__).parent / "library_profile.yaml"
BASE = "/kennel/v1"


@pytest.fixture
def kennel() -> Mock:
    """A mock of a document that has nothing to do with courses, empty as at start."""
    return mock_of(spec=KENNEL, base_path=BASE)


@pytest.fixture
def keeper(kennel: Mock) -> httpx.Client:
    """Somebody with a key to the kennel, whose paths are those of the document."""
    client = kennel.client({"X-Kennel-Key": "a key"})
    client.base_url = client.base_url.join(BASE)
    return client
