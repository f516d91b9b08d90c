"""The benchmark of documents names what does not start, and why."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.documents.__main__ import main
from benchmarks.documents.sources import sources

GOOD = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "several" / "api").mkdir(parents=True)
    (folder / "harness").mkdir()
    (folder / "good.yaml").write_text(GOOD)
    (folder / "faulty.json").write_text('{"openapi": "3.0.3", "info": {"title": "t"}, "paths": {}}')
    (folder / "bad.yaml").write_text("openapi: 9\n")
    (folder / "several" / "api" / "openapi.yaml").write_text(GOOD)
    (folder / "several" / "api" / "part.yaml").write_text("a: 1\n")
    (folder / "harness" / "case.txt").write_text(f"====test====\nA case\n====spec====\n{GOOD}====server====\nmock\n")
    return folder


def test_files_folders_and_cases_of_a_harness_are_documents(folder: Path, tmp_path: Path) -> None:
    names = [source.name for source in sources(folder, tmp_path)]
    assert names == ["bad.yaml", "faulty.json", "good.yaml", "case.txt", "several/openapi.yaml"]


def test_the_report_has_the_table_and_the_failures_by_kind(folder: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    options = [str(folder), "--only", "start,operations", "--json", str(report)]
    run = CliRunner().invoke(main, [*options, "--at-least", "80"])
    assert run.exit_code == 0
    assert "| documents that start | 4 | 5 | 80.0 % |\n" in run.output
    assert "\n## documents that start: 1 failures\n\n### rejected: 1, in bad.yaml\n\n- bad.yaml\n" in run.output
    assert f"  {folder}/bad.yaml:1: this is OpenAPI 9, which is not supported" in run.output
    assert json.loads(report.read_text())["start"]["failures"][0]["document"] == "bad.yaml"
    assert CliRunner().invoke(main, [*options, "--at-least", "81"]).exit_code == 1


def test_an_unknown_row_is_named_with_the_known_ones(folder: Path) -> None:
    run = CliRunner().invoke(main, [str(folder), "--only", "begin"])
    assert run.exit_code == 2
    assert "no row begin; there are start, operations," in run.output
