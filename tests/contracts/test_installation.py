"""An installation of the mock alone says how to add the checker."""

import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import contracts
from contracts import installation
from contracts.errors import CannotRun

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def pyproject() -> dict[str, Any]:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def _incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "MODULES", ("rich", "not_installed_at_all"))


def test_the_modules_that_are_required_are_those_of_the_extra(pyproject: dict[str, Any]) -> None:
    extra = pyproject["project"]["optional-dependencies"]["contracts"]
    distributions = packages_distributions()
    required = {canonicalize_name(distributions[module][0]) for module in installation.MODULES}
    assert required == {canonicalize_name(Requirement(line).name) for line in extra}


def test_the_mock_is_forbidden_to_import_what_the_extra_installs(pyproject: dict[str, Any]) -> None:
    layers = {contract["name"]: contract for contract in pyproject["tool"]["importlinter"]["contracts"]}
    contract = layers["The mock starts without the tools of the checker"]
    assert contract["source_modules"] == ["specdouble", "mockserver"]
    assert contract["forbidden_modules"] == list(installation.MODULES)


@pytest.mark.usefixtures("_incomplete")
def test_the_message_names_what_is_missing_and_the_folder_to_install_from() -> None:
    with pytest.raises(CannotRun, match=r"^The checker is not installed: not_installed_at_all missing\.") as raised:
        installation.require_checker()
    assert str(raised.value).endswith(f"-m pip install --editable '{PROJECT}[contracts]'")


@pytest.mark.usefixtures("_incomplete")
def test_outside_of_a_checkout_the_message_names_no_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installation, "PROJECT", tmp_path)
    with pytest.raises(CannotRun, match=r"-m pip install '\.\[contracts\]' \(in the project folder\)$"):
        installation.require_checker()


@pytest.mark.usefixtures("_incomplete")
def test_a_public_name_that_cannot_be_imported_raises_the_same_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "contracts.api", None)
    with pytest.raises(CannotRun, match="The checker is not installed"):
        contracts.__getattr__("check")


def test_an_import_that_fails_in_a_complete_installation_is_not_explained_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "contracts.api", None)
    with pytest.raises(ModuleNotFoundError, match=r"contracts\.api"):
        contracts.__getattr__("check")
