"""The mock speaks the language of the community, or that of the caller; its codes are the same in all of them."""

import ast
import gettext
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from string import Formatter
from typing import Any

import httpx
import pytest

import mockserver
from benchmarks.soak.drawing import Drawing
from mockserver.courses import Settings
from mockserver.languages import LANGUAGES
from mockserver.openapi import reader
from specdouble import OPENAPI, document
from specdouble.yaml_reader import read_yaml
from tests.mockserver.support import OPEN, SECRET, Mock, course, mock_of, outcome

CODE = Path(mockserver.__file__).parent
TRANSLATED = [name for name in LANGUAGES if name != "en"]

FIRST = course(OPEN)
BLANK = {"en": "This field may not be blank.", "it": "Questo campo non può essere omesso."}

pytestmark = pytest.mark.rule("ERR-02")


def speaking(**settings: Any) -> Mock:
    return mock_of(settings=Settings(**settings))


def told(answer: httpx.Response) -> list[str]:
    """The messages of a refusal."""
    entries = answer.json()["errors"]
    return [message["message"] for entry in entries for message in entry.get("messages", [entry])]


# --- which language ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_community_may_have_its_own_language(language: str) -> None:
    creator = speaking(message_language=language).as_("creator")
    answer = creator.patch(FIRST, json={"name": " "}, headers={"Accept-Language": "fr"})
    assert outcome(answer) == (400, [("name", "blank")])
    assert (told(answer) == [BLANK["en"]]) is (language == "en")
    assert "Content-Language" not in answer.headers
    assert "Accept-Language" not in answer.headers.get_list("Vary")


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("it", "it"),
        ("IT-ch", "it"),
        ("it-IT,it;q=0.9,en;q=0.8", "it"),
        ("en;q=0.5, it;q=0.7", "it"),
        ("pt-BR, it;q=0.1", "it"),
        ("it;q=0, en", "en"),
        ("xx, *", "en"),
        ("pt", "en"),
        ("", "en"),
        (";;;, it;q=x, =, \xff", "en"),
        ("it; q=1.000", "it"),
        (",".join(["xx"] * 1000) + ",it", "it"),
    ],
)
def test_a_caller_may_have_the_language_that_he_likes_best(accept: str, language: str) -> None:
    mock = speaking(accept_language_is_heeded=True)
    headers = {b"authorization": b"Bearer creator", b"accept-language": accept.encode("latin-1")}
    headers[b"content-type"] = b"application/json"
    answer = mock.raw("PATCH", FIRST.encode(), headers, b'{"name": ""}')
    assert told(answer) == [BLANK[language]]
    assert answer.headers["Content-Language"] == language
    assert answer.headers.get_list("Vary") == ["Accept", "Origin", "Accept-Language"]


def test_whoever_asks_for_no_language_has_that_of_the_community() -> None:
    creator = speaking(message_language="it", accept_language_is_heeded=True).as_("creator")
    for accept, language in ((None, "it"), ("xx", "it"), ("*", "it"), ("en", "en")):
        headers = {} if accept is None else {"Accept-Language": accept}
        answer = creator.patch(FIRST, json={"name": ""}, headers=headers)
        assert (told(answer), answer.headers["Content-Language"]) == ([BLANK[language]], language)


def test_answers_that_are_no_refusals_tell_their_language_too() -> None:
    creator = speaking(accept_language_is_heeded=True).as_("creator")
    italian = {"Accept-Language": "it", "Origin": "http://page.test"}
    answer = creator.get(FIRST, headers=italian)
    assert answer.headers["Content-Language"] == "it"
    assert answer.headers.get_list("Vary") == ["Accept", "Origin", "Accept-Language"]
    assert "Content-Language" not in creator.get("/__mock__/health", headers=italian).headers
    assert "Content-Language" not in creator.get("/ui/", headers=italian).headers


def test_by_default_the_language_of_a_caller_makes_no_difference(mock: Mock) -> None:
    answer = mock.as_("creator").patch(FIRST, json={"name": ""}, headers={"Accept-Language": "it"})
    assert told(answer) == [BLANK["en"]]
    assert answer.headers.get_list("Vary") == ["Accept", "Origin"]
    assert "Content-Language" not in answer.headers


def test_the_contract_offers_the_choice_where_there_is_one() -> None:
    operation = speaking(accept_language_is_heeded=True).client().get("/openapi.json").json()["paths"]
    patch = operation["/api/v2/course/{id}/"]["patch"]
    assert {"name": "Accept-Language", "in": "header", "schema": {"type": "string"}} in patch["parameters"]
    assert patch["responses"]["200"]["headers"]["Content-Language"]["schema"]["enum"] == list(LANGUAGES)


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match=r"is 'tlh'. Use one of: en, de, es, fr, it\.$"):
        Settings(message_language="tlh")


# --- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("plain", [False, True], ids=["envelope", "framework"])
def test_every_kind_of_refusal_is_translated(plain: bool) -> None:
    mock = mock_of(settings=Settings(message_language="it", plain_errors=plain), body_limit=1000)
    creator = mock.as_("creator")
    mock.client().post("/__mock__/faults", json={"status": 503, "operation": "get_me"})
    said = {
        "Non trovato.": mock.as_("member").get(course(SECRET)),
        "Non hai l'autorizzazione per eseguire questa azione.": mock.as_("member").patch(FIRST, json={}),
        "Non sono state immesse le credenziali di autenticazione.": mock.as_("anon").patch(FIRST, json={}),
        "Nessuno ha questo token.": mock.as_("nobody").get(FIRST),
        'Metodo "POST" non consentito': creator.post(FIRST),
        'Metodo "POST" non consentito ': creator.post("/ui/"),
        "Il corpo supera 1000 byte": creator.patch(FIRST, content=b"x" * 2000),
        'Il tipo di media "text/csv" non viene letto. Invia uno di questi: application/json, ': creator.patch(
            FIRST, content=b"x", headers={"Content-Type": "text/csv"}
        ),
        "Non c'è nulla in /api/v2/curse/1/. Il più vicino è GET": creator.get("/api/v2/curse/1/"),
        "Servizio temporaneamente non disponibile": creator.get("/api/v2/user/me/"),
        "Errore di lettura del multipart: manca il delimitatore.": creator.patch(
            FIRST, content=b"x", headers={"Content-Type": "multipart/form-data; boundary=b"}
        ),
        'Questo valore di name è già in uso."': creator.patch(FIRST, json={"name": "Private course"}),
    }
    for text, answer in said.items():
        assert text.strip() in answer.text.replace('\\"', '"')
        assert answer.status_code >= 400


def test_a_value_is_never_taken_for_a_message() -> None:
    creator = speaking(message_language="it").as_("creator")
    assert told(creator.patch(FIRST, json={"type": "Not found."})) == ['"Not found." non è una scelta valida.']
    assert told(creator.patch(FIRST, json={"type": "{limit} {0}"})) == ['"{limit} {0}" non è una scelta valida.']


def test_other_languages_say_the_same_of_the_same_requests() -> None:
    drawing = Drawing(reader.read(document.load(OPENAPI)), 20260701)
    mocks = [speaking(message_language=name) for name in ("en", *TRANSLATED)]
    heard: dict[str, tuple[str, ...]] = {}
    for drawn in islice(iter(drawing.draw, None), 600):
        headers = {name.encode(): value.encode("latin-1") for name, value in drawn.headers.items()}
        answers = [mock.raw(drawn.method, drawn.path.encode(), headers, drawn.content) for mock in mocks]
        drawing.learn(drawn, answers[0].status_code, answers[0].content)
        assert len({answer.status_code for answer in answers}) == 1
        if answers[0].status_code < 400 or b'"errors"' not in answers[0].content:
            continue
        assert len({str(outcome(answer)) for answer in answers}) == 1
        heard.update((texts[0], texts[1:]) for texts in zip(*map(told, answers), strict=True))
    assert len(heard) > 50
    for text, translations in heard.items():
        assert text not in translations


# --- the files --------------------------------------------------------------------------------------------------------

ABOUT_THE_MOCK = ("__main__", "cli", "clock", "control", "pytest_plugin", "spec_overrides", "settings", "seed")
"""Modules that speak to whoever starts the mock, or asks for its controls: in English."""

SENTENCE = re.compile(r'["{A-Z].* .*\.', re.DOTALL)
NO_MESSAGES = {"See /openapi.json."}


COURSES = CODE / "courses"


def modules(of: Callable[[Path], bool] = lambda path: True) -> Iterator[ast.Module]:
    for path in CODE.rglob("*.py"):
        if of(path) and not {*path.relative_to(CODE).with_suffix("").parts} & {*ABOUT_THE_MOCK}:
            yield ast.parse(path.read_text(encoding="utf-8"))


def texts(module: ast.Module) -> Iterator[str]:
    """All texts of a module but those of its documentation, and but the pieces of texts with values in them."""
    nodes = list(ast.walk(module))
    left_out = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    left_out |= {id(piece) for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out:
            yield node.value


def handed_on(module: ast.Module) -> Iterator[str]:
    """The texts from which a module makes messages, whole sentences or not."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "translatable":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def messages(of: Callable[[Path], bool] = lambda path: True) -> set[str]:
    """Everything that some modules of the mock can say to a caller."""
    whole = {text for module in modules(of) for text in texts(module) if SENTENCE.fullmatch(text)}
    return (whole | {text for module in modules(of) for text in handed_on(module)}) - NO_MESSAGES


def of_courses(path: Path) -> bool:
    return COURSES in path.parents


def of_the_core(path: Path) -> bool:
    return not of_courses(path)


def translations_of(language: str) -> dict[str, str]:
    """The translations of the core and of the courses."""
    files = (folder / "languages" / f"{language}.yaml" for folder in (CODE, COURSES))
    return {message: text for file in files for message, text in read_yaml(file).items()}


def test_every_message_is_found() -> None:
    assert {
        "Not found.",
        "The form",
        "{what} is not UTF-8: {reason}.",
        '"{value}" is not a valid choice.',
    } <= messages()
    assert not any(text.startswith("Send true") for text in messages())


def test_no_message_is_made_in_a_way_that_cannot_be_translated() -> None:
    """Values are put into a message by translatable(), which remembers it without them."""
    nodes = (node for module in modules() for node in ast.walk(module) if isinstance(node, ast.JoinedStr))
    assert [text for text in map(written, nodes) if SENTENCE.fullmatch(text)] == []


def written(node: ast.JoinedStr) -> str:
    """A text with values in it, a word in the place of each."""
    return "".join(str(piece.value) if isinstance(piece, ast.Constant) else "value" for piece in node.values)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_every_message_and_no_other(language: str) -> None:
    core = read_yaml(CODE / "languages" / f"{language}.yaml")
    assert sorted(messages(of_the_core) ^ core.keys()) == []
    courses = read_yaml(COURSES / "languages" / f"{language}.yaml")
    assert sorted((messages(of_courses) - core.keys()) ^ courses.keys()) == []
    assert all(text.strip() == text != "" for text in (*core.values(), *courses.values()))


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_values_of_its_message(language: str) -> None:
    for message, translation in translations_of(language).items():
        assert places(translation) == places(message), message


def places(template: str) -> list[tuple[str | None, ...]]:
    """The places of a template that values are put into."""
    return sorted(parts[1:] for parts in Formatter().parse(template) if parts[1] is not None)


THEIR_NAMES = {
    "limit": ("max_length", "min_length", "max_value", "min_value"),
    "value": ("input",),
    "type": ("input_type", "data_type"),
    "pk": ("pk_value",),
}
"""What the framework calls the values in its messages."""


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_the_framework_says_is_said_in_its_own_words(language: str) -> None:
    framework = pytest.importorskip("rest_framework", reason="the framework is not installed")
    known = gettext.translation("django", Path(framework.__file__).parent / "locale", [language])
    ours = translations_of(language)
    theirs = {message: found for message in ours for found in said_by(known, message)}
    assert len(theirs) > 15
    assert {message: ours[message] for message in theirs} == theirs


def said_by(known: gettext.NullTranslations, message: str) -> Iterator[str]:
    """How the framework translates a message, if it has it; values have our names."""
    renamed = [(name, other) for name, others in THEIR_NAMES.items() if f"{{{name}}}" in message for other in others]
    for name, other in renamed or [("", "")]:
        asked = message.replace(f"{{{name}}}", f"{{{other}}}")
        found = known.gettext(asked)
        if found != asked:
            yield found.replace(f"{{{other}}}", f"{{{name}}}")
