"""All checks there are, and the choice that `--only` makes among them."""

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
    """What a run tries."""

    conformance: bool
    laws: tuple[Check, ...]
    scenarios: tuple[Check, ...]
    only: tuple[str, ...] = ()
    """The words by which they were chosen; none of them where all are."""


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
    """Return the checks of these parts, codes, rules or families; CannotRun if a word is none of them."""
    load()
    _reject_unknown(only, profile, rules)
    only = [ALIASES.get(word, word) for word in only]
    scenarios = SCENARIOS if profile.scenarios else []
    if not only:
        return Selection(True, tuple(LAWS.values()), tuple(scenarios))
    return Selection(
        conformance=CONFORMANCE in only,
        laws=tuple(each for each in LAWS.values() if _is_chosen(each, rules_of(each, profile), only)),
        scenarios=tuple(each for each in scenarios if _is_chosen(each, each.rules, only)),
        only=tuple(only),
    )


def names(profile: Profile, rules: Iterable[str]) -> set[str]:
    """Every law, and every rule that a law or a scenario speaks for on this target."""
    spoken_for = (rule for law in LAWS.values() for rule in rules_of(law, profile))
    return {*LAWS, *rules, *spoken_for, *_scenario_rules(profile)}


def concerns(check: Check, notes: ResourceNotes, only: Sequence[str]) -> bool:
    """Whether a check was chosen for a resource: a rule chooses a law where the law speaks for it, and nowhere else."""
    return not only or _is_chosen(check, (*check.rules, *notes.speaks_for.get(check.code, ())), only)


def rules_of(check: Check, profile: Profile) -> tuple[str, ...]:
    """The documented rules that a check stands for on this target."""
    named = (rule for notes in profile.resources.values() for rule in notes.speaks_for.get(check.code, ()))
    return tuple(dict.fromkeys((*check.rules, *named)))


def matches_word(name: str, word: str) -> bool:
    """Whether a code or rule is the one named, or belongs to the family named."""
    return name == word or name.startswith(f"{word.rstrip('-')}-") or (word.isalnum() and _law_family(name, word))


def _law_family(name: str, word: str) -> bool:
    return word.startswith("CT") and name.startswith(word) and name in LAWS


def _is_chosen(check: Check, rules: Iterable[str], only: Iterable[str]) -> bool:
    names = (check.code, *rules)
    return any(word == ALL_LAWS or matches_word(name, word) for word in only for name in names)


def _reject_unknown(only: Iterable[str], profile: Profile, rules: Iterable[str]) -> None:
    known = sorted({*ALIASES, *ALIASES.values(), *names(profile, rules)})
    for word in only:
        if not any(matches_word(name, word) for name in known):
            hint = did_you_mean(word, known, otherwise="Run `contracts rules` to list the rules.")
            raise CannotRun(f"--only {word}: not a part, law or rule. {hint}")


def _scenario_rules(profile: Profile) -> set[str]:
    if not profile.scenarios:
        return set()
    return {rule for each in SCENARIOS for rule in each.rules} | set(UNOBSERVABLE)
