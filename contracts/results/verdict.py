"""How a trial can end: it holds, it is broken, it was not reached, or it does not apply."""

from collections.abc import Iterable
from enum import StrEnum

_NAME = "\0"
"""What stands for a name in a reason."""
_SOME = 3
"""Of so many names each is told."""


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


def together(reasons: Iterable[tuple[str, str]]) -> str:
    """Reasons at several resources in one text: (name, why) each; those that differ in the name alone are one."""
    alike: dict[str, dict[str, None]] = {}
    for name, why in reasons:
        alike.setdefault(why.replace(name, _NAME) if name else why, {})[name] = None
    return "; ".join(why.replace(_NAME, _listed([*names])) for why, names in alike.items())


def _listed(names: list[str]) -> str:
    """Names as a sentence has them: the first few, and how many more."""
    more = len(names) - _SOME
    return f"{', '.join(names[:_SOME])} and {more} more" if more > 0 else " and ".join(names)
