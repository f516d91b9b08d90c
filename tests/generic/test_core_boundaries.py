"""The core of the mock knows nothing of courses: not by import, not by word, not in anything that it answers."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import mockserver
from mockserver.app import Options, create_mock
from mockserver.cli import main
from mockserver.settings import Settings
from specdouble.extensions import EXTENSIONS
from tests.generic.conftest import BASE, KENNEL, LIBRARY
from tests.mockserver.support import Contract, Mock, mock_of

PACKAGE = Path(mockserver.__file__).parent
COMPOSITION = PACKAGE / "app.py"
"""The module that puts the core and the courses together."""

COURSE_WORDS = re.compile(r"course|lesson|quiz|syllabus|self-?paced|selfcommunity|vendor|tenant", re.IGNORECASE)
RULE_IDS = re.compile(r"\b[A-Z]+(?:-[A-Z]+)*-\d\d\b")


def imported(path: Path) -> set[str]:
    """The modules that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def core() -> list[Path]:
    return [
        path
        for path in PACKAGE.rglob("*.py")
        if "courses" not in path.relative_to(PACKAGE).parts and path != COMPOSITION
    ]


def test_no_module_of_the_core_imports_the_courses() -> None:
    assert len(core()) > 15
    assert {path.name: names for path in core() if (names := {n for n in imported(path) if "courses" in n})} == {}


def test_the_core_can_be_imported_without_the_courses() -> None:
    script = (
        "import sys, mockserver.asgi.app, mockserver.domain, mockserver.store, mockserver.auth.bearer\n"
        "print([name for name in sys.modules if name.startswith('mockserver.courses')])"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert ended.stdout.strip() == "[]"


def test_no_word_of_the_courses_stands_in_the_core() -> None:
    files = [*core(), *(PACKAGE / "languages").glob("*.yaml")]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    found = {name: match[0] for name, text in texts.items() if (match := COURSE_WORDS.search(text))}
    assert found == {}
    ids = {name: match[0] for name, text in texts.items() if (match := RULE_IDS.search(text))}
    assert ids == {}


# --- a document that has nothing to do with courses -------------------------------------------------------------------

CREDENTIALS = ("", "Bearer everyone:ada", "Bearer librarian", "Bearer king", "Basic x", "Bearer a.b.c")
BODIES = (b"", b"{", b"[]", b"null", b"{}", b'{"title": 1, "status": "lost", "isbn": null, "name": []}', b"\xff")
TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "a/b; charset=x")


def requests(mock: Mock, base: str) -> Iterator[httpx.Response]:
    """The answers to a request of every kind to every path of a document, and to the paths of the mock itself."""
    client = mock.client()
    document = client.get("/openapi.json")
    yield document
    paths = [base + re.sub(r"\{[^}]*\}", "1", path) for path in document.json()["paths"]]
    for path in (*paths, *(path + "/" for path in paths[:3]), f"{base}/nowhere", "/__mock__/nothing", "/openapi.json"):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"):
            for number, credentials in enumerate(CREDENTIALS):
                kind, content = TYPES[number % len(TYPES)], BODIES[number]
                headers = {"Authorization": credentials, "Content-Type": kind, "If-Match": '"x"'}
                yield client.request(method, path, headers=headers, content=content)
            yield client.request(method, path, headers={"Accept": "text/html"}, content=BODIES[-1])
    for name in ("health", "journal", "settings", "clock", "faults"):
        for content in BODIES:
            yield client.request("POST", f"/__mock__/{name}", content=content)
        yield client.get(f"/__mock__/{name}")


@pytest.mark.parametrize(("spec", "base"), [(LIBRARY, ""), (KENNEL, BASE)], ids=["library", "kennel"])
@pytest.mark.parametrize("settings", [Settings(), Settings(plain_errors=True, requests_per_minute=40)])
def test_no_answer_speaks_of_courses(
    monkeypatch: pytest.MonkeyPatch, spec: Path, base: str, settings: Settings
) -> None:
    # The documents do not announce every status that these requests lead to.
    monkeypatch.setattr(Contract, "judge", lambda *arguments: None)
    mock = mock_of(spec=spec, base_path=base, settings=settings)
    statuses = set()
    for answer in requests(mock, base):
        statuses.add(answer.status_code)
        text = f"{answer.headers} {answer.text}"
        assert not COURSE_WORDS.search(text), text
        assert not RULE_IDS.search(text), text
        assert answer.headers.get("X-Mock-Rule", "x-rules") in EXTENSIONS
    assert statuses >= {200, 400, 401, 404, 405, 406}


@pytest.mark.parametrize("spec", [LIBRARY, KENNEL], ids=["library", "kennel"])
def test_the_introduction_of_a_document_speaks_of_it_alone(spec: Path) -> None:
    text = "\n".join(create_mock(spec, Options()).introduce("http://127.0.0.1:8000"))
    assert not COURSE_WORDS.search(text)


@pytest.mark.parametrize("content", ["staff: true", "plain_errors: 1", "requests_per_minute: -1", "- x"])
def test_messages_about_settings_speak_of_the_document_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(content)
    run = CliRunner().invoke(main, ["--port", "0", "--spec", str(KENNEL), "--settings", str(path)])
    assert run.exit_code == 2
    assert not COURSE_WORDS.search(run.output)


# --- which domain -----------------------------------------------------------------------------------------------------


def test_a_document_with_an_operation_called_patch_course_is_no_document_of_courses() -> None:
    operation = {"operationId": "patch_course", "responses": {"200": {"description": "Changed"}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Golf", "version": "1"},
        "paths": {"/links": {"patch": operation}},
    }
    mock = create_mock(document)
    assert mock.introduce("http://x") == ["Try      curl http://x/openapi.json"]


def test_a_document_that_asks_for_an_unknown_domain_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text("x-mock-domain: selfcommunity-course\n" + KENNEL.read_text(encoding="utf-8"), encoding="utf-8")
    run = CliRunner().invoke(main, ["--port", "0", "--spec", str(path)])
    assert run.exit_code == 2
    assert f'{path}:1: unknown domain "selfcommunity-course" in x-mock-domain' in run.output
    assert 'Did you mean "selfcommunity-courses"?' in run.output
