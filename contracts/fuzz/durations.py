"""Durations as people write them: 90s, 10m, 1h30m."""

import re

_UNITS = {"h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)


def seconds(text: str) -> int:
    """Return the seconds of a duration; ValueError if it is invalid or zero."""
    match = _DURATION.fullmatch(text.strip().lower())
    numbers = match.groups() if match else ()
    total = sum(int(number or 0) * size for number, size in zip(numbers, _UNITS.values(), strict=False))
    if not total:
        raise ValueError(f"{text!r} is not a duration. Write it like 90s, 10m, 1h or 1h30m")
    return total


def spell(number: float) -> str:
    """Write seconds as people do, in the two largest units."""
    rest = max(0, round(number))
    parts: list[str] = []
    for unit, size in _UNITS.items():
        count, rest = divmod(rest, size)
        if count or parts or unit == "s":
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2])
