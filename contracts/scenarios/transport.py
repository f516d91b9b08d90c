"""TRANS-01 to TRANS-09: paths, media types, methods."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding, encode, raw
from contracts.messages.exchange import Json
from contracts.results.verdict import Broken, NotApplicable
from contracts.scenarios._assertions import FLAGS, TEXTS, UNKNOWN_ID, patch, require_equal, require_untouched
from contracts.scenarios._fixtures import add_section

COLLECTION = "/api/v2/course/"
MALFORMED = (b"{", b'{"og_title": "x"', b'{"og_title": "x",}', b"og_title=x", b'{"og_title": "\xff"}', b"{'a': 1}")


@scenario("TRANS-01")
def paths_end_with_a_slash(context: Context) -> None:
    """A read without the slash is redirected to the path with it; a write without it finds nothing."""
    course = context.fresh(None, privacy="open")
    bare = course.path.rstrip("/")
    answer = context.require_accepted(context.owner.get(bare), 301)
    require_equal(answer.headers.get("Location", "").endswith(course.path), True, f"Location ends with {course.path}")
    context.require_accepted(context.owner.get(COLLECTION.rstrip("/")), 301)
    with require_untouched(course, "writing without the slash has no effect"):
        context.require_rejected(context.owner.send("PATCH", bare, raw('{"og_title": "x"}')), 404)
        body = encode({"name": context.unique(), "type": "structured"}, Encoding.JSON)
        context.require_rejected(context.owner.send("PUT", bare, body), 404)
        context.require_rejected(context.owner.send("DELETE", bare), 404)
        context.require_rejected(context.owner.send("POST", COLLECTION.rstrip("/"), body), 404)


@scenario("TRANS-02")
def three_encodings_one_meaning(context: Context) -> None:
    """The same fields mean the same as JSON, urlencoded and multipart, when patching and when creating."""
    fields: Json = {
        "type": "scheduled",
        "privacy": "open",
        "categories": [1, 3],
        **dict.fromkeys(FLAGS, True),
        **{text: f"{text} – ünï\n& more" for text in TEXTS},
    }
    for encoding in context.encodings:
        course = context.fresh()
        patch(context, course, fields, encoding)
        _require_fields(course.state(), fields, encoding)
        body = encode({**fields, "name": context.unique()}, encoding)
        created = context.require_accepted(context.owner.send("POST", COLLECTION, body), 201)
        context.factory.adopt(created, context.owner)
        _require_fields(created.document, fields, encoding)


def _require_fields(state: Json, fields: Json, encoding: Encoding) -> None:
    actual = {name: state[name] for name in fields if name != "categories"}
    actual["categories"] = sorted(category["id"] for category in state["categories"])
    for name, value in fields.items():
        require_equal(actual[name], value, f"{name} sent as {encoding.short}")


@scenario("TRANS-03")
def other_media_types_are_not_read(context: Context) -> None:
    """A body of any other media type is rejected, and changes nothing."""
    course = context.fresh()
    with require_untouched(course, "a body that is not read changes nothing"):
        for media_type in ("text/plain", "application/xml", "application/merge-patch+json", "image/png"):
            answer = course.send("PATCH", raw('{"og_title": "x"}', media_type))
            context.require_rejected(answer, 415, code="unsupported_media_type")
    context.require_rejected(context.owner.send("POST", COLLECTION, raw("name=x", "text/plain")), 415)


@scenario("TRANS-04")
def malformed_json_is_rejected(context: Context) -> None:
    """Malformed JSON is rejected as a whole."""
    course = context.fresh()
    with require_untouched(course, "malformed JSON changes nothing"):
        for text in MALFORMED:
            context.require_rejected(course.send("PATCH", raw(text)), 400, code="parse_error")


@scenario("TRANS-05", operation="read")
def responses_are_json(context: Context) -> None:
    """Responses are JSON; an Accept header that excludes JSON is rejected."""
    course = context.known_item("open")
    for accept in ("application/json", "*/*", "application/*", "text/html, application/json;q=0.5"):
        answer = context.require_accepted(context.owner.send("GET", course.path, headers={"Accept": accept}))
        require_equal(answer.headers.get("Content-Type", "").split(";")[0], "application/json", "Content-Type")
    for rejection in (context.factory.at(UNKNOWN_ID).read(), course.read(view="x"), course.patch({"type": "x"})):
        require_equal(
            rejection.headers.get("Content-Type", "").split(";")[0], "application/json", "Content-Type of a rejection"
        )
    for accept in ("text/csv", "text/html", "application/xml"):
        answer = context.owner.send("GET", course.path, headers={"Accept": accept})
        context.require_rejected(answer, 406, code="not_acceptable")
    fresh = context.fresh()
    with require_untouched(fresh, "a request that is not acceptable has no effect"):
        answer = context.owner.send("PATCH", fresh.path, raw('{"og_title": "x"}'), headers={"Accept": "text/csv"})
        context.require_rejected(answer, 406)


@scenario("TRANS-06", operation="read")
def other_methods_are_rejected(context: Context) -> None:
    """A method that a path does not offer is rejected, with the list of those that it offers."""
    course = context.fresh(None, privacy="open")
    _require_allow(context, course.path)
    with suppress(NotApplicable):  # Not every target serves sections.
        _require_allow(context, add_section(context, course).path)


def _require_allow(context: Context, path: str) -> None:
    """Require that a POST to an item is rejected, with the methods that the item has."""
    methods = {"GET", "PUT", "PATCH", "DELETE"}
    answer = context.owner.send("POST", path)
    context.require_rejected(answer, 405, code="method_not_allowed")
    allowed = {method.strip() for method in answer.headers.get("Allow", "").split(",")}
    if not methods <= allowed or "POST" in allowed:
        raise Broken(f"{answer.request.line}: Allow lists {sorted(methods)}", answer.headers.get("Allow", "none"))


@scenario("TRANS-07", operation="read")
def ids_are_whole_numbers(context: Context) -> None:
    """An id that is not a whole number is not found."""
    for odd in ("abc", "1.0", "1a", "open-course", "-1", "%20"):
        context.require_rejected(context.factory.at(odd).read(), 404)
    fresh = context.fresh()
    number = fresh.state()["id"]
    for odd in (f"{number}a", f"{number}.0", f"-{number}", str(UNKNOWN_ID)):
        context.require_rejected(context.factory.beside(fresh, odd).read(), 404)
    missing = context.factory.missing()
    context.require_rejected(missing.patch({}), 404)
    context.require_rejected(missing.delete(), 404)


@scenario("TRANS-09", operation="read")
def moments_are_utc(context: Context) -> None:
    """Every moment is ISO 8601 in UTC."""
    fresh = context.fresh(None, privacy="open", categories=[1])
    states = [fresh.created.document] if fresh.created else []
    states += [fresh.state(), context.known_item("open").state(), patch(context, fresh, {"og_title": "t"}).document]
    moments = [moment for state in states for moment in _moments(state)]
    for moment in moments:
        parsed = datetime.fromisoformat(moment)
        require_equal(
            (moment.endswith("Z"), parsed.utcoffset()), (True, timedelta(0)), f"{moment} ends with Z, and is in UTC"
        )


def _moments(state: Json) -> Iterator[str]:
    yield state["created_at"]
    yield from (category["lastmod_datetime"] for category in state["categories"] if category["lastmod_datetime"])
