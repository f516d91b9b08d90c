"""The habits of the project: what the files for contributors name exists, and the CI runs all of it."""

import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[1]
FORMS = sorted((PROJECT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
VERBS = dict(
    re.findall(r"^([a-z]+):.*?(?:## (.+))?$", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)


def load(path: str) -> Any:
    return yaml.safe_load((PROJECT / path).read_text(encoding="utf-8"))


def test_make_alone_lists_every_verb_that_is_described() -> None:
    # Below another make, it would print its folder too.
    environment = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL"}}
    listed = subprocess.run(
        ["make"], cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=30, check=True
    ).stdout
    names = {line.split()[1] for line in listed.splitlines()}
    assert names == {verb for verb, description in VERBS.items() if description}
    assert {"run", "contracts", "test", "proof", "check", "coverage"} <= names


def test_the_checks_before_a_commit_are_verbs_of_make() -> None:
    hooks = [hook for repository in load(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    assert [hook["id"] for hook in hooks] == ["format", "lint", "types", "layers"]
    for hook in hooks:
        assert hook["entry"] == f"make {hook['id']}"
        assert hook["id"] in VERBS


def test_the_workflow_runs_the_whole_ci_on_every_python_that_the_package_names() -> None:
    job = load(".github/workflows/ci.yml")["jobs"]["all"]
    assert job["steps"][-1] == {"run": ".ci/run"}
    pyproject = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(pyproject["project"]["classifiers"]))
    assert job["strategy"]["matrix"]["python"] == named
    assert pyproject["project"]["requires-python"] == f">={named[0]}"


@pytest.mark.parametrize("part", ["make --keep-going check", "make test", "make proof", ".ci/light-install"])
def test_the_ci_runs_each_part_and_keeps_its_status(part: str) -> None:
    lines = (PROJECT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(part) and line.endswith("|| status=$?")]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_a_form_for_issues_can_be_shown(form: Path) -> None:
    content = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.stem == "config":
        assert set(content) == {"blank_issues_enabled"}
        return
    questions = [part for part in content["body"] if part["type"] != "markdown"]
    assert content["name"]
    assert content["description"]
    assert len({question["id"] for question in questions}) == len(questions)
    assert all(question["attributes"]["label"] for question in questions)


def test_every_version_is_pinned_once() -> None:
    lines = (PROJECT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    names = [re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines if not line.startswith("#")]
    assert len(names) == len(set(names))
