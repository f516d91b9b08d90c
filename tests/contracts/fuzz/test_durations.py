"""Durations as people write them."""

import pytest

from contracts.fuzz.durations import seconds, spell


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", 90), ("10m", 600), ("1h", 3600), ("1h30m", 5400), ("2m5s", 125), (" 1H ", 3600), ("1h1m1s", 3661)],
)
def test_durations_are_read(text: str, expected: int) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "0s", "10", "h", "-1h", "1 h 30", "1m1h", "1.5h", "٣s", "forever"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="Write it like 90s, 10m, 1h"):
        seconds(text)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0s"), (-3, "0s"), (59.6, "1m 0s"), (61, "1m 1s"), (3600, "1h 0m"), (5430, "1h 30m"), (2.4, "2s")],
)
def test_durations_are_told_in_the_two_largest_units(number: float, expected: str) -> None:
    assert spell(number) == expected
