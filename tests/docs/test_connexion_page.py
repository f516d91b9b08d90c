"""The application on the page about Connexion answers as the page shows."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from specdouble import OPENAPI
from tests.docs.test_examples import BASE, curl_examples

PAGE = OPENAPI.parents[1] / "docs/guides/connexion.md"
PET = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
BODY = {"content": {"application/json": {"schema": PET}}}
KEY = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
PATHS = {
    "/health": {"get": {"operationId": "shop.health", "responses": {"200": {"description": "It runs."}}}},
    "/pets": {
        "post": {
            "operationId": "shop.create_pet",
            "requestBody": BODY,
            "responses": {"201": {"description": "A new pet.", **BODY}},
        }
    },
    "/pets/{id}": {"get": {"parameters": [KEY], "responses": {"200": {"description": "A pet.", **BODY}}}},
}


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application of the page, as the module ``shop``."""
    document = {"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "paths": PATHS}
    (tmp_path / "openapi.yaml").write_text(yaml.safe_dump(document))
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "shop.py").write_text(block)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "shop", raising=False)
    import shop  # type: ignore[import-not-found]  # written above

    yield shop.app
    monkeypatch.delitem(sys.modules, "shop")


def test_the_commands_have_the_output_that_is_shown(application: Any) -> None:
    with application.test_client() as client:
        for example in curl_examples(PAGE):
            method = "POST" if "-X POST" in example.command else "GET"
            (path,) = re.findall(BASE + r"(\S+)", example.command)
            body = re.findall(r"-d '(.*)'", example.command)
            answer = client.request(method, path, json=json.loads(body[0]) if body else None)
            assert answer.text.strip() == example.output.strip()
