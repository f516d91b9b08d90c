from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from mockserver.courses.handlers.listing import ordered
from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import COURSES, HOST, SEARCH, TAUGHT, Mock, course, outcome

OF_MEMBER = f"{COURSES}?statuses=creator"
LISTS = (OF_MEMBER, SEARCH)


def rows(answer: httpx.Response) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]


def plant(caller: httpx.Client, count: int, **fields: Any) -> list[int]:
    """Create some open courses; return their ids."""
    ids = []
    for number in range(count):
        new = {"name": f"Planted {number:02}", "type": "self-paced", "privacy": "open", **fields}
        ids.append(caller.post(COURSES, json=new).json()["id"])
    return ids


def page(caller: httpx.Client, path: str, **query: str) -> httpx.Response:
    url = httpx.URL(path)
    return caller.get(url, params={**url.params, **query})


@pytest.fixture
def member(mock: Mock) -> httpx.Client:
    return mock.as_("member")


@pytest.mark.rule("LIST-01")
@pytest.mark.parametrize("path", LISTS)
def test_a_paged_list_takes_limit_and_offset(member: httpx.Client, path: str) -> None:
    plant(member, 5)
    everything = rows(page(member, path))
    first = page(member, path, limit="2").json()
    assert list(first) == ["count", "next", "previous", "results"]
    assert (first["count"], len(first["results"]), first["previous"]) == (len(everything), 2, None)
    middle = page(member, path, limit="2", offset="2")
    assert rows(middle) == everything[2:4]
    assert middle.json()["next"] is not None
    assert middle.json()["previous"] is not None
    assert rows(page(member, path, limit="100", offset="1")) == everything[1:]


@pytest.mark.rule("LIST-01", "LIST-02")
@pytest.mark.parametrize("path", LISTS)
def test_at_the_ends_of_a_list_there_is_no_neighbour(member: httpx.Client, path: str) -> None:
    plant(member, 3)
    whole = page(member, path).json()
    assert (whole["next"], whole["previous"]) == (None, None)
    last = page(member, path, limit="1", offset=str(whole["count"] - 1)).json()
    assert last["next"] is None
    assert last["previous"] is not None


def walk(caller: httpx.Client, path: str, **query: str) -> list[int]:
    """The ids on all pages, by following next."""
    answer = page(caller, path, **query)
    found = rows(answer)
    while answer.json()["next"] is not None:
        answer = caller.get(answer.json()["next"])
        found += rows(answer)
    return found


@pytest.mark.rule("LIST-02", "LIST-11")
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["1", "2", "3", "7"])
def test_following_next_shows_every_item_once(member: httpx.Client, path: str, limit: str) -> None:
    planted = plant(member, 7)
    found = walk(member, path, limit=limit)
    assert found == rows(page(member, path, limit="100"))
    assert len(found) == len(set(found))
    assert set(planted) <= set(found)


@pytest.mark.rule("LIST-02")
@pytest.mark.parametrize("path", LISTS)
def test_following_previous_leads_back_to_the_start(member: httpx.Client, path: str) -> None:
    plant(member, 5)
    answer = page(member, path, limit="2", offset="4")
    second = member.get(answer.json()["previous"])
    first = member.get(second.json()["previous"])
    assert rows(first) + rows(second) + rows(answer) == rows(page(member, path))[:6]
    assert first.json()["previous"] is None


@pytest.mark.rule("LIST-02")
def test_neighbours_are_whole_addresses_that_keep_the_other_parameters(member: httpx.Client) -> None:
    plant(member, 3)
    query = {"search": "plänted & a+b", "ordering": "-name", "limit": "1", "statuses": "creator"}
    assert page(member, SEARCH, **query).json()["count"] == 0
    query["search"] = "Planted 0"
    answer = page(member, SEARCH, **query, offset="1").json()
    for address, offset in ((answer["next"], ["2"]), (answer["previous"], None)):
        assert address.startswith(f"{HOST}{SEARCH}?")
        said = parse_qs(urlsplit(address).query)
        assert said.pop("offset", None) == offset
        assert said == {name: [value] for name, value in query.items()}


@pytest.mark.rule("LIST-02")
def test_neighbours_are_on_the_host_that_the_caller_used(mock: Mock) -> None:
    caller = mock.client({"Authorization": "Bearer creator", "Host": "localhost:4321"})
    assert page(caller, SEARCH, limit="1").json()["next"].startswith("http://localhost:4321/api/v2/course/search/?")


@pytest.mark.rule("LIST-03")
@pytest.mark.parametrize("path", LISTS)
def test_a_page_holds_20_results_unless_told_otherwise_and_never_more_than_100(member: httpx.Client, path: str) -> None:
    plant(member, 105)
    assert len(rows(page(member, path))) == 20
    assert len(rows(page(member, path, limit="25"))) == 25
    assert len(rows(page(member, path, limit="101"))) == 100
    assert len(walk(member, path, limit="9" * 30)) == page(member, path).json()["count"]


@pytest.mark.rule("LIST-04")
@pytest.mark.parametrize("path", LISTS)
def test_a_limit_or_an_offset_that_makes_no_sense_counts_as_unsaid(member: httpx.Client, path: str) -> None:
    plant(member, 22)
    whole = page(member, path).json()
    for limit in ("x", "0", "-1", "1.5", "", "\0", "null", "٣x"):
        assert rows(page(member, path, limit=limit)) == [row["id"] for row in whole["results"]]
    for offset in ("x", "-1", "1.5", "", "\0"):
        assert rows(page(member, path, offset=offset)) == [row["id"] for row in whole["results"]]


@pytest.mark.rule("LIST-04")
@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("offset", ["100", "9" * 18, "9" * 5000])
def test_behind_the_end_there_are_no_results_and_the_count_stays(member: httpx.Client, path: str, offset: str) -> None:
    plant(member, 3)
    count = page(member, path).json()["count"]
    answer = page(member, path, offset=offset).json()
    assert (answer["count"], answer["results"], answer["next"]) == (count, [], None)


SPELLINGS = (
    "statuses=joined&statuses=manager",
    "statuses[]=joined&statuses[]=manager",
    "statuses%5B%5D=joined&statuses%5B%5D=manager",
    "statuses=joined,manager",
    "statuses=joined%2Cmanager",
    'statuses=["joined","manager"]',
    "statuses=%5B%22joined%22%2C%22manager%22%5D",
)


@pytest.mark.rule("LIST-06")
@pytest.mark.parametrize("path", [COURSES, SEARCH])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_statuses_may_be_spelled_as_clients_do(as_: As, path: str, spelling: str) -> None:
    for person in ("joined", "manager"):
        everything = rows(as_(person).get(f"{path}?statuses={person}"))
        assert everything
        assert rows(as_(person).get(f"{path}?{spelling}")) == everything
    assert rows(as_("invited").get(f"{path}?{spelling}")) == []


@pytest.mark.rule("LIST-06")
@pytest.mark.parametrize("path", [COURSES, SEARCH])
def test_statuses_takes_one_value(as_: As, path: str) -> None:
    for person in ("creator", "manager", "joined", "invited"):
        assert rows(as_(person).get(f"{path}?statuses={person}"))
        assert rows(as_("member").get(f"{path}?statuses={person}")) == []
        other = "joined" if person != "joined" else "manager"
        assert rows(as_(person).get(f"{path}?statuses={other}")) == []


@pytest.mark.rule("LIST-06")
@pytest.mark.parametrize("path", [COURSES, SEARCH])
@pytest.mark.parametrize("blank", ["statuses=", "statuses=[]", "statuses=,"])
def test_blank_statuses_narrow_nothing(as_: As, path: str, blank: str) -> None:
    assert rows(as_("joined").get(f"{path}?{blank}")) == rows(as_("joined").get(path))


@pytest.mark.rule("LIST-07")
@pytest.mark.parametrize("path", [COURSES, SEARCH])
@pytest.mark.parametrize("statuses", ["x", "joined,x", '["x"]', "JOINED", "null", "undefined", "\0"])
def test_statuses_knows_no_other_values(as_: As, path: str, statuses: str) -> None:
    answer = as_("joined").get(path, params={"statuses": statuses})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("statuses", "invalid_choice")]), "LIST-07")


@pytest.mark.rule("LIST-08")
@pytest.mark.parametrize("field", ["id", "name", "created_at"])
def test_a_minus_turns_the_order_round(mock: Mock, field: str) -> None:
    member = mock.as_("member")
    for name in ("m", "Z", "a", "é"):
        plant(member, 1, name=name)
        mock.clock.advance(hours=1)
    upwards = page(member, SEARCH, ordering=field).json()["results"]
    downwards = page(member, SEARCH, ordering=f"-{field}").json()["results"]
    values = [row[field] for row in upwards]
    assert values == sorted(values)
    assert upwards == downwards[::-1]


@pytest.mark.rule("LIST-09")
@pytest.mark.parametrize("ordering", ["zz", "-zz", "", "-", "password", "zz,-", "--id", "__class__", "\0"])
def test_an_ordering_that_cannot_be_is_passed_over(member: httpx.Client, ordering: str) -> None:
    plant(member, 3)
    assert rows(page(member, SEARCH, ordering=ordering)) == rows(page(member, SEARCH))


@pytest.mark.rule("LIST-08", "LIST-09")
@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("name,id", [("A", 1), ("A", 3), ("B", 2)]),
        ("name,-id", [("A", 3), ("A", 1), ("B", 2)]),
        ("-name,id", [("B", 2), ("A", 1), ("A", 3)]),
        ("zz, -name ,id", [("B", 2), ("A", 1), ("A", 3)]),
        ("-name", [("B", 2), ("A", 3), ("A", 1)]),
        ("id,name", [("A", 1), ("B", 2), ("A", 3)]),
        ("zz,-", [("A", 3), ("B", 2), ("A", 1)]),
    ],
)
def test_rows_are_sorted_by_each_field_in_turn(ordering: str, expected: list[tuple[str, int]]) -> None:
    rows = [{"id": key, "name": name} for key, name in ((2, "B"), (1, "A"), (3, "A"))]
    found = ordered(rows, ordering, ("id", "name"), "-id")
    assert [(row["name"], row["id"]) for row in found] == expected


@pytest.mark.rule("LIST-10")
@pytest.mark.parametrize("words", ["OPEN", "open", "Open Course", "pen co", "EVERYBODY", "  open  "])
def test_a_search_finds_what_holds_its_text_in_capitals_or_not(anon: httpx.Client, words: str) -> None:
    assert rows(page(anon, SEARCH, search=words)) == [1]


@pytest.mark.rule("LIST-10")
def test_a_search_finds_capitals_of_every_script(member: httpx.Client) -> None:
    [found] = plant(member, 1, name="ÜBER Straße")
    for words in ("über", "ÜBER", "STRASSE"):
        assert rows(page(member, SEARCH, search=words)) == [found]


@pytest.mark.rule("LIST-10")
@pytest.mark.parametrize("words", ["nothing like it", "%", "_", ".*", "open  course", "\\"])
def test_a_search_takes_its_text_to_the_letter(anon: httpx.Client, words: str) -> None:
    assert rows(page(anon, SEARCH, search=words)) == []


@pytest.mark.rule("LIST-11")
@pytest.mark.parametrize("ordering", ["created_at", "-created_at"])
def test_what_is_equal_in_the_order_stands_in_the_order_of_ids(member: httpx.Client, ordering: str) -> None:
    plant(member, 6)  # all of them made at the same moment
    found = walk(member, SEARCH, ordering=ordering, limit="2")
    assert len(found) == len(set(found)) == 8 + len(TAUGHT)
    planted = found[-6:] if ordering == "created_at" else found[:6]
    assert planted == sorted(planted, reverse=ordering != "created_at")


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("anon", [2, 1]),
        ("member", [2, 1]),
        ("staff", [2, 1]),
        ("requested", [2, 1]),
        ("invited", [3, 2, 1]),
        ("joined", [3, 2, 1]),
        ("manager", [4, 3, 2, 1]),
        ("creator", [4, 3, 2, 1]),
    ],
)
def test_a_search_shows_what_the_caller_may_know_of(as_: As, person: str, seen: list[int]) -> None:
    answer = as_(person).get(SEARCH)
    assert sorted(rows(answer)) == sorted([*seen, *TAUGHT])
    assert all(list(row) == schema_keys.MINIMAL for row in answer.json()["results"])


@pytest.mark.parametrize(
    "spelling", ["categories=1", "categories[]=1", "categories=[1]", "categories=1,99", 'categories=["1"]']
)
def test_a_search_may_be_narrowed_to_categories(creator: httpx.Client, spelling: str) -> None:
    for key, categories in ((1, [1]), (2, [1, 2]), (3, [3]), (4, [])):
        creator.patch(course(key), json={"categories": categories})
    assert sorted(rows(creator.get(f"{SEARCH}?{spelling}"))) == [1, 2]


def test_ones_courses_are_answered_in_full(as_: As) -> None:
    answer = as_("manager").get(COURSES)
    assert rows(answer)
    assert all(list(row) == schema_keys.COURSE for row in answer.json()["results"])
    assert {row["join_status"] for row in answer.json()["results"]} == {"manager"}
    assert rows(as_("member").get(COURSES)) == []


@pytest.mark.parametrize(("created_by", "found"), [("1", True), ("2", False), ("999999", False)])
def test_ones_courses_may_be_narrowed_to_a_creator(as_: As, created_by: str, found: bool) -> None:
    assert bool(rows(as_("joined").get(COURSES, params={"created_by": created_by}))) is found


@pytest.mark.parametrize("created_by", ["x", "1.5", "\0", "9" * 30])
def test_a_creator_is_a_number(as_: As, created_by: str) -> None:
    answer = as_("joined").get(COURSES, params={"created_by": created_by})
    assert outcome(answer) == (400, [("created_by", "invalid")])
