"""COURSE-PATCH-15 to 21 and 48: name and slug."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding
from contracts.scenarios._assertions import TEXTS, patch, require_equal, require_shown, require_untouched

LONGEST = 255


@scenario("COURSE-PATCH-15")
def a_taken_name_is_rejected(context: Context) -> None:
    """Two courses never have the same name."""
    other = context.fresh()
    course = context.fresh()
    name = other.state()["name"]
    for encoding in context.encodings:
        with require_untouched(course, "a rejected rename changes nothing"):
            answer = course.patch({"name": name, "og_title": context.unique()}, encoding)
            context.require_rejected(answer, 400, "name", "unique")


@scenario("COURSE-PATCH-16")
def the_own_name_is_no_conflict(context: Context) -> None:
    """A course may be sent its own name."""
    course = context.fresh()
    for encoding in context.encodings:
        with require_untouched(course, "its own name changes only the fields sent with it", "og_title"):
            patch(context, course, {"name": course.state()["name"]}, encoding)
            patch(context, course, {"name": course.state()["name"], "og_title": context.unique()}, encoding)


@scenario("COURSE-PATCH-17")
def uniqueness_respects_case_but_not_blanks(context: Context) -> None:
    """Names that differ in case are different, blanks at the ends do not count, a deleted course frees its name."""
    name = f"{context.unique('case')} abc"
    other = context.fresh(None, name=name)
    course = context.fresh()
    patch(context, course, {"name": name.upper()})
    require_shown(course, {"name": name.upper()})
    context.require_rejected(course.patch({"name": f"  {name} "}), 400, "name", "unique")
    context.require_accepted(other.delete(), 204)
    patch(context, course, {"name": name})
    require_shown(course, {"name": name})


@scenario("COURSE-PATCH-18")
def a_name_is_never_blank(context: Context) -> None:
    """A name is neither blank nor null, and blanks at its ends are removed."""
    course = context.fresh()
    with require_untouched(course, "a rejected name changes nothing"):
        context.require_rejected(course.patch({"name": None}), 400, "name", "null")
        for encoding in context.encodings:
            for blank in ("", " ", "\t \n"):
                context.require_rejected(course.patch({"name": blank}, encoding), 400, "name", "blank")
    for encoding in context.encodings:
        name = context.unique("trimmed")
        answer = patch(context, course, {"name": f"  {name} \t"}, encoding)
        require_equal(answer["name"], name, "the name in the response")
        require_shown(course, {"name": name})


@scenario("COURSE-PATCH-19")
def a_rename_keeps_the_slug(context: Context) -> None:
    """A new name does not change the slug, whether the slug was sent or derived."""
    for slug in ({}, {"slug": context.unique("given")}):
        course = context.fresh(None, **slug)
        for encoding in context.encodings:
            with require_untouched(course, "a rename keeps the slug", "name"):
                patch(context, course, {"name": context.unique("renamed")}, encoding)


@scenario("COURSE-PATCH-20")
def the_slug_may_change_and_is_unique(context: Context) -> None:
    """The slug may be changed to a free one; one that another course has is rejected."""
    other, course = context.fresh(), context.fresh()
    for encoding in context.encodings:
        slug = context.unique("moved")
        with require_untouched(course, "a new slug changes nothing else", "slug"):
            patch(context, course, {"slug": slug}, encoding)
        require_shown(course, {"slug": slug})
        with require_untouched(course, "a rejected slug changes nothing"):
            context.require_rejected(course.patch({"slug": other.state()["slug"]}, encoding), 400, "slug", "unique")
        patch(context, course, {"slug": slug}, encoding)


@scenario("COURSE-PATCH-21")
def a_slug_is_letters_digits_hyphens(context: Context) -> None:
    """A slug has letters, digits, - and _; an empty one is rebuilt from the name."""
    course = context.fresh()
    with require_untouched(course, "a rejected slug changes nothing"):
        for bad in ("a b", "a/b", "a.b", "é", "a?"):
            context.require_rejected(course.patch({"slug": bad}), 400, "slug", "invalid")
    legal = f"{context.unique('Az')}_9"
    patch(context, course, {"slug": legal})
    require_shown(course, {"slug": legal})
    for encoding in context.encodings:
        word = context.unique("rebuilt")
        patch(context, course, {"name": f"My {word} Course"})
        patch(context, course, {"slug": ""}, encoding)
        require_shown(course, {"slug": f"my-{word}-course"})


@scenario("COURSE-PATCH-48")
def names_and_slugs_have_a_maximum_length(context: Context) -> None:
    """Name and slug have at most 255 characters; the other texts are not limited."""
    course = context.fresh()
    for field in ("name", "slug"):
        longest = context.unique(field).ljust(LONGEST, "z")
        for encoding in context.encodings:
            with require_untouched(course, f"a {field} that is too long changes nothing"):
                context.require_rejected(course.patch({field: f"{longest}z"}, encoding), 400, field, "max_length")
        patch(context, course, {field: longest})
        require_shown(course, {field: longest})
    long = {text: f"{text} " + "long " * 1000 + "." for text in TEXTS}
    for encoding in (Encoding.JSON, Encoding.MULTIPART):
        patch(context, course, long, encoding)
        require_shown(course, long)
