"""What a check may use: the target, the resource under test, fresh items of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from contracts.client.target import Client, Target
from contracts.fixtures.factory import Factory
from contracts.fixtures.item import Item
from contracts.generation.effort import Effort
from contracts.generation.minimize import Parts
from contracts.messages.bodies import Encoding
from contracts.messages.exchange import Answer, Json
from contracts.openapi.description import Model
from contracts.openapi.envelopes import Listing
from contracts.openapi.identifiers import find_identifier
from contracts.openapi.resources import Field, Operation, Resource
from contracts.profile.models import Profile, ResourceNotes
from contracts.results.verdict import Broken


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

    def fresh(self, by: Client | None = None, /, **fields: object) -> Item:
        """A new item that only this trial touches."""
        return self.factory.fresh(by, **fields)

    def known(self, name: str) -> Item:
        """An item that the profile names."""
        return self.factory.known(name)

    def borrowed(self, name: str) -> AbstractContextManager[Item]:
        """An item that the profile names, put back afterwards."""
        return self.factory.borrowed(name)

    def listing(self, operation: Operation) -> Listing:
        """How a list is read that shows items of the resource."""
        return self.target.readings.listing(self.resource, self.model.listing(operation, self.resource))

    def is_row_of(self, subject: Item, row: Json) -> bool:
        """Whether a row of a list is an item."""
        found = find_identifier(row, self.target.readings.keys(self.resource))
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
        keys = self.target.readings.keys(self.resource)
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
        from contracts.generation.values import distinct

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
        if (field or code) and (field, code) not in _error_keys(answer, code is not None, field is not None):
            raise Broken(promised, answer.summary)

    def accepted(self, answer: Answer, status: int = 200) -> Answer:
        """Insist on one status of success."""
        if answer.status != status:
            raise Broken(f"{answer.request.line}: {status}", answer.summary)
        return answer


def _error_keys(answer: Answer, with_code: bool, with_field: bool) -> set[tuple[str | None, str | None]]:
    return {(entry[0] if with_field else None, entry[1] if with_code else None) for entry in errors_of(answer)}


def errors_of(answer: Answer) -> Iterator[tuple[str | None, str | None]]:
    """(field, code) of every error that an answer's envelope lists."""
    entries = answer.body.get("errors") if isinstance(answer.body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        messages = entry.get("messages") if isinstance(entry, dict) else None
        for message in messages if isinstance(messages, list) else [entry]:
            if isinstance(message, dict):
                yield entry.get("field"), message.get("code")
