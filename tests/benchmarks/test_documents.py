"""The benchmark of documents names what does not start, and why."""

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


def test_the_report_has_the_number_and_each_failure(folder: Path) -> None:
    run = CliRunner().invoke(main, [str(folder), "--at-least", "80"])
    assert run.exit_code == 0
    assert run.output.splitlines()[:2] == ["4 of 5 documents start (80.0 %)", "1 of them with warnings"]
    assert f"  bad.yaml: {folder}/bad.yaml:1: this is OpenAPI 9, which is not supported" in run.output
    assert CliRunner().invoke(main, [str(folder), "--at-least", "81"]).exit_code == 1
