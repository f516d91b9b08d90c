"""The code speaks plain technical English: some words are no names, and some phrases are no sentences.

A package is added to PACKAGES once it follows the list.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGES = (
    "docs",
    "contracts/conformance",
    "specdouble",
    "mockserver",
    "contracts/checks",
    "contracts/fixtures",
    "contracts/generation",
    "contracts/laws",
    "contracts/api.py",
    "contracts/cli",
    "contracts/client",
    "contracts/errors.py",
    "contracts/fuzz",
    "contracts/messages",
    "contracts/openapi",
    "contracts/plugin.py",
    "contracts/profile",
    "contracts/pytest_plugin.py",
    "contracts/report",
    "contracts/results",
    "contracts/scenarios",
    "tests/backends",
    "tests/contracts/checks",
    "tests/contracts/generation",
    "tests/contracts/laws",
    "tests/mutation",
    "contracts/runner",
)
NO_NAMES = frozenset(
    (
        *(
            "each",
            "found",
            "known",
            "seen",
            "held",
            "given",
            "made",
            "asked",
            "told",
            "tell",
            "telling",
            "taken",
            "said",
        ),
        *("heed", "heeded", "heeding", "obey", "obeying", "narrowed", "amended", "completed", "lowered", "shown"),
        *("refuse", "refused", "refusal", "mend", "strangers", "nobody", "words"),
    )
)
"""Words that are no names of variables, functions, classes or modules: name the thing instead."""

NO_NAME_PARTS = re.compile(r"^_?insist(_|$)|_told$|^_?told_")

ALLOWED: Mapping[str, frozenset[str]] = {
    # Both are replaced from outside by tests/mutual, under these names.
    "mockserver/request/body.py": frozenset({"_taken"}),
    "mockserver/request/pagination.py": frozenset({"asked"}),
    # A key of profiles.
    "contracts/profile/models.py": frozenset({"known"}),
    # A method of listeners, which users of the Python API implement.
    "contracts/runner/results.py": frozenset({"seen"}),
    "contracts/report/ndjson.py": frozenset({"seen"}),
    "contracts/report/progress.py": frozenset({"seen"}),
    # A property of reports, which users of the Python API read.
    "contracts/report/__init__.py": frozenset({"held"}),
    # The verdict, as reports have it.
    "contracts/results/verdict.py": frozenset({"HELD"}),
    # The status of a lesson, as the API has it.
    "mockserver/courses/entities.py": frozenset({"COMPLETED"}),
}

NO_PHRASES = re.compile(
    r"\b(insist\w*|heed\w*|obey\w*|mend(s|ed)?|refus(e[sd]?|ing|als?)|let(s|ting)? pass|was let|stranger\w*|told|tells?"
    r"|whoever|whomever|somebody|himself|of (his|her|its) own accord|have to do with|world at start|words of a document"
    r"|lane [AB])\b"
    r"|\b(he|him|his)\b",
    re.IGNORECASE,
)
"""Phrases for which docstrings, comments and messages have a plain word."""

CODE_IN_MARKDOWN = re.compile(r"^ *```.*?^ *```|`[^`\n]+`|<!--.*?-->|\]\([^)]*\)", re.MULTILINE | re.DOTALL)
"""Parts of a page that are no prose: blocks and spans of code, comments, targets of links."""

NAMES_OF_OTHERS = re.compile(r"\w+_is_heeded|\w+_are_refused|Refusal|\brefusals\b(?=:|$|\"$)|^\"refused\"$")
"""Names of settings, schemas, keys of profiles and events of ledgers, which are public."""


def modules() -> list[Path]:
    return sorted({path for package in PACKAGES for path in _modules_of(PROJECT / package)})


def _modules_of(package: Path) -> Iterator[Path]:
    """The modules below a folder; a path to one module stands for that module alone."""
    return iter([package]) if package.suffix == ".py" else package.rglob("*.py")


def pages() -> list[Path]:
    """The pages of prose: those of the project's folder, and those of the site."""
    return sorted((*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")))


def names(tree: ast.AST) -> Iterator[str]:
    """Every name that a module gives."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Every comment and text of a module, with its line."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.COMMENT, tokenize.STRING}:
            yield token.start[0], token.string


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_uses_no_word_of_the_list_as_a_name(path: Path) -> None:
    allowed = ALLOWED.get(path.relative_to(PROJECT).as_posix(), frozenset())
    given_names = {*names(ast.parse(path.read_text(encoding="utf-8"))), path.stem} - allowed
    assert {name for name in given_names if name.strip("_").lower() in NO_NAMES or NO_NAME_PARTS.search(name)} == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_uses_no_phrase_of_the_list(path: Path) -> None:
    found = [
        f"{path.name}:{line}: {match[0]}"
        for line, text in texts(path.read_text(encoding="utf-8"))
        for match in NO_PHRASES.finditer(NAMES_OF_OTHERS.sub("", text))
    ]
    assert found == []


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_page_uses_no_phrase_of_the_list(path: Path) -> None:
    prose = CODE_IN_MARKDOWN.sub(lambda code: "\n" * code[0].count("\n"), path.read_text(encoding="utf-8"))
    found = [
        f"{path.name}:{number}: {match[0]}"
        for number, line in enumerate(prose.splitlines(), 1)
        for match in NO_PHRASES.finditer(line)
    ]
    assert found == []


def test_code_in_a_page_is_not_prose() -> None:
    page = "a `told` b\n```\nrefuse\n```\n[told](told.md) <!-- told -->\n"
    assert [match[0] for match in NO_PHRASES.finditer(CODE_IN_MARKDOWN.sub("", page))] == ["told"]


def test_the_list_finds_what_it_is_for() -> None:
    assert {"each", "_told_text"} <= set(names(ast.parse("def f(each): _told_text = 1")))
    assert NO_NAME_PARTS.search("_insist_on")
    assert NO_PHRASES.search("What was let pass is told to whoever asks.")
    assert not NO_PHRASES.search("Return the headline.")
