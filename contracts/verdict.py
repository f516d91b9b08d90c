"""How a trial can end: it holds, it is broken, it was not reached, or it does not apply."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a run found out about a check or a rule."""

    HELD = "held"
    BROKEN = "broken"
    NEVER = "never reached"
    NA = "not applicable"


class Broken(Exception):
    """The target did not keep a promise: what was expected, what came, and of which rules (all, if none is named)."""

    def __init__(self, expected: str, got: str, *rules: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.rules = rules


class Inconclusive(Exception):
    """The trial could not get to the point where it judges."""


class NotApplicable(Exception):
    """The promise says nothing of this target; the text says why."""


class Lacking(NotApplicable):
    """The promise may well bind this target, and the checker lacks what it would need to try: the text says what."""
