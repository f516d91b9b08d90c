"""The settings of a community: its preferences, and the decisions that a real tenant may make differently."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from mockserver import settings as generic
from mockserver.auth.jwt import DEVELOPMENT_SECRET
from mockserver.courses.pictures import MAX_BYTES, SIZES


class Settings(generic.Settings, frozen=True, kw_only=True):
    """The preferences of the community, then the decisions where the documentation is silent.

    Each is followed by what it does and, after a blank line, by why it can be set: docs/generators/settings.py reads
    both.
    """

    secret: str = DEVELOPMENT_SECRET
    """Signs JWTs (HS256, AUTH-JWT-01).

    Every community has its own.
    """
    content_availability: bool = True
    """Anonymous callers may read what is open to everybody (AUTH-CA-01).

    A preference of the platform.
    """
    courses_enabled: bool = True
    """If off, every course route answers 404.

    Clients know the preference; the documentation does not say what the server does about it.
    """
    courses_advanced_enabled: bool = True
    """Shown to clients, which then offer structured and scheduled courses.

    A preference of the platform.
    """
    courses_only_staff_enabled: bool = False
    """Only staff may create courses (COURSE-CREATE-02).

    A preference of the platform.
    """

    staff_leads_courses: bool = False
    """Staff of the community may do in every course what its managers may (VIS-10).

    The documentation names creator and managers, and mentions staff only for creating courses.
    """
    hidden_is_forbidden: bool = False
    """Callers who may not see a course get 403 instead of 404 (VIS-09).

    404 is documented only for the status of a course.
    """
    rename_moves_slug: bool = False
    """A new name without a slug beside it gives the course a new slug too (COURSE-PATCH-19).

    The documentation derives the slug from the name, but does not say when.
    """
    type_is_fixed_after_publication: bool = False
    """The type of a published course cannot change any more (COURSE-PATCH-23).

    The documentation does not say what happens to people who have begun the course.
    """
    privacy_revert_is_ignored: bool = False
    """Making a published course a draft again is ignored instead of rejected (COURSE-PATCH-26).

    It is documented as impossible, without an error.
    """
    auto_accept_on_open: bool = False
    """Pending requests become memberships when the course turns open (COURSE-PATCH-29).

    The documentation does not say what a change of privacy does to requests.
    """
    publication_needs_content: bool = False
    """A course is published only with a description and a published lesson (COURSE-PATCH-30).

    The vendor's form asks for them; the documentation does not.
    """
    texts_are_trimmed: bool = False
    """Blanks at both ends are cut from every text, not only from names and slugs (COURSE-PATCH-35).

    The framework cuts them by default; the documentation does not say.
    """
    markup_is_sanitised: bool = False
    """Markup that a browser could run is removed from description, meta_* and og_*, and from the texts of lessons and
    comments; harmless tags stay (COURSE-PATCH-35, COURSE-PATCH-36, LESSON-04, COMMENT-05).

    A client that shows these texts as HTML trusts the server; the documentation does not say that it may.
    """
    og_image_is_url: bool = False
    """og_image must be an http address (COURSE-PATCH-36).

    Its type is documented as a text, but its name says image.
    """
    partial_sections_order: bool = False
    """A sections_order that leaves sections out moves the named ones to the front (COURSE-PATCH-38).

    The documentation asks for "all section ids", and does not say what fewer do."""
    inactive_categories_are_refused: bool = False
    """A course cannot have a category that is not active (COURSE-PATCH-41).

    Categories can be inactive; the documentation does not say what that means for courses.
    """
    staff_categories_are_refused: bool = False
    """Only staff can give a course a category whose content is for staff only (COURSE-PATCH-41).

    Categories have such a flag (content_only_staff); the documentation does not say whether a course is content.
    """

    name_max_length: Annotated[int, msgspec.Meta(ge=1, le=255)] = 255
    """The most characters that the name of a course may have (COURSE-PATCH-48).

    The vendor's form allows 50; other names of the platform allow 255, which the documented answers promise.
    """
    names_ignore_case: bool = False
    """Names that differ only in capitals are equal (COURSE-PATCH-17).

    Names are documented as unique; how they are compared depends on the database.
    """
    deleted_courses_keep_names: bool = False
    """Name and slug of a deleted course stay taken (COURSE-PATCH-17).

    A deleted course is marked and kept; the documentation does not say whether its name stays taken.
    """
    advanced_types_are_refused: bool = False
    """Where courses_advanced_enabled is false, a course can only be self-paced (COURSE-PATCH-22).

    The vendor's client then offers no other type; the documentation does not say whether the server accepts one.
    """
    category_objects_are_read: bool = False
    """A category may be sent as an object with its id, as it is answered (COURSE-PATCH-41).

    Samples send ids, while the schema has objects for reading and writing alike.
    """
    picture_can_be_cleared: bool = False
    """An image_original of null, or an empty text, removes the picture (COURSE-PATCH-43).

    The documentation has no way to remove a picture.
    """
    picture_max_bytes: Annotated[int, msgspec.Meta(ge=1, le=20 * MAX_BYTES)] = MAX_BYTES
    """The largest uploaded picture, in bytes; --max-body limits the whole body (COURSE-PATCH-43).

    No limit is documented.
    """
    picture_min_side: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 1
    """The least width and height of the picture of a course, in pixels (COURSE-PATCH-43).

    600 is documented for pictures of categories, nothing for those of courses.
    """
    image_bigger_pixels: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 800
    """Width and height of image_bigger, which is a square (COURSE-PATCH-09).

    The four sizes have names and no numbers.
    """
    image_big_pixels: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 400
    """Width and height of image_big (COURSE-PATCH-09).

    As above.
    """
    image_medium_pixels: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 200
    """Width and height of image_medium (COURSE-PATCH-09).

    As above.
    """
    image_small_pixels: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 100
    """Width and height of image_small (COURSE-PATCH-09).

    As above.
    """
    default_picture: str = ""
    """The http address that is answered for all sizes while a course has no picture, null where it is empty
    (COURSE-CREATE-12).

    Such a picture is documented for categories only.
    """
    authors_read_their_comments: bool = False
    """The author of a comment may read it by itself (COMMENT-12).

    Members list, change and delete their comments; only creator and managers are documented to read a single one.
    """
    lock_screen_hides_members: bool = False
    """Callers who get the lock screen of a private course get 403 for the list of its members (MEMBERS-05).

    The documentation lets anybody list them; to show more than the lock screen does may be an oversight.
    """
    deleted_is_gone: bool = False
    """A deleted course, and everything below it, is 410 for callers who could see it, 404 for others (VIS-11).

    410 is among the documented errors, without an occasion.
    """
    scopes_are_checked: bool = False
    """A token with a scope needs "write" in it for everything but reading, else the answer is 403; clients get the
    scope that they ask for (AUTH-OA-02).

    Tokens have a scope; the documentation does not say which one an operation needs.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.secret:
            raise ValueError('"secret" is empty. Use the text that JWTs are signed with.')
        if self.default_picture and not self.default_picture.startswith(("http://", "https://")):
            raise ValueError(f'"default_picture" is {self.default_picture!r}. Use an http address.')

    def picture_sizes(self) -> dict[str, int]:
        """Return the name of each size of a picture, and its pixels."""
        return {size: getattr(self, f"image_{size}_pixels") for size in SIZES}


GENERIC: Final[Mapping[str, tuple[str, str]]] = {
    "slashless_writes_are_redirected": ("TRANS-01", "A framework does the one or the other by default."),
    "plain_errors": (
        "ERR-02, ERR-03",
        "No body of an error is documented; the vendor's client reads the list of errors.",
    ),
    "message_language": ("ERR-02", "Samples are in English; a community has members, and the vendor is Italian."),
    "accept_language_is_heeded": (
        "ERR-02",
        "The framework does so where it is configured to; the documentation does not mention the header.",
    ),
    "pages_of_any_origin_may_read": (
        "TRANS-06",
        "Nothing is documented for browsers; a mock without these headers helps nobody but to see how a page fails.",
    ),
    "requests_per_minute": ("ERR-06", "429 is among the documented errors, without a number."),
    "if_match_is_checked": ("COURSE-PATCH-46", "No version of a course is documented."),
}
"""Setting of any document → the rules that it changes here, and why the documentation leaves it open."""
