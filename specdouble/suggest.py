"""Suggest the name that was probably meant by an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches

SIMILARITY = 0.6
"""How alike two names have to be, from 0 to 1, for one to be a misspelling of the other."""
_MAX_LISTED = 12


def closest(name: str, choices: Iterable[str], cutoff: float = SIMILARITY) -> str | None:
    """Return the choice that resembles a name most, or None where none resembles it."""
    return next(iter(get_close_matches(name, list(choices), n=1, cutoff=cutoff)), None)


def did_you_mean(name: str, choices: Iterable[str], otherwise: str = "") -> str:
    """Return the question whether the closest choice was meant.

    Without a close choice the result is ``otherwise`` or, if that is empty, the list of the first choices.
    """
    names = sorted(set(choices))
    match = closest(name, names)
    if match is not None:
        return f'Did you mean "{match}"?'
    if otherwise:
        return otherwise
    if not names:
        return "There are none."
    more = " …" if len(names) > _MAX_LISTED else ""
    return f"Choose from: {', '.join(names[:_MAX_LISTED])}{more}"
