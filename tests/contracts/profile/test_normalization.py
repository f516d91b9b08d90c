"""What a target may make of a value before it keeps it."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from contracts.profile.models import FieldNotes
from contracts.profile.normalization import Declared, Rounding, agrees, visible_text
from contracts.report import Report
from contracts.results.verdict import Verdict
from tests.contracts.support.notes_contract import PROFILE


@pytest.mark.parametrize(
    ("sent", "received", "by"),
    [
        (" a  b ", "a  b", "trim"),
        (" a\n b ", "a b", "collapse"),
        ("Ab", "ab", "lower"),
        ("Ab", "AB", "upper"),
        (" A  b ", "a b", ["collapse", "lower"]),
        (1.239, 1.24, Rounding(2)),
        (2, 2, Rounding(2)),
        ("<b onclick='x'>Hi</b> <script>evil()</script>you", "<b>Hi</b> you", "html"),
        (["a"], ["a"], "lower"),
        (None, None, "trim"),
    ],
)
def test_what_is_declared_is_the_same(sent: object, received: object, by: Declared) -> None:
    assert agrees(sent, received, by)


@pytest.mark.parametrize(
    ("sent", "received", "by"),
    [
        (" a ", "a", None),
        ("Ab", "ab", "trim"),
        (" a ", " a ", "trim"),
        ("ab", "a", ["trim", "lower"]),
        (1.239, 1.2, Rounding(2)),
        ("<b>Hi</b>", "Ho", "html"),
        (True, 1, "trim"),
    ],
)
def test_what_is_not_declared_is_not(sent: object, received: object, by: Declared) -> None:
    assert not agrees(sent, received, by)


def test_a_reader_sees_no_markup() -> None:
    assert visible_text("<p>a &amp; b</p><style>p {}</style>\n<i>c") == "a & b c"


def test_a_declared_normalisation_is_no_finding(check: Callable[..., Report]) -> None:
    def verdict(notes: FieldNotes) -> Verdict:
        note = PROFILE.resources["note"]
        edited = replace(note, fields={**note.fields, "text": notes})
        report = check("lowers", only=["CT101"], profile=replace(PROFILE, resources={"note": edited}))
        return report.result("CT101").verdict

    assert verdict(FieldNotes()) is Verdict.BROKEN
    assert verdict(FieldNotes(normalise="lower")) is Verdict.HELD
