"""Turn the bytes of a request into a body: decode it, convert it, validate it by schema, state and rules."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.call import Call, Request
from mockserver.errors import Invalid, Problem
from mockserver.openapi.body_schema import BodySchema
from mockserver.openapi.coercion import Rewrite
from mockserver.openapi.operation import Operation
from mockserver.openapi.schemas import Schema, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.violations import SchemaRules
from mockserver.policy import Policy
from mockserver.request.decoding import Body, Decoder
from mockserver.request.negotiation import JSON, header
from mockserver.request.state_checks import StateChecks


@dataclass(frozen=True, slots=True)
class _BodyReader:
    """How the body of one media type is read."""

    schema: BodySchema
    state_checks: StateChecks
    lenient: Decoder
    strict: Decoder


class Bodies:
    """Reads the bodies of one operation; compiled at start, with a schema and two decoders per media type."""

    def __init__(
        self,
        operation: Operation,
        specification: Specification,
        policy: Policy,
        rules: SchemaRules,
        rewritten: Mapping[str, Rewrite],
    ) -> None:
        self._operation = operation
        self._policy = policy
        self._rules = rules
        self._rewritten = rewritten
        self._readers = self._compile(specification)
        self._read_only = _read_only(operation, specification)

    def _compile(self, specification: Specification) -> dict[str, _BodyReader]:
        bodies = self._operation.bodies
        # Most operations have one schema for all media types.
        schemas = {id(schema): schema for schema in bodies.values()}
        readers = {key: self._reader_for(schema, specification) for key, schema in schemas.items()}
        return {media: readers[id(schema)] for media, schema in bodies.items()}

    def _reader_for(self, schema: Schema, specification: Specification) -> _BodyReader:
        bodies = self._operation.bodies
        partial = self._operation.method == "PATCH"
        compiled = BodySchema(schema, specification, partial=partial, rewritten=self._rewritten, rules=self._rules)
        checks = StateChecks(self._operation.address.collection, compiled.unique, compiled.references, self._rules)
        lenient, strict = Decoder(bodies, compiled.lists), Decoder(bodies, compiled.lists, strict=True)
        return _BodyReader(compiled, checks, lenient, strict)

    def read(self, request: Request, call: Call) -> tuple[Call, tuple[str, ...]]:
        """Return the call with its body, and notices of the mistakes that were tolerated.

        Raises ParseError, UnsupportedMediaType, or Invalid with everything that is wrong.
        """
        if not self._readers:
            self._validate(call, [])
            return call, ()
        content_type = header(request, b"content-type")
        reader = self._reader(content_type)
        decoded: Body = (reader.strict if call.strict else reader.lenient)(content_type, request.content)
        fields = reader.schema.filled(decoded.fields) if decoded.form else decoded.fields
        values, problems, unknown = reader.schema.read(fields)
        if call.strict:
            problems += self._rejected_fields(unknown)
        problems += reader.state_checks.problems(call, values, problems)
        call = call.with_body(values)
        self._validate(call, problems)
        if call.strict:
            return call, ()
        converted = () if decoded.form else _converted(fields, values)
        return call, (*decoded.notices, *converted, *self._ignored(unknown), *self._tolerated(call))

    def _tolerated(self, call: Call) -> list[str]:
        return [notice for find in self._policy.tolerated for notice in find(call)]

    def _reader(self, content_type: str | None) -> _BodyReader:
        plain = self._readers.get(content_type or JSON)
        return plain or self._reader_of((content_type or JSON).partition(";")[0].strip().lower())

    def _reader_of(self, media_type: str) -> _BodyReader:
        return self._readers.get(media_type) or next(iter(self._readers.values()))

    def _rejected_fields(self, names: list[str]) -> list[Problem]:
        return [
            Problem(name, "read_only", "This field is read-only.")
            if name in self._read_only
            else Problem(name, "unknown", "This operation has no such field.")
            for name in names
        ]

    def _ignored(self, names: list[str]) -> list[str]:
        kinds = [("read-only" if name in self._read_only else "unknown", name) for name in names]
        return [f"{kind} field {name[:80]!r} was ignored" for kind, name in kinds]

    def _validate(self, call: Call, problems: list[Problem]) -> None:
        rejected = {problem.field for problem in problems}
        for check in self._policy.valid:
            if check.field not in rejected or check.field is None:
                problems += check.problems(call)
        if problems:
            raise Invalid(problems)


def _converted(sent: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Return notices of the JSON values that were read as values of another type."""
    return [
        f"{_NAMES[type(sent[name])]} read as a {_NAMES[type(value)]}: {name}"
        for name, value in values.items()
        if type(value) is not type(sent[name]) and not {type(value), type(sent[name])} <= _NUMBERS
    ]


_NUMBERS: Final = frozenset((int, float))
_NAMES: Final = defaultdict(
    lambda: "value", {str: "text", int: "number", float: "number", bool: "boolean", list: "list", dict: "object"}
)


def _read_only(operation: Operation, specification: Specification) -> frozenset[str]:
    """Return the fields that answers have and requests may not set."""
    answered = properties(operation.response or {}, specification.resolve)
    writable = {
        n
        for s in operation.bodies.values()
        for n, v in properties(s, specification.resolve).items()
        if not v.get("readOnly")
    }
    return frozenset(set(answered) - writable)
