"""The benchmark of schemas holds verdicts and generated values against a suite."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.json_schema.__main__ import main

REFERENCE = {"$ref": "#/$defs/short", "$defs": {"short": {"maxLength": 2}}}


@pytest.mark.parametrize(
    ("schema", "is_valid", "row"),
    [
        (REFERENCE, True, "| values validated as the suite says, OpenAPI 3.1.1 | 1 | 1 | 100.0 % |"),
        (REFERENCE, False, "| values validated as the suite says, OpenAPI 3.1.1 | 0 | 1 | 0.0 % |"),
        (REFERENCE, True, "| generated values of its schemas that are valid, OpenAPI 3.1.1 | 2 | 2 | 100.0 % |"),
        (
            {"$id": "http://localhost/a"},
            True,
            "OpenAPI 3.1.1, 1 schemas left out: the schema has an address of its own",
        ),
    ],
)
def test_a_case_of_the_suite_is_counted_by_its_verdicts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: Any, is_valid: bool, row: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "draft2020-12"
    folder.mkdir()
    tests = [{"description": "two letters", "data": "ab", "valid": is_valid}]
    (folder / "maxLength.json").write_text(json.dumps([{"description": "short", "schema": schema, "tests": tests}]))
    result = CliRunner().invoke(main, [str(tmp_path)])
    assert result.exception is None
    assert row in result.output.splitlines()
