"""The mock's time: it follows the real time until it is set, moved or frozen."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# Tokens count seconds from 1970; the end leaves room for durations before the last year of datetime.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_RELEASED = (timedelta(0), None)

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?"
)


class TimeError(ValueError):
    """A moment or a duration that the clock does not accept; the message says which ones it does."""


def now() -> datetime:
    """Return the real time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """The time of the mock; calling it returns an aware datetime in UTC."""

    def __init__(self, source: Callable[[], datetime] = now) -> None:
        self._source = source
        self.state: tuple[timedelta, datetime | None] = _RELEASED
        """The offset from the real time, and the moment at which the clock was frozen."""

    def __call__(self) -> datetime:
        """Return the present moment."""
        offset, frozen = self.state
        return self._source() + offset if frozen is None else frozen

    @property
    def frozen(self) -> bool:
        """Whether the clock is frozen."""
        return self.state[1] is not None

    def set(self, moment: datetime) -> None:
        """Set the clock to a moment; a frozen clock stays frozen. Raises TimeError outside of 1970 to 8999."""
        if not EARLIEST <= moment < LATEST:
            raise TimeError("The clock goes from 1970 to 8999.")
        self.state = (moment - self._source(), moment if self.frozen else None)

    def advance(self, by: timedelta) -> None:
        """Move on, or back by a negative duration. Raises TimeError where that leads outside of 1970 to 8999."""
        try:
            moment = self() + by
        except OverflowError:
            moment = LATEST
        self.set(moment)

    def freeze(self) -> None:
        """Freeze the clock."""
        self.state = (self.state[0], self())

    def release(self) -> None:
        """Return to the real time."""
        self.state = _RELEASED


def moment(text: str) -> datetime:
    """Read an ISO 8601 date-time as one in UTC; without an offset it is taken for UTC. Raises TimeError."""
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise TimeError(f"{text[:80]!r} is no moment. Write it as 2025-01-31T09:00:00Z.") from error


def duration(value: object) -> timedelta:
    """Read a number of seconds, or an ISO 8601 duration such as P1DT12H. Raises TimeError."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return timedelta(seconds=value)
        match = _DURATION.fullmatch(value) if isinstance(value, str) and value[-1:] not in {"P", "T"} else None
        if match is not None:
            parts = {unit: float(amount) for unit, amount in match.groupdict().items() if amount and unit != "sign"}
            return timedelta(**parts) * (-1 if match["sign"] else 1)
    except (OverflowError, ValueError) as error:
        raise TimeError("The duration is longer than any time that the clock knows.") from error
    raise TimeError("A duration is a number of seconds, or a text like P1D or PT90M.")
