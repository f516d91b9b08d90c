"""Assertions and values that several scenarios share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from contracts.checks.assertions import find_differences, require_unchanged
from contracts.checks.context import Context
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.bodies import Encoding
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import ABSENT_NUMBER, Identifier
from contracts.results.verdict import Broken, Inconclusive

PREFERENCES = "/api/v2/dynamic_preference/"
UNKNOWN_ID = ABSENT_NUMBER
PUBLISHED = ("open", "private", "secret")
FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")
TEXTS = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")
PICTURES = ("image_bigger", "image_big", "image_medium", "image_small")
FORMS = (Encoding.FORM, Encoding.MULTIPART)
STATUSES = ("creator", "manager", "joined", "invited", "requested")


def full_body(context: Context) -> Json:
    """Return a creation body in which no field has its default."""
    return {
        "name": context.unique("full"),
        "slug": context.unique("slug"),
        "type": "structured",
        "privacy": "open",
        "categories": [1, 2],
        **{flag: flag != "new_comment_notification_enabled" for flag in FLAGS},
        **{text: f"{text} of {context.unique()}" for text in TEXTS},
    }


def full_course(context: Context) -> Item:
    """Create a course on which no field has its default."""
    body = full_body(context)
    subject = context.fresh(None, **body)
    state = subject.state()
    if any(state.get(key) != value for key, value in body.items() if key != "categories"):
        raise Inconclusive("a fresh course does not show the fields that it was created with")
    return subject


@contextmanager
def require_untouched(subject: Item, promise: str, *tolerated: str) -> Iterator[Json]:
    """Require that the body of the `with` statement changes nothing on an item, except the tolerated fields."""
    before = subject.state()
    yield before
    require_unchanged(before, subject.state(), before, promise, tolerated)


def patch(
    context: Context,
    subject: Item,
    fields: Json,
    encoding: Encoding = Encoding.JSON,
    by: Client | None = None,
) -> Answer:
    """Send a PATCH that must respond with 200."""
    return context.require_accepted(subject.patch(fields, encoding, by))


def require_equal(actual: object, expected: object, of: str) -> None:
    """Require that two values are equal; a boolean does not equal a number."""
    if actual != expected or isinstance(actual, bool) != isinstance(expected, bool):
        raise Broken(f"{of}: {expected!r}", repr(actual))


def require_shown(subject: Item, expected: Json, by: Client | None = None) -> None:
    """Require that the next GET shows these values."""
    state = subject.state(by)
    differences = find_differences(expected, state, expected)
    if differences:
        raise Broken(f"the next GET shows {expected!r}", "; ".join(f"{k}: {v}" for k, v in differences.items()))


def require_keys(context: Context, answer: Answer, component: str) -> None:
    """Require exactly the keys of a documented schema."""
    expected, got = context.model.keys(component), set(answer.document)
    if expected != got:
        missing, extra = sorted(expected - got), sorted(got - expected)
        raise Broken(f"{answer.request.line}: the keys of {component}", f"missing {missing}, additional {extra}")


def category_ids(state: Json) -> list[Identifier]:
    """Return the ids of a course's categories, sorted."""
    return sorted(item["id"] for item in state["categories"])


def section_ids(subject: Item) -> list[Identifier]:
    """Return the ids of a course's sections, in the order in which its managers see them."""
    return [section["id"] for section in subject.read(view="edit")["sections"]]


def list_rows(client: Client, path: str, **query: object) -> list[Any]:
    """Return the results of one page of a list, which must be readable."""
    results = client.get(path, **query)["results"]
    if not isinstance(results, list):
        raise Broken(f"{path} lists results", repr(results))
    return results


def preference(context: Context, name: str) -> bool:
    """Return whether a preference of the community is on, as every user can read."""
    rows = list_rows(context.anonymous, PREFERENCES, search=name, limit=100)
    values = [row["value"] for row in rows if row["name"] == name]
    if len(values) != 1 or not isinstance(values[0], bool):
        raise Broken(f"{PREFERENCES} shows whether {name} is on", repr(values))
    return values[0]


def list_ids(client: Client, path: str, **query: object) -> list[Identifier]:
    """Return the ids on one page of a list."""
    return [item["id"] for item in list_rows(client, path, **query)]
