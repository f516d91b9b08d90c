"""COURSE-PATCH-15 to 21 and 48: name and slug."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding
from contracts.scenarios._assertions import TEXTS, insist, insist_shows, patched, untouched

LONGEST = 255


@scenario("COURSE-PATCH-15")
def a_taken_name_is_refused(context: Context) -> None:
    """Two courses never have the same name."""
    other = context.fresh()
    course = context.fresh()
    taken = other.state()["name"]
    for encoding in context.encodings:
        with untouched(course, "a refused rename changes nothing"):
            answer = course.patch({"name": taken, "og_title": context.unique()}, encoding)
            context.refused(answer, 400, "name", "unique")


@scenario("COURSE-PATCH-16")
def the_own_name_is_no_conflict(context: Context) -> None:
    """A course may be sent its own name."""
    course = context.fresh()
    for encoding in context.encodings:
        with untouched(course, "the own name changes nothing but what stands beside it", "og_title"):
            patched(context, course, {"name": course.state()["name"]}, encoding)
            patched(context, course, {"name": course.state()["name"], "og_title": context.unique()}, encoding)


@scenario("COURSE-PATCH-17")
def uniqueness_minds_case_but_not_blanks(context: Context) -> None:
    """Names that differ in case are two names, blanks at the ends do not count, a deleted course frees its name."""
    taken = f"{context.unique('case')} abc"
    other = context.fresh(None, name=taken)
    course = context.fresh()
    patched(context, course, {"name": taken.upper()})
    insist_shows(course, {"name": taken.upper()})
    context.refused(course.patch({"name": f"  {taken} "}), 400, "name", "unique")
    context.accepted(other.delete(), 204)
    patched(context, course, {"name": taken})
    insist_shows(course, {"name": taken})


@scenario("COURSE-PATCH-18")
def a_name_is_never_blank(context: Context) -> None:
    """A name is neither blank nor null, and blanks at its ends are cut."""
    course = context.fresh()
    with untouched(course, "a refused name changes nothing"):
        context.refused(course.patch({"name": None}), 400, "name", "null")
        for encoding in context.encodings:
            for blank in ("", " ", "\t \n"):
                context.refused(course.patch({"name": blank}, encoding), 400, "name", "blank")
    for encoding in context.encodings:
        name = context.unique("trimmed")
        answer = patched(context, course, {"name": f"  {name} \t"}, encoding)
        insist(answer["name"], name, "the name in the answer")
        insist_shows(course, {"name": name})


@scenario("COURSE-PATCH-19")
def a_rename_leaves_the_slug(context: Context) -> None:
    """A new name does not move the slug, whether the slug was given or derived."""
    for slug in ({}, {"slug": context.unique("given")}):
        course = context.fresh(None, **slug)
        for encoding in context.encodings:
            with untouched(course, "a rename leaves the slug", "name"):
                patched(context, course, {"name": context.unique("renamed")}, encoding)


@scenario("COURSE-PATCH-20")
def the_slug_may_change_and_is_unique(context: Context) -> None:
    """A free slug is taken on, one that another course has is refused."""
    other, course = context.fresh(), context.fresh()
    for encoding in context.encodings:
        slug = context.unique("moved")
        with untouched(course, "a new slug leaves the rest", "slug"):
            patched(context, course, {"slug": slug}, encoding)
        insist_shows(course, {"slug": slug})
        with untouched(course, "a refused slug changes nothing"):
            context.refused(course.patch({"slug": other.state()["slug"]}, encoding), 400, "slug", "unique")
        patched(context, course, {"slug": slug}, encoding)


@scenario("COURSE-PATCH-21")
def a_slug_is_letters_digits_hyphens(context: Context) -> None:
    """A slug holds letters, digits, - and _; an empty one is rebuilt from the name."""
    course = context.fresh()
    with untouched(course, "a refused slug changes nothing"):
        for bad in ("a b", "a/b", "a.b", "é", "a?"):
            context.refused(course.patch({"slug": bad}), 400, "slug", "invalid")
    legal = f"{context.unique('Az')}_9"
    patched(context, course, {"slug": legal})
    insist_shows(course, {"slug": legal})
    for encoding in context.encodings:
        word = context.unique("rebuilt")
        patched(context, course, {"name": f"My {word} Course"})
        patched(context, course, {"slug": ""}, encoding)
        insist_shows(course, {"slug": f"my-{word}-course"})


@scenario("COURSE-PATCH-48")
def names_and_slugs_have_a_longest(context: Context) -> None:
    """Name and slug hold 255 characters and no more; the other texts are not limited."""
    course = context.fresh()
    for field in ("name", "slug"):
        longest = context.unique(field).ljust(LONGEST, "z")
        for encoding in context.encodings:
            with untouched(course, f"a {field} that is too long changes nothing"):
                context.refused(course.patch({field: f"{longest}z"}, encoding), 400, field, "max_length")
        patched(context, course, {field: longest})
        insist_shows(course, {field: longest})
    long = {text: f"{text} " + "long " * 1000 + "." for text in TEXTS}
    for encoding in (Encoding.JSON, Encoding.MULTIPART):
        patched(context, course, long, encoding)
        insist_shows(course, long)
