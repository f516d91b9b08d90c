"""Pictures of courses: one upload becomes four squares."""

import base64
import binascii
import colorsys
import re
import zlib
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from PIL import Image, ImageOps

SIZES = {"image_bigger": 800, "image_big": 400, "image_medium": 200, "image_small": 100}
_DATA_URI = re.compile(r"data:image/[\w.+-]+;base64,(.*)", re.DOTALL)


class UnreadablePictureError(ValueError):
    """The bytes are no picture that can be drawn."""


def load(data: bytes) -> Image.Image:
    """Read a picture; raise UnreadablePictureError for anything else."""
    try:
        return Image.open(BytesIO(data)).convert("RGB")
    except Exception as error:  # a decoder may raise what it likes on hostile bytes
        raise UnreadablePictureError(str(error)) from error


def picture_from_text(text: str) -> Image.Image:
    """Decode a data URI; any other text stands for a picture (COURSE-PATCH-43)."""
    match = _DATA_URI.fullmatch(text)
    return load(_decoded(match[1])) if match else placeholder(text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise UnreadablePictureError(str(error)) from error


def placeholder(text: str) -> Image.Image:
    """Draw a plain square whose colour depends on ``text``."""
    red, green, blue = colorsys.hsv_to_rgb(zlib.crc32(text.encode()) % 360 / 360, 0.5, 0.8)
    return Image.new("RGB", (100, 100), (int(255 * red), int(255 * green), int(255 * blue)))


def store(picture: Image.Image) -> str:
    """Write the four squares under a fresh name and return that name (COURSE-PATCH-09)."""
    name = uuid4().hex
    for size in SIZES.values():
        ImageOps.fit(picture, (size, size)).save(_file(name, size))
    return name


def _file(name: str, size: int) -> Path:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(exist_ok=True)
    return folder / f"{name}-{size}.png"


def path_of(name: str, size: int) -> str:
    """Return the path under which a stored square is served."""
    return f"/media/{name}-{size}.png"
