"""What a community may set, and a real tenant's answer could change."""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from mockserver import settings as generic
from mockserver.auth.jwt import DEVELOPMENT_SECRET
from mockserver.courses.pictures import MAX_BYTES, SIZES


class Settings(generic.Settings, frozen=True, kw_only=True):
    """The preferences of the community, then the decisions where the documentation is silent.

    Each is followed by what it does and, after a blank line, by why it can be set: docs/settings.py reads both.
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
    """Without it every course route answers 404.

    Clients know the preference; the documentation does not say what the server does about it.
    """
    courses_advanced_enabled: bool = True
    """Told to clients, which then offer structured and scheduled courses.

    A preference of the platform.
    """
    courses_only_staff_enabled: bool = False
    """Only staff may create courses (COURSE-CREATE-02).

    A preference of the platform.
    """

    staff_leads_courses: bool = False
    """Staff of the community may do in every course what its managers may (VIS-10).

    The documentation names creator and managers, and staff only where courses are created.
    """
    hidden_is_forbidden: bool = False
    """Whoever may not see a course is answered 403 and not 404 (VIS-09).

    404 is documented for the status of a course alone.
    """
    rename_moves_slug: bool = False
    """A new name without a slug beside it gives the course a new slug too (COURSE-PATCH-19).

    The slug is said to come from the name; when, is not.
    """
    type_is_fixed_after_publication: bool = False
    """The type of a published course cannot change any more (COURSE-PATCH-23).

    What becomes of people half-way through is not said.
    """
    privacy_revert_is_ignored: bool = False
    """Making a published course a draft again is let pass without effect, not refused (COURSE-PATCH-26).

    It is documented as impossible, not how one is told.
    """
    auto_accept_on_open: bool = False
    """Pending requests become memberships when the course turns open (COURSE-PATCH-29).

    What a change of privacy does to people is not said.
    """
    publication_needs_content: bool = False
    """A course is published only with a description and a published lesson (COURSE-PATCH-30).

    The vendor's form asks for them; the documentation does not.
    """
    texts_are_trimmed: bool = False
    """Blanks at both ends are cut of every text, and not of names and slugs alone (COURSE-PATCH-35).

    The framework cuts them by default; the documentation does not say.
    """
    markup_is_sanitised: bool = False
    """What a browser could run is cut out of description, meta_* and og_*, and of the texts of lessons and comments;
    harmless tags stay (COURSE-PATCH-35, COURSE-PATCH-36, LESSON-04, COMMENT-05).

    Whoever shows these texts as HTML trusts the server; the documentation does not say that he may.
    """
    og_image_is_url: bool = False
    """og_image must be an http address (COURSE-PATCH-36).

    Its type is said to be a text, its name an image.
    """
    partial_sections_order: bool = False
    """A sections_order that leaves sections out moves those that it names to the front (COURSE-PATCH-38).

    "All section ids" is what belongs there; what less than all does is not said."""
    inactive_categories_are_refused: bool = False
    """A course cannot be filed under a category that is not active (COURSE-PATCH-41).

    Categories can be switched off; for what, is not said.
    """
    staff_categories_are_refused: bool = False
    """Only staff files a course under a category whose content is for staff alone (COURSE-PATCH-41).

    Categories have such a mark (content_only_staff); whether a course is content, is not said.
    """

    name_max_length: Annotated[int, msgspec.Meta(ge=1, le=255)] = 255
    """The most characters that the name of a course may have (COURSE-PATCH-48).

    The vendor's form stops at 50; other names of the platform stop at 255, which answers promise.
    """
    names_ignore_case: bool = False
    """Names that differ in capitals alone are the same (COURSE-PATCH-17).

    Names are said to be unique; how they are compared depends on the database.
    """
    deleted_courses_keep_names: bool = False
    """Name and slug of a deleted course stay taken (COURSE-PATCH-17).

    A course that is deleted is marked so and kept; whether it counts is not said.
    """
    advanced_types_are_refused: bool = False
    """Where courses_advanced_enabled is false, a course can only be self-paced (COURSE-PATCH-22).

    The vendor's client offers no other type then; whether the server takes one is not said.
    """
    category_objects_are_read: bool = False
    """A category may be written as an object with its id, the way it is answered (COURSE-PATCH-41).

    Samples send ids, while the schema has objects for reading and writing alike.
    """
    picture_can_be_cleared: bool = False
    """An image_original of null, or an empty text, takes the picture away (COURSE-PATCH-43).

    No way to take a picture away is documented.
    """
    picture_max_bytes: Annotated[int, msgspec.Meta(ge=1, le=20 * MAX_BYTES)] = MAX_BYTES
    """How large an uploaded picture may be; the body that it is in is limited by --max-body (COURSE-PATCH-43).

    No limit is documented.
    """
    picture_min_side: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 1
    """How many pixels the picture of a course needs in width and in height (COURSE-PATCH-43).

    Pictures of categories are said to need 600; of courses nothing is said.
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

    Categories are said to have such a picture; courses are not.
    """
    authors_read_their_comments: bool = False
    """Whoever wrote a comment may read it by itself (COMMENT-12).

    Members list, change and delete their comments; to read a single one, creator and managers are named alone.
    """
    lock_screen_hides_members: bool = False
    """Who gets the lock screen of a private course is answered 403 where he asks who is in it (MEMBERS-05).

    Anybody may, by the page; to let strangers know more than the lock screen shows may be a slip.
    """
    deleted_is_gone: bool = False
    """A deleted course, and all below it, is 410 for whoever could see it; 404 for the others (VIS-11).

    410 is among the documented errors, without an occasion.
    """
    scopes_are_checked: bool = False
    """A token that has a scope needs "write" in it for all that is not reading, else it is refused with 403; clients
    get the scope that they ask for (AUTH-OA-02).

    Tokens have a scope; which one an operation needs is not said.
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
