from io import BytesIO

from PIL import Image

SIZES = {"image_bigger": 800, "image_big": 400, "image_medium": 200, "image_small": 100}
"""The pixels of each derived picture."""


def painted(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "teal") -> bytes:
    """A picture of one colour, encoded."""
    target = BytesIO()
    Image.new("RGB", size, colour).save(target, kind)
    return target.getvalue()


def dimensions(content: bytes) -> tuple[int, int]:
    """Width and height of an encoded picture, which is decoded to its end."""
    with Image.open(BytesIO(content)) as image:
        image.load()
        return image.size


def corner(content: bytes) -> tuple[int, int, int]:
    """The red, green and blue of the first pixel of an encoded picture."""
    with Image.open(BytesIO(content)) as image:
        red, green, blue = image.convert("RGB").getpixel((0, 0))  # type: ignore[misc]  # three of them, in RGB
        return red, green, blue
