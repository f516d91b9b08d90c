from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that stands until it is moved; the mock takes it in the place of the real one."""

    START = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)

    def __init__(self) -> None:
        self.now = self.START

    def __call__(self) -> datetime:
        """The moment that it is."""
        return self.now

    def advance(self, **delta: float) -> None:
        """Move on by a timedelta, given in its own words."""
        self.now += timedelta(**delta)

    @property
    def seconds(self) -> int:
        """The moment in seconds since 1970, as tokens have it."""
        return int(self.now.timestamp())
