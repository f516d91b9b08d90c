"""The initial state: the same users, courses and categories at every start, down to ids and times."""

from mockserver.courses.seed import courses, people, platform
from mockserver.courses.seed.defaults import COURSE, LESSON, SECTION
from mockserver.courses.settings import Settings
from mockserver.store import State

__all__ = ["COURSE", "LESSON", "SECTION", "plant"]


def plant(settings: Settings, state: State) -> None:
    """Create users, the preferences of the platform, categories and courses."""
    people.plant(state)
    platform.plant(settings, state)
    courses.plant(state)
