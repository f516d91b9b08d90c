from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.support import (
    COURSES,
    ENCODINGS,
    HOST,
    OPEN,
    SEARCH,
    SIZES,
    Encode,
    Mock,
    corner,
    course,
    dimensions,
    form,
    multipart,
    outcome,
    painted,
)

NEW = [("name", "New"), ("type", "self-paced")]
RED = painted(colour="red")
TEAL = painted(colour="teal")


def upload(caller: httpx.Client, content: bytes, filename: str = "picture.png", key: int = OPEN) -> httpx.Response:
    return caller.patch(course(key), **multipart([], [("image_original", filename, content)]))


def addresses(answer: httpx.Response) -> list[str]:
    """The addresses of the four sizes."""
    return [answer.json()[field] for field in SIZES]


def shown(caller: httpx.Client, answer: httpx.Response) -> dict[str, bytes]:
    """The pictures behind the addresses of an answer, each of which is fetched without a token."""
    found: dict[str, bytes] = {}
    for field in SIZES:
        picture = caller.get(answer.json()[field])
        assert picture.status_code == 200
        assert picture.headers["Content-Type"] in {"image/png", "image/jpeg"}
        found[field] = picture.content
    return found


@pytest.mark.rule("COURSE-PATCH-09", "COURSE-PATCH-43")
@pytest.mark.parametrize(
    ("kind", "filename"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("GIF", "a.gif"), ("PNG", "a.txt")]
)
@pytest.mark.parametrize("size", [(60, 40), (1200, 900), (1, 1), (30, 1000)])
def test_of_an_uploaded_picture_there_are_four_square_sizes(
    creator: httpx.Client, anon: httpx.Client, kind: str, filename: str, size: tuple[int, int]
) -> None:
    answer = upload(creator, painted(kind, size), filename)
    assert answer.status_code == 200
    assert len(set(addresses(answer))) == 4
    pictures = shown(anon, answer)
    assert {field: dimensions(content) for field, content in pictures.items()} == {
        field: (pixels, pixels) for field, pixels in SIZES.items()
    }


@pytest.mark.rule("COURSE-PATCH-09")
def test_the_sizes_show_what_was_uploaded(creator: httpx.Client, anon: httpx.Client) -> None:
    for content in shown(anon, upload(creator, RED)).values():
        assert corner(content) == (255, 0, 0)
    for content in shown(anon, upload(creator, TEAL)).values():
        assert corner(content) == (0, 128, 128)


@pytest.mark.rule("COURSE-PATCH-09")
def test_the_addresses_are_on_the_host_that_the_caller_used(mock: Mock) -> None:
    assert all(address.startswith(f"{HOST}/") for address in addresses(upload(mock.as_("creator"), RED)))


FORWARDED = [
    ({"Host": "mock.example:8443"}, "http://mock.example:8443/"),
    ({"Host": "[::1]:8000"}, "http://[::1]:8000/"),
    ({"Host": "inner", "X-Forwarded-Host": "outer.example", "X-Forwarded-Proto": "https"}, "https://outer.example/"),
    (
        {"Host": "inner", "X-Forwarded-Host": "outer.example, middle", "X-Forwarded-Proto": "https, http"},
        "https://outer",
    ),
    ({"Host": "inner", "X-Forwarded-Proto": "javascript"}, "http://inner/"),
    ({"Host": "inner", "X-Forwarded-Host": "a b<>"}, "http://inner/"),
    ({"Host": 'a"b'}, "http://127.0.0.1/"),
]


@pytest.mark.rule("COURSE-PATCH-09")
@pytest.mark.parametrize(("headers", "start"), FORWARDED)
def test_the_addresses_are_those_by_which_the_caller_knows_the_mock(
    mock: Mock, headers: dict[str, str], start: str
) -> None:
    answer = mock.client(headers).get(course(OPEN))
    assert all(address.startswith(start) for address in addresses(answer))


@pytest.mark.rule("COURSE-PATCH-09")
@pytest.mark.parametrize("person", ["creator", "joined", "anon"])
def test_everybody_who_sees_a_course_sees_its_picture(as_: As, person: str) -> None:
    expected = addresses(upload(as_("creator"), RED))
    assert addresses(as_(person).get(course(OPEN))) == expected
    [row] = [row for row in as_(person).get(SEARCH).json()["results"] if row["id"] == OPEN]
    assert [row[field] for field in SIZES] == expected


def test_the_world_at_start_has_a_picture_that_answers(anon: httpx.Client) -> None:
    pictures = shown(anon, anon.get(course(OPEN)))
    assert {field: dimensions(content) for field, content in pictures.items()} == {
        field: (pixels, pixels) for field, pixels in SIZES.items()
    }


@pytest.mark.rule("COURSE-PATCH-10")
def test_a_new_picture_has_four_new_addresses_even_if_it_is_the_same(creator: httpx.Client, anon: httpx.Client) -> None:
    start = creator.get(course(OPEN))
    first, second, again = upload(creator, RED), upload(creator, TEAL), upload(creator, RED)
    assert len({address for answer in (start, first, second, again) for address in addresses(answer)}) == 16
    assert addresses(creator.get(course(OPEN))) == addresses(again)
    assert corner(shown(anon, again)["image_small"]) == (255, 0, 0)


def test_a_replaced_picture_is_not_kept(creator: httpx.Client, anon: httpx.Client) -> None:
    first = upload(creator, RED)
    upload(creator, TEAL)
    assert [anon.get(address).status_code for address in addresses(first)] == [404] * 4


@pytest.mark.rule("COURSE-PATCH-10")
def test_no_other_change_touches_the_addresses(creator: httpx.Client) -> None:
    before = addresses(upload(creator, RED))
    for fields in ({"name": "x"}, {}, {"privacy": "secret"}, {"og_image": "x"}):
        for encode in ENCODINGS.values():
            assert addresses(creator.patch(course(OPEN), **encode(fields))) == before
    put = creator.put(course(OPEN), json={"name": "x", "type": "scheduled"})
    assert addresses(put) == before


@pytest.mark.rule("COURSE-PATCH-10")
def test_a_picture_belongs_to_one_course(creator: httpx.Client) -> None:
    before = addresses(creator.get(course(2)))
    assert set(addresses(upload(creator, RED))).isdisjoint(before)
    assert addresses(creator.get(course(2))) == before


@pytest.mark.rule("COURSE-PATCH-08")
@pytest.mark.parametrize(
    "sent",
    [multipart(NEW, [("image_original", "a.png", RED)]), {"json": {**dict(NEW), "image_original": "canary-4711"}}],
)
def test_the_original_never_comes_out(mock: Mock, sent: dict[str, Any]) -> None:
    creator = mock.as_("creator")
    made = creator.post(COURSES, **sent)
    path = course(made.json()["id"])
    answers = [made, creator.put(path, **sent), creator.patch(path, **sent)]
    answers += [creator.get(path, params={"view": view}) for view in ("user", "edit", "dashboard")]
    answers += [creator.get(SEARCH), creator.get(f"{COURSES}?statuses=creator"), creator.get("/__mock__/journal")]
    answers += [creator.patch(path, json={"image_original": "canary-4711", "type": "x"})]
    for answer in answers:
        assert "canary-4711" not in answer.text + str(answer.headers)
        assert '"image_original":"' not in answer.text


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize(
    "content",
    [
        b"no picture",
        RED[: len(RED) // 2],
        RED[:8],
        b"GIF89a",
        b"\xff\xd8\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\0",
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST"])
def test_a_file_that_is_no_picture_is_refused(creator: httpx.Client, method: str, content: bytes) -> None:
    before = addresses(creator.get(course(OPEN)))
    path = COURSES if method == "POST" else course(OPEN)
    answer = creator.request(method, path, **multipart(NEW, [("image_original", "a.png", content)]))
    assert outcome(answer) == (400, [("image_original", "invalid_image")])
    rule = {"PATCH": "COURSE-PATCH-43", "PUT": "COURSE-PUT-01"}.get(method)
    assert answer.headers.get("X-Mock-Rule") == rule
    assert addresses(creator.get(course(OPEN))) == before


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize("kind", ["BMP", "TIFF", "WEBP", "ICO"])
def test_a_picture_of_another_kind_is_refused(creator: httpx.Client, kind: str) -> None:
    assert outcome(upload(creator, painted(kind))) == (400, [("image_original", "invalid_image")])


@pytest.mark.rule("COURSE-PATCH-43")
def test_an_empty_file_is_refused_and_no_file_is_no_field(creator: httpx.Client) -> None:
    assert outcome(upload(creator, b"")) == (400, [("image_original", "empty")])
    # A browser says so that no file was chosen.
    before = addresses(creator.get(course(OPEN)))
    answer = upload(creator, b"", filename="")
    assert (answer.status_code, addresses(answer)) == (200, before)


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_text_stands_for_a_picture(creator: httpx.Client, anon: httpx.Client, encoding: str) -> None:
    encode: Encode = ENCODINGS[encoding]
    before = addresses(creator.get(course(OPEN)))
    first = creator.patch(course(OPEN), **encode({"image_original": "string"}))
    assert set(addresses(first)).isdisjoint(before)
    sizes = {field: dimensions(content) for field, content in shown(anon, first).items()}
    assert sizes == {field: (pixels, pixels) for field, pixels in SIZES.items()}
    other = creator.patch(course(OPEN), **encode({"image_original": "another string"}))
    assert set(addresses(other)).isdisjoint(addresses(first))


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [f"data:image/png;base64,{b64encode(RED).decode()}", b64encode(RED).decode()])
def test_a_picture_may_come_as_text(creator: httpx.Client, anon: httpx.Client, encoding: str, text: str) -> None:
    answer = creator.patch(course(OPEN), **ENCODINGS[encoding]({"image_original": text}))
    assert answer.status_code == 200
    assert {corner(content) for content in shown(anon, answer).values()} == {(255, 0, 0)}


@pytest.mark.rule("COURSE-PATCH-43")
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "null"),
        ({}, "invalid"),
        ([], "invalid"),
        (True, "invalid"),
        ("data:image/png;base64,AAAA", "invalid_image"),
        ("data:text/plain,hello", "invalid_image"),
        ("data:,", "empty"),
    ],
)
def test_what_is_neither_a_picture_nor_a_text_is_refused(creator: httpx.Client, value: Any, code: str) -> None:
    before = addresses(creator.get(course(OPEN)))
    assert outcome(creator.patch(course(OPEN), json={"image_original": value})) == (400, [("image_original", code)])
    assert addresses(creator.get(course(OPEN))) == before


def test_there_is_no_way_to_take_a_picture_away(creator: httpx.Client) -> None:
    before = addresses(creator.get(course(OPEN)))
    for nothing, code in (("", "blank"), (None, "null")):
        answer = creator.patch(course(OPEN), json={"image_original": nothing})
        assert outcome(answer) == (400, [("image_original", code)])
    assert addresses(creator.get(course(OPEN))) == before


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_an_empty_picture_in_a_form_is_one_that_was_not_touched(creator: httpx.Client, form: str) -> None:
    before = addresses(creator.get(course(OPEN)))
    answer = creator.patch(course(OPEN), **ENCODINGS[form]({"image_original": "", "og_title": "new"}))
    assert (addresses(answer), answer.json()["og_title"]) == (before, "new")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_picture_may_come_with_every_write(creator: httpx.Client, anon: httpx.Client, method: str) -> None:
    path = COURSES if method == "POST" else course(OPEN)
    answer = creator.request(method, path, **multipart(NEW, [("image_original", "a.png", RED)]))
    assert corner(shown(anon, answer)["image_small"]) == (255, 0, 0)
    assert answer.json()["name"] == "New"


@pytest.mark.parametrize(
    "path",
    ["/media/", "/media/course/", "/media/course/x/small", "/media/course/start-1/huge", "/media/course/start-1/"],
)
def test_an_address_that_no_picture_has_answers_404(anon: httpx.Client, path: str) -> None:
    assert outcome(anon.get(path)) == (404, [(None, "not_found")])


SEED_EXAMPLE = b'{\n  "image_original": "string"\n}'


@pytest.mark.rule("COURSE-PATCH-43", "COURSE-PATCH-09")
def test_the_documentations_own_example_works_byte_for_byte_and_is_noted(mock: Mock) -> None:
    headers = {
        b"Content-Type": b"application/x-www-form-urlencoded",
        b"Accept": b"application/json",
        b"Authorization": b"Bearer manager",
    }
    before = mock.as_("creator").get(course(OPEN))
    answer = mock.raw("PATCH", course(OPEN).encode(), headers, SEED_EXAMPLE)
    assert answer.status_code == 200
    assert "JSON" in answer.headers["X-Mock-Notice"]
    assert "application/x-www-form-urlencoded" in answer.headers["X-Mock-Notice"]
    assert set(addresses(answer)).isdisjoint(addresses(before))
    assert addresses(mock.as_("creator").get(course(OPEN))) == addresses(answer)
    shown(mock.as_("anon"), answer)


@pytest.mark.parametrize("person", ["joined", "anon"])
def test_the_example_is_for_managers(as_: As, person: str) -> None:
    answer = as_(person).patch(course(OPEN), **form("application/x-www-form-urlencoded", SEED_EXAMPLE))
    assert answer.status_code == (401 if person == "anon" else 403)
