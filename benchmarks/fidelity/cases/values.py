"""The values that each field is sent, good and bad."""

from collections.abc import Mapping
from io import BytesIO

from PIL import Image

from benchmarks.fidelity.bodies import File

TEXTS = ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image")
FLAGS = ("enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count")

_NO_TEXTS: tuple[object, ...] = (None, True, False, [], ["x"], {}, {"a": 1})
_TEXTS: tuple[object, ...] = (
    *("plain", "", " ", "  blanks  ", "\ttab\n", "Ünïcödé 日本語 🎓", "line\nbreak", "<b>&amp;</b> 'q' \"q\"", "null"),
    *("a\0b", "\ud800", "\u200bzero width\u200b", "\xa0no-break\xa0", "x" * 5000, 42, -1, 1.5, 10**25, 1e300),
    *_NO_TEXTS,
)
_NAMES: tuple[object, ...] = ("Taken", "taken", " Taken ", "Fresh", "n" * 255, "n" * 256, f" {'n' * 255} ")
_SLUGS: tuple[object, ...] = (
    *("moved", "", " ", "UPPER_case-9", "with space", "ünï", "a/b", "a.b", " moved ", "taken", "fresh-slug"),
    *("s" * 255, "s" * 256, "123", 5, 1.5, "a\0b", "-", *_NO_TEXTS),
)
_TYPES: tuple[object, ...] = (
    *("self-paced", "structured", "scheduled", "weekly", "", " structured ", "Structured", "null", 1, 1.5),
    *_NO_TEXTS,
)
_PRIVACIES: tuple[object, ...] = ("", "open", "private", "secret", "OPEN", " open ", "draft", " ", 0, *_NO_TEXTS)
_BOOLEANS: tuple[object, ...] = (
    *(True, False, "true", "false", "True", "FALSE", "on", "off", "On", "yes", "no", "y", "n", "t", "f", "1", "0"),
    *(1, 0, 2, -1, 1.0, 0.0, 1.5, "", " ", "null", "None", "none", "maybe", " true ", "1.0", None, [], [True], {}),
)
_CATEGORIES: tuple[object, ...] = (
    *([], [1], [3, 1], [1, 1], ["2"], [" 2 "], [999], [1, 999], [0], [-1], ["x"], [""], [None], [True], [1.0], [1.5]),
    *(["+2"], ["0_2"], ["2__0"], ["-2"], ["2."], ["\u0662"], ["\n2\t"], ["\xa02"]),
    *(["1.0"], [10**25], [{"id": 1}], [[1]], 1, "1", "x", "", "[1, 3]", "1,3", True, None, {}, {"id": 1}),
)
_ORDERS: tuple[object, ...] = ([], [1], ["x"], [None], [True], "x", "", 1, "[]", None, {})


def _drawn(kind: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (30, 20), "teal").save(file, kind)
    return file.getvalue()


_PNG = _drawn("PNG")
_PICTURES: tuple[object, ...] = (
    *(File("p.png", _PNG), File("p.gif", _drawn("GIF")), File("p.jpg", _drawn("JPEG")), File("p.bmp", _drawn("BMP"))),
    *(File("p.webp", _drawn("WEBP")), File("p.bin", _PNG), File("png", _PNG), File("p.txt", b"no picture")),
    *(File("p.png", b"no picture"), File("p.png", b""), File("p.png", _PNG[:40]), "string", "", " "),
    *("data:image/png;base64,AAAA", "data:image/png;base64,%", "a\0b", 5, 1.5, *_NO_TEXTS),
)

VALUES: Mapping[str, tuple[object, ...]] = {
    "name": (*_TEXTS, *_NAMES),
    TEXTS[0]: _TEXTS,
    **dict.fromkeys(TEXTS[1:], _TEXTS[:4]),
    "slug": _SLUGS,
    "type": _TYPES,
    "privacy": _PRIVACIES,
    FLAGS[0]: _BOOLEANS,
    **dict.fromkeys(FLAGS[1:], _BOOLEANS[:6]),
    "categories": _CATEGORIES,
    "sections_order": _ORDERS,
    "image_original": _PICTURES,
}
READ_ONLY: Mapping[str, tuple[object, ...]] = {
    "id": (7, "x"),
    "deleted": (True, "maybe"),
    "join_status": ("manager", 5),
    "user_completion_rate": (55, "x"),
    "created_at": ("2001-02-03T04:05:06Z", "x"),
    "created_by": (2, {"id": 2}),
    "image_small": ("http://x/y.png", 1),
    "sections": ([], "x"),
    "member_count": (3,),
    "products": ("[]",),
    "": ("x",),
}
