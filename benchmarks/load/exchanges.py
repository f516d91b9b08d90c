"""The requests that are measured, each as the bytes that travel."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from benchmarks.load.servers import BARE, MOCK, STOCK

COURSE = "/api/v2/course/1/"
_BOUNDARY = "boundary-of-the-load"
_FIELDS: Mapping[str, object] = {
    "name": "Open course",
    "description": "A course for everybody who wants to know how a thing is measured before it is called fast. " * 2,
    "type": "self-paced",
    "privacy": "open",
    "enforce_lessons_order": False,
    "new_comment_notification_enabled": True,
    "hide_member_count": False,
    "meta_title": "Open course",
    "meta_description": "How a thing is measured before it is called fast.",
    "og_title": "Open course",
    "og_description": "How a thing is measured before it is called fast.",
    "og_image": "https://example.org/open-course.png",
    "sections_order": [1, 2, 3],
    "categories": [1, 2],
}
"""What the course form of a real client sends, which is every field that may be written."""


@dataclass(frozen=True)
class Exchange:
    """A request to one of the servers; ``target`` is the share of the bare rate to reach."""

    name: str
    server: tuple[str, ...]
    request: bytes
    target: float | None = None


def request(
    method: str, path: str, body: bytes = b"", content_type: str = "application/json", person: str = "creator"
) -> bytes:
    """Write a request of a person, the creator of the courses unless another is named."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {person}", "Accept: */*"]
    if body:
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def exchanges() -> tuple[Exchange, ...]:
    """Return what is measured, the yardstick first."""
    patch = request("PATCH", COURSE, json.dumps(_FIELDS).encode())
    form = {"content_type": f"multipart/form-data; boundary={_BOUNDARY}"}
    return (
        Exchange("bare uvicorn answer", BARE, request("GET", "/")),
        Exchange("PATCH JSON", MOCK, patch, 0.25),
        Exchange("PATCH multipart", MOCK, request("PATCH", COURSE, _form(), **form), 0.08),
        Exchange("PATCH multipart with a picture", MOCK, request("PATCH", COURSE, _form(_picture()), **form), 0.08),
        Exchange("GET course", MOCK, request("GET", COURSE), 0.35),
        Exchange("GET courses of mine", MOCK, request("GET", "/api/v2/course/?statuses=creator")),
        Exchange("PATCH JSON, stock Connexion", STOCK, patch),
    )


def _form(picture: bytes | None = None) -> bytes:
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
        for name, value in _FIELDS.items()
        for text in (value if isinstance(value, list) else [str(value).lower() if isinstance(value, bool) else value])
    ]
    if picture is not None:
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="image_original"; filename="course.png"\r\n'
        parts.append(f"{head}Content-Type: image/png\r\n\r\n".encode() + picture + b"\r\n")
    return b"".join(parts) + f"--{_BOUNDARY}--\r\n".encode()


def _picture() -> bytes:
    """Return a PNG of 64 × 48 pixels."""
    file = BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(file, "PNG")
    return file.getvalue()
