import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.request import parameters


def test_values_are_kept_by_name_in_the_order_said() -> None:
    assert parameters.parse(b"a=1&b=x+y&a=%E2%98%95&c=&d") == {
        "a": ["1", "☕"],
        "b": ["x y"],
        "c": [""],
        "d": [""],
    }


def test_no_query_string_has_no_values() -> None:
    assert parameters.parse(b"") == {}


@pytest.mark.parametrize("query_string", [b"a=\xff", b"a=%FF"])
def test_bytes_that_are_not_utf_8_become_replacement_characters(query_string: bytes) -> None:
    assert parameters.parse(query_string) == {"a": ["\N{REPLACEMENT CHARACTER}"]}


def test_the_last_value_of_a_parameter_counts() -> None:
    values = parameters.parse(b"view=user&view=dashboard")
    assert parameters.text(values, "view") == "dashboard"


def test_an_absent_parameter_has_the_default() -> None:
    assert parameters.text({}, "view") == ""
    assert parameters.text(parameters.parse(b"a=1"), "view", "user") == "user"


@pytest.mark.parametrize(
    "query_string",
    [
        b"statuses=joined&statuses=manager",
        b"statuses[]=joined&statuses[]=manager",
        b"statuses%5B%5D=joined&statuses%5B%5D=manager",
        b"statuses[1]=manager&statuses[0]=joined",
        b"statuses=joined,manager",
        b"statuses=joined%2Cmanager",
        b"statuses=joined,%20manager,",
        b'statuses=["joined","manager"]',
        b"statuses=%5B%22joined%22%2C%22manager%22%5D",
    ],
)
def test_every_spelling_of_a_list_gives_the_same_items(query_string: bytes) -> None:
    values = parameters.parse(b"limit=8&" + query_string + b"&search=x")
    assert parameters.as_list(values, "statuses") == ["joined", "manager"]


@pytest.mark.parametrize(
    ("query_string", "items"),
    [
        (b"categories=1", ["1"]),
        (b"categories=[1,2]", ["1", "2"]),
        (b"categories=", []),
        (b"categories=,", []),
        (b"categories=[]", []),
        (b"categories[]=", []),
        (b"other=1", []),
        (b"", []),
        (b"categories=[1", ["[1"]),
    ],
)
def test_a_list_has_as_many_items_as_were_said(query_string: bytes, items: list[str]) -> None:
    assert parameters.as_list(parameters.parse(query_string), "categories") == items


@given(
    st.one_of(
        st.binary(max_size=100),
        st.lists(st.sampled_from([b"k", b"[", b"]", b"=", b"&", b"%", b"{", b",", b"9" * 200, b"\xff"])).map(b"".join),
    )
)
def test_no_query_string_is_refused(query_string: bytes) -> None:
    values = parameters.parse(query_string)
    assert all(isinstance(item, str) for item in parameters.as_list(values, "k"))
    assert isinstance(parameters.text(values, "k"), str)
