"""Turn the bytes of a request into a body: decode it, convert it, validate it by schema, state and rules."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mockserver.call import Call, Request
from mockserver.openapi.body_schema import BodySchema
from mockserver.openapi.coercion import Rewrite
from mockserver.openapi.operation import Operation
from mockserver.openapi.schemas import Schema, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.violations import SchemaRules
from mockserver.policy import Policy
from mockserver.request.decoding import Body, Decoder
from mockserver.request.extra_fields import ExtraFields
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
            self._policy.require_valid(call)
            return call, ()
        content_type = header(request, b"content-type")
        reader = self._reader(content_type)
        decoded: Body = (reader.strict if call.strict else reader.lenient)(content_type, request.content)
        fields = reader.schema.filled(decoded.fields) if decoded.form else decoded.fields
        values, problems, names = reader.schema.read(fields)
        extra = self._extra_fields(names) if names else _NO_FIELDS
        if call.strict:
            problems += extra.problems()
        problems += reader.state_checks.problems(call, values, problems)
        call = call.with_body(values)
        self._policy.require_valid(call, problems)
        if call.strict:
            return call, ()
        converted = () if decoded.form else _converted(fields, values)
        return call, (*decoded.notices, *converted, *extra.notices(), *self._policy.tolerances(call))

    def _reader(self, content_type: str | None) -> _BodyReader:
        plain = self._readers.get(content_type or JSON)
        return plain or self._reader_of((content_type or JSON).partition(";")[0].strip().lower())

    def _reader_of(self, media_type: str) -> _BodyReader:
        return self._readers.get(media_type) or next(iter(self._readers.values()))

    def _extra_fields(self, names: list[str]) -> ExtraFields:
        read_only = [name for name in names if name in self._read_only]
        return ExtraFields(read_only, [name for name in names if name not in self._read_only])


_NO_FIELDS: Final = ExtraFields((), ())


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
