"""A tenant that has set something otherwise."""

from typing import Any

from mockserver.courses import Settings
from tests.mockserver.support import Mock, mock_of


def community(**settings: Any) -> Mock:
    """A mock with these settings."""
    return mock_of(settings=Settings(**settings))
