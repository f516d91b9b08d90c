"""What a medium must bring, by its type."""

from collections.abc import Iterator

from mockserver.call import Call
from mockserver.courses.rules.lifecycle import PictureIsReadable
from mockserver.errors import Problem

_NEEDED = {"image": "image", "url": "url", "embed": "embed"}


class MediaIsWhole:
    """Each type of medium needs a field of its own."""

    id = "LESSON-05"
    field = None

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield the field that is missing."""
        needed = _NEEDED.get(call.body.get("type", ""))
        if needed is not None and not call.body.get(needed):
            yield Problem(needed, "required", "This field is required.", self.id)


class ImageIsReadable(PictureIsReadable):
    """The picture of a medium or a question is one, as that of a course has to be."""

    field = "image"

    def __init__(self, id: str) -> None:  # noqa: A002
        self.id = id


media_is_whole = MediaIsWhole()
medium_is_readable = ImageIsReadable("LESSON-05")
question_is_readable = ImageIsReadable("QUIZ-02")
