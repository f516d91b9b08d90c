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
    parser.addoption("--thorough", action="store_true", help="Let the long runs of `make proof` go on for an hour.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rule(*ids): the test shows these rules of spec/rules.yaml")
    config.addinivalue_line("markers", "proof: takes minutes; `make test` leaves it out, `make proof` runs it")


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
