"""One document under test: its operations, valid requests to them, and a mock that answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import requests
from schemathesis import Response

from benchmarks.documents import cases
from benchmarks.documents.cases import PARAMETER, Case, Operation, plain_case, rich_case
from benchmarks.documents.client import ORIGIN, Client
from benchmarks.documents.credentials import credentials
from benchmarks.documents.references import Resolver
from benchmarks.documents.sources import Source
from mockserver.app import create_app


def shape(path: str) -> str:
    """Return a path template without the names of its parameters."""
    return PARAMETER.sub("{}", path).rstrip("/")


class DoesNotStart(Exception):
    """The mock cannot serve a document."""


@dataclass
class Subject:
    """A document, and the mock of it."""

    source: Source
    schema: Any
    client: Client
    unasked: list[str] = field(default_factory=list)
    """Operations for which Schemathesis makes no valid request."""
    _cases: dict[tuple[str, bool], Case | None] = field(default_factory=dict)

    @classmethod
    def of(cls, source: Source) -> "Subject":
        """Read a document twice: for the mock, and for Schemathesis; DoesNotStart where the mock cannot."""
        try:
            app = create_app(source.path)
        except Exception as error:
            # A traceback is as good a reason as a message.
            raise DoesNotStart(source.name) from error
        return cls(source, cases.read(source), Client(app))

    @cached_property
    def operations(self) -> list[Operation]:
        """The operations of the document."""
        return cases.operations(self.schema)

    @cached_property
    def resolver(self) -> Resolver:
        """Follows the references of the document."""
        return Resolver(self.schema.raw_schema)

    @cached_property
    def _by_shape(self) -> Mapping[tuple[str, str], Operation]:
        return {(operation.method.upper(), shape(operation.path)): operation for operation in self.operations}

    def at(self, method: str, path: str) -> Operation | None:
        """Return the operation of a method at a path of this shape."""
        return self._by_shape.get((method, shape(path)))

    def case(self, operation: Operation, *, rich: bool = False) -> Case | None:
        """Return a valid request, JSON if there is a choice, a rich one sends much; None where none can be made."""
        key = operation.label, rich
        if key not in self._cases:
            self._cases[key] = rich_case(operation) if rich else plain_case(operation)
            if self._cases[key] is None and not rich:
                self.unasked.append(operation.label)
        return self._cases[key]

    def prepare(self, case: Case, extra: Mapping[str, str] | None = None) -> requests.PreparedRequest:
        """Return a case as a request with credentials, and with further headers."""
        base = ORIGIN + self.schema.base_path.rstrip("/")
        sent = case.as_transport_kwargs(base_url=base)
        secrets = credentials(self.schema.raw_schema, case.operation.definition.raw)
        for place, values in secrets.items():
            if isinstance(sent.get(place), str):
                sent[place] = "&".join(filter(None, [sent[place], urlencode(values)]))
            elif values:
                sent[place] = {**dict(sent.get(place) or {}), **values}
        sent["headers"].update(extra or {})
        return requests.Request(**sent).prepare()

    def send(self, case: Case, extra: Mapping[str, str] | None = None) -> Response:
        """Send a case, with credentials."""
        return self.client.send(self.prepare(case, extra))
