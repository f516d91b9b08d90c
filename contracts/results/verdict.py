"""The verdicts: a promise is held, broken, never reached, or not applicable."""

from collections.abc import Iterable
from enum import StrEnum

_NAME = "\0"
"""The placeholder for a name in a reason."""
_SOME = 3
"""How many names are listed one by one."""


class Verdict(StrEnum):
    """The outcome of a check or a rule."""

    HELD = "held"
    BROKEN = "broken"
    NEVER = "never reached"
    NA = "not applicable"


class Broken(Exception):
    """A broken promise: what was expected, what came, and the rules that it breaks (all, if none is named)."""

    def __init__(self, expected: str, got: str, *rules: str) -> None:
        super().__init__(f"expected {expected}, got {got}")
        self.expected = expected
        self.got = got
        self.rules = rules


class Inconclusive(Exception):
    """A trial that did not get to the point where it judges."""


class NotApplicable(Exception):
    """A promise that does not concern this target; the text says why."""


class Lacking(NotApplicable):
    """A promise that may concern this target, but that the checker cannot try; the text says what it lacks."""


def merge_reasons(reasons: Iterable[tuple[str, str]]) -> str:
    """Join the reasons of several resources, as (name, reason); reasons that differ in the name alone become one."""
    alike: dict[str, dict[str, None]] = {}
    for name, why in reasons:
        alike.setdefault(why.replace(name, _NAME) if name else why, {})[name] = None
    return "; ".join(why.replace(_NAME, _join_names([*names])) for why, names in alike.items())


def _join_names(names: list[str]) -> str:
    """List the first few names, and how many more there are."""
    more = len(names) - _SOME
    return f"{', '.join(names[:_SOME])} and {more} more" if more > 0 else " and ".join(names)
