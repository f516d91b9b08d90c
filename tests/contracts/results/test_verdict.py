"""Reasons of several resources in one text."""

import pytest

from contracts.results.verdict import merge_reasons


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("cats", "nothing patches cats"),
        ("cats dogs", "nothing patches cats and dogs"),
        ("cats dogs cats", "nothing patches cats and dogs"),
        ("cats dogs mice rats", "nothing patches cats, dogs, mice and 1 more"),
    ],
)
def test_reasons_that_differ_in_a_name_alone_are_one(names: str, text: str) -> None:
    assert merge_reasons((name, f"nothing patches {name}") for name in names.split()) == text


def test_other_reasons_stay_apart() -> None:
    reasons = [("cats", "nothing patches cats"), ("dogs", "dogs have no names"), ("", "declared")]
    assert merge_reasons(reasons) == "nothing patches cats; dogs have no names; declared"
