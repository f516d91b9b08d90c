"""Names and slugs in a change."""

import httpx
import pytest

from tests.mockserver.courses.support.patching import TEXTS, patched, read, refused
from tests.mockserver.support import OPEN, PRIVATE, SECRET, Encode, course, outcome


@pytest.mark.rule("COURSE-PATCH-15")
@pytest.mark.parametrize("name", ["Private course", "Draft course", "  Private course\t"])
def test_no_two_courses_have_the_same_name(creator: httpx.Client, encode: Encode, name: str) -> None:
    answer = creator.patch(course(OPEN), **encode({"name": name}))
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("name", "unique")]), "COURSE-PATCH-15")


@pytest.mark.rule("COURSE-PATCH-15")
def test_a_name_that_was_given_up_is_free(creator: httpx.Client) -> None:
    patched(creator, PRIVATE, name="Something else")
    assert patched(creator, OPEN, name="Private course")["name"] == "Private course"
    assert refused(creator, SECRET, name="Something else") == [("name", "unique")]


@pytest.mark.rule("COURSE-PATCH-16")
def test_a_courses_own_name_and_slug_are_no_conflict(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **encode({"name": " Open course ", "slug": "open-course"}))
    assert (answer.status_code, answer.json()) == (200, before)


@pytest.mark.rule("COURSE-PATCH-17")
def test_names_are_compared_capitals_included(creator: httpx.Client) -> None:
    assert patched(creator, name="PRIVATE COURSE")["name"] == "PRIVATE COURSE"


@pytest.mark.rule("COURSE-PATCH-17")
def test_a_deleted_course_gives_its_name_back(creator: httpx.Client) -> None:
    creator.delete(course(PRIVATE))
    assert patched(creator, name="Private course", slug="private-course")["slug"] == "private-course"


@pytest.mark.rule("COURSE-PATCH-18")
@pytest.mark.parametrize("name", ["", " ", "\t\r\n ", "\N{NO-BREAK SPACE}"])
def test_a_name_is_not_blank(creator: httpx.Client, encode: Encode, name: str) -> None:
    assert outcome(creator.patch(course(OPEN), **encode({"name": name}))) == (400, [("name", "blank")])


@pytest.mark.rule("COURSE-PATCH-18")
def test_a_name_is_not_null_and_no_structure(creator: httpx.Client) -> None:
    assert refused(creator, name=None) == [("name", "null")]
    for value in (True, ["x"], {"x": 1}):
        assert refused(creator, name=value) == [("name", "invalid")]


@pytest.mark.rule("COURSE-PATCH-18")
def test_blanks_at_the_ends_of_a_name_are_cut(creator: httpx.Client, encode: Encode) -> None:
    answer = creator.patch(course(OPEN), **encode({"name": " \t two  words \n"}))
    assert answer.json()["name"] == "two  words"


@pytest.mark.parametrize(("value", "text"), [(42, "42"), (0, "0"), (1.5, "1.5"), (-7, "-7")])
@pytest.mark.parametrize("field", ["name", "description", "og_image"])
def test_a_number_passes_for_a_text(creator: httpx.Client, field: str, value: float, text: str) -> None:
    assert patched(creator, **{field: value})[field] == text


@pytest.mark.rule("COURSE-PATCH-19")
def test_a_new_name_leaves_the_slug_alone(creator: httpx.Client, encode: Encode) -> None:
    assert creator.patch(course(OPEN), **encode({"name": "New name"})).json()["slug"] == "open-course"


@pytest.mark.rule("COURSE-PATCH-20")
def test_a_slug_can_be_changed_to_one_that_is_free(creator: httpx.Client, encode: Encode) -> None:
    answer = creator.patch(course(OPEN), **encode({"slug": "Free_slug-1"}))
    assert (answer.status_code, answer.json()["slug"]) == (200, "Free_slug-1")
    answer = creator.patch(course(OPEN), **encode({"slug": "private-course"}))
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("slug", "unique")]), "COURSE-PATCH-20")


@pytest.mark.rule("COURSE-PATCH-21")
@pytest.mark.parametrize("slug", ["a b", "a/b", "ä", "a.b", "a\nb", "☕", "a%20b", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_slug_is_made_of_letters_digits_hyphens_and_underscores(
    creator: httpx.Client, encode: Encode, slug: str
) -> None:
    assert outcome(creator.patch(course(OPEN), **encode({"slug": slug}))) == (400, [("slug", "invalid")])


@pytest.mark.rule("COURSE-PATCH-21")
def test_blanks_at_the_ends_of_a_slug_are_cut(creator: httpx.Client, encode: Encode) -> None:
    assert creator.patch(course(OPEN), **encode({"slug": " moved\n"})).json()["slug"] == "moved"
    assert creator.patch(course(OPEN), **encode({"slug": "  "})).json()["slug"] == "open-course"


@pytest.mark.rule("COURSE-PATCH-21")
def test_an_empty_slug_is_made_anew_from_the_name(creator: httpx.Client, encode: Encode) -> None:
    patched(creator, name="Ünder construction")
    assert creator.patch(course(OPEN), **encode({"slug": ""})).json()["slug"] == "under-construction"
    patched(creator, slug="other", name="Private  course!")
    assert creator.patch(course(OPEN), **encode({"slug": ""})).json()["slug"] == "private-course-2"


@pytest.mark.rule("COURSE-PATCH-21")
def test_a_slug_is_not_null(creator: httpx.Client) -> None:
    assert refused(creator, slug=None) == [("slug", "null")]


@pytest.mark.rule("COURSE-PATCH-48")
@pytest.mark.parametrize(("field", "letter"), [("name", "n"), ("name", "☕"), ("slug", "s")])
def test_name_and_slug_have_at_most_255_characters(
    creator: httpx.Client, encode: Encode, field: str, letter: str
) -> None:
    longest = letter * 255
    assert creator.patch(course(OPEN), **encode({field: longest})).json()[field] == longest
    assert outcome(creator.patch(course(OPEN), **encode({field: longest + letter}))) == (400, [(field, "max_length")])


@pytest.mark.rule("COURSE-PATCH-48")
def test_blanks_that_are_cut_do_not_count_for_the_length_of_a_name(creator: httpx.Client) -> None:
    assert patched(creator, name=f"  {'n' * 255}  ")["name"] == "n" * 255


@pytest.mark.rule("COURSE-PATCH-48")
@pytest.mark.parametrize("field", TEXTS)
def test_other_texts_have_any_number_of_characters(creator: httpx.Client, encode: Encode, field: str) -> None:
    text = "☕ Ünlimited\n☕" * 5_000
    assert creator.patch(course(OPEN), **encode({field: text})).json()[field] == text
