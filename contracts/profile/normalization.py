"""What a target may make of a value before it keeps it, as far as the profile declares it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from html.parser import HTMLParser
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import msgspec

Name: TypeAlias = Literal["trim", "collapse", "lower", "upper", "html"]


class Rounding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number is rounded to so many places."""

    round: Annotated[int, msgspec.Meta(ge=0, le=15)]


Normaliser: TypeAlias = Name | Rounding


Declared: TypeAlias = Normaliser | Sequence[Normaliser] | None
"""One normalisation, several in their order, or none."""


def agrees(sent: object, shown: object, by: Declared, form: object = None) -> bool:
    """Whether a value that is shown is what a target may have made of the one that was sent, in its format."""
    if "html" in _listed(by) and isinstance(shown, str):
        shown = visible_text(shown)
    kept = normalised(sent, by)
    return _meaning(form, kept) == _meaning(form, shown) and isinstance(kept, bool) == isinstance(shown, bool)


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
    """What a text in a format means: several spellings of one moment or number are the same; else the value itself."""
    try:
        return _MEANINGS[form](value) if isinstance(value, str) and form in _MEANINGS else value
    except (ValueError, ArithmeticError):
        return value


def normalised(value: object, by: Declared) -> object:
    """A value as the target keeps it."""
    for each in _listed(by):
        value = _rounded(value, each.round) if isinstance(each, Rounding) else _of_text(value, each)
    return value


def _listed(by: Declared) -> Sequence[Normaliser]:
    if by is None:
        return ()
    return (by,) if isinstance(by, str | Rounding) else by


def _of_text(value: object, name: str) -> object:
    return _TEXTS[name](value) if isinstance(value, str) else value


def _rounded(value: object, places: int) -> object:
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
    """What a reader sees of HTML, blanks collapsed: the part that a sanitiser leaves."""
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
