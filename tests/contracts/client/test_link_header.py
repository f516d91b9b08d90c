"""The next page in a Link header, in all the forms that RFC 8288 allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.client.link_header import Link, find_link, parse_links

BASE = "http://notes.example/notes?page=1"


@pytest.mark.parametrize(
    "header",
    [
        '</notes?page=2>; rel="next"',
        "</notes?page=2>; rel=next",
        "<?page=2>;rel=next",
        '<http://notes.example/notes?page=2>; rel="next"',
        '</notes?page=2>; rel="prev next"',
        '</notes?page=2>; rel="NEXT"; type="application/json"',
        '</notes?page=2>; REL = "next"',
        '</notes?page=2> ; title="a; b" ; rel="next"',
        '</notes?page=2>; title="a, </b>; rel=x"; rel="next"',
        r'</notes?page=2>; title="say \"hi\", then"; rel="next"',
        "</notes?page=2>; title*=UTF-8''n%c3%a4chste; rel=next",
        '</notes?page=2>; crossorigin; rel="next"',
        '</notes?page=1>; rel="first", </notes?page=2>; rel="next", </notes?page=9>; rel="last"',
        '</notes?page=1>; rel="first",</notes?page=2>; rel="next"',
        '</a>; title="x, </b>; rel=next"; rel="prev", </notes?page=2>; rel="next"',
        ', ,</notes?page=1>, </notes?page=2>; rel="next",',
        '</pages>; rel="next"; anchor="/pages", </notes?page=2>; rel="next"',
        f'</notes?page=2>; anchor="{BASE}"; rel="next"',
        '</notes?page=2>; rel="next',
    ],
)
def test_the_next_page_is_read(header: str) -> None:
    assert find_link(header, "next", BASE) == "http://notes.example/notes?page=2"


@pytest.mark.parametrize(
    ("header", "url"),
    [
        ('<?ids=1,2>; rel="next"', "http://notes.example/notes?ids=1,2"),
        ('<?a=1;b=2>; rel="next"', "http://notes.example/notes?a=1;b=2"),
        ('<?a="b">; rel="next"', 'http://notes.example/notes?a="b"'),
        ("<?page=2>; rel=next, <?page=3>; rel=next", "http://notes.example/notes?page=2"),
    ],
)
def test_the_url_is_read_up_to_its_bracket(header: str, url: str) -> None:
    assert find_link(header, "next", BASE) == url


@pytest.mark.parametrize(
    "header",
    [
        "",
        "/notes?page=2; rel=next",
        "</notes?page=2>",
        "</notes?page=2>; rel",
        '</notes?page=2>; rel="prev"',
        '</notes?page=2>; rel="nextpage"',
        '</notes?page=2>; rel="not-next"',
        '</notes?page=2>; rel="prev"; rel="next"',
        '</notes?page=2>; rev="next"',
        '</notes?page=2>; title="rel=next"',
        r'</notes?page=2>; title="a\"; rel=next"',
        '</pages?page=2>; rel="next"; anchor="/pages"',
        "</notes?page=2; rel=next",
    ],
)
def test_other_links_are_no_next_page(header: str) -> None:
    assert find_link(header, "next", BASE) is None


def test_a_link_has_all_its_parameters() -> None:
    links = [*parse_links(r'</a>; Rel="prev  NEXT"; title="a \"b\" \\ c"; flag, </b>')]
    assert links == [Link("/a", {"rel": "prev  NEXT", "title": 'a "b" \\ c', "flag": ""}), Link("/b", {})]
    assert links[0].relations == {"prev", "next"}


def quote(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


TITLES = st.text(st.characters(min_codepoint=32, max_codepoint=126))


@given(st.lists(st.tuples(TITLES, st.sampled_from(["next", "prev", "first last"])), max_size=4))
def test_every_title_can_be_written_and_read(titles: list[tuple[str, str]]) -> None:
    written = [
        f"</{number}>; title={quote(title)}; rel={quote(relation)}" for number, (title, relation) in enumerate(titles)
    ]
    links = [*parse_links(", ".join(written))]
    assert [(link.parameters["title"], link.parameters["rel"]) for link in links] == titles


@given(st.text(st.sampled_from('<>;,="\\ \trelnxt/?')))
def test_any_text_can_be_parsed(header: str) -> None:
    assert len([*parse_links(header)]) <= header.count("<")
