"""The selection of checks: all of them, or those that `--only` names."""

import importlib
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contracts.checks.registration import LAWS, SCENARIOS, UNOBSERVABLE, Check
from contracts.errors import CannotRun
from contracts.profile.models import Profile, ResourceNotes
from specdouble.suggest import did_you_mean

CONFORMANCE, ALL_LAWS = "conformance", "laws"
"""The parts of a run: what Schemathesis tries, and the laws and scenarios."""
ALIASES = {"A": CONFORMANCE, "B": ALL_LAWS}
"""Letters that mean the same."""


@dataclass(frozen=True)
class Selection:
    """The checks that a run tries."""

    conformance: bool
    laws: tuple[Check, ...]
    scenarios: tuple[Check, ...]
    only: tuple[str, ...] = ()
    """The names by which they were selected; empty if all are."""


def load() -> None:
    """Import every module of laws and scenarios, so that each registers its checks."""
    for package in ("contracts.laws", "contracts.scenarios"):
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            importlib.import_module(module.name)
    # In the order of their codes, whichever module was imported first.
    ordered = sorted(LAWS.items())
    LAWS.clear()
    LAWS.update(ordered)


def select(only: Sequence[str], profile: Profile, rules: Iterable[str]) -> Selection:
    """Select the checks of these parts, codes, rules or families; raise CannotRun for a name that is none of them."""
    load()
    _reject_unknown(only, profile, rules)
    only = [ALIASES.get(word, word) for word in only]
    scenarios = SCENARIOS if profile.scenarios else []
    if not only:
        return Selection(True, tuple(LAWS.values()), tuple(scenarios))
    return Selection(
        conformance=CONFORMANCE in only,
        laws=tuple(law for law in LAWS.values() if _is_selected(law, rules_of(law, profile), only)),
        scenarios=tuple(scenario for scenario in scenarios if _is_selected(scenario, scenario.rules, only)),
        only=tuple(only),
    )


def names(profile: Profile, rules: Iterable[str]) -> set[str]:
    """Return the codes of all laws, and the rules that a law or a scenario stands for on this target."""
    spoken_for = (rule for law in LAWS.values() for rule in rules_of(law, profile))
    return {*LAWS, *rules, *spoken_for, *_scenario_rules(profile)}


def concerns(check: Check, notes: ResourceNotes, only: Sequence[str]) -> bool:
    """Return whether a check was selected for a resource; a rule selects a law only where it stands for that rule."""
    return not only or _is_selected(check, (*check.rules, *notes.speaks_for.get(check.code, ())), only)


def rules_of(check: Check, profile: Profile) -> tuple[str, ...]:
    """Return the documented rules that a check stands for on this target."""
    named = (rule for notes in profile.resources.values() for rule in notes.speaks_for.get(check.code, ()))
    return tuple(dict.fromkeys((*check.rules, *named)))


def matches_word(name: str, word: str) -> bool:
    """Return whether a word names this code or rule, or its family."""
    if name == word or name.startswith(f"{word.rstrip('-')}-"):
        return True
    is_law_family = word.startswith("CT") and word.isalnum()
    return is_law_family and name.startswith(word) and name in LAWS


def _is_selected(check: Check, rules: Iterable[str], only: Iterable[str]) -> bool:
    names = (check.code, *rules)
    return any(word == ALL_LAWS or matches_word(name, word) for word in only for name in names)


def _reject_unknown(only: Iterable[str], profile: Profile, rules: Iterable[str]) -> None:
    selectable = sorted({*ALIASES, *ALIASES.values(), *names(profile, rules)})
    for word in only:
        if not any(matches_word(name, word) for name in selectable):
            hint = did_you_mean(word, selectable, otherwise="Run `contracts rules` to list the rules.")
            raise CannotRun(f"--only {word}: not a part, law or rule. {hint}")


def _scenario_rules(profile: Profile) -> set[str]:
    if not profile.scenarios:
        return set()
    return {rule for scenario in SCENARIOS for rule in scenario.rules} | set(UNOBSERVABLE)
