"""Read the rules of the contract: what the API promises beyond the shape of its messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from specdouble import RULES
from specdouble.suggest import did_you_mean
from specdouble.yaml_reader import SpecError, read_yaml

Certainty = Literal["STATED", "IMPLIED", "ASSUMED"]
Person = Literal["anon", "member", "requested", "invited", "joined", "manager", "creator", "staff"]

EVERY_OPERATION = "*"


@dataclass(frozen=True, slots=True)
class Expect:
    """The response to a request under a rule; ``field`` and ``code`` are those of the error body."""

    status: int
    field: str | None = None
    code: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: its text, its users and operations, the response that shows it, and how certain it is."""

    id: str
    text: str
    operations: tuple[str, ...]
    who: tuple[Person, ...]
    expect: Expect
    certainty: Certainty
    source: tuple[str, ...]

    def speaks_of(self, operation: str) -> bool:
        """Return whether the rule holds for an operation, by name or because it holds for all."""
        return operation in self.operations or EVERY_OPERATION in self.operations


def load_rules(path: Path = RULES) -> dict[str, Rule]:
    """Read the rules of a file by their ids, in its order; SpecError where the file is broken."""
    document = read_yaml(path)
    if not isinstance(document, dict):
        raise SpecError(path, "the file is not a mapping. Write each rule under its id.")
    return {name: _Reader(path, name, entry).rule() for name, entry in document.items()}


class _Reader:
    """Reads one rule, and reports errors with its place."""

    def __init__(self, path: Path, name: str, entry: Any) -> None:
        self._path = path
        self._name = name
        if not isinstance(entry, dict):
            raise self._error("is not a mapping. Give it text, operations, who, expect, certainty and source.")
        self._entry = entry

    def rule(self) -> Rule:
        """Return the rule."""
        self._check_keys(self._entry, Rule.__dataclass_fields__.keys() - {"id"}, "")
        return Rule(
            id=self._name,
            text=self._text(self._entry, "text"),
            operations=self._names("operations"),
            who=self._names("who", get_args(Person)),
            expect=self._expect(),
            certainty=self._certainty(),
            source=self._names("source", empty=True),
        )

    def _expect(self) -> Expect:
        entry = self._entry["expect"]
        if not isinstance(entry, dict):
            raise self._error('has an "expect" that is not a mapping. Give it a status at least.')
        self._check_keys(entry, {"status"}, "expect.", Expect.__dataclass_fields__.keys())
        status = entry["status"]
        if type(status) is not int or not 100 <= status <= 599:
            raise self._error(f'has the status "{status}" in "expect". Write a number from 100 to 599.')
        texts = {key: self._text(entry, key) for key in entry if key != "status"}
        return Expect(status, **texts)

    def _certainty(self) -> Any:
        certainty = self._entry["certainty"]
        if certainty not in get_args(Certainty):
            raise self._error(f'has the certainty "{certainty}". Write {" or ".join(get_args(Certainty))}.')
        return certainty

    def _names(self, key: str, choices: tuple[Any, ...] = (), empty: bool = False) -> tuple[Any, ...]:
        names = self._entry[key]
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or not (names or empty):
            raise self._error(f'needs a list of names as "{key}".')
        for name in names:
            if choices and name not in choices:
                raise self._error(f'has "{name}" in "{key}". {did_you_mean(name, choices)}')
        return tuple(names)

    def _text(self, entry: Mapping[str, Any], key: str) -> str:
        text = entry[key]
        if not isinstance(text, str) or not text.strip():
            raise self._error(f'needs a text as "{key}".')
        return text

    def _check_keys(self, entry: Mapping[str, Any], needed: set[str], where: str, choices: Any = None) -> None:
        missing, unknown = sorted(needed - entry.keys()), sorted(entry.keys() - (choices or needed))
        if missing:
            raise self._error(f'lacks "{where}{missing[0]}". Add it.')
        if unknown:
            raise self._error(
                f'has the unknown key "{where}{unknown[0]}". {did_you_mean(unknown[0], choices or needed)}'
            )

    def _error(self, message: str) -> SpecError:
        return SpecError(self._path, f"{self._name} {message}", pointer=f"#/{self._name}")
