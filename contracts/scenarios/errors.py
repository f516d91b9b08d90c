"""ERR-01 to ERR-06: the responses that reject a request."""

from collections.abc import Iterator

from contracts.checks.context import Context, errors_of
from contracts.checks.registration import UNOBSERVABLE, scenario
from contracts.messages.bodies import Encoding, raw
from contracts.messages.exchange import Answer
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import UNKNOWN_ID, require_equal, require_untouched
from contracts.scenarios.tokens import bearer

UNOBSERVABLE["ERR-06"] = "nothing that a client can send is documented to cause 410, 429, 500 or 503"

ANNOUNCED = {400, 401, 403, 404, 405, 406, 410, 429, 500, 503}
EXTRAS = {413, 415}
SEARCH = "/api/v2/course/search/"
DEEP = b"[" * 100_000


def _provoke_errors(context: Context) -> Iterator[Answer]:
    """Provoke a rejection of every kind."""
    owner, course, outsider = context.owner, context.fresh(None, privacy="open"), context.person("member")
    yield course.patch({"type": "x"})
    yield course.patch({"name": context.known_item("open").state()["name"]})
    yield course.patch({"categories": [UNKNOWN_ID]})
    yield course.send("PATCH", raw("{"))
    yield course.send("PATCH", raw('{"description": "\\u0000"}'))
    yield course.send("PATCH", raw(DEEP))
    yield course.send("PATCH", raw(b"og_title=%ff", Encoding.FORM))
    yield course.send("PATCH", raw(b"--x\r\nnonsense", "multipart/form-data"))
    yield course.send("PATCH", raw("x", "text/plain"))
    yield course.patch({}, by=context.anonymous)
    yield course.patch({}, by=bearer(context, "x"))
    yield course.patch({}, by=outsider)
    yield course.read(view="x")
    yield course.read(view="edit", by=outsider)
    yield context.factory.at(UNKNOWN_ID).read()
    yield owner.get("/api/v2/nothing/like/that/")
    yield owner.send("POST", course.path)
    yield owner.send("GET", course.path, headers={"Accept": "text/csv"})
    yield owner.get(SEARCH, statuses="x")


@scenario("ERR-01")
def only_announced_statuses(context: Context) -> None:
    """Only the announced statuses of errors occur."""
    declared = {status for equals in context.profile.same_status.values() for status in equals}
    for answer in _provoke_errors(context):
        if answer.status >= 400 and answer.status not in ANNOUNCED | EXTRAS | declared:
            raise Broken(f"{answer.request.line}: one of {sorted(ANNOUNCED)}", answer.summary)
        if answer.status >= 500:
            raise Broken(f"{answer.request.line}: no error of the server", answer.summary)


@scenario("ERR-02")
def errors_have_one_shape(context: Context) -> None:
    """Every rejection lists its errors in the documented envelope, with the field that caused them, if any."""
    for answer in _provoke_errors(context):
        if answer.status >= 400:
            _require_envelope(answer)
    course, other = context.fresh(), context.fresh()
    answer = course.patch({"name": other.state()["name"]})
    _require_envelope(answer)
    require_equal(list(errors_of(answer)), [("name", "unique")], "the errors of a taken name")


def _require_envelope(answer: Answer) -> None:
    entries = answer.body.get("errors") if isinstance(answer.body, dict) else None
    if not isinstance(entries, list) or not entries or not all(_is_entry(entry) for entry in entries):
        raise Broken(f"{answer.request.line}: the envelope of errors", answer.summary)


def _is_entry(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    if "field" not in entry:
        return _is_message(entry)
    messages = entry.get("messages")
    return isinstance(messages, list) and bool(messages) and all(_is_message(message) for message in messages)


def _is_message(entry: object) -> bool:
    return isinstance(entry, dict) and bool(entry.get("code")) and isinstance(entry.get("message"), str)


@scenario("ERR-03")
def rejections_without_a_field_have_codes(context: Context) -> None:
    """Rejections with 401, 403, 404 and 405 name no field, and have a code of their own."""
    course, outsider = context.fresh(None, privacy="open"), context.person("member")
    expected = [
        (course.patch({}, by=context.anonymous), 401, "not_authenticated"),
        (course.patch({}, by=bearer(context, "x")), 401, "authentication_failed"),
        (course.patch({}, by=outsider), 403, "permission_denied"),
        (course.delete(by=outsider), 403, "permission_denied"),
        (context.factory.missing().patch({}), 404, "not_found"),
        (context.known_item("secret").read(by=outsider), 404, "not_found"),
        (context.owner.send("POST", course.path), 405, "method_not_allowed"),
    ]
    for answer, status, code in expected:
        context.require_rejected(answer, status)
        if answer.status == status:
            require_equal(list(errors_of(answer)), [(None, code)], f"{answer.request.line}: the errors")


@scenario("ERR-04")
def all_errors_come_together(context: Context) -> None:
    """One response names all bad fields, and the request changes nothing."""
    course = context.fresh(None, privacy="open")
    for encoding in context.encodings:
        bad = {"name": "", "type": "x", "hide_member_count": "maybe", "og_title": context.unique()}
        with require_untouched(course, "a rejected request changes nothing"):
            answer = course.patch(bad, encoding)
            context.require_rejected(answer, 400)
        fields = sorted({str(field) for field, _ in errors_of(answer)})
        require_equal(fields, ["hide_member_count", "name", "type"], "the fields of the errors")
    _rules_and_shape_together(context)


def _rules_and_shape_together(context: Context) -> None:
    course, name = context.fresh(), context.fresh().state()["name"]
    with require_untouched(course, "a rejected request changes nothing"):
        answer = course.patch({"name": name, "categories": [UNKNOWN_ID], "og_title": "x"})
        context.require_rejected(answer, 400)
    require_equal(
        sorted({str(field) for field, _ in errors_of(answer)}), ["categories", "name"], "the fields of the errors"
    )


@scenario("ERR-05")
def checks_come_in_order(context: Context) -> None:
    """Requests are checked for 406, then 401, 405, 404 and 403, all of them before the body."""
    outsider, bad = context.person("member"), raw("{")
    course, hidden = context.fresh(None, privacy="open"), context.fresh(None, privacy="secret")
    csv = {"Accept": "text/csv"}
    context.require_rejected(context.anonymous.send("PATCH", course.path, bad, headers=csv), 406)
    context.require_rejected(outsider.send("PATCH", hidden.path, bad, headers=csv), 406)
    context.require_rejected(context.anonymous.send("POST", course.path), 401)
    context.require_rejected(context.anonymous.send("PATCH", hidden.path, bad), 401)
    context.require_rejected(outsider.send("POST", hidden.path, bad), 405)
    context.require_rejected(context.owner.send("POST", context.factory.missing().path), 405)
    for payload in (bad, raw("x", "text/plain"), raw('{"type": "x"}')):
        context.require_rejected(hidden.send("PATCH", payload, by=outsider), 404)
        context.require_rejected(course.send("PATCH", payload, by=outsider), 403)
