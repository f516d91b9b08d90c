"""Conditions on the bodies that create and change courses."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from mockserver.call import Call
from mockserver.courses import entities, pictures
from mockserver.courses.rules.access import published_keys
from mockserver.courses.rules.roles import is_staff
from mockserver.errors import Invalid, Problem
from mockserver.messages import translatable
from mockserver.openapi.coercion import File
from mockserver.policy import Check, check
from mockserver.store import Document


def privacy_may_be_reverted(call: Call) -> bool:
    """Hold where the settings ignore a change from published to draft instead of rejecting it."""
    return bool(entities.setting(call.state, "privacy_revert_is_ignored"))


@check("COURSE-PATCH-38", "sections_order", "invalid", "List the ids of all sections of this course, each once.")
def sections_order_is_complete(call: Call) -> bool:
    """The order names every section of the course, each once, and no other."""
    order = call.body.get("sections_order")
    before = call.documents[0]["sections_order"] if call.documents else []
    if order is None or order == before or sorted(order) == sorted(before):
        return True
    partial = len(set(order)) == len(order) and set(order) <= set(before)
    return partial and bool(entities.setting(call.state, "partial_sections_order"))


class PictureIsReadable:
    """An uploaded picture can be read; a text stands for a picture, except in strict mode."""

    id = "COURSE-PATCH-43"
    field = "image_original"

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield what is wrong with the picture in the body."""
        value = call.body.get(self.field)
        if value is None:
            return
        if value == "":
            if entities.setting(call.state, "picture_can_be_cleared"):
                return
            yield Problem(self.field, "blank", "This field may not be blank.", self.id)
            return
        if isinstance(value, str) and call.strict:
            yield Problem(self.field, "invalid", "Send the picture as a file part of a multipart body.", self.id)
            return
        content = picture_in(value)
        if content is not None:
            try:
                pictures.read_upload(content, entities.setting(call.state, "picture_max_bytes"), self._least(call))
            except Invalid as error:
                yield from (replace(problem, field=self.field, rule=self.id) for problem in error.problems)

    def _least(self, call: Call) -> int:
        """Return how many pixels the picture needs in width and height."""
        least: int = entities.setting(call.state, "picture_min_side")
        return least


picture_is_readable = PictureIsReadable()


def picture_in(value: object) -> bytes | None:
    """Return the bytes of the picture in a body, None for no picture or a text that stands for one."""
    if isinstance(value, File):
        return value.content
    return pictures.from_text(value) if isinstance(value, str) else None


# --- conditions that only some settings ask for -----------------------------------------------------------------------


@check("type_is_fixed_after_publication", "type", "invalid", "The type of a published course is fixed.")
def type_is_kept(call: Call) -> bool:
    """A published course keeps its type (COURSE-PATCH-23, where the settings say so)."""
    before = call.documents[0]
    changed = call.body.get("type", before["type"]) != before["type"]
    return not (changed and before["privacy"] and entities.setting(call.state, "type_is_fixed_after_publication"))


@check("advanced_types_are_refused", "type", "invalid_choice", "In this community every course is self-paced.")
def type_is_offered(call: Call) -> bool:
    """A course is of a type that the community offers (where the settings say so)."""
    return bool(call.body.get("type", entities.SELF_PACED) == entities.SELF_PACED)


@check("publication_needs_content", "privacy", "invalid", "Write a description and publish a lesson first.")
def publication_has_content(call: Call) -> bool:
    """A course is published with a description and a lesson (COURSE-PATCH-30, where the settings say so)."""
    if not call.body.get("privacy") or not entities.setting(call.state, "publication_needs_content"):
        return True
    if not call.documents:
        return False
    course = call.documents[0]
    described = call.body.get("description", course["description"]).strip()
    return bool(course["privacy"] or (described and published_keys(call.state, course)))


@check("og_image_is_url", "og_image", "invalid", "Enter an http address.")
def og_image_is_an_address(call: Call) -> bool:
    """og_image is an address (COURSE-PATCH-36, where the settings say so)."""
    text = call.body.get("og_image")
    return not text or text.startswith(("http://", "https://")) or not entities.setting(call.state, "og_image_is_url")


@check("inactive_categories_are_refused", "categories", "does_not_exist", "One of the categories is not active.")
def categories_are_active(call: Call) -> bool:
    """Courses are filed under active categories (where the settings say so)."""
    return all(row["active"] for row in _categories(call))


@check("staff_categories_are_refused", "categories", "does_not_exist", "One of the categories is for staff alone.")
def categories_are_for_the_caller(call: Call) -> bool:
    """Only staff files courses under categories whose content is for staff alone (where set so)."""
    return is_staff(call) or not any(row["content_only_staff"] for row in _categories(call))


def _categories(call: Call) -> list[Document]:
    return call.state.many(entities.CATEGORIES, call.body.get("categories", ()))


@check("names_ignore_case", "name", "unique", "This name is already taken, in other capitals.")
def name_is_free_in_capitals_too(call: Call) -> bool:
    """No other course has the name in any capitals (where the settings say so)."""
    if "name" not in call.body:
        return True
    own = call.documents[0]["id"] if call.documents else None
    names_stay_taken = entities.setting(call.state, "deleted_courses_keep_names")
    # Without an index: it would cost time even where the setting is off.
    rows = chain(call.state.all(entities.COURSES), call.state.all(entities.DELETED_COURSES) if names_stay_taken else ())
    name = call.body["name"].casefold()
    return all(row["id"] == own or row["name"].casefold() != name for row in rows)


def _is_kept(field: str) -> Check:
    message = translatable("This {field} is that of a deleted course.", field=field)

    @check("deleted_courses_keep_names", field, "unique", message)
    def is_free(call: Call) -> bool:
        return not call.body.get(field) or not call.state.where(entities.DELETED_COURSES, field, call.body[field])

    return is_free


KEPT = (_is_kept("name"), _is_kept("slug"))
"""Names and slugs of deleted courses stay taken (where the settings say so)."""


def text_for_a_picture(call: Call) -> Iterator[str]:
    """Yield a notice of a text that stands for a picture, which strict mode rejects (COURSE-PATCH-43)."""
    if isinstance(call.body.get(PictureIsReadable.field), str) and call.body[PictureIsReadable.field]:
        yield "a text was taken for a picture: image_original"
