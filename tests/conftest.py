import warnings
from collections.abc import Iterator

import pytest
from hypothesis import settings

with warnings.catch_warnings():
    # Connexion 3.3 imports classes of jsonschema that are deprecated; nothing of ours uses them.
    warnings.filterwarnings("ignore", r"jsonschema\..* is deprecated", DeprecationWarning)
    import connexion  # noqa: F401

from tests.mockserver.support import close_mocks

# How long an example takes says something of the machine, and nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--thorough", action="store_true", help="Run everything of `make proof`: every habit in long runs. Takes hours."
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rule(*ids): the test shows these rules of spec/rules.yaml")
    config.addinivalue_line("markers", "proof: takes minutes; `make test` leaves it out, `make proof` runs it")
    config.addinivalue_line("markers", "thorough: takes hours together; only `make proof ARGS=--thorough` runs it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--thorough"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture(scope="session", autouse=True)
def _state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A folder for ledgers that is not that of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _mocks() -> Iterator[None]:
    yield
    close_mocks()
