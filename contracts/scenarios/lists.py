"""LIST-01 to LIST-11: pages, filters, order."""

import json
from urllib.parse import parse_qs, urlsplit

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.exchange import Answer
from contracts.results.verdict import Broken, Inconclusive
from contracts.scenarios._assertions import list_ids, require_equal

MINE, SEARCH = "/api/v2/course/", "/api/v2/course/search/"
PATHS = (MINE, SEARCH)
DEFAULT_SIZE, LARGEST = 20, 100


def _courses(context: Context, number: int, **fields: object) -> list[Item]:
    return [context.fresh(None, privacy="open", **fields) for _ in range(number)]


def _page(context: Context, path: str, **query: object) -> Answer:
    answer = context.require_accepted(context.owner.get(path, statuses="creator", **query))
    require_equal(sorted(answer.document), ["count", "next", "previous", "results"], f"keys of {answer.request.path}")
    return answer


@scenario("LIST-01", operation="list")
def pages_have_limit_and_offset(context: Context) -> None:
    """limit and offset select the results of a page, which also shows how many there are in all."""
    _courses(context, 5)
    for path in PATHS:
        whole = list_ids(context.owner, path, statuses="creator", limit=LARGEST)
        page = _page(context, path, limit=2)
        require_equal([row["id"] for row in page["results"]], whole[:2], "the first page of two")
        require_equal(
            (page["count"] >= len(whole), page["previous"], bool(page["next"])), (True, None, True), "its frame"
        )
        page = _page(context, path, limit=2, offset=1)
        require_equal([row["id"] for row in page["results"]], whole[1:3], "two results after the first")


@scenario("LIST-02", operation="list")
def next_links_all_pages(context: Context) -> None:
    """next and previous are absolute, keep the other parameters, and lead to the ends."""
    _courses(context, 5)
    for path in PATHS:
        whole = _page(context, path, limit=LARGEST)["count"]
        page, ids, size = _page(context, path, limit=max(2, whole // 3)), [], max(2, whole // 3)
        for _ in range(whole):
            ids += [row["id"] for row in page["results"]]
            if page["next"] is None:
                break
            _require_kept(page["next"], {"statuses": "creator", "limit": str(size)})
            page = context.require_accepted(context.owner.follow(page["next"]))
        require_equal((len(ids), len(set(ids))), (whole, whole), f"every item of {path} once")
        _require_kept(page["previous"], {"statuses": "creator", "limit": str(size)})
        back = context.require_accepted(context.owner.follow(page["previous"]))
        require_equal(bool(back["next"]), True, "the page before the last has a next one")


def _require_kept(url: object, expected: dict[str, str]) -> None:
    if not isinstance(url, str) or not urlsplit(url).netloc:
        raise Broken("an absolute URL", repr(url))
    query = parse_qs(urlsplit(url).query)
    for name, value in expected.items():
        require_equal(query.get(name), [value], f"{name} in {url}")


@scenario("LIST-03", operation="list", fills=True)
def a_page_has_twenty_and_at_most_a_hundred(context: Context) -> None:
    """A page holds 20 results by default, and never more than 100."""
    there = _page(context, MINE)["count"]
    _courses(context, max(0, LARGEST + 1 - there))
    for path in PATHS:
        require_equal(len(_page(context, path)["results"]), DEFAULT_SIZE, f"results of {path} without a limit")
        require_equal(len(_page(context, path, limit=LARGEST)["results"]), LARGEST, f"results of {path} with limit 100")
        require_equal(len(_page(context, path, limit=1000)["results"]), LARGEST, f"results of {path} with limit 1000")


@scenario("LIST-04", operation="list", fills=True)
def odd_limits_and_offsets(context: Context) -> None:
    """An invalid limit means the default, an invalid offset means 0, and an offset past the end gives an empty page."""
    there = _page(context, MINE)["count"]
    _courses(context, max(0, DEFAULT_SIZE + 1 - there))
    for path in PATHS:
        first = list_ids(context.owner, path, statuses="creator")
        for odd in ("x", "0", "-5", "", "1.5"):
            require_equal(
                list_ids(context.owner, path, statuses="creator", limit=odd), first, f"results with limit={odd}"
            )
        for odd in ("x", "-1", ""):
            require_equal(
                list_ids(context.owner, path, statuses="creator", offset=odd), first, f"results with offset={odd}"
            )
        page = _page(context, path, offset=100_000)
        require_equal(
            (page["results"], page["count"] > DEFAULT_SIZE), ([], True), "a page past the end, its count kept"
        )


@scenario("LIST-06", operation="list")
def statuses_in_their_spellings(context: Context) -> None:
    """Several statuses may be written as a repeated name, a comma-separated list, or JSON."""
    _courses(context, 1)
    for path in PATHS:
        invited = context.person("invited")
        one = [list_ids(context.owner, path, statuses=status, limit=100) for status in ("creator", '["creator"]')]
        require_equal(one[0], one[1], "one status, bare and as JSON text")
        require_equal(bool(one[0]), True, "the creator's courses are listed")
        spellings: list[dict[str, object]] = [
            {"statuses": ["invited", "joined"]},
            {"statuses": "invited,joined"},
            {"statuses": json.dumps(["invited", "joined"])},
        ]
        results = [sorted(list_ids(invited, path, limit=100, **spelling)) for spelling in spellings]
        alone = list_ids(invited, path, statuses="invited", limit=100)
        require_equal(bool(alone), True, "the invited person's courses are listed")
        for result in results:
            require_equal(result, sorted(alone), f"courses of the invited under {path}")


@scenario("LIST-07", operation="list")
def unknown_statuses_are_rejected(context: Context) -> None:
    """An unknown status in a query is rejected."""
    for path in PATHS:
        for bad in ("x", "creator,x", '["x"]', "Creator"):
            context.require_rejected(context.owner.get(path, statuses=bad), 400, "statuses", "invalid_choice")
        context.require_rejected(context.owner.get(path, statuses=["creator", "x"]), 400, "statuses", "invalid_choice")


@scenario("LIST-08", operation="list")
def a_minus_reverses_the_order(context: Context) -> None:
    """A minus before the field of an order reverses it."""
    _courses(context, 3)
    for field in ("id", "created_at", "name"):
        up = context.require_accepted(context.owner.get(SEARCH, ordering=field, limit=100))["results"]
        down = context.require_accepted(context.owner.get(SEARCH, ordering=f"-{field}", limit=100))["results"]
        if len(up) < 3 or len(up) == LARGEST:
            raise Inconclusive("the search does not show all courses on one page")
        require_equal([row[field] for row in down], [row[field] for row in up][::-1], f"{field}, reversed")
        _require_sorted([row[field] for row in up], field)


def _require_sorted(values: list[object], field: str) -> None:
    """Require that numbers and moments are sorted; targets may sort letters in their own way."""
    if field != "name":
        require_equal(values, sorted(values, key=lambda value: (str(type(value)), value)), f"ordering={field}")


@scenario("LIST-09", operation="list")
def an_unknown_order_is_the_default(context: Context) -> None:
    """An order by an unknown field is the default order."""
    _courses(context, 2)
    default = list_ids(context.owner, SEARCH)
    for odd in ("zz", "-zz", "", "description", "__class__"):
        answer = context.require_accepted(context.owner.get(SEARCH, ordering=odd))
        require_equal([row["id"] for row in answer["results"]], default, f"results with ordering={odd}")


@scenario("LIST-10", operation="list")
def a_search_ignores_case(context: Context) -> None:
    """A search finds its text anywhere in a name or description, and ignores case."""
    word = context.unique("Needle")
    named = context.fresh(None, privacy="open", name=f"A {word}s Name")
    described = context.fresh(None, privacy="open", description=f"before {word} after")
    context.fresh(None, privacy="open")
    for text in (word, word.upper(), word.lower(), word[1:-1]):
        actual = sorted(list_ids(context.owner, SEARCH, search=text))
        require_equal(actual, sorted([named.id, described.id]), f"courses found by {text}")
    require_equal(list_ids(context.owner, SEARCH, search=f"{word}zz"), [], "courses found by a text that is in none")


@scenario("LIST-11", operation="list")
def equal_keys_keep_their_order(context: Context) -> None:
    """Equal keys are ordered by id, so that pages neither repeat nor lose an item."""
    word = context.unique("tie")
    courses = sorted(course.id for course in _courses(context, 6, description=word))
    for ordering in ("created_at", "-created_at", "name", "-id"):
        pages = [
            list_ids(context.owner, SEARCH, search=word, ordering=ordering, limit=2, offset=offset)
            for offset in (0, 2, 4)
        ]
        ids = [course_id for page in pages for course_id in page]
        require_equal(sorted(ids), courses, f"all courses once over pages with ordering={ordering}")
