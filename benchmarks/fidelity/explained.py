"""Why the mock and the reference differ where they do: for every class of differences its reason.

A difference that no line here knows is unexplained. A line says which rule of the contract the mock keeps where the
framework has its own way, which liberty either takes, or that the mock is to be mended.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.fidelity.bodies import ENCODINGS, File
from benchmarks.fidelity.cases import FLAGS, TEXTS
from benchmarks.fidelity.compare import Difference

JSON, *FORMS = ENCODINGS
CHOSEN = "the contract's choice"
LENIENT = "lenient reading"
EITHER = "both are right"
MISTAKE = "to be fixed in the mock"
"""For what a change of the framework or of the mock brings up; there is nothing of the kind now."""

Predicate = Callable[[Difference], bool]


@dataclass(frozen=True)
class Explanation:
    """A class of differences: of which kind it is, which rule is behind it, and why."""

    name: str
    kind: str
    rule: str
    reason: str
    covers: Predicate


EXPLANATIONS: dict[str, Explanation] = {}


def explain(kind: str, rule: str) -> Callable[[Predicate], Predicate]:
    """Enter a predicate into the table; its name is that of the class, its sentence the reason."""

    def enter(covers: Predicate) -> Predicate:
        name = covers.__name__.replace("_", " ")
        EXPLANATIONS[name] = Explanation(name, kind, rule, (covers.__doc__ or "").strip(), covers)
        return covers

    return enter


def explanation(difference: Difference) -> Explanation | None:
    """The first line of the table that knows the difference."""
    return next((each for each in EXPLANATIONS.values() if each.covers(difference)), None)


def _statuses(difference: Difference, mock: Iterable[int], reference: Iterable[int]) -> bool:
    return difference.statuses[0] in mock and difference.statuses[1] in reference


def _refused_by_mock(difference: Difference) -> bool:
    return _statuses(difference, (400,), (200, 201))


def _refused_by_reference(difference: Difference) -> bool:
    return _statuses(difference, (200, 201), (400,))


def _text(difference: Difference) -> str:
    return difference.case.value if isinstance(difference.case.value, str) else ""


# --- texts ------------------------------------------------------------------------------------------------------------


@explain(CHOSEN, "COURSE-PATCH-35")
def texts_are_trimmed(difference: Difference) -> bool:
    """The framework trims every text; the contract says so of names and slugs alone."""
    name = difference.where.removeprefix("state ")
    return name in TEXTS and str(difference.mock).strip() == difference.reference


@explain(EITHER, "TRANS-04")
def half_a_surrogate_pair(difference: Difference) -> bool:
    """Half a surrogate pair is no text: the mock refuses the body, the framework the field."""
    return difference.where == "errors" and "surrogate_characters_not_allowed" in difference.codes[1]


@explain(EITHER, "TRANS-04")
def a_number_beyond_all_floats(difference: Difference) -> bool:
    """A number too large for a float is infinite to the framework, and no JSON to the mock."""
    return difference.case.value == b'{"og_title": 1e400}' and _refused_by_mock(difference)


@explain(EITHER, "COURSE-CREATE-08")
def how_a_long_slug_is_cut(difference: Difference) -> bool:
    """Where a derived slug is cut when the name is as long as a slug may be, is open."""
    return difference.where == "state slug" and str(difference.mock).startswith(str(difference.reference))


@explain(CHOSEN, "COURSE-CREATE-08")
def punctuation_in_a_derived_slug(difference: Difference) -> bool:
    """The contract puts a hyphen for what is no letter or digit, the framework nothing."""
    plain = str(difference.mock).replace("-", "") == str(difference.reference).replace("-", "")
    return difference.where == "state slug" and plain


@explain(EITHER, "COURSE-PATCH-21")
def two_errors_of_one_slug(difference: Difference) -> bool:
    """Of a slug with NUL in it the framework says both that are wrong, the mock one."""
    return difference.where == "errors" and difference.case.name == "slug" and difference.mock < difference.reference


# --- choices, flags, numbers ------------------------------------------------------------------------------------------


@explain(CHOSEN, "COURSE-CREATE-07")
def absent_flags_when_creating(difference: Difference) -> bool:
    """In a form the framework takes an absent flag for a checkbox that is off."""
    case = difference.case
    return case.method == "POST" and case.encoding in FORMS and difference.where.removeprefix("state ") in FLAGS


@explain(CHOSEN, "COURSE-PUT-03")
def absent_fields_when_replacing(difference: Difference) -> bool:
    """In a form the framework reads absent flags as false, absent categories as none."""
    case = difference.case
    emptied = difference.reference in (False, [])
    return case.method == "PUT" and case.encoding in FORMS and difference.where.startswith("state ") and emptied


# --- lists ------------------------------------------------------------------------------------------------------------


@explain(LENIENT, "COURSE-PATCH-42")
def lists_as_json_text(difference: Difference) -> bool:
    """The mock reads JSON text where a list is meant, in JSON with a notice."""
    is_list = difference.case.name in ("categories", "sections_order") and _text(difference).startswith("[")
    return is_list and _refused_by_reference(difference)


@explain(CHOSEN, "COURSE-PATCH-42")
def spellings_of_lists(difference: Difference) -> bool:
    """The framework knows no spelling of a list in a form but the repeated name."""
    return difference.case.group == "lists in forms"


@explain(EITHER, "COURSE-PATCH-41")
def digits_and_blanks_of_other_scripts(difference: Difference) -> bool:
    """To the framework digits and blanks of every script are good for an id; the contract knows those of ASCII."""
    return difference.case.name == "categories" and difference.case.value in (["\u0662"], ["\xa02"])


@explain(EITHER, "COURSE-PATCH-41")
def what_passes_for_a_list_of_ids(difference: Difference) -> bool:
    """To the framework an object is a list of its keys, and 1.5 is the id 1."""
    return difference.case.name == "categories" and (
        isinstance(difference.case.value, dict) or difference.case.value == [1.5]
    )


# --- pictures ---------------------------------------------------------------------------------------------------------


@explain(CHOSEN, "COURSE-PATCH-43")
def formats_of_pictures(difference: Difference) -> bool:
    """The contract knows three formats and judges by content; the framework by name too."""
    return isinstance(difference.case.value, File)


@explain(LENIENT, "COURSE-PATCH-43")
def what_stands_for_a_picture(difference: Difference) -> bool:
    """To the mock a blank text and a number stand for a picture too, as every other text does."""
    return difference.case.name == "image_original" and _refused_by_reference(difference)


# --- bodies -----------------------------------------------------------------------------------------------------------


@explain(LENIENT, "TRANS-03")
def json_under_a_form(difference: Difference) -> bool:
    """The mock reads JSON text under a form's media type, as the documentation prints it."""
    return difference.case.value == b'{"og_title": "x"}' and difference.where == "state og_title"


@explain(LENIENT, "TRANS-03")
def no_content_type(difference: Difference) -> bool:
    """The mock reads a body without Content-Type as JSON."""
    body = difference.case.body
    return body is not None and not body.content_type and _statuses(difference, (200,), (415,))


@explain(EITHER, "TRANS-03")
def wildcards_as_content_type(difference: Difference) -> bool:
    """To the framework a wildcard in Content-Type fits all; to the mock it names no type."""
    body = difference.case.body
    return body is not None and "*" in (body.content_type or "") and _statuses(difference, (415,), (200,))


@explain(CHOSEN, "TRANS-03")
def other_charsets(difference: Difference) -> bool:
    """Text is UTF-8: the mock refuses other charsets, the framework tries them."""
    body = difference.case.body
    return body is not None and "charset" in (body.content_type or "") and difference.statuses[0] == 415


@explain(CHOSEN, "TRANS-04")
def forms_that_are_not_utf8(difference: Difference) -> bool:
    """A form that is not UTF-8 is malformed; the framework puts a replacement character."""
    value = difference.case.value
    not_utf8 = isinstance(value, bytes) and (b"\xff" in value or b"%ff" in value)
    return not_utf8 and _refused_by_mock(difference)


@explain(CHOSEN, "TRANS-04")
def broken_multipart(difference: Difference) -> bool:
    """A multipart body without its end or without names is malformed; the framework shrugs."""
    body = difference.case.body
    return body is not None and "multipart" in (body.content_type or "") and difference.codes[0] == {"parse_error"}


@explain(EITHER, "TRANS-04")
def no_file_chosen(difference: Difference) -> bool:
    """A part with an empty file name says that no file was chosen: no field, or an empty one."""
    value = difference.case.value
    return isinstance(value, bytes) and b'filename=""' in value and difference.where == "state og_title"


# --- gates ------------------------------------------------------------------------------------------------------------


@explain(CHOSEN, "TRANS-01")
def paths_without_the_slash(difference: Difference) -> bool:
    """The framework redirects every method to the path with the final slash."""
    return not difference.case.path.endswith("/") and _statuses(difference, (404,), (301,))


@explain(EITHER, "TRANS-06")
def options(difference: Difference) -> bool:
    """The contract has no OPTIONS: the mock answers browsers, the framework describes itself."""
    return difference.case.method == "OPTIONS"


@explain(CHOSEN, "TRANS-05")
def quality_zero(difference: Difference) -> bool:
    """With a quality of 0 a type is not accepted; the framework does not look at it."""
    return "q=0" in difference.case.headers.get("Accept", "") and _statuses(difference, (406,), (200,))


@explain(LENIENT, "TRANS-05")
def an_empty_accept(difference: Difference) -> bool:
    """To the mock an empty Accept is none; to the framework it names a type it does not have."""
    return not difference.case.headers.get("Accept", "x").strip(", ") and _statuses(difference, (200,), (406,))


@explain(CHOSEN, "AUTH-03")
def other_schemes(difference: Difference) -> bool:
    """A token under another scheme is a bad token; to the framework it is none."""
    header = difference.case.headers.get("Authorization", "bearer ")
    return not header.lower().startswith("bearer ") and difference.statuses[0] == 401


@explain(EITHER, "AUTH-JWT-05")
def claims_of_odd_types(difference: Difference) -> bool:
    """Which types the claims may have beyond what is documented, each library decides."""
    is_one = any(f"with {claim}" in difference.case.told for claim in ("exp '", "jti "))
    return is_one and difference.case.group == "tokens"


# --- lists of courses -------------------------------------------------------------------------------------------------


@explain(EITHER, "ERR-02")
def two_errors_of_one_query(difference: Difference) -> bool:
    """Of a view and a user that are both wrong the framework tells both, the mock the first."""
    return difference.case.group == "views" and difference.where == "errors" and difference.mock < difference.reference


@explain(CHOSEN, "LIST-10")
def words_of_a_search(difference: Difference) -> bool:
    """The contract searches for the whole text; the framework for every word of it."""
    return "search=" in difference.case.path and difference.where == "shape" and "+" in difference.case.path


@explain(LENIENT, "LIST-10")
def nul_in_a_search(difference: Difference) -> bool:
    """The mock finds nothing where the framework refuses: a NUL in the search text."""
    return "search=%00" in difference.case.path and _refused_by_reference(difference)


@explain(LENIENT, "LIST-10")
def categories_that_are_none(difference: Difference) -> bool:
    """The mock finds nothing where the framework refuses: a category that is no number."""
    return "categories=x" in difference.case.path and _refused_by_reference(difference)


@explain(EITHER, "LIST-03")
def offsets_beyond_all_courses(difference: Difference) -> bool:
    """Beyond any possible course the mock counts no further."""
    return difference.where == "shape" and f"offset={'9' * 30}" in difference.case.path


@explain(EITHER, "LIST-07")
def authors_beyond_all_ids(difference: Difference) -> bool:
    """Of an author beyond all ids the mock says that it is no id, the framework finds nothing."""
    return f"created_by={'9' * 30}" in difference.case.path
