"""A first profile: `check` can read it, it holds the facts of the document, and it overwrites no file."""

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

import contracts
from contracts.cli.commands import main
from contracts.openapi.description import Model
from contracts.profile.models import Secret, load
from contracts.profile.scaffold import profile_of
from specdouble import OPENAPI
from specdouble.document import load as load_document
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, SLUGS, UUIDS, Ids, document_with
from tests.contracts.support.sample_reports import HOSTILE
from tests.generic.conftest import KENNEL

URL = "http://127.0.0.1:9"


def init(*options: object) -> Result:
    return CliRunner().invoke(main, ["init", "--url", URL, *map(str, options)], catch_exceptions=False)


@pytest.mark.parametrize("spec", [OPENAPI, KENNEL])
def test_the_profile_of_any_document_is_one_that_check_can_read(spec: Path, tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    assert init("--spec", spec, "--output", path).exit_code == 0
    profile, model = load(path), Model(load_document(spec))
    assert {notes.item for notes in profile.resources.values()} == {resource.item for resource in model.resources}
    assert list(profile.people) == ["owner", "other"]


EXAMPLE = re.compile(
    r"(create|known|states|access|undocumented|refusals|same_status|differences|serves|normalise|by_\w+): ?"
    r"|  (anonymous|forbidden|hidden|visible|may|login|id|add_note|change_note|change_editors): ?"
    r"|    (get_note|change_note|drop_note|add_note|list_notes|path|json|form|csrf|token|header|prefix): "
)


def test_what_is_commented_out_can_be_read_too_when_it_is_completed(tmp_path: Path) -> None:
    lines = profile_of(Model(DOCUMENT), URL).splitlines()
    example_lines = [line.replace("# ", "", 1) if EXAMPLE.match(_commented(line)) else line for line in lines]
    path = tmp_path / "completed.yaml"
    path.write_text("\n".join(example_lines))
    profile = load(path)
    (note,) = profile.resources.values()
    assert (note.known, note.access.may["change_note"]) == ({"public": 1, "private": 2}, ["owner"])
    assert set(profile.refusals) == {"add_note", "change_note", "change_editors"}
    assert profile.same_status[400] == [400, 409, 422]
    assert profile.serves == []
    assert set(profile.people) == {"owner", "other", "by_token", "by_header", "by_cookie", "by_login", "by_session"}
    login = profile.people["by_login"].login
    assert login is not None
    assert (login.token, login.prefix) == ("/access_token", "Bearer ")
    session = profile.people["by_session"].login
    assert session is not None
    assert session.csrf is not None
    assert (session.csrf.cookie, session.csrf.page) == ("csrftoken", "/login")


@pytest.mark.parametrize(
    ("ids", "lines"),
    [
        (UUIDS, ["# The id is the field uuid of answers. Another field:", "# known: {public: 5f0c1f6e-"]),
        (
            SLUGS,
            [
                "# The id is the field slug of answers. Another field:",
                "# known: {public: my-first, private: my-second}",
            ],
        ),
        (Ids("nummer", {"type": "integer"}, int), ["# identified_by: reference", "# known: {public: 1, private: 2}"]),
    ],
)
def test_it_says_how_items_are_identified(ids: Ids, lines: list[str]) -> None:
    text = profile_of(Model(document_with(ids)), URL)
    assert all(line in text for line in lines)


def _commented(line: str) -> str:
    return line.lstrip().removeprefix("# ") if line.lstrip().startswith("# ") else "-"


def test_tokens_are_read_from_the_environment() -> None:
    people = yaml.safe_load(profile_of(Model(DOCUMENT), URL))["people"]
    assert people["owner"]["token"] == {"env": "NOTES_TOKEN_OWNER"}


@pytest.mark.parametrize(
    ("scheme", "means", "variable"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, {"headers": {"X-Key": ...}}, "NOTES_KEY_OWNER"),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, {"cookies": {"sid": ...}}, "NOTES_SESSION_OWNER"),
        ({"type": "http", "scheme": "basic"}, {"headers": {"Authorization": ...}}, "NOTES_BASIC_OWNER"),
        ({"type": "http", "scheme": "bearer"}, {"token": ...}, "NOTES_TOKEN_OWNER"),
        ({"type": "apiKey", "in": "query", "name": "key"}, {"token": ...}, "NOTES_TOKEN_OWNER"),
    ],
)
def test_people_are_recognised_as_the_document_says(
    scheme: dict[str, Any], means: dict[str, Any], variable: str, tmp_path: Path
) -> None:
    spec, path = tmp_path / "notes.json", tmp_path / "new.yaml"
    components = {**DOCUMENT["components"], "securitySchemes": {"known": scheme}}
    spec.write_text(json.dumps({**DOCUMENT, "components": components}))
    assert f"export {variable}=…" in init("--spec", spec, "--output", path).output
    owner = json.dumps(yaml.safe_load(path.read_text())["people"]["owner"])
    assert owner == json.dumps(means, default=lambda _: {"env": variable})


@pytest.mark.parametrize(
    ("address", "url", "path"),
    [
        ("/login/token", "http://127.0.0.1:9", "/login/token"),
        ("login/token", "http://127.0.0.1:9", "/login/token"),
        ("http://127.0.0.1:9/v1/login/token", "http://127.0.0.1:9/v1", "/login/token"),
        ("/notes/search", "http://127.0.0.1:9/notes", "/notes/search"),  # as the paths of the document begin
    ],
)
def test_a_login_by_password_in_the_document_is_written_down(address: str, url: str, path: str) -> None:
    scheme = {"type": "oauth2", "flows": {"password": {"tokenUrl": address, "scopes": {}}}}
    components = {**DOCUMENT["components"], "securitySchemes": {"known": scheme}}
    people = yaml.safe_load(profile_of(Model({**DOCUMENT, "components": components}), url))["people"]
    assert people["other"]["login"] == {
        "path": path,
        "form": {
            "grant_type": "password",
            "username": {"env": "NOTES_USERNAME_OTHER"},
            "password": {"env": "NOTES_PASSWORD_OTHER"},
        },
        "token": "/access_token",
    }


@pytest.mark.parametrize(
    "flows",
    [{"password": {"tokenUrl": "https://elsewhere.example/token"}}, {"implicit": {"authorizationUrl": "/authorize"}}],
)
def test_a_login_that_another_host_answers_is_replaced_by_a_token(flows: dict[str, Any]) -> None:
    components = {**DOCUMENT["components"], "securitySchemes": {"known": {"type": "oauth2", "flows": flows}}}
    people = yaml.safe_load(profile_of(Model({**DOCUMENT, "components": components}), URL))["people"]
    assert people["owner"] == {"token": {"env": "NOTES_TOKEN_OWNER"}}


def test_a_field_that_is_named_after_a_collection_refers_to_it() -> None:
    document = deepcopy(DOCUMENT)
    document["paths"]["/books"] = document["paths"]["/notes"]
    document["paths"]["/books/{noteId}"] = document["paths"]["/notes/{noteId}"]
    schemas = document["components"]["schemas"]
    for name in ("Note", "NoteChange"):
        schemas[name]["properties"] |= {
            "bookId": {"type": "integer"},
            "books": {"type": "array", "items": {"type": "string", "format": "uuid"}},
            "book": {"type": "string"},
            "title_id": {"type": "integer"},
        }
    fields = yaml.safe_load(profile_of(Model(document), URL))["resources"]["notes"]["fields"]
    assert fields == {"bookId": {"references": "books"}, "books": {"references": "books"}}


def test_statuses_that_the_document_does_not_list_are_asked_for() -> None:
    document = deepcopy(DOCUMENT)
    for item in document["paths"].values():
        for method in ("get", "post", "patch", "delete"):
            responses = item.get(method, {}).get("responses", {})
            item.get(method, {})["responses"] = {name: response for name, response in responses.items() if name < "3"}
    text = profile_of(Model(document), URL)
    statuses = "400 (at 3 operations), 401 (at 7 operations), 403 (at 7 operations), 404 (at 4 operations)"
    assert f"that the document does not list:\n# {statuses}." in text
    assert "# undocumented: [400, 401, 403, 404]" in text
    assert "#   change_note: the name is taken" in text


@pytest.mark.parametrize(
    ("security", "untold"),
    [([{"known": []}], "401, 403"), ([{"known": []}, {}], ""), ([], ""), (None, "401, 403")],
    ids=["needed", "may be left out", "none", "not said"],
)
def test_a_request_without_a_login_is_rejected_where_the_document_requires_one(
    security: list[dict[str, Any]] | None, untold: str
) -> None:
    responses = {"200": {"description": "done"}}
    operation = {"responses": responses} if security is None else {"responses": responses, "security": security}
    text = profile_of(Model({**DOCUMENT, "paths": {"/things": {"get": operation}}}), URL)
    assert (f"# undocumented: [{untold}]" in text) == bool(untold)
    assert ("undocumented" in text) == bool(untold)


def test_a_body_is_rejected_with_400_or_with_422() -> None:
    for status, is_listed in (("200", True), ("400", False), ("422", False)):
        operation = {
            "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            "responses": {status: {"description": "done"}},
            "security": [],
        }
        text = profile_of(Model({**DOCUMENT, "paths": {"/things": {"post": operation}}}), URL)
        assert ("# undocumented: [400]" in text) == is_listed


def test_statuses_that_the_document_lists_together_are_not_asked_for() -> None:
    operation = {
        "responses": {"200": {"description": "done"}, "4XX": {"description": "rejected"}},
        "security": [{"a": []}],
    }
    assert "undocumented" not in profile_of(Model({**DOCUMENT, "paths": {"/things/{id}": {"get": operation}}}), URL)


def test_a_first_profile_is_enough_for_a_first_run(
    notes: Notes, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.yaml"
    assert init("--spec", document, "--output", path).exit_code == 0
    assert all(isinstance(person.token, Secret) for person in load(path).people.values())
    monkeypatch.setenv("NOTES_TOKEN_OWNER", "alice")
    monkeypatch.setenv("NOTES_TOKEN_OTHER", "bob")
    report = contracts.check(notes.url, spec=document, profile=path, only=["CT103"], max_examples=1)
    assert report.exit_code == 0


def test_a_folder_is_not_said_to_be_a_file(document: Path, tmp_path: Path) -> None:
    result = init("--spec", document, "--output", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path}: this is a folder. Name a file with --output." in result.stderr


def test_a_file_that_is_there_is_never_overwritten(document: Path, tmp_path: Path) -> None:
    path = tmp_path / "precious.yaml"
    path.write_text("precious")
    result = init("--spec", document, "--output", path)
    assert result.exit_code == 2
    assert "the file exists. Give another path with --output" in result.stderr
    assert path.read_text() == "precious"


def test_a_path_that_cannot_be_written_is_reported_in_one_line(document: Path) -> None:
    result = init("--spec", document, "--output", "/nowhere/at/all.yaml")
    assert result.exit_code == 2
    assert "Give a path that can be written with --output" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_next_step_is_shown(document: Path, tmp_path: Path) -> None:
    output = init("--spec", document, "--output", tmp_path / "my profile.yaml").output
    assert f"contracts plan --url {URL} --spec {document} --profile '{tmp_path}/my profile.yaml'" in output


def _named(name: str) -> dict[str, Any]:
    document = deepcopy(DOCUMENT)
    document["info"]["title"] = name
    document["paths"] = {path.replace("notes", name): item for path, item in document["paths"].items()}
    document["components"]["schemas"]["NoteChange"]["properties"][name] = {"type": "string", "x-unique": True}
    document["components"]["schemas"]["Note"]["properties"][name] = {"type": "string"}
    document["paths"][f"/{name}"]["post"]["operationId"] = name
    return document


@pytest.mark.parametrize(
    "name", [HOSTILE.replace("\ud800", "").replace("/", ""), "yes", "42", "# x", "😀 été", "a: b\n- c"]
)
def test_names_of_a_document_stay_names(name: str) -> None:
    profile = yaml.safe_load(profile_of(Model(_named(name)), URL))
    (notes,) = profile["resources"].values()
    assert (profile["name"], notes["item"]) == (name, f"/{name}/{{noteId}}")
    assert notes["fields"] == {name: {"unique": True}}


def test_a_document_without_collections_has_no_resources() -> None:
    text = profile_of(Model({"openapi": "3.0.3", "info": {}, "paths": {}}), URL)
    assert yaml.safe_load(text)["resources"] == {}
    assert "only the conformance checks (Schemathesis) run" in text
