"""The context of a check: the target, the resource under test, and fresh items of it."""

import re
from collections.abc import Callable, Iterator
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
    """The target, the resource under test, and the means to create and judge items of it."""

    target: Target
    model: Model
    resource: Resource
    notes: ResourceNotes
    factory: Factory
    effort: Effort
    parts: Parts = field(default_factory=Parts)
    """The parts of which the bodies of this attempt are made."""
    rejections: dict[tuple[str, Encoding], str] | None = None
    """Field and encoding → how the target rejects a value that its schema allows; None before they were tried."""
    left_out: dict[str, str] = field(default_factory=dict)
    """The fields that this trial left out of its bodies, each with how the target rejects it."""

    @property
    def profile(self) -> Profile:
        """The profile of the target."""
        return self.target.profile

    @property
    def owner(self) -> Client:
        """The user who creates items, and who may do everything with them."""
        return self.factory.owner

    @property
    def anonymous(self) -> Client:
        """A client without credentials."""
        return self.target.anonymous

    def person(self, name: str) -> Client:
        """Return the client of a user whom the profile names."""
        return self.target.person(name)

    def fresh(self, by: Client | None = None, /, **fields: object) -> Item:
        """Create an item that only this trial uses."""
        return self.factory.fresh(by, **fields)

    def known_item(self, name: str) -> Item:
        """Return an item that the profile names under `known:`."""
        return self.factory.known_item(name)

    def borrowed(self, name: str) -> AbstractContextManager[Item]:
        """Lend an item that the profile names under `known:`, and restore it afterwards."""
        return self.factory.borrowed(name)

    def listing(self, operation: Operation) -> Listing:
        """Return how to read the rows and pages of a list of this resource."""
        return self.target.readings.listing(self.resource, self.model.listing(operation, self.resource))

    def is_row_of(self, subject: Item, row: Json) -> bool:
        """Return whether a row of a list shows an item."""
        identifier = find_identifier(row, self.target.readings.keys(self.resource))
        return identifier is not None and str(identifier[1]) == str(subject.id)

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """The media types that PATCH accepts."""
        return self.resource.encodings

    @property
    def writable(self) -> list[Field]:
        """The fields that laws write and read back."""
        return [field for field in self.changeable if self.shown_as(field.name) or not field.write_only]

    @property
    def write_only(self) -> list[Field]:
        """The fields that laws write, and that no response has under their name."""
        return [field for field in self.changeable if field.write_only]

    @property
    def changeable(self) -> list[Field]:
        """All fields that laws write."""
        keys = list(self.target.readings.keys(self.resource))
        # The only key that an item is found by is never written: its path would lead nowhere afterwards.
        only_key = keys[0] if len(keys) == 1 else None
        return [
            field
            for field in self.resource.fields
            if field.writable and field.name != only_key and not self.notes.notes(field.name).spared
        ]

    def format_of(self, field: str) -> object:
        """Return the format of a field, None if its schema names none."""
        formats = (other.constraints.get("format") for other in self.resource.fields if other.name == field)
        return next(formats, None)

    def shown_as(self, field: str) -> str | None:
        """Return the other field in which responses show the value written to this one, if there is one."""
        return self.notes.notes(field).shown_as

    def shown_value(self, field: str, state: Json) -> Any:
        """Return the value that a state shows for a field that was written."""
        return state.get(self.shown_as(field) or field)

    def unique(self, word: str = "x") -> str:
        """Return a text that was not used before."""
        return self.factory.unique(word)

    def distinct(self, field: Field, unique: Callable[[], str] | None = None) -> Any:
        """Return a legal value of a field that differs from its default on a fresh item."""
        from contracts.generation.values import distinct

        if field.name in self.factory.links:
            return self.factory.reference(field.name, self.owner, new=True)
        return distinct(field, self.notes.notes(field.name), unique or self.unique)

    def rejection_of(self, field: str, encoding: Encoding) -> str | None:
        """Return how the target rejects every value of a field, and note that the field is left out.

        Return None if it accepts the field.
        """
        why = (self.rejections or {}).get((field, encoding))
        if why is not None:
            self.left_out[field] = why
        return why

    def without_unique(self, text: str) -> str:
        """Replace the unique words in a text, so that the effects of a change on two items can be compared."""
        return re.sub(rf"{re.escape(self.target.tag)}-\w+-\d+", "…", text)

    def require_rejected(
        self, answer: Answer, status: int = 400, field: str | None = None, code: str | None = None
    ) -> None:
        """Require that a request was rejected with this status and, if they are named, this field and error code."""
        expected = f"{answer.request.line}: {status}"
        if field:
            expected += f" on {field}"
        if code:
            expected += f" ({code})"
        if answer.status not in self.profile.same_status.get(status, [status]):
            raise Broken(expected, answer.summary)
        if (field or code) and (field, code) not in _error_keys(answer, code is not None, field is not None):
            raise Broken(expected, answer.summary)

    def require_accepted(self, answer: Answer, status: int = 200) -> Answer:
        """Require one status of success."""
        if answer.status != status:
            raise Broken(f"{answer.request.line}: {status}", answer.summary)
        return answer


def _error_keys(answer: Answer, with_code: bool, with_field: bool) -> set[tuple[str | None, str | None]]:
    return {(entry[0] if with_field else None, entry[1] if with_code else None) for entry in errors_of(answer)}


def errors_of(answer: Answer) -> Iterator[tuple[str | None, str | None]]:
    """Yield the field and the code of every error that a response lists."""
    entries = answer.body.get("errors") if isinstance(answer.body, dict) else None
    for entry in entries if isinstance(entries, list) else ():
        messages = entry.get("messages") if isinstance(entry, dict) else None
        for message in messages if isinstance(messages, list) else [entry]:
            if isinstance(message, dict):
                yield entry.get("field"), message.get("code")
