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
    """A page holds as many results as asked for, from where asked for, and says how many there are in all."""
    _courses(context, 5)
    for path in PATHS:
        whole = list_ids(context.owner, path, statuses="creator", limit=LARGEST)
        page = _page(context, path, limit=2)
        require_equal([each["id"] for each in page["results"]], whole[:2], "the first page of two")
        require_equal(
            (page["count"] >= len(whole), page["previous"], bool(page["next"])), (True, None, True), "its frame"
        )
        page = _page(context, path, limit=2, offset=1)
        require_equal([each["id"] for each in page["results"]], whole[1:3], "two results after the first")


@scenario("LIST-02", operation="list")
def next_leads_through_all_pages(context: Context) -> None:
    """next and previous are absolute, keep the other parameters, and lead to the ends."""
    _courses(context, 5)
    for path in PATHS:
        whole = _page(context, path, limit=LARGEST)["count"]
        page, seen, size = _page(context, path, limit=max(2, whole // 3)), [], max(2, whole // 3)
        for _ in range(whole):
            seen += [each["id"] for each in page["results"]]
            if page["next"] is None:
                break
            _require_kept(page["next"], {"statuses": "creator", "limit": str(size)})
            page = context.require_accepted(context.owner.follow(page["next"]))
        require_equal((len(seen), len(set(seen))), (whole, whole), f"every item of {path} once")
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
    """Without a limit a page holds 20 results, and never more than 100."""
    there = _page(context, MINE)["count"]
    _courses(context, max(0, LARGEST + 1 - there))
    for path in PATHS:
        require_equal(len(_page(context, path)["results"]), DEFAULT_SIZE, f"results of {path} without a limit")
        require_equal(len(_page(context, path, limit=LARGEST)["results"]), LARGEST, f"results of {path} with limit 100")
        require_equal(len(_page(context, path, limit=1000)["results"]), LARGEST, f"results of {path} with limit 1000")


@scenario("LIST-04", operation="list", fills=True)
def odd_limits_and_offsets(context: Context) -> None:
    """A limit that is none means the default, an offset that is none means 0, one past the end gives nothing."""
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
    """Several statuses may be a repeated name, a comma list, or JSON text."""
    _courses(context, 1)
    for path in PATHS:
        invited = context.person("invited")
        one = [list_ids(context.owner, path, statuses=each, limit=100) for each in ("creator", '["creator"]')]
        require_equal(one[0], one[1], "one status, bare and as JSON text")
        require_equal(bool(one[0]), True, "the creator's courses are listed")
        spellings: list[dict[str, object]] = [
            {"statuses": ["invited", "joined"]},
            {"statuses": "invited,joined"},
            {"statuses": json.dumps(["invited", "joined"])},
        ]
        found = [sorted(list_ids(invited, path, limit=100, **each)) for each in spellings]
        alone = list_ids(invited, path, statuses="invited", limit=100)
        require_equal(bool(alone), True, "the invited person's courses are listed")
        for each in found:
            require_equal(each, sorted(alone), f"courses of the invited under {path}")


@scenario("LIST-07", operation="list")
def unknown_statuses_are_refused(context: Context) -> None:
    """A status that is none is refused."""
    for path in PATHS:
        for bad in ("x", "creator,x", '["x"]', "Creator"):
            context.require_rejected(context.owner.get(path, statuses=bad), 400, "statuses", "invalid_choice")
        context.require_rejected(context.owner.get(path, statuses=["creator", "x"]), 400, "statuses", "invalid_choice")


@scenario("LIST-08", operation="list")
def a_minus_turns_the_order(context: Context) -> None:
    """A minus before the field of an order turns it round."""
    _courses(context, 3)
    for field in ("id", "created_at", "name"):
        up = context.require_accepted(context.owner.get(SEARCH, ordering=field, limit=100))["results"]
        down = context.require_accepted(context.owner.get(SEARCH, ordering=f"-{field}", limit=100))["results"]
        if len(up) < 3 or len(up) == LARGEST:
            raise Inconclusive("the search does not show all courses on one page")
        require_equal([each[field] for each in down], [each[field] for each in up][::-1], f"{field}, turned round")
        _require_sorted([each[field] for each in up], field)


def _require_sorted(values: list[object], field: str) -> None:
    """Numbers and moments by value; how a target sorts letters is its own affair."""
    if field != "name":
        require_equal(values, sorted(values, key=lambda value: (str(type(value)), value)), f"ordering={field}")


@scenario("LIST-09", operation="list")
def an_unknown_order_is_none(context: Context) -> None:
    """An order by a field that is not offered is the default order."""
    _courses(context, 2)
    default = list_ids(context.owner, SEARCH)
    for odd in ("zz", "-zz", "", "description", "__class__"):
        answer = context.require_accepted(context.owner.get(SEARCH, ordering=odd))
        require_equal([each["id"] for each in answer["results"]], default, f"results with ordering={odd}")


@scenario("LIST-10", operation="list")
def a_search_minds_no_capitals(context: Context) -> None:
    """A search finds its text anywhere in a name or description, whatever the capitals."""
    word = context.unique("Needle")
    named = context.fresh(None, privacy="open", name=f"A {word}s Name")
    described = context.fresh(None, privacy="open", description=f"before {word} after")
    context.fresh(None, privacy="open")
    for text in (word, word.upper(), word.lower(), word[1:-1]):
        found = sorted(list_ids(context.owner, SEARCH, search=text))
        require_equal(found, sorted([named.id, described.id]), f"courses found by {text}")
    require_equal(list_ids(context.owner, SEARCH, search=f"{word}zz"), [], "courses found by what is in none")


@scenario("LIST-11", operation="list")
def equal_keys_do_not_shuffle_pages(context: Context) -> None:
    """Ties are broken by the id, so that pages neither repeat nor lose anything."""
    word = context.unique("tie")
    made = sorted(each.id for each in _courses(context, 6, description=word))
    for ordering in ("created_at", "-created_at", "name", "-id"):
        pages = [
            list_ids(context.owner, SEARCH, search=word, ordering=ordering, limit=2, offset=offset)
            for offset in (0, 2, 4)
        ]
        seen = [each for page in pages for each in page]
        require_equal(sorted(seen), made, f"all courses once over pages with ordering={ordering}")
