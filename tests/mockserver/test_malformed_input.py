import json
from typing import Any

import httpx
import pytest

from tests.mockserver.support import (
    COURSES,
    DRAFT,
    ENCODINGS,
    OPEN,
    SEARCH,
    Encode,
    Mock,
    course,
    form,
    mock_of,
    multipart,
    outcome,
    painted,
    status,
    urlencoded,
)
from tests.mockserver.support.snapshot import snapshot

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"
PARSE_ERROR = (400, [(None, "parse_error")])
TEXTS = ("name", "slug", "description", "meta_title", "og_image", "type", "privacy")
DEEP = 100_000


def lives(mock: Mock) -> None:
    """The mock answers, and the course is the one of the start or a changed one that can be read."""
    assert mock.client().get("/__mock__/health").status_code == 200
    creator = mock.as_("creator")
    for path in (course(OPEN), f"{course(OPEN)}?view=edit", SEARCH, f"{COURSES}?statuses=creator", status(OPEN)):
        assert creator.get(path).status_code == 200


DEEPLY_NESTED = {
    "lists": b"[" * DEEP + b"]" * DEEP,
    "lists that never end": b"[" * DEEP,
    "objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "objects that never end": b'{"a":' * DEEP,
    "a field": b'{"description":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "an unknown field": b'{"foo":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    "a list": b'{"categories":' + b"[" * DEEP + b"]" * DEEP + b"}",
}


def test_a_request_with_two_hosts_is_rejected_before_anything_else(mock: Mock) -> None:
    answer = mock.raw("GET", b"/api/v2/course/1/", {b"host": b"a.test, b.test"})
    assert outcome(answer) == (400, [(None, "bad_request")])
    lives(mock)


@pytest.mark.parametrize("content", DEEPLY_NESTED.values(), ids=DEEPLY_NESTED.keys())
@pytest.mark.parametrize(("method", "path"), [("PATCH", course(OPEN)), ("POST", COURSES), ("PUT", course(OPEN))])
def test_a_hundred_thousand_brackets_are_a_parse_error(mock: Mock, method: str, path: str, content: bytes) -> None:
    before = snapshot(mock)
    assert outcome(mock.as_("creator").request(method, path, **form(JSON, content))) == PARSE_ERROR
    assert snapshot(mock) == before


@pytest.mark.parametrize("content", DEEPLY_NESTED.values(), ids=DEEPLY_NESTED.keys())
def test_a_hundred_thousand_brackets_in_a_form_do_no_harm(mock: Mock, content: bytes) -> None:
    creator = mock.as_("creator")
    text = content.decode()
    for sent in (
        form(URLENCODED, content),
        urlencoded([("categories", text)]),
        multipart([("categories", text)]),
        urlencoded([("sections_order", text)]),
        urlencoded([("a" + "[0]" * 10_000, "1")]),
        form(JSON, json.dumps({"categories": text}).encode()),
    ):
        assert creator.patch(course(OPEN), **sent).status_code in {200, 400}
    for name in (b"statuses", b"categories", b"search", b"limit"):
        target = SEARCH.encode() + b"?" + name + b"=" + content
        assert mock.raw("GET", target).status_code in {200, 400}
    lives(mock)


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nul_is_refused_in_every_text(mock: Mock, field: str, encoding: str) -> None:
    before = snapshot(mock)
    encode: Encode = ENCODINGS[encoding]
    for text in ("\0", "a\0b", "open\0"):
        answer = mock.as_("creator").patch(course(OPEN), **encode({field: text}))
        status_code, [(name, _)] = outcome(answer)
        assert (status_code, name) == (400, field)
    assert snapshot(mock) == before


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_nul_in_the_name_of_a_field_or_a_picture_does_no_harm(mock: Mock, encoding: str) -> None:
    encode: Encode = ENCODINGS[encoding]
    for fields in ({"na\0me": "x"}, {"image_original": "a\0b"}, {"categories": ["\0"]}, {"hide_member_count": "\0"}):
        assert mock.as_("creator").patch(course(OPEN), **encode(fields)).status_code in {200, 400}
    lives(mock)


BAD_TEXT = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf")


@pytest.mark.parametrize("bad", BAD_TEXT)
@pytest.mark.parametrize("field", ["name", "description", "type", "categories", "hide_member_count", "foo"])
def test_undecodable_text_is_a_parse_error_in_every_encoding(mock: Mock, field: str, bad: bytes) -> None:
    before = snapshot(mock)
    escaped = b"".join(b"%%%02X" % byte for byte in bad)
    for sent in (
        form(JSON, b'{"%s": "%s"}' % (field.encode(), bad)),
        form(JSON, b'{"%s": "x"}' % bad),
        form(URLENCODED, b"%s=%s" % (field.encode(), bad)),
        form(URLENCODED, b"%s=%s" % (field.encode(), escaped)),
        form(URLENCODED, b"%s=x" % escaped),
        multipart([(field, bad)]),
    ):
        assert outcome(mock.as_("creator").patch(course(OPEN), **sent)) == PARSE_ERROR
    assert snapshot(mock) == before


LONE = ("\\ud800", "\\udfff", "\\ud800\\ud800", "a\\udc00b")


@pytest.mark.parametrize("lone", LONE)
@pytest.mark.parametrize("field", [*TEXTS, "image_original", "foo", "og_title"])
def test_half_a_surrogate_pair_does_no_harm(mock: Mock, field: str, lone: str) -> None:
    creator = mock.as_("creator")
    for content in (f'{{"{field}": "{lone}"}}', f'{{"{lone}": 1}}', f'{{"categories": ["{lone}"]}}'):
        for content_type in (JSON, URLENCODED):
            answer = creator.patch(course(OPEN), **form(content_type, content.encode()))
            assert answer.status_code in {200, 400}
    answer = creator.patch(course(OPEN), **multipart([("categories", f'["{lone}"]')]))
    assert answer.status_code == 400
    lives(mock)


HUGE = ("1" * 400, "-" + "9" * 400, "1" * 5_000, "1e400", "-1e400", "1e-400", "1" * 100_000, "0." + "3" * 5_000)


@pytest.mark.parametrize("number", HUGE, ids=range(len(HUGE)))
@pytest.mark.parametrize("field", [*TEXTS, "hide_member_count", "image_original", "foo", "id", "created_at"])
def test_huge_numbers_do_no_harm(mock: Mock, field: str, number: str) -> None:
    creator = mock.as_("creator")
    for content in (f'{{"{field}": {number}}}', f'{{"{field}": [{number}]}}', f'{{"{field}": {{"x": {number}}}}}'):
        assert creator.patch(course(OPEN), **form(JSON, content.encode())).status_code in {200, 400}
    assert creator.patch(course(OPEN), **urlencoded([(field, number)])).status_code in {200, 400}
    lives(mock)


@pytest.mark.parametrize("number", HUGE, ids=range(len(HUGE)))
@pytest.mark.parametrize("field", ["categories", "sections_order"])
def test_huge_numbers_are_ids_of_nothing(mock: Mock, field: str, number: str) -> None:
    creator = mock.as_("creator")
    assert creator.patch(course(OPEN), **form(JSON, f'{{"{field}": [{number}]}}'.encode())).status_code == 400
    assert creator.patch(course(OPEN), **urlencoded([(field, number)])).status_code == 400
    lives(mock)


def part(disposition: bytes, content: bytes = b"x", headers: bytes = b"") -> bytes:
    return b"--x\r\nContent-Disposition: " + disposition + b"\r\n" + headers + b"\r\n" + content + b"\r\n"


GOOD_PART = part(b'form-data; name="description"')
END = b"--x--\r\n"

BROKEN_MULTIPART: dict[str, tuple[str, bytes]] = {
    "no boundary": ("multipart/form-data", GOOD_PART + END),
    "an empty boundary": ("multipart/form-data; boundary=", GOOD_PART + END),
    "another boundary": ("multipart/form-data; boundary=y", GOOD_PART + END),
    "no end": (MULTIPART, GOOD_PART),
    "an end in the middle of a part": (MULTIPART, GOOD_PART[:-3]),
    "no part": (MULTIPART, b"--x"),
    "something else": (MULTIPART, b"description=x"),
    "no disposition": (MULTIPART, b"--x\r\n\r\nx\r\n" + END),
    "no name": (MULTIPART, part(b"form-data") + END),
    "another disposition": (MULTIPART, part(b'attachment; name="description"') + END),
    "a header that is none": (MULTIPART, part(b'form-data; name="description"', headers=b"no header\r\n") + END),
    "bad bytes in a header": (MULTIPART, part(b'form-data; name="\xff\xfe"') + END),
    "bad bytes in a file name": (MULTIPART, part(b'form-data; name="image_original"; filename="\xff"') + END),
    "nul in a header": (MULTIPART, part(b'form-data; name="a\0b"', headers=b"\0: x\r\n") + END),
    "ten thousand parts": (MULTIPART, GOOD_PART * 10_000 + END),
    "a header without end": (MULTIPART, b"--x\r\n" + b"A" * 100_000),
}


@pytest.mark.parametrize(("content_type", "content"), BROKEN_MULTIPART.values(), ids=BROKEN_MULTIPART.keys())
def test_broken_multipart_is_a_parse_error(mock: Mock, content_type: str, content: bytes) -> None:
    before = snapshot(mock)
    assert outcome(mock.as_("creator").patch(course(OPEN), **form(content_type, content))) == PARSE_ERROR
    assert snapshot(mock) == before


ODD_MULTIPART: dict[str, bytes] = {
    "a file where a text is meant": part(b'form-data; name="description"; filename="a.txt"') + END,
    "a file where a list is meant": part(b'form-data; name="categories"; filename="a.txt"') + END,
    "a file where a switch is meant": part(b'form-data; name="hide_member_count"; filename="a.txt"') + END,
    "a file where a choice is meant": part(b'form-data; name="privacy"; filename="a.txt"') + END,
    "a file where nothing is meant": part(b'form-data; name="foo"; filename="a.txt"') + END,
    "a file where only the server writes": part(b'form-data; name="id"; filename="a.txt"') + END,
    "a path for a file name": part(b'form-data; name="image_original"; filename="../../etc/passwd"', painted()) + END,
    "a preamble and an epilogue": b"before\r\n" + GOOD_PART + END + b"after",
    "an unfinished quote": part(b'form-data; name="description') + END,
    "no name to speak of": part(b'form-data; name=""') + END,
}


@pytest.mark.parametrize("content", ODD_MULTIPART.values(), ids=ODD_MULTIPART.keys())
def test_odd_multipart_does_no_harm(mock: Mock, content: bytes) -> None:
    before = snapshot(mock)
    answer = mock.as_("creator").patch(course(OPEN), **form(MULTIPART, content))
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert snapshot(mock) == before
    lives(mock)


@pytest.mark.parametrize("field", ["description", "categories", "hide_member_count", "privacy", "name"])
def test_a_file_is_no_text(mock: Mock, field: str) -> None:
    answer = mock.as_("creator").patch(course(OPEN), **multipart([], [(field, "a.txt", b"open")]))
    status_code, [(name, _)] = outcome(answer)
    assert (status_code, name) == (400, field)


def test_a_form_of_very_many_fields_is_refused(mock: Mock) -> None:
    pairs = [(f"field {number}", "x") for number in range(5_000)]
    for send in (urlencoded, multipart):
        assert outcome(mock.as_("creator").patch(course(OPEN), **send(pairs))) == PARSE_ERROR


LIMIT = 10_000


@pytest.fixture
def small() -> Mock:
    """A mock that reads bodies of up to LIMIT bytes."""
    return mock_of(body_limit=LIMIT)


def sized(size: int) -> bytes:
    """A JSON body of some bytes."""
    frame = len(b'{"description": ""}')
    return b'{"description": "%s"}' % (b"x" * (size - frame))


@pytest.mark.parametrize("content_type", [JSON, URLENCODED, MULTIPART, "text/plain"])
@pytest.mark.parametrize(("person", "path"), [("creator", course(OPEN)), ("anon", course(OPEN)), ("creator", "/x/")])
def test_a_body_past_the_limit_is_too_large(small: Mock, person: str, path: str, content_type: str) -> None:
    before = snapshot(small)
    answer = small.as_(person).patch(path, **form(content_type, sized(LIMIT + 1)))
    assert outcome(answer) == (413, [(None, "request_too_large")])
    assert snapshot(small) == before


def test_a_body_of_the_size_of_the_limit_is_read(small: Mock) -> None:
    assert small.as_("creator").patch(course(OPEN), **form(JSON, sized(LIMIT))).status_code == 200


def test_the_size_of_a_body_counts_and_not_what_it_says_of_itself(small: Mock) -> None:
    headers = {b"authorization": b"Bearer creator", b"content-type": JSON.encode()}
    chunked = {**headers, b"transfer-encoding": b"chunked", b"content-length": b"0"}
    assert small.raw("PATCH", course(OPEN).encode(), chunked, sized(LIMIT + 1)).status_code == 413
    for said in (b"999999999999999999999999", b"10001", b"9" * 5_000):
        announced = {**headers, b"content-length": said}
        assert small.raw("PATCH", course(OPEN).encode(), announced, b"{}").status_code == 413
    for said in (b"x", b"-1", b"1e9", b"\xb2", b"2, 2"):
        announced = {**headers, b"content-length": said}
        assert small.raw("PATCH", course(OPEN).encode(), announced, b"{}").status_code == 200


def test_ten_mebibytes_are_the_limit_unless_told_otherwise(mock: Mock) -> None:
    creator = mock.as_("creator")
    assert creator.patch(course(OPEN), **form("text/plain", b"x" * 10 * 1024 * 1024)).status_code == 415
    assert creator.patch(course(OPEN), **form("text/plain", b"x" * (10 * 1024 * 1024 + 1))).status_code == 413


ODD_HEADERS: list[dict[bytes, bytes]] = [
    {b"authorization": b"Bearer \xff\xfe"},
    {b"authorization": b"Bearer " + b"x" * 100_000},
    {b"authorization": b"Bearer a.b.c"},
    {b"authorization": b"Bearer " + b"." * 1_000},
    {b"authorization": b"Bearer creator\0"},
    {b"authorization": b"\0"},
    {b"accept": b"\xff"},
    {b"accept": b";;;,,,"},
    {b"accept": b"application/json;q=\xff"},
    {b"accept": b"*/*;q=" + b"9" * 5_000},
    {b"accept": b"," * 100_000},
    {b"content-type": b"\xff"},
    {b"content-type": b"application/json;;;=;charset"},
    {b"content-type": b"application/json; charset=utf-16"},
    {b"content-type": b"application/json; charset=\xff"},
    {b"content-type": b"application/json; charset=none-such"},
    {b"content-type": b"multipart/form-data; boundary=\xff"},
    {b"content-type": b"multipart/form-data; boundary=" + b"x" * 10_000},
    {b"content-type": b";"},
    {b"content-type": b"x" * 100_000},
    {b"prefer": b"\xff"},
    {b"prefer": b"handling=strict" * 1_000},
    {b"prefer": b"," * 100_000},
    {b"host": b""},
    {b"host": b"\xff"},
    {b"host": b'a b<>"'},
    {b"x-forwarded-proto": b"javascript", b"x-forwarded-host": b"a, b"},
    {b"x-forwarded-proto": b"\xff"},
    {b"origin": b"null"},
    {b"origin": b"\xff"},
    {b"cookie": b"sessionid=x"},
    {b"range": b"bytes=0-1"},
    {b"if-none-match": b"*"},
    {b"content-encoding": b"gzip"},
    {b"expect": b"100-continue"},
    {b"": b""},
    {b"x" * 10_000: b"x"},
]


@pytest.mark.parametrize("headers", ODD_HEADERS, ids=range(len(ODD_HEADERS)))
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_odd_headers_do_no_harm(mock: Mock, method: str, headers: dict[bytes, bytes]) -> None:
    usual = {b"authorization": b"Bearer creator", b"content-type": b"application/json"}
    for path in (course(OPEN), SEARCH, "/ui/", "/api/v2/course", "/api/v2/nowhere/"):
        answer = mock.raw(method, path.encode(), {**usual, **headers}, b'{"image_original": "x"}')
        assert answer.status_code < 500
    lives(mock)


ABSURD: list[bytes] = [
    b"/",
    b"//",
    b"/" * 10_000,
    b"/api/v2/course/1//",
    b"/api/v2//course/1/",
    b"//api/v2/course/1/",
    b"/api/v2/course/1/../2/",
    b"/api/v2/course/%2e%2e/",
    b"/api/v2/course/1%2F/",
    b"/api/v2/course/1/%00",
    b"/api/v2/course/%00/",
    b"/api/v2/course/%",
    b"/api/v2/course/%zz/",
    b"/api/v2/course/%ff/",
    b"/api/v2/course/%ed%a0%80/",
    b"/api/v2/course/%0d%0aSet-Cookie:x=1/",
    b"/api/v2/course/%0d%0aSet-Cookie:x=1",
    b"/api/v2/course/1/status/status/",
    b"/api/v2/course/{id}/",
    b"/api/v2/course/" + b"1" * 100_000 + b"/",
    b"/" + b"a/" * 20_000,
    b"/API/V2/COURSE/1/",
    b"/media/course/%2e%2e/small",
    b"/media/course/start-1/small/",
    b"/media/course/start-1/small%00",
    b"/ui/../openapi.json",
    b"/ui/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    b"/ui//etc/passwd",
    b"/ui/%00",
    b"/ui/%ff",
    b"/__mock__/",
    b"/__mock__/%00",
    b"*",
    b"",
    b"http://other.example/api/v2/course/1/",
    b"/api/v2/course/?%",
    b"/api/v2/course/?limit=%ff&offset=%00&statuses=%zz",
    b"/api/v2/course/search/?" + b"&" * 10_000,
    b"/api/v2/course/search/?" + b"a=1&" * 10_000,
    b"/api/v2/course/search/?search=" + b"x" * 100_000,
    b"/api/v2/course/search/?statuses[999999999999]=joined",
    b"/api/v2/course/search/?limit=1&\xff=\xfe",
    b"/api/v2/course/1/?view=%ff",
    b"/api/v2/course/1/?view=edit&view=user",
    b"/api/v2/course/1/?user=%ff",
    b"/api/v2/course/1/?user=" + b"9" * 5_000,
    b"/oauth/authorize/?response_type=code&client_id=%00&redirect_uri=%ff",
    b"/oauth/authorize/?response_type=code&client_id=front-end&redirect_uri=http://x/%0d%0aX:y",
]

METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "CONNECT", "POST", "PATCH", "DELETE", "BREW", "get")


@pytest.mark.parametrize("target", ABSURD, ids=range(len(ABSURD)))
def test_absurd_paths_do_no_harm(mock: Mock, target: bytes) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE"):
        for person in (b"creator", b"nobody"):
            answer = mock.raw(method, target, {b"authorization": b"Bearer " + person})
            assert answer.status_code < 500
            assert "Set-Cookie" not in answer.headers
            assert b"root:" not in answer.content
    lives(mock)


@pytest.mark.parametrize("path", [course(OPEN), COURSES, SEARCH, "/", "/ui/", "/openapi.json", "/__mock__/health", "*"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_an_answer_on_every_path(mock: Mock, method: str, path: str) -> None:
    assert mock.raw(method, path.encode(), {b"authorization": b"Bearer creator"}).status_code < 500


def test_trace_echoes_nothing(mock: Mock) -> None:
    answer = mock.raw("TRACE", course(OPEN).encode(), {b"authorization": b"Bearer creator", b"x-canary": b"4711"})
    assert b"4711" not in answer.content


@pytest.mark.parametrize("path", [course(OPEN), COURSES, SEARCH, status(OPEN), course(DRAFT), course(999_999)])
@pytest.mark.parametrize("person", ["creator", "member", "anon"])
def test_head_has_the_head_of_get(mock: Mock, path: str, person: str) -> None:
    get, head = mock.as_(person).get(path), mock.as_(person).head(path)
    assert (head.status_code, dict(head.headers)) == (get.status_code, dict(get.headers))
    assert head.headers["Content-Length"] == str(len(get.content))


def test_a_caller_that_leaves_in_the_middle_of_a_body_changes_nothing(mock: Mock) -> None:
    before = snapshot(mock)
    mock.disconnect("PATCH", course(OPEN), b'{"description": "x"}')
    assert snapshot(mock) == before


VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    " ",
    "x",
    "\u202e",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": {"b": []}},
    "\x7f",
]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
@pytest.mark.parametrize("path", ["/api/v2/jwt/verify_token/", "/oauth/token/", "/oauth/revoke_token/"])
def test_odd_values_do_no_harm_to_the_operations_on_tokens(anon: httpx.Client, path: str, value: Any) -> None:
    names = ("token", "grant_type", "client_id", "client_secret", "username", "password", "code", "refresh_token")
    body = dict.fromkeys(names, value)
    for sent in (form(JSON, json.dumps(body).encode()), urlencoded([(name, str(value)) for name in names])):
        assert anon.post(path, **sent).status_code in {200, 400, 401, 415}
