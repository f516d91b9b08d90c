"""Requests drawn from a contract: of everybody, to every operation, well formed and not."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from PIL import Image

from benchmarks.soak.values import TAME, WILD, Values
from mockserver.courses import SECRET
from mockserver.openapi.operation import Operation, Parameter
from mockserver.openapi.resources import split
from mockserver.openapi.specification import Specification

PEOPLE = ("creator", "manager", "joined", "invited", "requested", "member", "staff")

_BOUNDARY = "boundary-of-the-soak"
_STRANGE_TYPES = ("text/plain", "application/json; charset=latin-1", "multipart/form-data", "", "application/*")
_STRANGE_IDS = ("0", "-1", "999999", "abc", "1" * 30, "%00", "%F0%9F%98%80", "1.0")
_REMEMBERED = 300
"""How many things of a kind are remembered, so that most requests find what they address."""


@dataclass(frozen=True)
class Drawn:
    """A request: the operation that it was drawn for, and what travels."""

    operation: str
    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes


class Drawing:
    """Draws requests, always the same ones for a seed and the same answers."""

    def __init__(self, contract: Specification, seed: int) -> None:
        self._random = Random(seed)
        self._contract = contract
        self._values = Values(self._random, contract.resolve)
        self._operations = list(contract.operations.values())
        # A world in which as much is deleted as is made stays empty, and most of what is asked for is not there.
        self._weights = [0.03 if operation.method == "DELETE" else 1.0 for operation in self._operations]
        self._things: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        self._credentials = [*(f"Bearer {name}" for name in PEOPLE), *["Bearer creator"] * 8, f"Bearer {_signed()}"]
        self._strange_credentials = ("", "Bearer", "Bearer nobody", "Basic eA==", "Bearer a.b.c", "Bearer \xff")
        self._picture = _picture()

    def draw(self) -> Drawn:
        """Draw one request."""
        operation = self._random.choices(self._operations, self._weights)[0]
        headers = self._credential()
        content = b""
        if operation.bodies and self._random.random() > 0.02:
            media, content = self._body(operation)
            headers["content-type"] = media
        if self._random.random() < 0.05:
            headers["prefer"] = "handling=strict"
        path = self._path(operation) + self._query(operation)
        return Drawn(operation.id, self._method(operation), path, headers, content)

    def learn(self, drawn: Drawn, status: int, content: bytes) -> None:
        """Remember what a request has made, so that later ones find it."""
        if status == 201 and content.startswith(b"{"):
            made = json.loads(content).get("id")
            keys = tuple(part for part in drawn.path.partition("?")[0].split("/") if part.isdigit())
            self._remember((*keys, str(made)), self._contract.operations[drawn.operation])

    def _remember(self, keys: tuple[str, ...], operation: Operation) -> None:
        kind = operation.address.collection
        things = self._things[kind]
        if len(things) < _REMEMBERED:
            things.append(keys)
        else:
            things[self._random.randrange(_REMEMBERED)] = keys

    def forget(self) -> None:
        """Forget what was made: the world is reset."""
        self._things.clear()

    def _chance(self, share: float) -> bool:
        return self._random.random() < share

    def _method(self, operation: Operation) -> str:
        return self._random.choice(("PUT", "DELETE", "HEAD", "OPTIONS")) if self._chance(0.02) else operation.method

    def _credential(self) -> dict[str, str]:
        if self._chance(0.05):
            return {}
        known = self._strange_credentials if self._chance(0.03) else self._credentials
        return {"authorization": self._random.choice(known)}

    def _path(self, operation: Operation) -> str:
        keys = iter(self._keys(operation))
        parts = [next(keys) if part.startswith("{") else part for part in split(operation.path)]
        return f"{self._contract.base_path}/{'/'.join(parts)}{'/' if operation.path.endswith('/') else ''}"

    def _keys(self, operation: Operation) -> tuple[str, ...]:
        """Choose what a request addresses: something that was made, something of the world at start, or nonsense."""
        steps = operation.address.steps
        if not steps or self._chance(0.03):
            return tuple(self._random.choice(_STRANGE_IDS) for _ in steps)
        made = self._things[steps[-1].collection]
        if made and self._chance(0.7):
            return self._random.choice(made)
        start = self._random.choice(AT_START)
        return tuple(str(key) for key in start[: len(steps)])

    def _query(self, operation: Operation) -> str:
        offered = [one for one in operation.parameters if one.location == "query"]
        chosen = {one.name: self._asked(one) for one in offered if one.required or self._chance(0.25)}
        return f"?{urlencode(chosen, errors='replace')}" if chosen else ""

    def _asked(self, parameter: Parameter) -> str:
        drawn = self._values.value(parameter.schema, TAME if self._chance(0.5) else WILD)
        return drawn if isinstance(drawn, str) else json.dumps(drawn)

    def _body(self, operation: Operation) -> tuple[str, bytes]:
        media, schema = self._random.choice(list(operation.bodies.items()))
        body = self._values.fields(schema, TAME if self._chance(0.5) else WILD)
        if self._chance(0.05):
            body[self._random.choice(("id", "created_at", "surprise", "a[0]", ""))] = "?"
        content = self._encoded(media, body)
        if self._chance(0.03):
            content = content[: self._random.randrange(len(content) + 1)] or b"{"
        if media.startswith("multipart"):
            media = f"{media}; boundary={_BOUNDARY}"
        return self._random.choice(_STRANGE_TYPES) if self._chance(0.03) else media, content

    def _encoded(self, media: str, body: Mapping[str, Any]) -> bytes:
        if media.startswith("multipart"):
            return self._multipart(body)
        if "urlencoded" in media:
            return urlencode({name: _spelled(each) for name, each in body.items()}, doseq=True).encode()
        return json.dumps(body).encode()

    def _multipart(self, body: Mapping[str, Any]) -> bytes:
        parts = b"".join(self._part(name, each) for name, said in body.items() for each in _several(said))
        return parts + f"--{_BOUNDARY}--\r\n".encode()

    def _part(self, name: str, said: Any) -> bytes:
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{quote(name)}"'
        if name.startswith("image") and self._chance(0.8):
            content = self._picture if self._chance(0.7) else b"no picture"
            return f'{head}; filename="p.png"\r\nContent-Type: image/png\r\n\r\n'.encode() + content + b"\r\n"
        return f"{head}\r\n\r\n".encode() + _bytes(said) + b"\r\n"


def _several(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _spelled(said: Any) -> list[bytes]:
    return [_bytes(each) for each in _several(said)]


def _bytes(said: Any) -> bytes:
    return (said if isinstance(said, str) else json.dumps(said)).encode(errors="surrogatepass")


def _signed() -> str:
    now = datetime.now(UTC)
    told = {"user_id": 1, "token_type": "access", "jti": "1", "iat": now, "exp": now + timedelta(days=1)}
    return jwt.encode(told, SECRET, algorithm="HS256")


def _picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return file.getvalue()


AT_START = (
    *((course, 3 * course - 2, 4 * course - 3, 1) for course in range(1, 5)),
    *((course, 3 * course - 1, 4 * course - 1, 1) for course in range(1, 5)),
    *((5, 13, 17, 1), (6, 16, 20, 1)),
    *((7, 19, lesson, key) for lesson in (23, 24, 25) for key in (1, 2)),
    *((7, 19, 24, 1),) * 6,
)
"""Course, section, lesson, and what is in the lesson, as the mock has them at the start."""
