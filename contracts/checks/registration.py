"""The registry of laws and scenarios: each is a function that takes a context and judges by raising."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracts.checks.context import Context

COLLECTION = "the collection"
"""The subject of trials whose operation needs no item."""

Attempt: TypeAlias = Callable[..., None]


@dataclass(frozen=True)
class Trial:
    """One thing to try: once, or with every value that a Hypothesis strategy draws."""

    subject: str
    operation: str
    attempt: Attempt
    values: Callable[[], Any] | None = None
    """Returns the strategy; a function, so that Hypothesis is only imported when it is used."""
    person: str = ""
    """The user whose permissions it tries, if it is about permissions."""
    state: str = ""
    """The name of the item, or its state, on which it tries them; the collection for operations that need no item."""


Trials: TypeAlias = Callable[[Context], Iterable[Trial]]


@dataclass(frozen=True)
class Check:
    """A law or a scenario: its code, the sentence that it promises, the rules that it stands for."""

    code: str
    title: str
    trials: Trials
    rules: tuple[str, ...] = ()
    family: str = "law"
    severity: str = "high"
    names: Mapping[str, str] = field(default_factory=dict)
    """The same promise in other catalogues: WFC, OWASP."""
    home: str = ""
    """The module that defines it."""
    resource: str | None = None
    """The profile's name of the resource that it concerns; None for laws, which concern every resource."""
    fills: bool = False
    """Whether it fills lists with items, which takes long: such checks run last."""


LAWS: dict[str, Check] = {}
SCENARIOS: list[Check] = []
UNOBSERVABLE: dict[str, str] = {}
"""Rule → why no client can observe it."""


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

    ``resource`` is a name in the profile. ``operation`` is a verb of that resource, or the id of an operation. A
    scenario that ``fills`` a collection with items runs after those that do not.
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
    described = context.resource.operations.get(operation) or context.model.operations.get(operation)
    return described.label if described else "*"


def _sentence(function: Callable[..., object]) -> str:
    return (function.__doc__ or function.__name__).strip().splitlines()[0].rstrip(".")
