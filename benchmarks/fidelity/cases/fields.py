"""Every writable field in every encoding, every move of the privacy, and fields that are missing."""

from collections.abc import Iterator, Mapping
from itertools import product

from benchmarks.fidelity.bodies import ENCODINGS, NoSpellingError, encoded
from benchmarks.fidelity.cases.case import COURSES, FRESH, WHOLE, Case
from benchmarks.fidelity.cases.case import told as about
from benchmarks.fidelity.cases.values import READ_ONLY, VALUES


def fields() -> Iterator[Case]:
    """Every case about fields."""
    yield from _fields("PATCH", FRESH, VALUES, {})
    yield from _fields("PATCH", FRESH, READ_ONLY, {})
    yield from _fields("POST", COURSES, _few(VALUES), WHOLE)
    yield from _fields("PUT", FRESH, _few(VALUES), WHOLE)
    yield from _steps()
    yield from _missing()


def _few(values: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
    """Every third value: the fields are the same whichever operation reads them."""
    return {name: each[::3] for name, each in values.items()}


def _fields(
    method: str, path: str, values: Mapping[str, tuple[object, ...]], beside: Mapping[str, object]
) -> Iterator[Case]:
    for name, each in values.items():
        for value, encoding in product(each, ENCODINGS):
            fields = {**beside, name: value}
            yield from _field(method, path, fields, name, value, encoding)


def _field(
    method: str, path: str, fields: Mapping[str, object], name: str, value: object, encoding: str
) -> Iterator[Case]:
    try:
        body = encoded(fields, encoding)
    except NoSpellingError:
        return
    told = f"{method} {name or 'no name'} = {about(value)} as {encoding}"
    rival = name in ("name", "slug")
    yield Case("fields", told, method, path, body=body, name=name, value=value, encoding=encoding, rival=rival)


def _steps() -> Iterator[Case]:
    for start, end, encoding in product(
        ("", "open", "private", "secret"), ("", "open", "private", "secret"), ENCODINGS
    ):
        for fields in ({"privacy": end}, {"og_title": "beside", "privacy": end}):
            told = f"PATCH privacy from {start!r} to {end!r}{' and more' * (len(fields) > 1)} as {encoding}"
            body = encoded(fields, encoding)
            yield Case("transitions", told, "PATCH", FRESH, body=body, born={"privacy": start}, name="privacy")


def _missing() -> Iterator[Case]:
    whole = {"name": "New", "type": "scheduled"}
    for method, path in (("POST", COURSES), ("PUT", FRESH)):
        for gone, encoding in product(({"name"}, {"type"}, {"name", "type"}, set[str]()), ENCODINGS):
            fields = {name: value for name, value in whole.items() if name not in gone}
            told = f"{method} without {' and '.join(sorted(gone)) or 'the optional fields'} as {encoding}"
            yield Case("missing fields", told, method, path, body=encoded(fields, encoding), encoding=encoding)
