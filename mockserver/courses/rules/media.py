"""Conditions on media, by their type."""

from collections.abc import Iterator

from mockserver.call import Call
from mockserver.courses.rules.course import PictureIsReadable
from mockserver.courses.rules.roles import caller
from mockserver.errors import Problem
from mockserver.policy import rule


@rule
def is_ones_own(call: Call) -> bool:
    """Hold where the caller created the medium."""
    return bool(call.documents[0]["user"] == caller(call))


class FieldIsThere:
    """A type of medium needs the field of the same name."""

    def __init__(self, id: str, field: str) -> None:  # noqa: A002
        self.id = id
        self.field = field

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield the field that is missing."""
        if call.body.get("type") == self.field and not call.body.get(self.field):
            yield Problem(self.field, "required", "This field is required.", self.id)


class ImageIsReadable(PictureIsReadable):
    """The picture of a medium or a question can be read, as that of a course."""

    field = "image"

    def __init__(self, id: str) -> None:  # noqa: A002
        self.id = id

    def _least(self, call: Call) -> int:
        return 1


url_is_there = FieldIsThere("MEDIA-03", "url")
embed_is_there = FieldIsThere("MEDIA-03", "embed")
image_is_there = FieldIsThere("MEDIA-04", "image")
medium_is_readable = ImageIsReadable("MEDIA-04")
question_is_readable = ImageIsReadable("QUIZ-02")
