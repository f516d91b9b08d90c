"""The seam of lane B: a check is a function with a code that takes a context and judges by raising."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracts.answers import Listing
from contracts.exchange import Answer, Json
from contracts.factory import Factory, plain
from contracts.identifiers import found_in
from contracts.model import Model
from contracts.normalising import Declared, agrees
from contracts.parts import Parts
from contracts.payload import Encoding, Unencodable, encode
from contracts.profile import Profile, ResourceNotes
from contracts.resource import Field, Operation, Resource
from contracts.subject import Subject
from contracts.target import Client, Target
from contracts.verdict import Broken, Inconclusive


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried, and from which seed."""

    seed: int = 0
    max_examples: int = 8
    enough: Callable[[], bool] = _never
    """Asked before each attempt: whether nothing more shall be tried."""


@dataclass
class Context:
    """What a check may use: the target, the resource under test, fresh items of it."""

    target: Target
    model: Model
    resource: Resource
    notes: ResourceNotes
    factory: Factory
    effort: Effort
    parts: Parts = field(default_factory=Parts)
    """What the bodies of this attempt are made of."""
    refusals: dict[tuple[str, Encoding], str] | None = None
    """Field and encoding → how the target refuses what is legal there by the schema; None before anybody has looked."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The fields that this trial left out of its bodies, each with how it is refused."""

    @property
    def profile(self) -> Profile:
        """What is known of the target."""
        return self.target.profile

    @property
    def owner(self) -> Client:
        """Who creates, and may do everything to what he created."""
        return self.factory.owner

    @property
    def anonymous(self) -> Client:
        """Nobody."""
        return self.target.anonymous

    def person(self, name: str) -> Client:
        """Somebody whom the profile knows."""
        return self.target.person(name)

    def fresh(self, by: Client | None = None, /, **fields: object) -> Subject:
        """A new item that only this trial touches."""
        return self.factory.fresh(by, **fields)

    def known(self, name: str) -> Subject:
        """An item that the profile names."""
        return self.factory.known(name)

    def borrowed(self, name: str) -> AbstractContextManager[Subject]:
        """An item that the profile names, put back afterwards."""
        return self.factory.borrowed(name)

    def listing(self, operation: Operation) -> Listing:
        """How a list is read that shows items of the resource."""
        return self.target.listing(self.resource, self.model.listing(operation, self.resource))

    def is_row_of(self, subject: Subject, row: Json) -> bool:
        """Whether a row of a list is an item."""
        found = found_in(row, self.target.keys(self.resource))
        return found is not None and str(found[1]) == str(subject.id)

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """The media types in which PATCH is read."""
        return self.resource.encodings

    @property
    def writable(self) -> list[Field]:
        """The fields that laws write, and of which answers show what was written."""
        return [each for each in self._free(self.resource.fields) if self.shown(each.name) or not each.write_only]

    @property
    def write_only(self) -> list[Field]:
        """The fields that laws write, and that no answer has by their name."""
        return [each for each in self._free(self.resource.fields) if each.write_only]

    @property
    def changeable(self) -> list[Field]:
        """All fields that laws write."""
        return list(self._free(self.resource.fields))

    def _free(self, fields: Iterable[Field]) -> Iterator[Field]:
        # Where the field is written by which the path finds the item, it is not found there any more.
        keys = self.target.keys(self.resource)
        able = (each for each in fields if each.writable and not self.notes.notes(each.name).spared)
        return (each for each in able if each.name != next(iter(keys), None) or len(keys) > 1)

    def format_of(self, field: str) -> object:
        """The format in which a field is written, None where the schema names none."""
        return next((each.constraints.get("format") for each in self.resource.fields if each.name == field), None)

    def shown(self, field: str) -> str | None:
        """The other field in which answers show what is written to this one, None where there is none."""
        return self.notes.notes(field).shown_as

    def seen(self, field: str, state: Json) -> Any:
        """What a state shows of what was written to a field."""
        return state.get(self.shown(field) or field)

    def unique(self, word: str = "x") -> str:
        """A text that nobody used before."""
        return self.factory.unique(word)

    def distinct(self, field: Field, unique: Callable[[], str] | None = None) -> Any:
        """One legal value of a field that differs from what a fresh item holds by default."""
        from contracts.values import distinct

        if field.name in self.factory.links:
            return self.factory.reference(field.name, self.owner, new=True)
        return distinct(field, self.notes.notes(field.name), unique or self.unique)

    def refusal(self, field: str, encoding: Encoding) -> str | None:
        """How the target refuses a field whatever is sent, None where it takes it; what is refused is left out."""
        why = (self.refusals or {}).get((field, encoding))
        if why is not None:
            self.left_out[field] = why
        return why

    def without_unique(self, text: str) -> str:
        """A text without the words that nobody else uses: so what came of one change of two items can be compared."""
        return re.sub(rf"{re.escape(self.target.tag)}-\w+-\d+", "…", text)

    def refused(self, answer: Answer, status: int = 400, field: str | None = None, code: str | None = None) -> None:
        """Insist on a refusal: its status, and where one is named the field and the code of the error."""
        promised = f"{answer.request.line}: {status}{f' on {field}' if field else ''}{f' ({code})' if code else ''}"
        if answer.status not in self.profile.same_status.get(status, [status]):
            raise Broken(promised, answer.summary)
        if (field or code) and (field, code) not in _told(answer, code is not None, field is not None):
            raise Broken(promised, answer.summary)

    def accepted(self, answer: Answer, status: int = 200) -> Answer:
        """Insist on one status of success."""
        if answer.status != status:
            raise Broken(f"{answer.request.line}: {status}", answer.summary)
        return answer


def _told(answer: Answer, with_code: bool, with_field: bool) -> set[tuple[str | None, str | None]]:
    return {(entry[0] if with_field else None, entry[1] if with_code else None) for entry in errors_of(answer)}


def errors_of(answer: Answer) -> Iterator[tuple[str | None, str | None]]:
    """(field, code) of every error that an answer's envelope lists."""
    entries = answer.body.get("errors") if isinstance(answer.body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        messages = entry.get("messages") if isinstance(entry, dict) else None
        for message in messages if isinstance(messages, list) else [entry]:
            if isinstance(message, dict):
                yield entry.get("field"), message.get("code")


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


def matches(expected: object, got: object, by: Declared = None, form: object = None) -> bool:
    """Whether an answer shows what was sent: an id as its object, lists as sets, normalised where that is declared."""
    if isinstance(expected, list) and isinstance(got, list):
        return sorted(map(str, _ids(expected))) == sorted(map(str, _ids(got)))
    if isinstance(expected, int | str) and isinstance(got, dict):
        got = plain([got])[0]
    return agrees(expected, got, by, form)


def _ids(items: object) -> list[object]:
    return list(dict.fromkeys(map(str, plain(items)))) if isinstance(items, list) else []


def differing(
    before: Json, after: Json, keys: Iterable[str] | None = None, tolerated: Iterable[str] = ()
) -> dict[str, str]:
    """Keys whose value moved, as `old → new`; of all that are there before or after, unless some are named."""
    spared = set(tolerated)
    return {
        key: f"{before.get(key)!r} → {after.get(key)!r}"
        for key in ({**before, **after} if keys is None else keys)
        if key not in spared and not same(before.get(key), after.get(key))
    }


def same(one: object, other: object) -> bool:
    """Whether two answers hold the same value; the order of objects in a list means nothing, that of ids does."""
    if isinstance(one, list) and isinstance(other, list) and all(isinstance(i, dict) for i in [*one, *other]):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other


def unchanged(
    before: Json, after: Json, keys: Iterable[str] | None, promise: str, tolerated: Iterable[str] = ()
) -> None:
    """Insist that nothing moved but what is tolerated."""
    moved = differing(before, after, keys, tolerated)
    if moved:
        raise Broken(promise, "; ".join(f"{key}: {change}" for key, change in moved.items()))


def moves(context: Context, field: str) -> bool:
    """Whether any change of an item moves the field, as it does a stamp of the last one."""
    return "*" in context.notes.notes(field).derived_from


def derived(context: Context, *fields: str) -> set[str]:
    """The fields that may move when these are written."""
    return {name for name, notes in context.notes.fields.items() if set(notes.derived_from) & {*fields, "*"}} | set(
        fields
    )


def encodable(fields: Mapping[str, object], encoding: Encoding) -> bool:
    """Whether the encoding has a spelling for these values."""
    try:
        encode(fields, encoding)
    except Unencodable:
        return False
    return True


def reached(condition: bool, why: str) -> None:
    """Insist that the trial got to where it can judge."""
    if not condition:
        raise Inconclusive(why)
