"""What is told of several resources at once."""

import pytest

from contracts.results.verdict import together


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("cats", "nothing patches cats"),
        ("cats dogs", "nothing patches cats and dogs"),
        ("cats dogs cats", "nothing patches cats and dogs"),
        ("cats dogs mice rats", "nothing patches cats, dogs, mice and 1 more"),
    ],
)
def test_reasons_that_differ_in_a_name_alone_are_one(names: str, told: str) -> None:
    assert together((name, f"nothing patches {name}") for name in names.split()) == told


def test_other_reasons_stay_apart() -> None:
    reasons = [("cats", "nothing patches cats"), ("dogs", "dogs have no names"), ("", "declared")]
    assert together(reasons) == "nothing patches cats; dogs have no names; declared"
