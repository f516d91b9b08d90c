"""The reference backend as tests talk to it: through its WSGI application, without sockets."""

import itertools
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import jwt
from PIL import Image
from urllib3 import encode_multipart_formdata
from werkzeug.test import Client, TestResponse

from benchmarks.reference_backend.settings import JWT_SECRET

COURSES = "/api/v2/course/"


class Answer(TestResponse):
    """An answer whose JSON body is at hand."""

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return self.get_json()


class Backend:
    """Sends requests as one of the people of the world."""

    def __init__(self, application: Any) -> None:
        self.client = Client(application, response_wrapper=Answer)
        self.numbers = itertools.count(1)

    def send(self, method: str, path: str, who: str | None = "creator", **request: Any) -> Answer:
        """Send one request; ``who`` is the token, None sends none."""
        headers = {"Authorization": f"Bearer {who}"} if who else {}
        headers |= request.pop("headers", {})
        answer = self.client.open(path, method=method, headers=headers, buffered=True, **request)
        assert isinstance(answer, Answer)
        return answer

    def course(self, course: int, suffix: str = "", who: str | None = "creator") -> Any:
        """Return what ``who`` reads of a course."""
        return self.send("GET", f"{COURSES}{course}/{suffix}", who).body

    def status(self, course: int, who: str | None) -> int:
        """Return the status that ``who`` gets when reading a course."""
        return self.send("GET", f"{COURSES}{course}/", who).status_code

    def create(self, who: str = "creator", **fields: Any) -> int:
        """Create a course and return its id."""
        body = {"name": f"Fresh {next(self.numbers)}", "type": "structured"} | fields
        answer = self.send("POST", COURSES, who, json=body)
        assert answer.status_code == 201, answer.text
        return int(answer.body["id"])

    def patch(
        self, course: int, body: Any, encoding: str = "json", who: str | None = "creator", **request: Any
    ) -> Answer:
        """PATCH a course in one of the three encodings."""
        path = f"{COURSES}{course}/"
        if encoding == "json":
            return self.send("PATCH", path, who, json=body, **request)
        if encoding == "form":
            return self.send("PATCH", path, who, data=body, **request)
        data, content_type = encode_multipart_formdata(list(_parts(body)))
        return self.send("PATCH", path, who, data=data, content_type=content_type, **request)


def _parts(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        for item in value if isinstance(value, list) else [value]:
            yield name, item if isinstance(item, tuple) else str(item)


def codes(answer: Answer) -> dict[str, list[str]]:
    """Return the codes of a refusal by field; those without a field under the empty name."""
    found: dict[str, list[str]] = {}
    for entry in answer.body.get("errors", []):
        messages = entry.get("messages", [entry])
        found.setdefault(entry.get("field", ""), []).extend(message["code"] for message in messages)
    return found


def token(key: str = JWT_SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    """Return a JWT of the first person, with ``claims`` changed; None leaves a claim out."""
    now = int(time.time())
    access = {"exp": now + 600, "iat": now, "jti": "a", "user_id": 1, "token_type": "access"} | claims
    return jwt.encode({name: value for name, value in access.items() if value is not None}, key, algorithm)


def picture(kind: str = "PNG") -> bytes:
    """Return the bytes of a small picture."""
    file = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, kind)
    return file.getvalue()
