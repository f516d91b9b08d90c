"""Items are proven before they are written, so no response makes a run write to items of others."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from contracts.checks.contexts import contexts_of
from contracts.client.safety import NotSent
from contracts.client.target import Safety, Target
from contracts.fixtures.item import Item
from contracts.generation.effort import Effort
from contracts.messages.bodies import Encoding, encode
from contracts.openapi.description import Model
from contracts.profile.models import Person, Profile
from contracts.results.verdict import Broken, Inconclusive, NotApplicable
from contracts.runner.run import new_tag
from tests.contracts.support.wsgi import served

CREATIONS = (
    "created", "foreign id", "id of a job", "existing", "failed", "failed after all", "see other", "foreign location",
    "no id", "all of them", "echo",
)  # fmt: skip
CHANGES = ("changed", "revision", "foreign id", "failed", "silent")
DELETIONS = ("deleted", "kept", "failed", "not found", "reused")
READS = ("shown", "failed", "hidden", "foreign")


def document(*, texts: bool = True, listed: bool = True, success: str = "201") -> dict[str, Any]:
    """Return a document of boxes with a label and a size; the label and the list are optional."""
    label = {"label": {"type": "string"}} if texts else {}
    fields = {**label, "size": {"type": "integer"}}
    item = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, **fields}}
    media = {"application/json": {"schema": item}}
    rows = {"application/json": {"schema": {"type": "array", "items": item}}}
    body = {
        "content": {"application/json": {"schema": {"type": "object", "properties": fields, "required": [*fields]}}}
    }
    change = {"content": {"application/json": {"schema": {"type": "object", "properties": fields}}}}
    one = {"200": {"description": "", "content": media}}
    collection: dict[str, Any] = {
        "post": {"requestBody": body, "responses": {success: {"description": "", "content": media}}}
    }
    if listed:
        collection["get"] = {"responses": {"200": {"description": "", "content": rows}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Boxes", "version": "1"},
        "paths": {
            "/boxes/": collection,
            "/boxes/{id}/": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"responses": one},
                "patch": {"requestBody": change, "responses": one},
                "delete": {"responses": {"204": {"description": ""}}},
            },
        },
    }


@dataclass
class Boxes:
    """A backend with random responses, some of which are wrong."""

    draws: random.Random
    weird: float = 0.5
    """Probability of a wrong response."""
    own: dict[int, dict[str, Any]] = field(default_factory=dict)
    harmed: list[str] = field(default_factory=list)
    """Writes to items of others."""
    created: int = 0
    last: int = 100
    requested_deletions: set[int] = field(default_factory=set)
    """Ids with a DELETE. Their GET is correct, as nothing else shows whether they are gone."""

    def __post_init__(self) -> None:
        self.foreign = {number: {"id": number, "label": "theirs", "size": number} for number in (1, 2, 3, 987654321)}

    def draw(self, ways: tuple[str, ...]) -> str:
        return self.draws.choice(ways) if self.draws.random() < self.weird else ways[0]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Respond to one request."""
        request = Request(environ)
        status, body, headers = self._answered(request)
        content = b"" if body is None else json.dumps(body).encode()
        return Response(content, status, {"Content-Type": "application/json", **headers})(environ, start_response)

    def _answered(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        last = request.path.strip("/").split("/")[-1]
        if last == "boxes":
            return self._listed() if request.method == "GET" else self._create(request)
        number = int(last) if last.isdecimal() else 0
        if request.method != "GET" and number in self.foreign:
            self.harmed.append(f"{request.method} {request.path}")
        return {"GET": self._read, "PATCH": self._change, "DELETE": self._delete}[request.method](number, request)

    def _listed(self) -> tuple[int, Any, dict[str, str]]:
        return 200, [*self.foreign.values(), *self.own.values()], {}

    def _create(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        way, fields, anyone = self.draw(CREATIONS), request.get_json(), self.draws.choice([*self.foreign])
        if way not in ("existing", "failed", "echo"):
            self.created += 1
            self.last += 1
            self.own[self.last] = {"id": self.last, **fields}
        new, theirs = {"id": self.last, **fields}, self.foreign[anyone]
        answers: dict[str, tuple[int, Any, dict[str, str]]] = {
            "created": (201, new, {}),
            "foreign id": (201, {**new, "id": anyone}, {}),
            "id of a job": (202, {"id": anyone, "status": "queued"}, {}),
            "existing": (200, theirs, {}),
            "failed": (500, None, {}),
            "failed after all": (500, None, {}),
            "see other": (303, None, {"Location": f"/boxes/{anyone}/"}),
            "foreign location": (201, None, {"Location": f"/boxes/{anyone}/"}),
            "no id": (201, {"ok": True}, {}),
            "all of them": (201, [theirs, new], {}),
            "echo": (201, theirs, {}),
        }
        return answers[way]

    def _read(self, number: int, request: Request) -> tuple[int, Any, dict[str, str]]:
        del request
        item = {**self.foreign, **self.own}.get(number)
        way = self.draw(READS) if number in self.own and number not in self.requested_deletions else "shown"
        if item is None or way == "hidden":
            return 404, None, {}
        return (500, None, {}) if way == "failed" else (200, self.foreign[1] if way == "foreign" else item, {})

    def _change(self, number: int, request: Request) -> tuple[int, Any, dict[str, str]]:
        way, item = self.draw(CHANGES), self.own.get(number)
        if item is None:
            return 404, None, {}
        if way == "failed":
            return 500, None, {}
        item |= request.get_json()
        anyone = self.draws.choice([*self.foreign])
        body = {"revision": {**item, "id": 2}, "foreign id": {**item, "id": anyone}}.get(way, item)
        return (204, None, {}) if way == "silent" else (200, body, {})

    def _delete(self, number: int, request: Request) -> tuple[int, Any, dict[str, str]]:
        del request
        way = self.draw(DELETIONS)
        self.requested_deletions.add(number)
        if number not in self.own or way == "not found":
            return 404, None, {}
        if way == "failed":
            return 500, None, {}
        if way != "kept":
            gone = self.own.pop(number)
            if way == "reused":
                self.foreign[number] = {**gone, "label": "of others", "size": 5}
        return 204, None, {}


def act(target: Target, described: dict[str, Any], draws: random.Random, steps: int) -> None:
    """Create, change and delete as checks do, and clean up at the end."""
    (context,) = contexts_of(target, Model(described), Effort())
    subjects: list[Item] = []
    for _ in range(steps):
        try:
            if not subjects or draws.random() < 0.4:
                subjects.append(context.fresh())
                continue
            subject = draws.choice(subjects)
            step = draws.choice(["read", "patch", "delete", "search", "astray"])
            if step == "patch":
                subject.patch({"size": draws.randint(0, 9), "label": draws.choice(["x", context.unique()])})
            elif step == "delete":
                subject.delete()
            elif step == "search":
                subject.find_again()
            elif step == "astray":
                context.factory.at(draws.choice([1, 2, 3, 987654321])).patch({"size": 1})
            else:
                subject.read()
        except (Broken, Inconclusive, NotApplicable):
            continue
    context.factory.clean_up()


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), weird=st.sampled_from([0.0, 0.2, 0.5, 1.0]))
def test_no_response_leads_to_a_write_to_items_of_others(seed: int, weird: float) -> None:
    draws, described = random.Random(seed), document()
    boxes = Boxes(draws, weird)
    with served(boxes) as url, Target(url, Profile(name="boxes"), Safety.SANDBOX, new_tag()) as target:
        act(target, described, draws, 12)
        target.clean_up()
        stays = "\n".join(target.left_behind)
    assert boxes.harmed == []
    unnamed = [number for number in boxes.own if f"/boxes/{number}/" not in stays]
    assert not unnamed or "may be left" in stays or "stay" in stays, stays


@pytest.fixture
def boxes() -> Boxes:
    return Boxes(random.Random(0), weird=0.0)


@pytest.fixture
def url(boxes: Boxes) -> Iterator[str]:
    with served(boxes) as address:
        yield address


def create(target: Target, **fields: object) -> None:
    target.anonymous.send("POST", "/boxes/", encode(fields, Encoding.JSON))


def test_a_healthy_backend_is_left_as_it_was(boxes: Boxes, url: str) -> None:
    with Target(url, Profile(name="boxes"), Safety.SANDBOX, new_tag()) as target:
        act(target, document(), random.Random(1), 30)
        target.clean_up()
        assert target.left_behind == []
    assert (boxes.own, boxes.created > 3) == ({}, True)


def test_items_without_a_text_are_proven_by_their_values_and_new_ids(boxes: Boxes, url: str) -> None:
    boxes.foreign = {number: {"id": number, "size": 7} for number in (1, 2)}
    described = document(texts=False)
    with Target(url, Profile(name="boxes"), Safety.SANDBOX, new_tag()) as target:
        act(target, described, random.Random(1), 30)
        target.clean_up()
        assert target.left_behind == []
    assert (boxes.own, boxes.harmed, boxes.created > 3) == ({}, [], True)


def test_items_with_neither_text_nor_list_are_created_once_and_reported(boxes: Boxes, url: str) -> None:
    described = document(texts=False, listed=False)
    with Target(url, Profile(name="boxes"), Safety.SANDBOX, new_tag()) as target:
        act(target, described, random.Random(1), 30)
        target.clean_up()
        assert "may be left" in "\n".join(target.left_behind)
    assert (boxes.created, boxes.harmed) == (1, [])


def test_an_undocumented_status_proves_nothing(boxes: Boxes, url: str) -> None:
    boxes.draws, boxes.weird = random.Random(3), 1.0
    boxes.draw = lambda ways: "existing" if ways is CREATIONS else ways[0]  # type: ignore[method-assign]  # a liar
    with Target(url, Profile(name="boxes"), Safety.SANDBOX, new_tag()) as target:
        act(target, document(), random.Random(1), 20)
        target.clean_up()
    assert (boxes.created, boxes.harmed) == (0, [])


def test_the_user_agent_contains_the_tag(url: str) -> None:
    with Target(url, Profile(name="boxes"), Safety.SANDBOX, "ct01234567") as target:
        agents = []
        session = target.sessions.of("anonymous")
        session.hooks["response"].append(lambda response, **_: agents.append(response.request.headers["User-Agent"]))
        target.anonymous.get("/boxes/")
    assert agents == ["contracts (run ct01234567)"]


def test_an_id_in_a_creation_must_be_free(boxes: Boxes, url: str) -> None:
    described = document()
    schema = described["paths"]["/boxes/"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    schema["properties"]["id"] = {"type": "integer"}
    with Target(url, Profile(name="boxes"), Safety.SANDBOX, new_tag()) as target:
        target.learn(Model(described))
        with pytest.raises(NotSent, match="/boxes/2/ may be there already"):
            create(target, id=2, label=target.tag)
        create(target, id=77, label=target.tag)
    assert boxes.created == 1


def test_writes_go_only_to_the_target(url: str) -> None:
    with Target(f"{url}/api", Profile(name="boxes", people={"ann": Person(token="t")}), Safety.SANDBOX, "t") as target:
        target.learn(Model(document()))
        for elsewhere in ("http://127.0.0.1:9/api/boxes/", f"{url}/boxes/", f"{url}/apis/boxes/"):
            with pytest.raises(NotSent, match="writes go to"):
                target.sessions.of("ann").post(elsewhere, json={"label": "t"})
