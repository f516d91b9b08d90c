"""How a target may change a value before it stores it, as far as the profile declares it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from html.parser import HTMLParser
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import msgspec

Name: TypeAlias = Literal["trim", "collapse", "lower", "upper", "html"]


class Rounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rounding of a number to a number of places."""

    round: Annotated[int, msgspec.Meta(ge=0, le=15)]


Normaliser: TypeAlias = Name | Rounding


Declared: TypeAlias = Normaliser | Sequence[Normaliser] | None
"""One normalisation, several in their order, or none."""


def agrees(sent: object, received: object, by: Declared, form: object = None) -> bool:
    """Return whether a received value is the one that was sent, as the target may have changed it."""
    if "html" in _as_list(by) and isinstance(received, str):
        received = visible_text(received)
    stored = normalise(sent, by)
    return _meaning(form, stored) == _meaning(form, received) and isinstance(stored, bool) == isinstance(received, bool)


def _as_moment(text: str) -> object:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment


_MEANINGS: Mapping[object, Callable[[str], object]] = {
    "date-time": _as_moment,
    "time": lambda text: time.fromisoformat(text).replace(tzinfo=None),
    "decimal": Decimal,
    "uuid": UUID,
}


def _meaning(form: object, value: object) -> object:
    """Return the moment or number that a text means by its format, which has several spellings; else the value."""
    try:
        return _MEANINGS[form](value) if isinstance(value, str) and form in _MEANINGS else value
    except (ValueError, ArithmeticError):
        return value


def normalise(value: object, by: Declared) -> object:
    """Return a value as the target stores it."""
    for step in _as_list(by):
        value = _round(value, step.round) if isinstance(step, Rounding) else _apply(value, step)
    return value


def _as_list(by: Declared) -> Sequence[Normaliser]:
    if by is None:
        return ()
    return (by,) if isinstance(by, str | Rounding) else by


def _apply(value: object, name: str) -> object:
    return _TEXTS[name](value) if isinstance(value, str) else value


def _round(value: object, places: int) -> object:
    return round(value, places) if isinstance(value, float) else value


class _Visible(HTMLParser):
    """Collects the text that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Begin to skip what is never shown."""
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """Show again what follows."""
        self._hidden -= tag in ("script", "style") and self._hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        if not self._hidden:
            self.pieces.append(data)


def visible_text(markup: str) -> str:
    """Return the visible text of HTML with blanks collapsed: the part that a sanitiser leaves."""
    parser = _Visible()
    parser.feed(markup)
    parser.close()
    return " ".join("".join(parser.pieces).split())


_TEXTS: Mapping[str, Callable[[str], str]] = {
    "trim": str.strip,
    "collapse": lambda text: " ".join(text.split()),
    "lower": str.lower,
    "upper": str.upper,
    "html": visible_text,
}
