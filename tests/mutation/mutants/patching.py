"""COURSE-PATCH-01 to 48: for each rule, a mock without it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from mockserver.app import OptionsDict as Options
from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import course
from mockserver.courses.representations import course as represent
from mockserver.courses.rules import access, roles
from mockserver.courses.rules import course as lifecycle
from mockserver.courses.seed import COURSE
from mockserver.domain import Handler
from mockserver.errors import ParseError, Problem
from mockserver.openapi import coercion as values
from mockserver.policy import Gate, Policy, rule
from mockserver.request import decoding
from mockserver.request.state_checks import StateChecks
from mockserver.store import Document, State
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    Patch,
    answered,
    checked,
    document,
    dropped,
    forgets,
    handled,
    idle,
    patched,
    policies,
    schema,
    stored,
    without,
)

REQUESTS = ("CoursePatch", "CoursePatchForm")
WRITES = ("update_course", "patch_course")
EVERYBODY = (None, "requested", "invited", "joined", "manager", "creator")


def _writable(fields: Mapping[str, Json]) -> Callable[[Json], None]:
    """Make read-only fields writable."""

    def change(schemas: Json) -> None:
        for name in REQUESTS:
            schemas[name]["properties"].update(fields)

    return change


def _nullable_texts(schemas: Json) -> None:
    for name in REQUESTS:
        for field in ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image"):
            schemas[name]["properties"][field] = {"type": "string", "nullable": True}


def _og_image_is_a_url(schemas: Json) -> None:
    for name in REQUESTS:
        schemas[name]["properties"]["og_image"] = {"type": "string", "format": "uri"}


@rule
def _creates_course(call: Call) -> bool:
    return roles.status_of(call) == "creator"


def _only_creators(operation: str, policy: Policy) -> Policy:
    return replace(policy, allowed=(Gate(_creates_course, "mutant"),)) if operation == "patch_course" else policy


def _resets_what_is_absent(call: Call, changes: Json) -> Json:
    defaults = {name: value for name, value in COURSE.items() if name not in {"sections_order", "picture", "privacy"}}
    return {**defaults, **changes}


def _rejects_empty_bodies(patch: Patch) -> tuple[Json, Options]:
    original = decoding.Decoder.__call__

    def read(self: decoding.Decoder, content_type: str | None, content: bytes) -> decoding.Body:
        if content in {b"", b"{}"}:
            raise ParseError("No body.")
        return original(self, content_type, content)

    patch.setattr(decoding.Decoder, "__call__", read)
    return document(), {}


def _takes_any_json(patch: Patch) -> tuple[Json, Options]:
    original = decoding.json_value

    def value(content: bytes) -> object:
        parsed = original(content)
        return parsed if isinstance(parsed, dict) else {}

    patch.setattr(decoding, "json_value", value)
    return document(), {}


def _counts_itself(self: StateChecks, call: Call, name: str, values: Mapping[str, Any]) -> list[Problem]:
    value = values.get(name)
    is_taken = bool(value) and bool(call.state.where(model.COURSES, name, value))
    return [Problem(name, "unique", "Taken.")] if is_taken else []


def _ignores_case(self: StateChecks, call: Call, name: str, values: Mapping[str, Any]) -> list[Problem]:
    value = str(values.get(name, "")).casefold()
    own = call.documents[-1]["id"] if call.documents else None
    is_taken = any(row[name].casefold() == value and row["id"] != own for row in call.state.all(model.COURSES))
    return [Problem(name, "unique", "Taken.")] if value and is_taken else []


def _slug_follows_name(call: Call, changes: Json) -> Json:
    return {"slug": "", **changes} if "name" in changes else changes


def _ignores_publication(call: Call, changes: Json) -> Json:
    return {name: value for name, value in changes.items() if name != "privacy" or call.documents[0]["privacy"]}


def _ignores_unknown_choices(field: str, members: Iterable[str]) -> Mutant:
    """Accept values that are not members of an enum, and do not store them."""
    names = {"type": "CourseType", "privacy": "CoursePrivacy"}

    def mutate(patch: Patch) -> tuple[Json, Options]:
        changed, _ = schema(without(names[field], "enum"))(patch)

        def keep_members(call: Call, changes: Json) -> Json:
            return {name: value for name, value in changes.items() if name != field or value in members}

        _, options = stored(keep_members)(patch)
        return changed, options

    return mutate


def _privacy_change_ends_memberships(call: Call, changes: Json) -> Json:
    if changes.get("privacy", call.documents[0]["privacy"]) != call.documents[0]["privacy"]:
        for row in list(call.state.where(model.MEMBERSHIPS, "course", call.documents[0]["id"])):
            if row["status"] != "creator":
                call.state.remove(model.MEMBERSHIPS, (row["course"], row["user"]))
    return changes


def _anything_is_a_boolean(value: object) -> bool:
    return bool(value)


def _brackets_mean_nothing(key: str) -> tuple[str, int]:
    return key, -1


def _adds_categories(call: Call, changes: Json) -> Json:
    if "categories" in changes:
        return {**changes, "categories": sorted({*call.documents[0]["categories"], *changes["categories"]})}
    return changes


def _category_id(document: Document) -> int:
    return int(document["id"])


def _counts_requests(call: Call, changes: Json) -> Json:
    """Give a second, equal request an effect."""
    same = bool(changes) and all(call.documents[0].get(name) == value for name, value in changes.items())
    return {**changes, "description": call.documents[0]["description"] + "."} if same else changes


def _writes_a_stale_course(handler: Handler) -> Handler:
    """Start every PATCH from the course as it was before the previous one."""
    earlier: dict[int, Document] = {}

    def patch_course(call: Call) -> Any:
        before = call.documents[0]
        answer = handler(call)
        stale = earlier.get(before["id"], before)
        earlier[before["id"]] = before
        after = {**stale, **course.changes(call, before["id"])}
        call.state.put(model.COURSES, before["id"], after)
        return answer

    return patch_course


def _applies_view(call: Call, answer: Json) -> Json:
    document = call.state.get(model.COURSES, call.documents[0]["id"]) or {}
    return represent.course_detail(call, document, None) if "view" in call.query else answer


def _no_pictures(call: Call, document: Document) -> Json:
    return dict.fromkeys(("image_bigger", "image_big", "image_medium", "image_small"))


def _one_picture(state: State, key: int, value: object) -> str:
    token = f"{key}-only"
    state.put(model.PICTURES, token, {"content": lifecycle.picture_in(value), "text": token})
    return token


def _leads_to(target: str) -> Callable[[Call], bool]:
    return lambda call: (
        bool(call.documents) and call.documents[0]["privacy"] == "secret" and call.body.get("privacy") == target
    )


def _publishes_without_description(call: Call) -> bool:
    before = call.documents[0] if call.documents else {"description": "", "privacy": ""}
    publishes = not before["privacy"] and bool(call.body.get("privacy"))
    return publishes and not call.body.get("description", before["description"])


MUTANTS: dict[str, Mutant] = {
    "COURSE-PATCH-01": policies(_only_creators),
    "COURSE-PATCH-02": dropped("COURSE-PATCH-02"),
    "COURSE-PATCH-03": dropped("COURSE-PATCH-03"),
    "COURSE-PATCH-04": dropped("COURSE-PATCH-04"),
    "COURSE-PATCH-05": idle("delete_course"),
    "COURSE-PATCH-06": stored(_resets_what_is_absent),
    "COURSE-PATCH-07": answered(
        lambda call, answer: {name: answer[name] for name in ("id", *call.body) if name in answer}
    ),
    "COURSE-PATCH-08": answered(
        lambda call, answer: {**answer, "image_original": str(call.body.get("image_original"))}
    ),
    "COURSE-PATCH-09": patched(represent, "_images", _no_pictures),
    "COURSE-PATCH-10": patched(course, "store_picture", _one_picture),
    "COURSE-PATCH-11": schema(_writable({"created_at": {"type": "string"}, "created_by": {"type": "integer"}})),
    "COURSE-PATCH-12": lambda patch: (document(), {"strict": True}),
    "COURSE-PATCH-13": _rejects_empty_bodies,
    "COURSE-PATCH-14": _takes_any_json,
    "COURSE-PATCH-15": schema(without("CourseName", "x-unique")),
    "COURSE-PATCH-16": patched(StateChecks, "_conflicts", _counts_itself),
    "COURSE-PATCH-17": patched(StateChecks, "_conflicts", _ignores_case),
    "COURSE-PATCH-18": schema(without("Title", "x-trim", "minLength", "pattern")),
    "COURSE-PATCH-19": stored(_slug_follows_name),
    "COURSE-PATCH-20": schema(without("CourseSlug", "x-unique")),
    "COURSE-PATCH-21": schema(without("CourseSlug", "pattern")),
    "COURSE-PATCH-22": _ignores_unknown_choices("type", ("self-paced", "structured", "scheduled")),
    "COURSE-PATCH-23": checked(
        "COURSE-PATCH-23",
        "type",
        lambda call: (
            bool(call.documents) and call.documents[0]["type"] != call.body.get("type", call.documents[0]["type"])
        ),
    ),
    "COURSE-PATCH-24": _ignores_unknown_choices("privacy", ("", "open", "private", "secret")),
    "COURSE-PATCH-25": stored(_ignores_publication),
    "COURSE-PATCH-26": dropped("COURSE-PATCH-26"),
    "COURSE-PATCH-27": checked(
        "COURSE-PATCH-27", "privacy", lambda call: bool(call.documents) and call.body.get("privacy") == ""
    ),
    "COURSE-PATCH-28": checked("COURSE-PATCH-28", "privacy", _leads_to("open")),
    "COURSE-PATCH-29": stored(_privacy_change_ends_memberships),
    "COURSE-PATCH-30": checked("COURSE-PATCH-30", "privacy", _publishes_without_description),
    "COURSE-PATCH-31": forgets("hide_member_count"),
    "COURSE-PATCH-32": patched(access, "_in_order", lambda course, who: False),
    "COURSE-PATCH-33": forgets("new_comment_notification_enabled"),
    "COURSE-PATCH-34": patched(values, "_boolean", _anything_is_a_boolean),
    "COURSE-PATCH-35": schema(_nullable_texts),
    "COURSE-PATCH-36": schema(_og_image_is_a_url),
    "COURSE-PATCH-37": forgets("sections_order"),
    "COURSE-PATCH-38": dropped("COURSE-PATCH-38"),
    "COURSE-PATCH-39": stored(_adds_categories),
    "COURSE-PATCH-40": patched(represent, "category", _category_id),
    "COURSE-PATCH-41": schema(without("CategoryIds", "x-references")),
    "COURSE-PATCH-42": patched(decoding, "_list_place", _brackets_mean_nothing),
    "COURSE-PATCH-43": dropped("COURSE-PATCH-43"),
    "COURSE-PATCH-44": schema(_writable({"created_at": {"type": "string"}})),
    "COURSE-PATCH-45": stored(_counts_requests),
    "COURSE-PATCH-46": handled(["patch_course"], _writes_a_stale_course),
    "COURSE-PATCH-47": answered(_applies_view),
    "COURSE-PATCH-48": schema(without("Title", "maxLength")),
}
"""Rule id → the mock without it."""
