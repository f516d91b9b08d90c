import pytest

from contracts.client.target import is_loopback
from contracts.openapi.description import Model
from contracts.profile.models import BUILT_IN, Profile, Secret, load
from specdouble import OPENAPI
from specdouble.document import load as load_document
from tests.contracts.support.notes_contract import PROFILE


def test_a_secret_comes_from_the_environment_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Secret(env="TOKEN_OF_ALICE", default="alice")
    assert (secret.value, secret.placeholder) == ("alice", "alice")
    monkeypatch.setenv("TOKEN_OF_ALICE", "s3cret")
    assert (secret.value, secret.placeholder) == ("s3cret", "${TOKEN_OF_ALICE}")


def test_everyone_is_everybody_in_the_profile() -> None:
    assert PROFILE.expand(["everyone", "anonymous"]) == {"alice", "bob", "anonymous"}
    assert PROFILE.expand(["alice"]) == {"alice"}


def test_the_built_in_profile_speaks_of_what_the_contract_has() -> None:
    profile, model = load(BUILT_IN), Model(load_document(OPENAPI))
    resources = {resource.item: resource for resource in model.resources}
    for notes in profile.resources.values():
        fields = {field.name for field in resources[notes.item].fields}
        assert set(notes.fields) <= fields
        assert set(notes.transitions) <= fields
        assert set(notes.access.may) <= set(model.operations)
        assert set(notes.access.visible) == set(notes.known)
    assert set(profile.refusals) <= set(model.operations)


def test_what_is_not_noted_has_empty_notes() -> None:
    assert Profile(name="x").resource("/things/{id}").notes("name").values is None


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("http://mock.localhost", True),
        ("https://example.com", False),
        ("http://10.0.0.1", False),
        ("http://127.0.0.1.example.com", False),
    ],
)
def test_only_this_machine_is_written_to_unasked(url: str, local: bool) -> None:
    assert is_loopback(url) is local
