"""Answers have the documented media type that the caller prefers, and bodies in XML are read by their schema."""

from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import mock_of

BAKERY = Path(__file__).parent / "bakery.yaml"
CAKE = (
    '<Cake xmlns:b="urn:bakery"><b:name>Sacher &amp; co</b:name><vegan>false</vegan><price>4.5</price>'
    "<layers>1</layers><layers>2</layers><toppings><topping>jam</topping></toppings><by><first>Franz</first></by></Cake>"
)
VALUES = {
    "name": "Sacher & co",
    "vegan": False,
    "price": 4.5,
    "layers": [1, 2],
    "toppings": ["jam"],
    "baker": {"first": "Franz"},
}
XML = {"Content-Type": "application/xml"}


@pytest.fixture
def guest() -> httpx.Client:
    return mock_of(spec=BAKERY, base_path="").client()


def _media_type(answer: httpx.Response) -> str:
    return answer.headers["Content-Type"]


# --- the Accept header ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/plain", "text/plain"),
        ("text/*", "text/plain"),
        ("application/xml, application/json", "application/xml"),
        ("application/json, application/xml", "application/json"),
        ("application/json;q=0.8, application/xml;q=0.9", "application/xml"),
        ("text/html, application/xml, */*;q=0.1", "application/xml"),
        ("application/json;q=0, */*", "text/plain"),
        ("application/xml;charset=utf-8", "application/xml"),
    ],
)
def test_accept_chooses_among_the_documented_media_types(guest: httpx.Client, accept: str, media_type: str) -> None:
    assert _media_type(guest.get("/menu", headers={"Accept": accept})) == media_type


def test_each_media_type_has_its_own_example(guest: httpx.Client) -> None:
    texts = {
        accept: guest.get("/menu", headers={"Accept": accept}).text for accept in ("text/plain", "application/xml")
    }
    assert texts == {"text/plain": "bread and cake", "application/xml": "<menu><dish>bread</dish></menu>"}


def test_a_preferred_example_is_looked_up_in_the_accepted_media_type(guest: httpx.Client) -> None:
    answer = guest.get("/menu", headers={"Accept": "text/plain", "Prefer": "code=200"})
    assert (_media_type(answer), answer.text) == ("text/plain", "bread and cake")


@pytest.mark.parametrize("accept", ["image/png", "application/problem+json", "text/plain;q=0"])
def test_a_caller_who_accepts_no_documented_media_type_is_told_which_there_are(
    guest: httpx.Client, accept: str
) -> None:
    answer = guest.get("/sign", headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.json()["detail"] == "Answers are text/plain; the Accept header excludes them."


def test_json_is_not_a_type_that_is_built_on_it(guest: httpx.Client) -> None:
    assert guest.get("/window", headers={"Accept": "application/json"}).status_code == 406
    answer = guest.get("/window", headers={"Accept": "application/vnd.bakery+json"})
    assert (_media_type(answer), answer.json()) == ("application/vnd.bakery+json", {"cakes": 3})


def test_a_documented_range_has_every_type_in_it(guest: httpx.Client) -> None:
    assert _media_type(guest.get("/window", headers={"Accept": "image/webp"})) == "image/webp"
    assert _media_type(guest.get("/window", headers={"Accept": "image/*"})) == "image/png"
    assert guest.get("/anything", headers={"Accept": "text/html, application/json"}).json() == {"flour": "rye"}
    answer = guest.get("/anything", headers={"Accept": "application/xml"})
    assert (_media_type(answer), answer.text) == ("application/xml", "<xml><flour>rye</flour></xml>")


def test_an_answer_without_content_is_for_everybody(guest: httpx.Client) -> None:
    assert guest.delete("/oven", headers={"Accept": "image/png"}).status_code == 204


def test_a_text_never_shows_an_object(guest: httpx.Client) -> None:
    answer = guest.put("/oven", json={"degrees": 200})
    assert (answer.status_code, _media_type(answer), answer.text) == (200, "text/plain", "It is hot.")


def test_a_header_with_a_default_is_sent(guest: httpx.Client) -> None:
    headers = guest.get("/sign").headers
    assert headers["X-Letters"] == "gold"
    assert "X-Light" not in headers


# --- rejections -------------------------------------------------------------------------------------------------------


def test_a_rejection_has_its_documented_media_type_whatever_is_accepted(guest: httpx.Client) -> None:
    answer = guest.put("/oven", json={})
    assert (answer.status_code, _media_type(answer)) == (400, "application/xml")
    assert answer.text == '<fault status="400"><message>degrees: This field is required.</message></fault>'


@pytest.mark.parametrize(
    ("accept", "text"), [("application/json", '"Ask the baker."'), ("text/plain", "Ask the baker!")]
)
def test_the_example_of_a_rejection_that_is_a_text_stays(guest: httpx.Client, accept: str, text: str) -> None:
    answer = guest.get("/till", headers={"Accept": accept})
    assert (answer.status_code, _media_type(answer), answer.text) == (401, accept, text)


# --- base 64 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("photo", "status"), [("cGhvdG8=", 201), ("", 201), ("cGhv\r\ndG8=", 201), ("%", 400), ("=a", 400)]
)
def test_the_format_byte_is_base_64(guest: httpx.Client, photo: str, status: int) -> None:
    assert guest.post("/cakes", json={"name": "Linzer", "photo": photo}).status_code == status


# --- XML --------------------------------------------------------------------------------------------------------------


def test_a_body_in_xml_is_read_by_its_schema(guest: httpx.Client) -> None:
    answer = guest.post("/cakes", content=CAKE, headers=XML)
    assert (answer.status_code, answer.json()) == (201, {"id": 1, **VALUES})


def test_an_item_is_written_as_its_schema_names_it(guest: httpx.Client) -> None:
    guest.post("/cakes", json=VALUES)
    answer = guest.get("/cakes/1", headers={"Accept": "application/xml"})
    assert answer.text == (
        '<Cake id="1"><b:name xmlns:b="urn:bakery">Sacher &amp; co</b:name><vegan>false</vegan><price>4.5</price>'
        "<layers>1</layers><layers>2</layers><toppings><topping>jam</topping></toppings>"
        "<by><first>Franz</first></by></Cake>"
    )


def test_what_is_written_can_be_sent_back(guest: httpx.Client) -> None:
    guest.post("/cakes", json={**VALUES, "price": None})
    written = guest.get("/cakes/1", headers={"Accept": "application/xml"}).content
    again = guest.post("/cakes", content=written, headers=XML)
    assert again.json() == {"id": 2, **VALUES, "price": None}


def test_a_list_is_an_element_with_its_items(guest: httpx.Client) -> None:
    guest.post("/cakes", json={"name": "Linzer"})
    answer = guest.get("/cakes", headers={"Accept": "application/xml"})
    assert answer.text == '<cakes><Cake id="1"><b:name xmlns:b="urn:bakery">Linzer</b:name></Cake></cakes>'


def test_items_are_kept_where_a_document_has_xml_alone(guest: httpx.Client) -> None:
    answer = guest.post("/flours", content="<Flour><grain>rye</grain></Flour>", headers=XML)
    assert answer.text == "<Flour><id>1</id><grain>rye</grain></Flour>"
    assert guest.get("/flours").text == "<Flours><flours><id>1</id><grain>rye</grain></flours></Flours>"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<Cake><vegan>true</vegan></Cake>", 400),
        ("<Cake><name>Linzer</name><vegan>perhaps</vegan></Cake>", 400),
        ("<Cake><name>Linzer</name>", 400),
        ("", 400),
        ('<!DOCTYPE Cake [<!ENTITY a "b">]><Cake><name>&a;</name></Cake>', 400),
        ("<Cake>" + "<by>" * 200 + "</by>" * 200 + "<name>Linzer</name></Cake>", 400),
        ("<Cake><name>Linzer</name><unknown/></Cake>", 201),
    ],
)
def test_xml_that_is_wrong_is_rejected(guest: httpx.Client, body: str, status: int) -> None:
    assert guest.post("/cakes", content=body, headers=XML).status_code == status


def test_a_document_type_is_named_in_its_rejection(guest: httpx.Client) -> None:
    body = '<!DOCTYPE Cake SYSTEM "file:///etc/passwd"><Cake><name>Linzer</name></Cake>'
    answer = guest.post("/cakes", content=body.encode("utf-16"), headers=XML)
    assert answer.json()["detail"] == "The XML has a document type. Send it without DOCTYPE."
