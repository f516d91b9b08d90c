from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.request import parameters
from mockserver.request.pagination import Page, page

COURSES = "http://mock.test/api/v2/course/"


def ask(rows: int, query: str) -> dict[str, Any]:
    return page(range(rows), parameters.parse(query.encode()), f"{COURSES}?{query}" if query else COURSES, lambda n: n)


def test_a_page_counts_all_rows_and_shows_its_own() -> None:
    assert ask(5, "limit=2") == {
        "count": 5,
        "next": f"{COURSES}?limit=2&offset=2",
        "previous": None,
        "results": [0, 1],
    }


def test_a_page_in_the_middle_knows_both_neighbours() -> None:
    middle = ask(9, "limit=3&offset=3")
    assert middle["next"] == f"{COURSES}?limit=3&offset=6"
    assert middle["previous"] == f"{COURSES}?limit=3"
    assert middle["results"] == [3, 4, 5]


@pytest.mark.parametrize("query", ["limit=3&offset=6", "limit=4&offset=5", "limit=9"])
def test_the_last_page_has_no_next(query: str) -> None:
    assert ask(9, query)["next"] is None


@pytest.mark.parametrize(("offset", "previous"), [(1, "limit=3"), (3, "limit=3"), (4, "limit=3&offset=1")])
def test_the_way_back_drops_the_offset_of_the_first_page(offset: int, previous: str) -> None:
    assert ask(9, f"limit=3&offset={offset}")["previous"] == f"{COURSES}?{previous}"


def test_links_keep_the_other_parameters_in_their_order_and_spelling() -> None:
    link = ask(9, "statuses=%5B%22joined%22%5D&offset=2&b=x+y&a=1,2&limit=2&b=&c")["next"]
    assert link == f"{COURSES}?statuses=%5B%22joined%22%5D&b=x+y&a=1,2&b=&c&limit=2&offset=4"


def test_links_say_limit_and_offset_once_however_they_were_said() -> None:
    assert ask(9, "limit=7&%6Cimit=2&offset=1&offset=2")["next"] == f"{COURSES}?limit=2&offset=4"


@pytest.mark.parametrize("limit", ["", "x", "0", "-1", "1.5", "²", "0x10", "NaN"])
def test_a_limit_that_makes_no_sense_is_twenty(limit: str) -> None:
    assert len(ask(25, f"limit={limit}")["results"]) == 20


@pytest.mark.parametrize("limit", ["100", "101", "9" * 17, "9" * 10_000])
def test_a_page_has_a_hundred_rows_at_most(limit: str) -> None:
    assert len(ask(150, f"limit={limit}")["results"]) == 100


@pytest.mark.parametrize("offset", ["", "x", "-1", "1.5", "²"])
def test_an_offset_that_makes_no_sense_is_the_start(offset: str) -> None:
    assert ask(3, f"offset={offset}")["results"] == [0, 1, 2]


@pytest.mark.parametrize("offset", ["3", "99", "9" * 10_000])
def test_past_the_end_there_are_no_rows_and_the_count_stays(offset: str) -> None:
    past = ask(3, f"offset={offset}")
    assert (past["count"], past["next"], past["results"]) == (3, None, [])


def test_no_rows_make_one_empty_page() -> None:
    assert ask(0, "") == {"count": 0, "next": None, "previous": None, "results": []}


def test_only_the_rows_of_the_page_are_represented() -> None:
    represented: list[int] = []
    page(range(50), {"limit": ["2"], "offset": ["4"]}, COURSES, represented.append)
    assert represented == [4, 5]


def test_a_query_without_paging_asks_for_the_first_twenty() -> None:
    assert Page.asked({}) == Page.asked({"search": ["x"]}) == Page(limit=20, offset=0)


@given(rows=st.integers(0, 300), limit=st.integers(1, 120))
def test_following_next_to_the_end_shows_every_row_once(rows: int, limit: int) -> None:
    seen: list[int] = []
    query: str | None = f"search=x&limit={limit}"
    while query is not None:
        current = ask(rows, query)
        seen += current["results"]
        query = urlsplit(current["next"]).query if current["next"] else None
    assert seen == list(range(rows))


@given(st.text(max_size=60))
def test_no_query_keeps_a_page_from_being_made(query: str) -> None:
    made = page(range(9), parameters.parse(query.encode()), f"http://[/?{query}", lambda n: n)
    assert made["count"] == 9
