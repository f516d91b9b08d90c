"""Durations as people write them: 90s, 10m, 1h30m."""

import re

_UNITS = {"h": 3600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)


def seconds(text: str) -> int:
    """The seconds of a duration; ValueError for what is none, or is nothing."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    total = (
        sum(int(number or 0) * size for number, size in zip(found.groups(), _UNITS.values(), strict=True))
        if found
        else 0
    )
    if not total:
        raise ValueError(f"{text!r} is no duration; write it like 90s, 10m, 1h or 1h30m")
    return total


def told(number: float) -> str:
    """Seconds as people write them, in the two largest units."""
    left = max(0, round(number))
    parts: list[str] = []
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        if count or parts or unit == "s":
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2])
