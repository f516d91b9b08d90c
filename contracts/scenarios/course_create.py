"""COURSE-CREATE-01 to 12: a new course."""

from contracts.checks.context import Context, errors_of
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding, encode
from contracts.messages.exchange import Answer, Json
from contracts.scenarios._assertions import (
    PICTURES,
    PUBLISHED,
    TEXTS,
    list_ids,
    preference,
    require_equal,
    require_keys,
)

COLLECTION = "/api/v2/course/"
DEFAULTS: Json = {
    "description": "",
    "privacy": "",
    "enforce_lessons_order": False,
    "new_comment_notification_enabled": True,
    "hide_member_count": False,
}


def _post(context: Context, fields: Json, encoding: Encoding = Encoding.JSON, person: str = "creator") -> Answer:
    """Create a course, which the clean-up deletes."""
    client = context.person(person)
    answer = client.send("POST", COLLECTION, encode(fields, encoding))
    if answer.ok:
        context.factory.adopt(answer, client)
    return answer


def _minimal(context: Context, **fields: object) -> Json:
    return {"name": context.unique("Minimal"), "type": "self-paced", **fields}


@scenario("COURSE-CREATE-01", operation="create")
def creating_needs_a_login(context: Context) -> None:
    """Without a token no course is created."""
    for encoding in context.encodings:
        body = _minimal(context)
        context.require_rejected(_post(context, body, encoding, "anonymous"), 401)
        courses = list_ids(context.owner, f"{COLLECTION}search/", search=body["name"])
        require_equal(courses, [], "courses created without a token")


@scenario("COURSE-CREATE-02", operation="create")
def the_community_may_limit_creation_to_staff(context: Context) -> None:
    """Only staff may create courses if the preference courses_only_staff_enabled is on; otherwise all users may."""
    only_staff = preference(context, "courses_only_staff_enabled")
    for name in ("member", "joined", "staff"):
        answer = _post(context, _minimal(context), person=name)
        if only_staff and name != "staff":
            context.require_rejected(answer, 403, code="permission_denied")
        else:
            context.require_accepted(answer, 201)


@scenario("COURSE-CREATE-03", operation="create")
def name_and_type_are_mandatory(context: Context) -> None:
    """A course needs a name and a type, and one response reports both as missing."""
    for encoding in context.encodings:
        answer = _post(context, {}, encoding)
        context.require_rejected(answer, 400)
        require_equal(
            sorted(map(str, errors_of(answer))), ["('name', 'required')", "('type', 'required')"], "the errors of {}"
        )
        context.require_rejected(_post(context, {"name": context.unique()}, encoding), 400, "type", "required")
        context.require_rejected(_post(context, {"type": "structured"}, encoding), 400, "name", "required")


@scenario("COURSE-CREATE-04", operation="create")
def creation_responds_with_the_course(context: Context) -> None:
    """Creation responds with 201 and the whole course, which can be read from then on."""
    for encoding in context.encodings:
        body = _minimal(context, description="some words")
        answer = context.require_accepted(_post(context, body, encoding), 201)
        require_keys(context, answer, "Course")
        require_equal({key: answer[key] for key in body}, body, "the fields that were sent")
        state = context.factory.at(answer["id"]).state()
        require_equal({key: state[key] for key in answer.document}, answer.document, "the next GET")


@scenario("COURSE-CREATE-05", operation="create")
def the_author_is_the_creator(context: Context) -> None:
    """The user who creates a course is its creator."""
    for name in ("creator", "member", "staff"):
        person = context.person(name)
        answer = context.require_accepted(_post(context, _minimal(context), person=name), 201)
        require_equal((answer["join_status"], answer["created_by"]["id"]), ("creator", person.id), "status and author")
        status = person.get(f"{COLLECTION}{answer['id']}/status/")
        require_equal(status["status"], "creator", "status of the author")
        context.require_accepted(context.factory.at(answer["id"], person).patch({"og_title": "mine"}))


@scenario("COURSE-CREATE-06", operation="create")
def the_documented_defaults(context: Context) -> None:
    """A minimal course is an undescribed draft with the documented flags."""
    answer = context.require_accepted(_post(context, _minimal(context)), 201)
    require_equal({key: answer[key] for key in DEFAULTS}, DEFAULTS, "defaults")


@scenario("COURSE-CREATE-07", operation="create")
def the_defaults_apply_to_forms(context: Context) -> None:
    """In a form, an absent flag has its default: it does not count as off."""
    for encoding in (Encoding.FORM, Encoding.MULTIPART):
        answer = context.require_accepted(_post(context, _minimal(context), encoding), 201)
        require_equal({key: answer[key] for key in DEFAULTS}, DEFAULTS, f"defaults in {encoding.short}")
        answer = _post(context, _minimal(context, new_comment_notification_enabled=False), encoding)
        require_equal(answer["new_comment_notification_enabled"], False, "a flag that was sent")


@scenario("COURSE-CREATE-08", operation="create")
def the_slug_comes_from_the_name(context: Context) -> None:
    """Without a slug, the server builds one from the name."""
    word = context.unique("slug")
    for fields in ({}, {"slug": ""}):
        answer = context.require_accepted(
            _post(context, {**_minimal(context), "name": f"My {word} Course", **fields}), 201
        )
        require_equal(answer["slug"], f"my-{word}-course", "the derived slug")
        context.require_accepted(context.factory.at(answer["id"]).delete(), 204)
        word = context.unique("slug")
    slug = context.unique("sent")
    require_equal(_post(context, _minimal(context, slug=slug))["slug"], slug, "the slug that was sent")


@scenario("COURSE-CREATE-09", operation="create")
def taken_slugs(context: Context) -> None:
    """A derived slug that is taken gets a number; a slug that was sent and is taken is rejected."""
    word = context.unique("twin")
    slugs = [
        context.require_accepted(_post(context, {**_minimal(context), "name": name}), 201)["slug"]
        for name in (f"{word} b", f"{word}-b", f"{word}  B")
    ]
    require_equal(slugs, [f"{word}-b", f"{word}-b-2", f"{word}-b-3"], "derived slugs")
    context.require_rejected(_post(context, _minimal(context, slug=f"{word}-b")), 400, "slug", "unique")


@scenario("COURSE-CREATE-10", operation="create")
def other_fields_start_empty(context: Context) -> None:
    """Meta texts, sections and categories start empty."""
    answer = context.require_accepted(_post(context, _minimal(context)), 201)
    expected: Json = {**dict.fromkeys(TEXTS, ""), "sections_order": [], "categories": []}
    require_equal({key: answer[key] for key in expected}, expected, "the fields that were not sent")


@scenario("COURSE-CREATE-11", operation="create")
def a_course_may_start_published(context: Context) -> None:
    """A new course may have any privacy."""
    for privacy in ("", *PUBLISHED):
        for encoding in context.encodings:
            answer = context.require_accepted(_post(context, _minimal(context, privacy=privacy), encoding), 201)
            require_equal(answer["privacy"], privacy, "privacy in the response")
            require_equal(context.factory.at(answer["id"]).state()["privacy"], privacy, "privacy in the next GET")


@scenario("COURSE-CREATE-12", operation="create")
def no_picture_is_null(context: Context) -> None:
    """Without an upload the four pictures are null."""
    answer = context.require_accepted(_post(context, _minimal(context)), 201)
    for state in (answer.document, context.factory.at(answer["id"]).state()):
        require_equal({key: state[key] for key in PICTURES}, dict.fromkeys(PICTURES), "pictures")
