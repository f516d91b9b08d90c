"""What a case shows on one side, as far as it can be compared, and where the two sides differ."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import httpx

from benchmarks.fidelity.bodies import Body
from benchmarks.fidelity.cases import BORN, COURSES, TAKEN, Case
from benchmarks.fidelity.sides import HOST, Side

Error: TypeAlias = tuple[str | None, str | None]
JSON_TYPE = "application/json"
IMAGES = ("image_bigger", "image_big", "image_medium", "image_small")


@dataclass(frozen=True)
class Seen:
    """What came of a case on one side."""

    status: int
    errors: frozenset[Error]
    """Field and code of every error."""
    headers: tuple[str, ...]
    """The headers that belong to the status: Allow, WWW-Authenticate, Content-Type."""
    shape: object
    """The keys of the answer; of a page its rows and where it leads."""
    state: object
    """The fresh course afterwards; of a course of the world, which of its fields moved."""


@dataclass(frozen=True)
class Difference:
    """One thing in which the sides differ; a difference of status stands for what follows from it."""

    case: Case
    where: str
    """``status``, ``errors``, ``headers``, ``shape``, or ``state`` with the name of the field."""
    mock: Any
    reference: Any
    statuses: tuple[int, int]
    codes: tuple[frozenset[str | None], frozenset[str | None]]
    """The codes of the errors of the mock, and of the reference."""


@dataclass(frozen=True)
class Pair:
    """A case and what both sides made of it."""

    case: Case
    mock: Seen
    reference: Seen

    @property
    def differences(self) -> list[Difference]:
        """In what the sides differ; nothing where they agree."""
        return [self._difference(*each) for each in self._apart()]

    def _apart(self) -> Iterator[tuple[str, object, object]]:
        mock, reference = self.mock, self.reference
        if mock.status != reference.status:
            yield "status", mock.status, reference.status
            return
        for name in ("errors", "headers", "shape"):
            if getattr(mock, name) != getattr(reference, name):
                yield name, getattr(mock, name), getattr(reference, name)
        yield from _states_apart(mock.state, reference.state)

    def _difference(self, where: str, mock: object, reference: object) -> Difference:
        codes = [frozenset(code for _, code in seen.errors) for seen in (self.mock, self.reference)]
        statuses = self.mock.status, self.reference.status
        return Difference(self.case, where, mock, reference, statuses, (codes[0], codes[1]))


def _states_apart(mock: object, reference: object) -> Iterator[tuple[str, object, object]]:
    if isinstance(mock, dict) and isinstance(reference, dict):
        for name in dict.fromkeys([*mock, *reference]):
            if mock.get(name) != reference.get(name):
                yield f"state {name}", mock.get(name), reference.get(name)
    elif mock != reference:
        yield "state", mock, reference


def compare(cases: Iterable[Case], mock: Side, reference: Side) -> Iterator[Pair]:
    """Put every case to both sides, each in its world at start."""
    for case in cases:
        yield Pair(case, look(case, mock), look(case, reference))


def look(case: Case, side: Side) -> Seen:
    """Put one case to a side that was put back to its start."""
    courses = [{**BORN, **case.born}] if case.fresh else []
    fresh, *_ = [*side.begin([*courses, *([TAKEN] if case.rival else [])]), None]
    path = case.path.replace("{fresh}", str(fresh))
    watched = f"{COURSES}{fresh}/" if fresh else _course_of(case)
    before = _state(side, watched) if watched and not fresh else {}
    answer = _send(side, case.method, path, case.who, case.body, case.headers)
    if case.method == "HEAD":
        answer = httpx.Response(answer.status_code, headers=answer.headers)  # servers keep the body back
    state = _after(side, answer, case, watched, before)
    return Seen(answer.status_code, frozenset(_errors(answer)), tuple(_headers(answer)), _shape(answer), state)


def _course_of(case: Case) -> str | None:
    """The course of the world that a writing case could change."""
    parts = case.path.split("?")[0].split("/")
    writes = case.method not in ("GET", "HEAD", "OPTIONS")
    return f"{COURSES}{parts[4]}/" if writes and len(parts) == 6 and parts[4].isdigit() else None


def _send(
    side: Side, method: str, path: str, who: str | None, body: Body | None = None, headers: Mapping[str, str] = {}
) -> httpx.Response:
    sent = {"Authorization": f"Bearer {who}"} if who else {}
    if body is not None and body.content_type is not None:
        sent["Content-Type"] = body.content_type
    request = httpx.Request(method, HOST + path, headers={**sent, **headers}, content=body.content if body else None)
    return side.send(request)


def _after(side: Side, answer: httpx.Response, case: Case, watched: str | None, before: Mapping[str, Any]) -> object:
    if case.method == "POST" and answer.status_code == 201:
        return _own(_state(side, f"{COURSES}{answer.json()['id']}/"))
    if watched is None:
        return None
    now = _state(side, watched)
    return _own(now) if case.fresh else _moved(before, now)


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> object:
    """The fields of a course of the world that changed: its values are each side's own."""
    if "status" in now:
        return now["status"]
    return sorted(key for key in {*before, *now} if before.get(key) != now.get(key))


def _state(side: Side, path: str) -> dict[str, Any]:
    answer = _send(side, "GET", path, "creator")
    return dict(answer.json()) if answer.status_code == 200 else {"status": answer.status_code}


def _own(state: Mapping[str, Any]) -> dict[str, object]:
    """A course without what each side chooses for itself: ids, moments, addresses of pictures."""
    plain = {key: value for key, value in state.items() if key not in ("id", "created_at")}
    plain |= {key: state[key] is not None for key in IMAGES if key in state}
    if "categories" in state:
        plain |= {"categories": [category["id"] for category in state["categories"]]}
    return plain | ({"created_by": state["created_by"]["id"]} if "created_by" in state else {})


def _body(answer: httpx.Response) -> Any:
    media = answer.headers.get("content-type", "").partition(";")[0]
    return answer.json() if media == JSON_TYPE and answer.content else None


def _errors(answer: httpx.Response) -> Iterator[Error]:
    body = _body(answer)
    entries = body.get("errors", ()) if isinstance(body, dict) else ()
    for entry in entries:
        yield from ((entry.get("field"), message.get("code")) for message in entry.get("messages", [entry]))


def _headers(answer: httpx.Response) -> Iterator[str]:
    if answer.content:
        yield answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code == 405:
        allowed = {method.strip() for method in answer.headers.get("allow", "").split(",")}
        yield f"Allow: {', '.join(sorted(allowed - {'HEAD', 'OPTIONS'}))}"
    if answer.status_code == 401:
        yield f"WWW-Authenticate: {answer.headers.get('www-authenticate', '').partition(' ')[0]}"
    if answer.is_redirect:
        yield f"Location: {urlsplit(answer.headers['location']).path}"


def _shape(answer: httpx.Response) -> object:
    body = _body(answer)
    if not isinstance(body, dict) or "errors" in body:
        return type(body).__name__
    if "results" not in body:
        return sorted(body)
    rows = [(row["id"], tuple(sorted(row))) for row in body["results"]]
    return body["count"], rows, _page(body["next"]), _page(body["previous"])


def _page(address: str | None) -> object:
    return sorted(parse_qsl(urlsplit(address).query, keep_blank_values=True)) if address else None
