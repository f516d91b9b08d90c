"""A long run is cut into units that shards share without a word between them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

import pytest

from contracts.checks.context import Context
from contracts.checks.contexts import contexts_of
from contracts.checks.registration import LAWS
from contracts.client.target import Safety, Target
from contracts.fuzz.units import PORTION, Unit, groups, of_shard, portions, units
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.runner.preparation import Prepared, RunOptions, prepare
from tests.contracts.support.notes_contract import DOCUMENT


def prepare_only(*only: str) -> Prepared:
    return prepare(RunOptions(only=only))


def contexts(prepared: Prepared) -> list[Context]:
    with Target("http://127.0.0.1:9", prepared.profile, Safety.OBSERVE, "t") as target:
        return list(contexts_of(target, prepared.model, Effort()))


def of_round(prepared: Prepared, number: int = 0) -> Sequence[Unit]:
    return units(prepared, contexts(prepared), number)


def test_a_law_is_a_unit_at_each_resource_that_it_is_about() -> None:
    prepared = prepare_only("CT101")
    assert {unit.where for unit in of_round(prepared)} == {entry.item for entry in prepared.model.resources}


def test_scenarios_go_before_laws_and_the_engine_comes_last() -> None:
    found = of_round(prepare_only("COURSE-DEL", "CT101", "conformance"))
    assert [kind for kind, _ in groupby(map(_kind, found))] == ["scenario", "law", "engine"]


def _kind(unit: Unit) -> str:
    return "engine" if unit.lane == "A" else "law" if unit.check in LAWS else "scenario"


def test_checks_with_the_same_code_are_told_apart(prepared: Callable[..., Prepared]) -> None:
    once = prepared("CT101")
    (law,) = once.selection.laws
    twice = replace(once, selection=replace(once.selection, laws=(law, law)))
    assert [unit.number for unit in of_round(twice)] == [0, 1]


def test_the_engine_repeats_only_what_draws_anew(prepared: Callable[..., Prepared]) -> None:
    first, later = of_round(prepared("A"), 0), of_round(prepared("A"), 1)
    assert {unit.check for unit in first} == {"examples+coverage+fuzzing", "stateful"}
    assert {unit.check for unit in later} == {"fuzzing", "stateful"}


@pytest.mark.parametrize("of", [1, 2, 3, 5])
@pytest.mark.parametrize("number", [0, 1, 4])
def test_each_unit_belongs_to_one_shard(prepared: Callable[..., Prepared], of: int, number: int) -> None:
    everything = of_round(prepared("B"), number)
    shared = [unit for shard in range(1, of + 1) for unit in of_shard(everything, shard, of, number)]
    assert Counter(shared) == Counter(everything)


def test_a_shard_has_other_units_in_the_next_round(prepared: Callable[..., Prepared]) -> None:
    first, second = (of_shard(of_round(prepared("B"), number), 1, 2, number) for number in (0, 1))
    assert {unit.check for unit in first} != {unit.check for unit in second}


def test_the_first_round_has_the_seed_of_the_run_and_later_ones_their_own() -> None:
    rounds = [Unit("B", "CT101", "/notes/{noteId}", number) for number in range(5)]
    seeds = [unit.seed(7) for unit in rounds]
    assert seeds[0] == 7
    assert len(set(seeds)) == 5
    assert seeds == [unit.seed(7) for unit in rounds]


def test_effort_grows_up_to_a_limit_and_not_below_what_was_asked() -> None:
    tried = [Unit("B", "CT101", "", number).examples(6) for number in (0, 1, 2, 50)]
    assert tried == [6, 12, 24, 200]
    assert Unit("B", "CT101", "", 3).examples(500) == 500


@pytest.mark.parametrize("cut", [groups, portions])
def test_every_operation_is_in_a_part_with_what_creates_its_items(
    cut: Callable[[Model], dict[str, frozenset[str]]],
) -> None:
    model = prepare_only("conformance").model
    found = cut(model)
    assert frozenset().union(*found.values()) == {entry.label for entry in model.operations.values()}
    nested = next(entry for entry in model.resources if entry.parent is not None)
    assert nested.parent is not None
    of_nested = [labels for where, labels in found.items() if where.startswith(nested.item)]
    assert all(nested.parent.operations["create"].label in labels for labels in of_nested)


def test_a_portion_is_small_but_for_what_creates_and_lists() -> None:
    model = prepare_only("conformance").model
    suppliers = {
        entry.operations[verb].label
        for entry in model.resources
        for verb in ("create", "list")
        if verb in entry.operations
    }
    assert all(len(labels - suppliers) <= PORTION for labels in portions(model).values())


def test_the_operations_of_a_resource_are_one_group_and_what_belongs_to_none_another() -> None:
    model = Model(DOCUMENT)
    everything = {entry.label for entry in model.operations.values()}
    assert groups(model) == {"/notes/{noteId}": everything - {"GET /notes/search"}, "": {"GET /notes/search"}}
