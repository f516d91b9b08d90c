"""The requests that both sides answer: every writable field in every encoding, and every gate."""

import json
import time
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import urlencode

import jwt
from jwt.warnings import InsecureKeyLengthWarning
from PIL import Image

from benchmarks.faults.reference.settings import JWT_SECRET
from benchmarks.fidelity.bodies import BOUNDARY, ENCODINGS, Body, File, NoSpellingError, encoded

COURSES = "/api/v2/course/"
SEARCH = f"{COURSES}search/"
VERIFY = "/api/v2/jwt/verify_token/"
FRESH = f"{COURSES}{{fresh}}/"
"""The path of a course that is made for the case; the braces stand for its id."""

NOBODY = None
PEOPLE = (NOBODY, "creator", "manager", "joined", "invited", "requested", "member", "staff")

BORN: Mapping[str, object] = {
    "name": "Fresh",
    "type": "structured",
    "description": "What stands there.",
    "slug": "fresh-slug",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "meta_title": "meta title",
    "meta_description": "meta description",
    "og_title": "og title",
    "og_description": "og description",
    "og_image": "og image",
    "categories": [2],
}
"""A fresh course has no field at its default, so that a reset shows."""

WHOLE: Mapping[str, object] = {
    "name": "New",
    "type": "scheduled",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "categories": [2],
}
"""A form as a real client sends it: what forms may not leave out is there."""

TAKEN: Mapping[str, object] = {"name": "Taken", "slug": "taken", "type": "structured"}
"""Another course, whose name and slug are not free."""


@dataclass(frozen=True)
class Case:
    """One request, and what is there before it."""

    group: str
    told: str
    method: str
    path: str
    who: str | None = "creator"
    body: Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    born: Mapping[str, object] = field(default_factory=dict)
    """How the fresh course differs from an ordinary one, if the path asks for one."""
    value: object = None
    """What a case about one field sends."""
    name: str = ""
    """The field that the case is about."""
    encoding: str = ""
    rival: bool = False
    """Whether another course has the name ``Taken``."""

    @property
    def fresh(self) -> bool:
        """Whether a course is made for the case."""
        return "{fresh}" in self.path


# --- values -----------------------------------------------------------------------------------------------------------

TEXTS = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")
FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")

_NO_TEXTS: tuple[object, ...] = (None, True, False, [], ["x"], {}, {"a": 1})
_TEXTS: tuple[object, ...] = (
    *("plain", "", " ", "  blanks  ", "\ttab\n", "Ünïcödé 日本語 🎓", "line\nbreak", "<b>&amp;</b> 'q' \"q\"", "null"),
    *("a\0b", "\ud800", "\u200bzero width\u200b", "\xa0no-break\xa0", "x" * 5000, 42, -1, 1.5, 10**25, 1e300),
    *_NO_TEXTS,
)
_NAMES: tuple[object, ...] = ("Taken", "taken", " Taken ", "Fresh", "n" * 255, "n" * 256, f" {'n' * 255} ")
_SLUGS: tuple[object, ...] = (
    *("moved", "", " ", "UPPER_case-9", "with space", "ünï", "a/b", "a.b", " moved ", "taken", "fresh-slug"),
    *("s" * 255, "s" * 256, "123", 5, 1.5, "a\0b", "-", *_NO_TEXTS),
)
_TYPES: tuple[object, ...] = (
    *("self-paced", "structured", "scheduled", "weekly", "", " structured ", "Structured", "null", 1, 1.5),
    *_NO_TEXTS,
)
_PRIVACIES: tuple[object, ...] = ("", "open", "private", "secret", "OPEN", " open ", "draft", " ", 0, *_NO_TEXTS)
_BOOLEANS: tuple[object, ...] = (
    *(True, False, "true", "false", "True", "FALSE", "on", "off", "On", "yes", "no", "y", "n", "t", "f", "1", "0"),
    *(1, 0, 2, -1, 1.0, 0.0, 1.5, "", " ", "null", "None", "none", "maybe", " true ", "1.0", None, [], [True], {}),
)
_CATEGORIES: tuple[object, ...] = (
    *([], [1], [3, 1], [1, 1], ["2"], [" 2 "], [999], [1, 999], [0], [-1], ["x"], [""], [None], [True], [1.0], [1.5]),
    *(["+2"], ["0_2"], ["2__0"], ["-2"], ["2."], ["\u0662"], ["\n2\t"], ["\xa02"]),
    *(["1.0"], [10**25], [{"id": 1}], [[1]], 1, "1", "x", "", "[1, 3]", "1,3", True, None, {}, {"id": 1}),
)
_ORDERS: tuple[object, ...] = ([], [1], ["x"], [None], [True], "x", "", 1, "[]", None, {})

JSON, FORM, MULTIPART = ENCODINGS


def _drawn(kind: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, kind)
    return file.getvalue()


_PNG = _drawn("PNG")
_PICTURES: tuple[object, ...] = (
    *(File("p.png", _PNG), File("p.gif", _drawn("GIF")), File("p.jpg", _drawn("JPEG")), File("p.bmp", _drawn("BMP"))),
    *(File("p.webp", _drawn("WEBP")), File("p.bin", _PNG), File("png", _PNG), File("p.txt", b"no picture")),
    *(File("p.png", b"no picture"), File("p.png", b""), File("p.png", _PNG[:40]), "string", "", " "),
    *("data:image/png;base64,AAAA", "data:image/png;base64,%", "a\0b", 5, 1.5, *_NO_TEXTS),
)

VALUES: Mapping[str, tuple[object, ...]] = {
    "name": (*_TEXTS, *_NAMES),
    TEXTS[0]: _TEXTS,
    **dict.fromkeys(TEXTS[1:], _TEXTS[:4]),
    "slug": _SLUGS,
    "type": _TYPES,
    "privacy": _PRIVACIES,
    FLAGS[0]: _BOOLEANS,
    **dict.fromkeys(FLAGS[1:], _BOOLEANS[:6]),
    "categories": _CATEGORIES,
    "sections_order": _ORDERS,
    "image_original": _PICTURES,
}
READ_ONLY: Mapping[str, tuple[object, ...]] = {
    "id": (7, "x"),
    "deleted": (True, "maybe"),
    "join_status": ("manager", 5),
    "user_completion_rate": (55, "x"),
    "created_at": ("2001-02-03T04:05:06Z", "x"),
    "created_by": (2, {"id": 2}),
    "image_small": ("http://x/y.png", 1),
    "sections": ([], "x"),
    "member_count": (3,),
    "products": ("[]",),
    "": ("x",),
}


# --- fields -----------------------------------------------------------------------------------------------------------


def cases() -> Iterator[Case]:
    """Every case, group by group."""
    yield from _fields("PATCH", FRESH, VALUES, {})
    yield from _fields("PATCH", FRESH, READ_ONLY, {})
    yield from _fields("POST", COURSES, _few(VALUES), WHOLE)
    yield from _fields("PUT", FRESH, _few(VALUES), WHOLE)
    yield from _steps()
    yield from _missing()
    yield from _bodies()
    yield from _lists_in_forms()
    yield from _gates()
    yield from _views()
    yield from _addresses()
    yield from _accepts()
    yield from _headers_of_tokens()
    yield from _tokens()
    yield from _pages()
    yield from _filters()


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
    told = f"{method} {name or 'no name'} = {_told(value)} as {encoding}"
    rival = name in ("name", "slug")
    yield Case("fields", told, method, path, body=body, name=name, value=value, encoding=encoding, rival=rival)


def _told(value: object) -> str:
    if isinstance(value, File):
        return f"the file {value.filename} of {len(value.content)} bytes"
    text = ascii(value)
    return text if len(text) < 60 else f"{text[:20]}… ({len(text)} characters)"


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


# --- bodies -----------------------------------------------------------------------------------------------------------

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


def _bodies() -> Iterator[Case]:
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


def _body(told: str, content: bytes, content_type: str | None) -> Case:
    words = told.format(_told(content), content_type)
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


# --- gates ------------------------------------------------------------------------------------------------------------


def _gates() -> Iterator[Case]:
    for number, who in product((1, 2, 3, 4, 999), PEOPLE):
        path = f"{COURSES}{number}/"
        for method, body in (("PATCH", b'{"type": "x"}'), ("PUT", b"{}"), ("DELETE", None), ("GET", None)):
            told = f"{method} course {number} as {who}"
            yield Case("gates", told, method, path, who, Body(body) if body is not None else None)
        yield Case("gates", f"GET status of course {number} as {who}", "GET", f"{path}status/", who)
    for who in PEOPLE:
        yield Case("gates", f"POST as {who}", "POST", COURSES, who, Body(b"{}"))
        yield Case("gates", f"GET own courses as {who}", "GET", COURSES, who)
        yield Case("gates", f"GET search as {who}", "GET", SEARCH, who)
    yield from _mixed_gates()


def _mixed_gates() -> Iterator[Case]:
    """Requests with more than one thing wrong, which show the order of the gates."""
    wrongs: tuple[dict[str, Any], ...] = (
        {"who": NOBODY, "headers": {"Accept": "text/csv"}},
        {"who": "nobody", "headers": {"Accept": "text/csv"}},
        {"who": NOBODY, "body": Body(b"{", "text/plain")},
        {"who": "member", "body": Body(b"{", "text/plain")},
        {"who": "member", "headers": {"Accept": "text/csv"}},
        {"body": Body(b"{", "text/plain")},
        {"who": "member", "body": Body(b"{")},
    )
    for wrong, method, number in product(wrongs, ("PATCH", "POST", "TRACE", "GET"), (1, 3, 999)):
        told = f"{method} course {number} with {wrong}"
        yield Case("order of gates", told, method, f"{COURSES}{number}/", **{"who": "creator", **wrong})


def _views() -> Iterator[Case]:
    queries = (
        *("view=user", "view=edit", "view=dashboard", "view=x", "view=", "view=edit&view=user", "user=3", "user=999"),
        *(
            "user=x",
            "user=",
            "view=edit&user=3",
            "view=dashboard&user=3",
            "view=x&user=x",
            "user=1.0",
            "other=1",
            "user=%2B3",
        ),
    )
    for query, number, who in product(queries, (1, 2, 3), (NOBODY, "creator", "joined", "member")):
        yield Case("views", f"GET course {number}?{query} as {who}", "GET", f"{COURSES}{number}/?{query}", who)


def _addresses() -> Iterator[Case]:
    for key in ("abc", "1.0", "01", "+1", "-1", "0", "1a", "%31", "%20", "1%2F", "1;x", "9" * 30, "1%00"):
        for method in ("GET", "PATCH"):
            body = Body(b"{}") if method == "PATCH" else None
            yield Case("addresses", f"{method} course {key}", method, f"{COURSES}{key}/", body=body)
    for method, path in product(
        ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        ("/api/v2/course/1", "/api/v2/course", f"{COURSES}1/status/", SEARCH, COURSES, f"{COURSES}1/nothing/", "/x/"),
    ):
        for who in (NOBODY, "creator"):
            told = f"{method} {path} as {who}"
            yield Case(
                "addresses", told, method, path, who, Body(b"{}") if method in ("POST", "PUT", "PATCH") else None
            )


def _accepts() -> Iterator[Case]:
    values = (
        *("*/*", "application/json", "application/*", "text/html", "text/*", "application/xml, application/json;q=0.5"),
        *(
            "text/html, */*;q=0.1",
            "application/json;q=0",
            "*/*;q=0",
            "application/json; indent=4",
            "",
            ",",
            "x",
            "json",
        ),
        *("application/json;charset=utf-8", "APPLICATION/JSON", "text/html;q=1, application/json;q=0"),
    )
    for accept, (method, body) in product(values, (("GET", None), ("PATCH", Body(b'{"og_title": "x"}')))):
        told = f"{method} with Accept: {accept}"
        yield Case("accept", told, method, FRESH, body=body, headers={"Accept": accept}, value=accept)


# --- tokens -----------------------------------------------------------------------------------------------------------


def _headers_of_tokens() -> Iterator[Case]:
    values = (
        *(
            "Bearer creator",
            "bearer creator",
            "BEARER creator",
            "Bearer  creator",
            "Bearer creator ",
            "Bearer",
            "Bearer ",
        ),
        *("Bearer creator extra", "Token creator", "Basic Y3JlYXRvcjpjcmVhdG9y", "creator", "", "Bearer nobody"),
        *("Bearer a.b.c", "Bearer Creator", "Bearer\tcreator", "JWT creator"),
    )
    for value, path in product(values, (f"{COURSES}1/", f"{COURSES}4/", COURSES)):
        yield Case("authorization", f"GET {path} with {value!r}", "GET", path, NOBODY, headers={"Authorization": value})


def _claims() -> Iterator[tuple[str, dict[str, Any]]]:
    now = int(time.time())
    whole = {"exp": now + 600, "iat": now, "jti": "a", "user_id": 1, "token_type": "access"}
    yield "as it should be", whole
    for name in whole:
        yield f"without {name}", {key: value for key, value in whole.items() if key != name}
    odd: dict[str, tuple[Any, ...]] = {
        "exp": (now - 1, now + 600.5, str(now + 600), "x", -1, 10**12),
        "iat": (now + 600, "x", now - 0.5),
        "jti": (5, "", None),
        "user_id": ("1", 999, True, 1.0, None, "creator", [1]),
        "token_type": ("refresh", "", None, "ACCESS"),
        "nbf": (now + 600, now - 1, "x"),
        "aud": ("somebody", 5),
        "iss": ("somebody",),
        "sub": ("x", 5),
        "ext_id": ("x", None),
    }
    for name, values in odd.items():
        for value in values:
            yield f"with {name} {_moment(value, now)}", whole | {name: value}


def _moment(value: Any, now: int) -> str:
    """Write a value down, moments as they lie to the present one."""
    if isinstance(value, int | float) and abs(value - now) < 10_000:
        return f"now{value - now:+}"
    return (
        f"'now{int(value) - now:+}'" if isinstance(value, str) and value.isdigit() and len(value) > 9 else repr(value)
    )


def _tokens() -> Iterator[Case]:
    for told, claims in _claims():
        yield from _with_token(told, _signed(claims))
    claims = dict(_claims())["as it should be"]
    yield from _with_token("signed with another key", jwt.encode(claims, "x" * 32, "HS256"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)  # the secret is long enough for HS256
        yield from _with_token("signed by HS512", jwt.encode(claims, JWT_SECRET, "HS512"))
    yield from _with_token("not signed", jwt.encode(claims, None, "none"))
    yield from _with_token("cut short", _signed(claims)[:-3])
    for body in (b"{}", b'{"token": ""}', b'{"token": null}', b'{"token": 5}', b'{"token": []}', b"[]", b"{"):
        yield Case("tokens", f"POST verify_token {body!r}", "POST", VERIFY, NOBODY, Body(body))


def _signed(claims: dict[str, Any]) -> str:
    # Not by jwt.encode, which refuses claims of odd types.
    return jwt.api_jws.encode(json.dumps(claims).encode(), JWT_SECRET, "HS256")


def _with_token(told: str, token: str) -> Iterator[Case]:
    yield Case(
        "tokens", f"GET with a token {told}", "GET", COURSES, NOBODY, headers={"Authorization": f"Bearer {token}"}
    )
    body = encoded({"token": token}, JSON)
    yield Case("tokens", f"POST verify_token of a token {told}", "POST", VERIFY, NOBODY, body)


# --- lists ------------------------------------------------------------------------------------------------------------


def _pages() -> Iterator[Case]:
    every = "statuses=creator&statuses=manager&statuses=joined&statuses=invited"
    pages = (
        *("", "limit=2", "limit=0", "limit=-1", "limit=x", "limit=1000", "limit=2.5", "limit=", "limit=+2", "limit= 2"),
        *("offset=1", "offset=99", "offset=-1", "offset=x", "offset=", "limit=2&offset=2", "limit=2&offset=1"),
        *("limit=1&limit=2", "limit=2&other=x", "limit=1e1", "limit=%D9%A2", "offset=2&limit=3", f"limit={'9' * 30}"),
        f"offset={'9' * 30}",
    )
    for page in pages:
        yield Case("pages", f"GET own courses, {page}", "GET", f"{COURSES}?{every}&{page}")
        yield Case("pages", f"GET search, {page}", "GET", f"{SEARCH}?{page}")


def _filters() -> Iterator[Case]:
    statuses = (
        *(
            "",
            "creator",
            "manager",
            "x",
            "creator,manager",
            "creator, x",
            "[]",
            '["creator"]',
            '["x"]',
            '"creator"',
            "5",
        ),
        *("creator&statuses=manager", "null", "Creator", "{}"),
    )
    for status, path in product(statuses, (COURSES, SEARCH)):
        for name, who in (("statuses", "creator"), ("statuses[]", "joined")):
            yield Case("filters", f"GET {path}?{name}={status} as {who}", "GET", f"{path}?{name}={status}", who)
    for author in ("1", "2", "999", "x", "", "-1", "1.0", "9" * 30, "1&created_by=2"):
        yield Case("filters", f"GET own courses by {author}", "GET", f"{COURSES}?statuses=creator&created_by={author}")
    yield from _searches()


def _searches() -> Iterator[Case]:
    queries = (
        *("search=Fresh", "search=fresh", "search=resh", "search=stands", "search=nothing", "search=What+there"),
        *("search=there+What", "search=%C3%9C", "search=", "search=%00", "search=Fre%sh", "search=fresh-slug"),
        *(
            "categories=2",
            "categories=1",
            "categories=x",
            "categories=",
            "categories=[2]",
            "categories=1,2",
            "categories=2.0",
        ),
        *("categories=1&categories=2", "categories[]=2", "categories=999", f"categories={'9' * 30}", "categories=-1"),
        *("ordering=id", "ordering=-id", "ordering=x", "ordering=created_at", "ordering=-created_at", "ordering="),
        *(
            "ordering=id,-name",
            "ordering=x,id",
            "ordering=name&search=Fresh",
            "ordering=slug",
            "ordering=ID",
            "ordering=--id",
        ),
    )
    for query in queries:
        born = {"privacy": "open", "name": "Fresh Ü"}
        path = f"{SEARCH}?{query}" if "categories" not in query else f"{SEARCH}?search=Fresh&{query}"
        yield Case("filters", f"GET search, {query}", "GET", f"{path}&of={{fresh}}", born=born, value=query)
