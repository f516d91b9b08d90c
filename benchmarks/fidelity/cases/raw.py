"""Bodies byte for byte, under any Content-Type, and lists in forms."""

from collections.abc import Iterator
from urllib.parse import urlencode

from benchmarks.fidelity.bodies import BOUNDARY, FORM, Body
from benchmarks.fidelity.cases.case import FRESH, Case
from benchmarks.fidelity.cases.case import told as about

_RAW: tuple[bytes, ...] = (
    *(b"", b" ", b"{}", b"null", b"[]", b"[1]", b"1", b'"x"', b"true", b"{", b"{'og_title': 1}", b'{"og_title": "x",}'),
    *(b'{"og_title": "x"} x', b'{"og_title": "\xff"}', b'\xef\xbb\xbf{"og_title": "bom"}', b'{"og_title": NaN}'),
    *(
        b'{"og_title": Infinity}',
        b'{"og_title": 1e400}',
        b'{"og_title": "a", "og_title": "b"}',
        b'{"og_title": "a\tb"}',
    ),
    *(b'{"og_title": "\\ud800"}', b'{"og_title": ' + b"[" * 90 + b"]" * 90 + b"}", b"[" * 5000),
    *(b'{"og_title": ' + b"9" * 5000 + b"}", b'{"": 1}', b'{"og_title": "x"}'),
)
_TYPES_OF_BODIES: tuple[str | None, ...] = (
    *("application/json; charset=utf-8", "APPLICATION/JSON", "application/json; charset=latin-1"),
    *(
        "application/json; charset=utf-16",
        "application/json;",
        "application/merge-patch+json",
        "text/json",
        "text/plain",
    ),
    *("application/xml", "application/vnd.api+json", "*/*", "application/*", "x", "", None),
    *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed; boundary=x"),
)
_FORMS: tuple[bytes, ...] = (
    *(b"og_title=x", b"og_title=a&og_title=b", b"og_title", b"og_title=", b"=x", b"&&", b"og_title=%ff", b"og_title=%"),
    *(b"og_title=a+b", b"og_title=a%2Bb", b"og_title=a;og_description=b", b"og_title=\xff", b"og_title=a\0b"),
    *(b"OG_TITLE=x", b" og_title=x", b'{"og_title": "x"', b"[1]"),
)
_PART = b'--%b\r\nContent-Disposition: form-data; name="og_title"\r\n\r\nx\r\n' % BOUNDARY.encode()
_MULTIPARTS: tuple[bytes, ...] = (
    _PART + b"--%b--\r\n" % BOUNDARY.encode(),
    _PART,
    b"--%b--\r\n" % BOUNDARY.encode(),
    b"no parts at all",
    _PART.replace(b'; name="og_title"', b"") + b"--%b--\r\n" % BOUNDARY.encode(),
    _PART.replace(b"\r\n\r\nx", b"\r\nContent-Type: text/plain\r\n\r\nx") + b"--%b--\r\n" % BOUNDARY.encode(),
    _PART.replace(b"\r\n\r\nx", b'; filename=""\r\n\r\n') + b"--%b--\r\n" % BOUNDARY.encode(),
    _PART.replace(b"\r\n\r\nx", b'; filename="a.txt"\r\n\r\nx') + b"--%b--\r\n" % BOUNDARY.encode(),
    _PART.replace(b"\r\n\r\nx", b"\r\n\r\n\xff") + b"--%b--\r\n" % BOUNDARY.encode(),
    _PART + _PART.replace(b"\r\n\r\nx", b"\r\n\r\ny") + b"--%b--\r\n" % BOUNDARY.encode(),
)


def bodies() -> Iterator[Case]:
    """Every case about bodies."""
    told = "PATCH with {} under {}"
    for content in _RAW:
        yield _body(told, content, "application/json")
    for content_type in _TYPES_OF_BODIES:
        yield _body(told, b'{"og_title": "x"}', content_type)
        yield _body(told, b"", content_type)
    for content in _FORMS:
        yield _body(told, content, "application/x-www-form-urlencoded")
    for content in _MULTIPARTS:
        yield _body(told, content, f"multipart/form-data; boundary={BOUNDARY}")
    yield from _lists_in_forms()


def _body(told: str, content: bytes, content_type: str | None) -> Case:
    words = told.format(about(content), content_type)
    return Case("bodies", words, "PATCH", FRESH, body=Body(content, content_type), value=content)


def _lists_in_forms() -> Iterator[Case]:
    for spelling in ("{}", "{}[]", "{}[0]", "{}[1]", "{}[x]", "{}.0"):
        for name, values in (("categories", ["3", "1"]), ("categories", ["[1, 3]"]), ("sections_order", ["1"])):
            pairs = [(spelling.format(name), value) for value in values]
            body = Body(urlencode(pairs).encode(), "application/x-www-form-urlencoded")
            told = f"PATCH {spelling.format(name)} = {', '.join(values)}"
            yield Case("lists in forms", told, "PATCH", FRESH, body=body, name=name, value=values, encoding=FORM)
    body = Body(b"categories[1]=1&categories[0]=3", "application/x-www-form-urlencoded")
    yield Case("lists in forms", "PATCH categories[1], categories[0]", "PATCH", FRESH, body=body, name="categories")
