"""Each fault shows over HTTP, and the healthy backend has none of them."""

from types import ModuleType

import pytest

from specdouble.rules import load_rules
from tests.benchmarks.backend import COURSES, Backend, codes, picture
from tests.benchmarks.probes import PROBES

each_fault = pytest.mark.parametrize("number", sorted(PROBES), ids=lambda number: f"{number}-{PROBES[number].__name__}")


@pytest.fixture
def faults(application: object, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    from benchmarks.reference_backend import faults

    monkeypatch.setattr(faults.persistence, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(faults.variants, "SECONDS_TO_ANSWER", 0.0)
    return faults


@each_fault
def test_the_healthy_backend_keeps_the_promise(backend: Backend, number: int) -> None:
    PROBES[number](backend)


@each_fault
def test_a_planted_fault_breaks_the_promise(backend: Backend, faults: ModuleType, number: int) -> None:
    with faults.planted([number]), pytest.raises(AssertionError):
        PROBES[number](backend)


def test_every_fault_of_the_list_is_there_and_has_a_probe(faults: ModuleType) -> None:
    assert list(faults.FAULTS) == list(range(1, 69)) == sorted(PROBES)


def test_every_fault_has_a_name_of_its_own(faults: ModuleType) -> None:
    names = [fault.name for fault in faults.FAULTS.values()]
    assert len(set(names)) == len(names)


def test_every_fault_names_rules_of_the_contract(faults: ModuleType) -> None:
    # Changing roles is no operation of the contract yet.
    named = {rule for fault in faults.FAULTS.values() for rule in fault.rules} - {"ROLE-04"}
    assert named <= set(load_rules())


def test_faults_are_healed_when_they_are_taken_out(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(faults.FAULTS):
        assert backend.patch(1, {"type": "weekly"}).status_code != 400
    for number in (1, 4, 14, 18, 49, 64):
        PROBES[number](backend)


@pytest.mark.parametrize(("number", "name", "bad"), [(62, "privacy", ""), (63, "type", "weekly")])
def test_a_fault_that_saves_the_rest_refuses_as_before_where_a_picture_came_too(
    backend: Backend, faults: ModuleType, number: int, name: str, bad: str
) -> None:
    body = {name: bad, "image_original": ("p.png", picture())}
    refused = codes(backend.patch(1, body, "multipart"))
    with faults.planted([number]):
        assert codes(backend.patch(1, body, "multipart")) == refused
    assert list(refused) == [name]


def test_blanks_at_the_ends_are_cut(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(variants=["trims-blanks"]):
        assert backend.patch(1, {"name": "  Name "}).body["name"] == "Name"


def test_unknown_fields_are_passed_over(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(variants=["ignores-unknown-fields"]):
        assert backend.patch(1, {"products": "[]"}).status_code == 200


def test_a_role_that_is_missing_may_be_answered_404(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(variants=["not-found-for-forbidden"]):
        assert backend.patch(1, {}, who="joined").status_code == 404
        assert backend.patch(1, {}, who="manager").status_code == 200


def test_a_taken_name_may_be_answered_409(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(variants=["conflict-for-duplicates"]):
        answer = backend.patch(1, {"name": backend.course(2)["name"]})
        assert (answer.status_code, codes(answer)) == (409, {"name": ["unique"]})
        assert backend.patch(1, {"type": "weekly"}).status_code == 400


def test_messages_may_have_other_words(backend: Backend, faults: ModuleType) -> None:
    usual = backend.patch(1, {"type": "weekly"})
    with faults.planted(variants=["other-texts"]):
        other = backend.patch(1, {"type": "weekly"})
    assert codes(other) == codes(usual)
    assert other.body != usual.body


def test_headers_may_be_added(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(variants=["extra-headers"]):
        assert "X-Request-Id" in backend.send("GET", f"{COURSES}1/").headers


def test_answers_may_take_their_time(backend: Backend, faults: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(faults.variants.time, "sleep", waited.append)
    with faults.planted(variants=["slow"]):
        assert backend.status(1, "creator") == 200
    assert waited == [faults.variants.SECONDS_TO_ANSWER]


def test_categories_may_come_in_another_order(backend: Backend, faults: ModuleType) -> None:
    with faults.planted(variants=["categories-reversed"]):
        assert [category["id"] for category in backend.course(3)["categories"]] == [3, 2, 1]
