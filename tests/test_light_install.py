"""`pip install .` is the mock alone: tried in an environment that has the packages of that installation and no others.

The environment links to packages that are installed already, so that the tests need no network.
"""

import subprocess
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from packaging.requirements import Requirement

TIMEOUT = 60


class Environment(NamedTuple):
    """A virtual environment."""

    python: Path

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run Python in a folder, and return what came of it."""
        command = [str(self.python), *arguments]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=TIMEOUT, check=False)


def requirements(package: Distribution, extras: frozenset[str]) -> Iterator[Requirement]:
    """Yield what a package requires here, with some of its extras."""
    for line in package.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield requirement


def installed_with(*names: str) -> dict[str, Distribution]:
    """Return the distributions that an installation of some packages brings, by name and extras."""
    left = [Requirement(name) for name in names]
    packages: dict[str, Distribution] = {}
    while left:
        requirement = left.pop()
        extras = frozenset(requirement.extras)
        key = f"{requirement.name.lower()}{sorted(extras)}"
        if key not in packages:
            packages[key] = distribution(requirement.name)
            left.extend(requirements(packages[key], extras))
    return packages


def link(package: Distribution, folder: Path) -> None:
    """Put a package that is installed already into another folder too."""
    for name in {path.parts[0] for path in package.files or ()} - {"..", "__pycache__"}:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(Path(str(package.locate_file(name))))


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the mock, and with pytest, which a user of the fixtures has."""
    folder = tmp_path_factory.mktemp("light")
    builder = venv.EnvBuilder(with_pip=False, symlinks=True)
    builder.create(folder)
    paths = builder.ensure_directories(folder)
    site = next(folder.glob("lib/python*/site-packages"))
    for package in installed_with("specdouble", "pytest").values():
        link(package, site)
    return Environment(Path(paths.env_exe))


def test_the_environment_lacks_the_checker(light: Environment, tmp_path: Path) -> None:
    assert "No module named 'schemathesis'" in light.run("-c", "import schemathesis", cwd=tmp_path).stderr


def test_the_mock_starts_and_answers(light: Environment, tmp_path: Path) -> None:
    command = [str(light.python), "-m", "mockserver", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as mock:
        assert mock.stdout is not None
        try:
            url = mock.stdout.readline().split()[1]
            answer = httpx.patch(
                f"{url}/api/v2/course/1/", json={"name": "Renamed"}, headers={"Authorization": "Bearer creator"}
            )
        finally:
            mock.terminate()
    assert (answer.status_code, answer.json()["name"]) == (200, "Renamed")


@pytest.mark.parametrize("arguments", [("check", "--url", "http://127.0.0.1:9"), ("rules",), ("--help",)])
def test_the_command_of_the_checker_prints_the_line_that_installs_it(
    light: Environment, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    run = light.run("-m", "contracts", *arguments, cwd=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("contracts: The checker is not installed: ")
    assert f"{light.python} -m pip install" in run.stderr
    assert run.stderr.count("\n") == 1


def test_the_fixtures_of_the_mock_work_beside_the_idle_plugin_of_the_checker(
    light: Environment, tmp_path: Path
) -> None:
    (tmp_path / "test_mock.py").write_text("def test_it(specdouble_mock): assert specdouble_mock.journal() == []\n")
    run = light.run("-W", "error", "-m", "pytest", "-q", cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_options_of_the_plugin_print_the_line_that_installs_the_checker(light: Environment, tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("def test_it(): pass\n")
    run = light.run("-m", "pytest", "--contracts-url", "http://127.0.0.1:9", cwd=tmp_path)
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: The checker is not installed: " in run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_a_module_of_test_cases_prints_the_line_that_installs_the_checker(light: Environment, tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text("from contracts import testcases\nCASES = testcases('http://127.0.0.1:9')\n")
    run = light.run("-m", "pytest", cwd=tmp_path)
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "The checker is not installed: " in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
