"""What a course may become: conditions on the body of a create, an update or a patch."""

from collections.abc import Iterator

from mockserver.call import Call
from mockserver.courses import pictures
from mockserver.errors import Invalid, Problem
from mockserver.multipart import File
from mockserver.policy import check


@check("COURSE-PATCH-26", "privacy", "invalid", "A published course cannot become a draft again.")
def privacy_is_not_reverted(call: Call) -> bool:
    """A published course never returns to draft."""
    return call.body.get("privacy") != "" or not call.documents or not call.documents[0]["privacy"]


@check("COURSE-PATCH-38", "sections_order", "invalid", "List the ids of all sections of this course, each once.")
def sections_order_is_complete(call: Call) -> bool:
    """The order names every section of the course, each once, and no other."""
    order = call.body.get("sections_order")
    return order is None or sorted(order) == sorted(call.documents[0]["sections_order"] if call.documents else [])


class PictureIsReadable:
    """An uploaded picture is one; a string stands for a picture unless the caller asked to be taken strictly."""

    id = "COURSE-PATCH-43"
    field = "image_original"

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield what is wrong with the picture in the body."""
        value = call.body.get(self.field)
        if value == "":
            yield Problem(self.field, "blank", "This field may not be blank.", self.id)
            return
        if isinstance(value, str) and call.strict:
            yield Problem(self.field, "invalid", "Send the picture as a file part of a multipart body.", self.id)
            return
        content = picture_in(value)
        if content is not None:
            try:
                pictures.read_upload(content)
            except Invalid as error:
                yield from error.problems


picture_is_readable = PictureIsReadable()


def picture_in(value: object) -> bytes | None:
    """Return the bytes of the picture that a body brings, None where it brings none or a string that stands for one."""
    if isinstance(value, File):
        return value.content
    return pictures.from_text(value) if isinstance(value, str) else None


def text_for_a_picture(call: Call) -> Iterator[str]:
    """Tell that a text stands for a picture, which a strict reader refuses (COURSE-PATCH-43)."""
    if isinstance(call.body.get(PictureIsReadable.field), str):
        yield "a text was taken for a picture: image_original"
