"""COURSE-PATCH-08 to 10 and 43: the picture of a course."""

from io import BytesIO

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.generation.values import picture
from contracts.messages.bodies import Encoding, File, data_uri
from contracts.messages.exchange import Answer, Json
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import PICTURES, full_body, patch, require_equal, require_untouched

LISTS = ("/api/v2/course/", "/api/v2/course/search/")


@scenario("COURSE-PATCH-08")
def the_uploaded_picture_never_appears(context: Context) -> None:
    """image_original appears in no response: not to writes, not to reads, not in lists, not in errors."""
    canary = context.unique("canary")
    course = context.fresh(None, privacy="open", image_original=canary)
    answers = [
        *filter(None, [course.created]),
        patch(context, course, {"image_original": canary}),
        patch(context, course, {"image_original": picture()}, Encoding.MULTIPART),
        course.patch({"image_original": canary, "type": "x"}),
        course.patch({"image_original": canary, "name": None}),
        course.put({**full_body(context), "image_original": canary}),
        *(course.read(view=view) for view in ("user", "edit", "dashboard")),
        course.read(by=context.person("member")),
        course.read(by=context.anonymous),
        context.factory.missing().patch({"image_original": canary}),
        *(context.owner.get(path, statuses="creator", limit=100) for path in LISTS),
    ]
    for answer in answers:
        _require_silent(answer, canary)


def _require_silent(answer: Answer, canary: str) -> None:
    if canary.encode() in answer.content:
        raise Broken(f"{answer.request.line} does not contain the uploaded picture", answer.excerpt)
    body = answer.body if answer.content else {}
    for item in [body, *(body.get("results") or [])]:
        if "image_original" in item:
            raise Broken(f"{answer.request.line} has no image_original", repr(item["image_original"]))


@scenario("COURSE-PATCH-09")
def an_upload_gives_four_square_pictures(context: Context) -> None:
    """An uploaded picture is served as four square pictures, at four URLs."""
    course = context.fresh()
    for upload in (picture(width=900, height=600), picture("jpeg", width=300, height=700)):
        answer = patch(context, course, {"image_original": upload}, Encoding.MULTIPART)
        widths = [_width_of_square(context, answer[key], key) for key in PICTURES]
        require_equal(len({answer[key] for key in PICTURES}), len(PICTURES), "number of different URLs")
        require_equal(widths, sorted(widths, reverse=True), "widths from image_bigger to image_small")
        require_equal(_urls(course.state()), _urls(answer.document), "the URLs in the next GET")


def _width_of_square(context: Context, url: object, key: str) -> int:
    from PIL import Image, UnidentifiedImageError

    answer = context.require_accepted(context.anonymous.follow(url))
    try:
        with Image.open(BytesIO(answer.content)) as image:
            if image.width != image.height:
                raise Broken(f"{key} is square", f"{image.width} × {image.height}")
            return image.width
    except UnidentifiedImageError as error:
        raise Broken(f"{key} is a picture", answer.headers.get("Content-Type", "no type")) from error


def _urls(document: Json) -> Json:
    return {key: document[key] for key in PICTURES}


@scenario("COURSE-PATCH-10")
def a_new_upload_changes_all_four(context: Context) -> None:
    """Each upload gives four new URLs, and no other PATCH changes them."""
    course = context.fresh()
    for number in range(3):
        before = _urls(course.state())
        upload = picture(shade=10 + number)
        after = _urls(patch(context, course, {"image_original": upload}, Encoding.MULTIPART).document)
        kept = [key for key in PICTURES if after[key] == before[key] or not after[key]]
        require_equal(kept, [], "pictures that did not change with an upload")
    for encoding in context.encodings:
        with require_untouched(course, "a PATCH without a picture keeps the pictures", "name", "og_title"):
            patch(context, course, {"name": context.unique(), "og_title": "t"}, encoding)
    _require_separate_uploads(context, course)


def _require_separate_uploads(context: Context, course: Item) -> None:
    """Require that the same picture on another course has its own URLs."""
    with require_untouched(course, "an upload to another course keeps the pictures"):
        other = context.fresh()
        patch(context, other, {"image_original": picture()}, Encoding.MULTIPART)
    mine, theirs = _urls(course.state()), _urls(other.state())
    require_equal([key for key in PICTURES if mine[key] == theirs[key]], [], "URLs shared by two courses")


@scenario("COURSE-PATCH-43")
def a_picture_is_gif_png_or_jpeg(context: Context) -> None:
    """A picture is a gif, png or jpeg by its content, or a text; a file that is no picture is rejected."""
    for kind in ("gif", "png", "jpeg"):
        disguised = File("data.bin", "application/octet-stream", picture(kind).content)
        for upload in (picture(kind), disguised):
            _require_accepted(context, {"image_original": upload}, Encoding.MULTIPART)
    for text in ("string", data_uri(picture())):
        for encoding in context.encodings:
            _require_accepted(context, {"image_original": text}, encoding)
    course = context.fresh(None)
    for bad in (b"not a picture", picture().content[:40]):
        with require_untouched(course, "a rejected picture changes nothing"):
            fields = {"image_original": File("x.png", "image/png", bad), "og_title": context.unique()}
            answer = course.patch(fields, Encoding.MULTIPART)
            context.require_rejected(answer, 400, "image_original", "invalid_image")


def _require_accepted(context: Context, fields: Json, encoding: Encoding) -> None:
    course = context.fresh()
    answer = patch(context, course, fields, encoding)
    if not all(answer[key] for key in PICTURES):
        raise Broken("the URLs of four pictures", repr(_urls(answer.document)))
