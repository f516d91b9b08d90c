"""Registers laws and scenarios: each is a function that takes a context and judges by raising."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracts.checks.context import Context

COLLECTION = "the collection"
"""What trials of operations that need no item are about."""

Attempt: TypeAlias = Callable[..., None]


@dataclass(frozen=True)
class Trial:
    """One thing to try: on its own, or with each value that a Hypothesis strategy draws."""

    subject: str
    operation: str
    attempt: Attempt
    values: Callable[[], Any] | None = None
    """Makes the strategy; a function, so that Hypothesis is only imported when it is used."""
    person: str = ""
    """The user whose permissions it tries, if it is about permissions."""
    state: str = ""
    """The name of the item, or its state, on which it tries them; the collection for operations that need no item."""


Trials: TypeAlias = Callable[[Context], Iterable[Trial]]


@dataclass(frozen=True)
class Check:
    """A law or a scenario: its code, its sentence, the rules that it speaks for."""

    code: str
    title: str
    trials: Trials
    rules: tuple[str, ...] = ()
    family: str = "law"
    severity: str = "high"
    names: Mapping[str, str] = field(default_factory=dict)
    """The same promise in other catalogues: WFC, OWASP."""
    home: str = ""
    """The module in which it stands."""
    resource: str | None = None
    """The resource that it is about, by its name in the profile; a law is about all of them."""
    fills: bool = False
    """Whether it fills lists with items: what is over sooner goes first."""


LAWS: dict[str, Check] = {}
SCENARIOS: list[Check] = []
UNOBSERVABLE: dict[str, str] = {}
"""Rule → why nothing that a client can do would show it."""


def law(code: str, severity: str = "high", **names: str) -> Callable[[Trials], Trials]:
    """Register a general law; its sentence is the docstring."""

    def register(trials: Trials) -> Trials:
        LAWS[code] = Check(code, _sentence(trials), trials, severity=severity, names=names, home=trials.__module__)
        return trials

    return register


Story: TypeAlias = Callable[[Context], None]


def scenario(
    *rules: str, operation: str = "patch", resource: str = "course", fills: bool = False
) -> Callable[[Story], Story]:
    """Register the shortest path that shows a documented rule; its sentence is the docstring.

    ``operation`` is a verb of the resource that the profile calls so, or the id of an operation. A scenario that
    ``fills`` a collection with items goes after those that do not.
    """

    def register(story: Story) -> Story:
        def trials(context: Context) -> Iterator[Trial]:
            yield Trial(story.__name__.replace("_", " "), _label(context, operation), lambda: story(context))

        title, home = _sentence(story), story.__module__
        check = Check(rules[0], title, trials, rules, "scenario", home=home, resource=resource, fills=fills)
        SCENARIOS.append(check)
        return story

    return register


def _label(context: Context, operation: str) -> str:
    found = context.resource.operations.get(operation) or context.model.operations.get(operation)
    return found.label if found else "*"


def _sentence(function: Callable[..., object]) -> str:
    return (function.__doc__ or function.__name__).strip().splitlines()[0].rstrip(".")
