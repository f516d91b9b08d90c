"""Media of lessons and comments, and their pictures."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from mockserver.call import Answer, Call
from mockserver.courses import entities, pictures
from mockserver.courses.representations.media import media as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.course import picture_in
from mockserver.courses.rules.roles import logged_in
from mockserver.store import State

MEDIA = "/media/"
COURSE_PICTURES = f"{MEDIA}course/"

_UPLOADS = "upload/"
_EMBED = ("embed_type", "embed_id", "url", "metadata")
_NO_PICTURE = dict.fromkeys(("image", "image_width", "image_height"))


def create_media(call: Call) -> Any:
    """Store a picture, the URL of a page or an embed of another service."""
    key = call.state.next_id(entities.MEDIAS)
    medium = {
        **_belongings(call),
        "id": key,
        "added_at": stamp(call.now),
        "type": call.body["type"],
        "title": "",
        "description": "",
        "order": 0,
        "user": logged_in(call),
    }
    call.state.put(entities.MEDIAS, key, medium)
    return represent(call, medium)


def _belongings(call: Call) -> dict[str, Any]:
    """Return the fields of a medium of its type, without other fields of the body."""
    body, kind = call.body, call.body["type"]
    return {
        "url": body["url"] if kind == "url" else None,
        "embed": _embed(call, body["embed"]) if kind == "embed" else None,
        **(_picture(call, body["image"]) if kind == "image" else _NO_PICTURE),
    }


def _embed(call: Call, fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {"url": None, "metadata": {}, **fields}
    return {"id": call.state.next_id("embed"), **{name: values[name] for name in _EMBED}}


def _picture(call: Call, value: object) -> dict[str, Any]:
    token = keep_picture(call.state, value)
    width, height = pictures.dimensions((call.state.get(entities.PICTURES, token) or {})["content"])
    return {"image": token, "image_width": width, "image_height": height}


def keep_picture(state: State, value: object) -> str:
    """Store a picture, or a placeholder for a text; the same picture has the same token."""
    upload = picture_in(value)
    content = pictures.placeholder(str(value)) if upload is None else upload
    token = f"{_UPLOADS}{sha256(content).hexdigest()[:20]}"
    state.put(entities.PICTURES, token, {"content": content, "text": ""})
    return token


def get_media(call: Call) -> Any:
    """Show a medium."""
    return represent(call, call.documents[0])


def delete_media(call: Call) -> None:
    """Remove a medium; lessons and comments that refer to it no longer show it (MEDIA-07)."""
    call.state.remove(entities.MEDIAS, call.documents[0]["id"])


# --- pictures ---------------------------------------------------------------------------------------------------------


def picture(sizes: Mapping[str, int], path: str, state: State) -> Answer | None:
    """Serve a stored picture, or return None for any other path; ``sizes`` are in pixels, by name."""
    if path.startswith(COURSE_PICTURES):
        token, _, size = path.removeprefix(COURSE_PICTURES).partition("/")
        return _size(token, sizes.get(size), state)
    return _whole(path.removeprefix(MEDIA), state) if path.startswith(MEDIA + _UPLOADS) else None


def _size(token: str, pixels: int | None, state: State) -> Answer | None:
    """Return one size of the picture of a course (COURSE-PATCH-09)."""
    stored = state.get(entities.PICTURES, token)
    if stored is None or pixels is None:
        return None
    content = stored["content"]
    return _picture_response(
        pictures.square(pictures.placeholder(stored["text"]) if content is None else content, pixels)
    )


def _whole(token: str, state: State) -> Answer | None:
    """Return the picture of a medium or a question, as it was uploaded."""
    stored = state.get(entities.PICTURES, token)
    return None if stored is None else _picture_response(pictures.whole(stored["content"]))


def _picture_response(image: pictures.Picture) -> Answer:
    headers = {"Content-Type": image.media_type, "Cache-Control": "public, max-age=31536000"}
    return Answer(200, image.content, headers)
