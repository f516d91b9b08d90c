"""Pictures: check an upload, and scale it to the sizes of a course."""

import base64
import binascii
import hashlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import Lock
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from PIL import Image, ImageOps

from mockserver.errors import Invalid, Problem
from mockserver.messages import translatable

FIELD: Final = "image_original"
FORMATS: Final = ("GIF", "PNG", "JPEG")
SIZES: Final = ("bigger", "big", "medium", "small")
"""The sizes of a picture; the settings say how many pixels each has."""
MAX_BYTES: Final = 5 * 1024 * 1024
# A small file can decompress to gigabytes.
MAX_PIXELS: Final = 50_000_000

# How the three formats begin once base64 has been over them.
BASE64_SIGNATURES: Final = ("R0lGOD", "iVBORw0KGgo", "/9j/")
PLACEHOLDER_CELLS: Final = 5
PLACEHOLDER_SIZE: Final = 800


class Picture(NamedTuple):
    """An encoded picture, and the media type to serve it with."""

    content: bytes
    media_type: str


def read_upload(content: bytes, limit: int = MAX_BYTES, least: int = 1) -> bytes:
    """The uploaded picture, which is a gif, png or jpeg that decodes to its end (COURSE-PATCH-43).

    ``limit`` is in bytes, ``least`` the pixels that it needs each way. Raises Invalid with code ``empty``,
    ``too_large``, ``too_small`` or ``invalid_image``, and nothing else.
    """
    if not content:
        raise _rejection("empty", "The submitted file is empty. Send a gif, png or jpeg picture.")
    if len(content) > limit:
        raise _rejection(
            "too_large",
            translatable("The picture has {size} bytes. Send at most {limit}.", size=len(content), limit=limit),
        )
    with _opened(content) as image:
        if min(image.size) < least:
            template = "The picture has {width} by {height} pixels. Send one of {least} by {least} at least."
            raise _rejection("too_small", translatable(template, width=image.width, height=image.height, least=least))
        return content


def from_text(text: str) -> bytes | None:
    """The bytes of a data URI or of a picture in base64; None for any other text, for which a placeholder is used.

    ``read_upload`` checks whether the bytes are a picture.
    """
    if text[:5].lower() == "data:":
        return _from_data_uri(text)
    return _from_base64(text) if text.startswith(BASE64_SIGNATURES) else None


def placeholder(seed: str) -> bytes:
    """A picture made up for ``seed``: the same for the same seed, another for another."""
    digest = hashlib.sha256(seed.encode(errors="replace")).digest()
    mosaic = Image.new("P", (PLACEHOLDER_CELLS, PLACEHOLDER_CELLS))
    mosaic.putpalette([*(192 + byte // 4 for byte in digest[:3]), *(byte // 2 for byte in digest[3:6])])
    mosaic.putdata(_mirrored_cells(digest[6:]))
    return _encoded(mosaic.resize((PLACEHOLDER_SIZE, PLACEHOLDER_SIZE), Image.Resampling.NEAREST), "PNG")


def square(content: bytes, size: int) -> Picture:
    """The middle of a picture as a square of ``size`` pixels, jpeg or else png (COURSE-PATCH-09)."""
    with _opened(content, draft=size) as image:
        kind = "JPEG" if image.format in ("JPEG", "MPO") else "PNG"
        upright = ImageOps.exif_transpose(image)
        fitted = ImageOps.fit(_plain(upright, kind), (size, size), Image.Resampling.LANCZOS)
        return Picture(_encoded(fitted, kind), Image.MIME[kind])


def whole(content: bytes) -> Picture:
    """A picture as it came, with its media type."""
    with _opened(content) as image:
        return Picture(content, Image.MIME[image.format or "PNG"])


def dimensions(content: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    with _opened(content) as image:
        return image.size


# The filters of warnings belong to the process; two threads that change and restore them would mix them up.
_one_at_a_time = Lock()


@contextmanager
def _opened(content: bytes, draft: int | None = None) -> Iterator[Image.Image]:
    """The picture, decoded to its end; with ``draft`` no larger than needed for that many pixels a side."""
    with _one_at_a_time, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = _decoded(content, draft)
        with image:
            yield image


def _decoded(content: bytes, draft: int | None) -> Image.Image:
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
        _check_pixels(image)
        if draft:
            image.draft(None, (draft, draft))
        image.load()
        _check_pixels(image)
    except Invalid:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # a decoder met with hostile bytes raises whatever they lead it to
        raise _rejection("invalid_image", "This is not a whole gif, png or jpeg picture.") from error
    return image


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()


def _too_many_pixels() -> Invalid:
    return _rejection(
        "invalid_image", translatable("The picture has more than {limit} pixels. Send a smaller one.", limit=MAX_PIXELS)
    )


def _rejection(code: str, message: str) -> Invalid:
    return Invalid([Problem(FIELD, code, message, "COURSE-PATCH-43")])


def _from_data_uri(uri: str) -> bytes:
    kind, _, payload = uri.partition(",")
    plain = unquote_to_bytes(payload)
    if not kind.lower().endswith(";base64"):
        return plain
    decoded = _from_base64(plain.decode("latin-1"))
    return plain if decoded is None else decoded


def _from_base64(text: str) -> bytes | None:
    digits = "".join(text.split())
    try:
        return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _mirrored_cells(digest: bytes) -> list[int]:
    """The cells of the mosaic, 0 or 1, row by row; the right half mirrors the left."""
    columns = range(PLACEHOLDER_CELLS)
    half = PLACEHOLDER_CELLS // 2
    return [digest[row * (half + 1) + half - abs(column - half)] % 2 for row in columns for column in columns]


def _plain(image: Image.Image, kind: str) -> Image.Image:
    """The picture in a mode that resamples well and that its format can hold."""
    if image.mode.startswith("I"):  # 16 bits of grey, which convert() would cut off at white
        return image.convert("I").point(lambda grey: grey / 256).convert("L")
    if kind == "JPEG":
        return image if image.mode in ("RGB", "L") else image.convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _encoded(image: Image.Image, kind: str) -> bytes:
    target = BytesIO()
    image.save(target, kind)
    return target.getvalue()
