"""Pictures and links that lessons and comments carry."""

from collections.abc import Iterable
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.store import Document

Json = dict[str, Any]

_MEDIA = (
    "id",
    "added_at",
    "type",
    "title",
    "description",
    "url",
    "image",
    "image_width",
    "image_height",
    "order",
    "embed",
)


def media(call: Call, document: Document) -> Json:
    """The schema Media."""
    return {**{name: document[name] for name in _MEDIA}, "image": picture_url(call, document["image"])}


def picture_url(call: Call, token: str | None) -> str | None:
    """The address of a stored picture on the host that the caller uses, None where there is none."""
    return None if token is None else f"{call.request.base}/media/{token}"


def medias(call: Call, keys: Iterable[int]) -> list[Json]:
    """The medias of some ids, in that order (LESSON-05)."""
    return [media(call, row) for row in call.state.many(entities.MEDIAS, keys)]
