"""MEDIA-01 to 07: the media that lessons and comments refer to."""

from collections.abc import Sequence

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.bodies import ENCODINGS, Encoding, File, data_uri, encode
from contracts.messages.exchange import Answer, Json
from contracts.scenarios._assertions import UNKNOWN_ID, require_equal, require_untouched
from contracts.scenarios._fixtures import (
    add_comment,
    add_lesson,
    add_section,
    assume_ok,
    existing_media,
    ids,
    require_fields,
)

MEDIA, CREATE, READ = "/api/v2/media/", "create_media", "get_media"


def _url(context: Context) -> Json:
    return {"type": "url", "url": f"https://example.com/{context.unique()}"}


def _embed(context: Context) -> Json:
    return {"type": "embed", "embed": {"embed_type": "sc_link", "embed_id": context.unique()}}


def _post(context: Context, fields: Json, by: Client | None = None, encoding: Encoding = Encoding.JSON) -> Answer:
    return (by or context.owner).send("POST", MEDIA, encode(fields, encoding))


def _require_created(context: Context, answer: Answer) -> Json:
    """Require that a medium was created, and return it."""
    document = context.require_accepted(answer, 201).document
    require_fields(context, document, "Media", "the response")
    return document


@scenario("MEDIA-01", operation=CREATE)
def creating_media_needs_a_login(context: Context) -> None:
    """Users who are logged in may create media."""
    url = _url(context)
    context.require_rejected(_post(context, url, context.anonymous), 401)
    for encoding in ENCODINGS:
        require_equal(
            _require_created(context, _post(context, url, context.person("member"), encoding))["url"], url["url"], "url"
        )


@scenario("MEDIA-02", operation=CREATE)
def media_have_a_type(context: Context) -> None:
    """A new medium is an image, a url or an embed."""
    url = _url(context)
    context.require_rejected(_post(context, {"url": url["url"]}), 400, "type", "required")
    for kind in ("doc", "x"):
        context.require_rejected(_post(context, {**url, "type": kind}), 400, "type", "invalid_choice")
    for body in (url, _embed(context), {"type": "image", "image": data_uri(_picture())}):
        require_equal(_require_created(context, _post(context, body))["type"], body["type"], "type")


@scenario("MEDIA-03", operation=CREATE)
def media_have_the_fields_of_their_type(context: Context) -> None:
    """A url needs an address, and an embed needs its embed."""
    embed = _embed(context)
    for kind, other in (("url", embed), ("embed", _url(context))):
        for body in ({"type": kind}, {**other, "type": kind}):
            context.require_rejected(_post(context, body), 400, kind, "required")
    medium = _require_created(context, _post(context, embed))
    require_equal(medium["embed"]["embed_id"], embed["embed"]["embed_id"], "embed_id")


def _picture() -> File:
    from contracts.generation.values import picture

    return picture()


@scenario("MEDIA-04", operation=CREATE)
def an_image_needs_a_picture(context: Context) -> None:
    """An image needs a picture, as a file or as text."""
    context.require_rejected(_post(context, {"type": "image"}), 400, "image", "required")
    broken = {"type": "image", "image": File("a.png", "image/png", b"no picture")}
    context.require_rejected(_post(context, broken, encoding=Encoding.MULTIPART), 400, "image", "invalid_image")
    medium = _require_created(
        context, _post(context, {"type": "image", "image": _picture()}, encoding=Encoding.MULTIPART)
    )
    require_equal((medium["image_width"], medium["image_height"]), (96, 60), "the size of the picture in pixels")
    require_equal(
        context.require_accepted(context.anonymous.follow(medium["image"])).ok, True, "whether the picture is served"
    )


@scenario("MEDIA-05", operation=READ)
def reading_media_needs_a_login(context: Context) -> None:
    """Users who are logged in may read every medium."""
    for key in existing_media(context):
        for name in ("creator", "member", "staff"):
            answer = context.require_accepted(context.person(name).get(f"{MEDIA}{key}/"))
            require_fields(context, answer.document, "Media", "the medium")
            require_equal(answer["id"], key, "id")
        context.require_rejected(context.anonymous.get(f"{MEDIA}{key}/"), 401)
    context.require_rejected(context.owner.get(f"{MEDIA}{UNKNOWN_ID}/"), 404)


@scenario("MEDIA-06", operation="create_course_lesson")
def media_references_must_exist(context: Context) -> None:
    """Lessons and comments refer to media that exist."""
    (key, *_), inside = existing_media(context), add_section(context, context.fresh())
    lesson = add_lesson(context, inside)
    comment = add_comment(context, lesson)
    for subject in (lesson, comment):
        with require_untouched(subject, "a rejected change changes nothing"):
            for medias, code in (([key, UNKNOWN_ID], "does_not_exist"), (["x"], None)):
                context.require_rejected(subject.patch({"medias": medias}), 400, "medias", code)
                _require_rejected_new(context, subject, medias, code)
        assume_ok(subject.patch({"medias": [key]}))


def _require_rejected_new(context: Context, like: Item, medias: Sequence[object], code: str | None) -> None:
    body = {"name": "x", "type": "lesson", "text": "x", "medias": medias}
    context.require_rejected(
        context.owner.send("POST", like.collection, encode(body, Encoding.JSON)), 400, "medias", code
    )
    context.require_rejected(like.put(body), 400, "medias", code)


@scenario("MEDIA-07", operation="delete_media")
def media_are_deleted_by_their_creator(context: Context) -> None:
    """Only the user who created a medium may delete it, and it is not shown any more."""
    medium = _require_created(context, _post(context, _url(context)))
    path, subject = (
        f"{MEDIA}{medium['id']}/",
        add_lesson(context, add_section(context, context.fresh()), medias=[medium["id"]]),
    )
    for name, status in (("member", 403), ("staff", 403)):
        context.require_rejected(context.person(name).send("DELETE", path), status)
    context.require_rejected(context.anonymous.send("DELETE", path), 401)
    require_equal(ids(subject.state()["medias"]), [medium["id"]], "the media of the lesson")
    context.require_accepted(context.owner.send("DELETE", path), 204)
    context.require_rejected(context.owner.get(path), 404)
    require_equal(subject.state()["medias"], [], "the media of the lesson")
