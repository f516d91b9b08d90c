"""COURSE-PUT-01 to 04: replacing a course."""

from contracts.checks.assertions import require_unchanged
from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.exchange import Json
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import (
    PUBLISHED,
    UNKNOWN_ID,
    full_course,
    require_equal,
    require_keys,
    require_shown,
    require_untouched,
)


def _body(context: Context, **fields: object) -> Json:
    return {"name": context.unique("put"), "type": "scheduled", **fields}


@scenario("COURSE-PUT-01", operation="replace")
def put_has_the_rules_of_patch(context: Context) -> None:
    """PUT has the roles, codes and checks of PATCH."""
    _roles(context)
    other, course = context.fresh(), context.fresh(None, privacy="open")
    rejections: list[tuple[Json, str, str]] = [
        ({"privacy": ""}, "privacy", "invalid"),
        ({"name": other.state()["name"]}, "name", "unique"),
        ({"slug": other.state()["slug"]}, "slug", "unique"),
        ({"name": " "}, "name", "blank"),
        ({"type": "x"}, "type", "invalid_choice"),
        ({"categories": [UNKNOWN_ID]}, "categories", "does_not_exist"),
        ({"description": None}, "description", "null"),
    ]
    for fields, field, code in rejections:
        for encoding in context.encodings:
            if None not in fields.values():
                with require_untouched(course, "a rejected PUT changes nothing"):
                    context.require_rejected(course.put(_body(context, **fields), encoding), 400, field, code)
    context.require_rejected(course.put(_body(context, description=None)), 400, "description", "null")


def _roles(context: Context) -> None:
    with context.borrowed("open") as course, require_untouched(course, "a denied PUT has no effect"):
        context.require_rejected(course.put(_body(context), by=context.person(ANONYMOUS)), 401)
        for name in ("member", "requested", "invited", "joined", "staff"):
            context.require_rejected(course.put(_body(context), by=context.person(name)), 403)
    for state, people in {"draft": ("member", "joined", "staff"), "secret": ("member", "requested")}.items():
        for name in people:
            context.require_rejected(context.known_item(state).put(_body(context), by=context.person(name)), 404)
    context.require_rejected(context.factory.missing().put(_body(context)), 404)
    for state in ("", *PUBLISHED):
        context.require_accepted(context.fresh(None, privacy=state).put(_body(context)))
    with context.borrowed("open") as course:
        context.require_accepted(
            course.put({"name": course.state()["name"], "type": "self-paced"}, by=context.person("manager"))
        )


@scenario("COURSE-PUT-02", operation="replace")
def put_needs_name_and_type(context: Context) -> None:
    """PUT needs a name and a type."""
    course = context.fresh()
    for encoding in context.encodings:
        with require_untouched(course, "a rejected PUT changes nothing"):
            context.require_rejected(course.put({"name": context.unique()}, encoding), 400, "type", "required")
            context.require_rejected(course.put({"type": "structured"}, encoding), 400, "name", "required")
            for field in ("name", "type"):
                context.require_rejected(course.put({}, encoding), 400, field, "required")


@scenario("COURSE-PUT-03", operation="replace")
def put_keeps_other_fields(context: Context) -> None:
    """Optional fields that a PUT leaves out keep their value, in every encoding."""
    for encoding in context.encodings:
        course, body = full_course(context), _body(context)
        with require_untouched(course, "a PUT keeps the fields that it does not name", "name", "type"):
            context.require_accepted(course.put(body, encoding))
        require_shown(course, body)


@scenario("COURSE-PUT-04", operation="replace")
def put_responds_with_the_course(context: Context) -> None:
    """PUT responds with 200 and the whole course, as the next GET shows it."""
    for encoding in context.encodings:
        course, body = context.fresh(), _body(context, description="put", hide_member_count=True)
        answer = context.require_accepted(course.put(body, encoding))
        require_keys(context, answer, "Course")
        require_equal({key: answer[key] for key in body}, body, "the fields that were sent")
        require_unchanged(
            course.state(), answer.document, answer.document, "the response shows the same as the next GET"
        )
