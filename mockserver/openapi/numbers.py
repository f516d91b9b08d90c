"""Numbers that several schemas allow, those near 1 first."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import count, islice
from math import ceil, floor, lcm
from typing import Final, NamedTuple

from mockserver.openapi.combinations import Parts
from mockserver.openapi.schemas import Schema

_MOST: Final = 1_000
_BITS: Final = {"int32": 31, "int64": 63}


class _Limit(NamedTuple):
    """The lowest or highest number that is allowed, or the one beyond which it lies."""

    number: Fraction
    excluded: bool


def numbers(parts: Parts, *, whole: bool) -> Iterator[float]:
    """Yield different numbers that schemas allow, whole numbers as integers if only those are asked for."""
    low, high = _limit(parts, "minimum", "exclusiveMinimum", 1), _limit(parts, "maximum", "exclusiveMaximum", -1)
    step = _step(parts, whole)
    allowed = _between(low, high) if step is None else _multiples(step, low, high)
    for number in islice(allowed, _MOST):
        yield int(number) if whole else float(number)


def _step(parts: Parts, whole: bool) -> Fraction | None:
    """Return the number of which all allowed ones are multiples."""
    steps = [_exact(part["multipleOf"]) for part in parts if "multipleOf" in part] + [Fraction(1)] * whole
    if not steps:
        return None
    denominator = lcm(*(step.denominator for step in steps))
    return Fraction(lcm(*(int(step * denominator) for step in steps)), denominator)


def _exact(number: float) -> Fraction:
    """Return a number as it is written: 0.1 is a tenth, which no float is."""
    return Fraction(str(number))


def _limit(parts: Parts, inclusive: str, exclusive: str, direction: int) -> _Limit | None:
    """Return the limit on one side; ``exclusive`` is a flag in OpenAPI 3.0 and a number since 3.1."""
    limits = [limit for part in parts for limit in _limits(part, inclusive, exclusive, direction)]
    return max(limits, key=lambda limit: (direction * limit.number, limit.excluded), default=None)


def _limits(part: Schema, inclusive: str, exclusive: str, direction: int) -> Iterator[_Limit]:
    beyond = part.get(exclusive)
    if inclusive in part:
        yield _Limit(_exact(part[inclusive]), beyond is True)
    if beyond is not None and not isinstance(beyond, bool):
        yield _Limit(_exact(beyond), True)
    bits = _BITS.get(part.get("format", ""))
    if bits:
        yield _Limit(Fraction(-direction * 2**bits), direction < 0)


def _allows(number: Fraction, low: _Limit | None, high: _Limit | None) -> bool:
    is_high = low is None or number > low.number or (number == low.number and not low.excluded)
    return is_high and (high is None or number < high.number or (number == high.number and not high.excluded))


def _multiples(step: Fraction, low: _Limit | None, high: _Limit | None) -> Iterator[Fraction]:
    """Yield multiples from the first positive one, or the one nearest to it, upwards and then downwards."""
    first = step
    if low is not None and first <= low.number:
        first = ceil(low.number / step) * step
        first += step * (not _allows(first, low, None))
    if high is not None and first >= high.number:
        first = floor(high.number / step) * step
        first -= step * (not _allows(first, None, high))
    for direction in (1, -1):
        for number in islice(count(0 if direction == 1 else 1), _MOST):
            multiple = first + direction * number * step
            if not _allows(multiple, low, high):
                break
            yield multiple


def _between(low: _Limit | None, high: _Limit | None) -> Iterator[Fraction]:
    """Yield 1 and what follows if that is allowed, else what lies next to a limit or in the middle of both."""
    yield from (number for number in _multiples(Fraction(1), low, high) if number)
    if low is not None and high is not None:
        for parts in (*range(2, 50), 1):
            number = low.number + (high.number - low.number) / parts
            if _allows(number, low, high):
                yield number
    for limit in (low, high):
        if limit is not None and _allows(limit.number, low, high):
            yield limit.number
    if _allows(Fraction(0), low, high):
        yield Fraction(0)
