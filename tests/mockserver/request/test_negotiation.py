import pytest

from mockserver.request.negotiation import accepts_json, prefers_html


@pytest.mark.rule("TRANS-05")
@pytest.mark.parametrize(
    ("accept", "accepted"),
    [
        ("", True),
        ("*/*", True),
        ("application/*", True),
        ("APPLICATION/JSON", True),
        ("application/json; charset=utf-8", True),
        ("text/html, */*;q=0.1", True),
        ("*/*;q=0, application/json", True),
        ("application/json;q=0.001", True),
        ("application/json;q=0", False),
        ("application/json; q=0.000, text/html", False),
        ("application/json;q=0, */*", False),
        ("application/*;q=0, */*", False),
        ("text/html", False),
        ("application/problem+json", False),
    ],
)
def test_the_most_specific_media_range_decides_about_json(accept: str, accepted: bool) -> None:
    assert accepts_json(accept.encode()) is accepted


@pytest.mark.parametrize(
    ("accept", "preferred"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("text/html;q=0.5, application/json", False),
    ],
)
def test_html_is_preferred_only_where_it_is_named(accept: str, preferred: bool) -> None:
    assert prefers_html(accept.encode()) is preferred
