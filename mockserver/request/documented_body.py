"""Read the body of a request as the document describes it, in any of its media types, and validate it as a whole.

JSON is taken as it is. The fields of forms and the elements of XML are texts, and get the types of their schema.
Everything else is text or bytes.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from mockserver.call import Call, Request
from mockserver.errors import Invalid, ParseError, Problem, UnsupportedMediaType
from mockserver.messages import translatable
from mockserver.openapi.coercion import File
from mockserver.openapi.json_schema import View
from mockserver.openapi.operation import Operation
from mockserver.openapi.schemas import Schema, canonical, is_open, partial, properties
from mockserver.openapi.sent_values import SentValues
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.openapi.violations import SchemaRules, problems
from mockserver.policy import Policy
from mockserver.request import multipart
from mockserver.request.decoding import CHARSETS, json_value
from mockserver.request.extra_fields import ExtraFields
from mockserver.request.forms import Form
from mockserver.request.media_types import (
    JSON_PATCH,
    MERGE_PATCH,
    MULTIPART,
    URLENCODED,
    documented,
    is_json,
    is_xml,
    parsed,
    unsupported,
)
from mockserver.request.negotiation import header
from mockserver.request.parameter_styles import query_pairs
from mockserver.request.state_checks import StateChecks
from mockserver.request.xml_bodies import read_xml

_TEXT: Final = translatable("The body")


class DocumentedBodies:
    """Reads the bodies of one operation."""

    def __init__(self, operation: Operation, specification: Specification, policy: Policy, rules: SchemaRules) -> None:
        self._policy = policy
        self._is_required = operation.body_required
        self._kinds = {name: _MediaType(name, operation, specification, rules) for name in operation.bodies}

    def read(self, request: Request, call: Call) -> tuple[Call, tuple[str, ...]]:
        """Return the call with its body, and notices of what was ignored.

        Raises:
            ParseError: The body is not what its Content-Type says.
            UnsupportedMediaType: The operation has no body of this media type.
            Invalid: The body is not valid; carries everything that is wrong.
        """
        if not self._kinds:
            self._policy.require_valid(call)
            return call, ()
        if not request.content:
            return self._without_body(call), ()
        kind, parameters = self._kind(header(request, b"content-type"))
        return self._read(kind, kind.decoded(request.content, parameters), call)

    def _without_body(self, call: Call) -> Call:
        if self._is_required:
            template = "This operation needs a body. Send one of: {types}."
            raise Invalid([Problem(None, "required", translatable(template, types=", ".join(self._kinds)))])
        self._policy.require_valid(call)
        return call

    def _kind(self, content_type: str | None) -> tuple["_MediaType", Mapping[bytes, bytes]]:
        if content_type is None:
            return next((kind for name, kind in self._kinds.items() if is_json(name)), self._first()), {}
        kind = self._kinds.get(content_type)
        if kind is not None:
            return kind, {}
        media_type, parameters = parsed(content_type)
        name = documented(media_type, self._kinds)
        if name is None:
            raise unsupported(content_type, self._kinds)
        _require_utf8(parameters)
        return self._kinds[name].named(media_type), parameters

    def _first(self) -> "_MediaType":
        return next(iter(self._kinds.values()))

    def _read(self, kind: "_MediaType", value: Any, call: Call) -> tuple[Call, tuple[str, ...]]:
        # Completed first: what is stored is what has to be valid.
        kept_value, dropped = kind.completion(value)
        errors = kind.problems(kept_value)
        extra = ExtraFields(dropped, kind.unknown(kept_value))
        if call.strict:
            errors += extra.problems({problem.field for problem in errors})
        if isinstance(kept_value, dict) and not kind.is_json_patch:
            kept = kept_value
            if extra.unknown:
                kept = {name: entry for name, entry in kept_value.items() if name not in extra.unknown}
            errors += kind.state_checks.problems(call, kept, errors)
            call = call.with_body(*_without_files(kept)) if kind.may_have_files else call.with_body(kept)
            self._policy.require_valid(call, errors)
        else:
            if errors:
                raise Invalid(errors)
            call = call.with_value(kept_value)
        return call, () if call.strict else (*extra.notices(), *self._policy.tolerances(call))


def _require_utf8(parameters: Mapping[bytes, bytes]) -> None:
    charset = parameters.get(b"charset", b"utf-8").decode("latin-1").lower()
    if charset not in CHARSETS:
        # 415 and not 400: for RFC 9110 the parameters of Content-Type belong to the format of the body.
        raise UnsupportedMediaType(
            translatable('Charset "{charset}" is not read. Send the body as UTF-8.', charset=charset)
        )


def _without_files(fields: dict[str, Any]) -> tuple[dict[str, Any], dict[str, File]]:
    """Return fields with the name of a file in the place of each, and the files."""
    files = {name: value for name, value in fields.items() if isinstance(value, File)}
    return _without_contents(fields), files


def _without_nulls(value: Any) -> Any:
    """Return a merge patch without what it removes."""
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(entry) for name, entry in value.items() if entry is not None}


def _without_contents(value: Any) -> Any:
    """Return a value with the name of each file in its place: forms have files in fields and in lists of fields."""
    if isinstance(value, dict):
        return {name: _without_contents(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_without_contents(item) for item in value]
    return value.filename if isinstance(value, File) else value


def _is_reused(schema: Schema, operation: Operation, specification: Specification) -> bool:
    """Return whether the schema of a change is that of a whole document.

    What such a schema requires is required of the document, and not of each change of it.
    """
    return operation.method == "PATCH" and id(schema) in specification.whole_schemas


class _MediaType:
    """One media type of the body of an operation: how it is decoded, and what its schema allows."""

    def __init__(
        self,
        name: str,
        operation: Operation,
        specification: Specification,
        rules: SchemaRules,
        documented_name: str = "",
    ) -> None:
        self._name = name
        self._operation = operation
        self._specification = specification
        self._rules = rules
        self._documented_name = documented_name or name
        self._schema = operation.bodies[self._documented_name]
        if name == MERGE_PATCH or _is_reused(self._schema, operation, specification):
            self._schema = partial(self._schema, specification.resolve)
        self.is_json_patch = name == JSON_PATCH
        self._is_json = is_json(name)
        self.may_have_files = name == MULTIPART
        """Whether a field may be a file: only then is a body searched for them."""

    def named(self, media_type: str) -> "_MediaType":
        """Return the same for a media type that the document names by a range, such as ``image/*``."""
        if "*" not in self._name:
            return self
        return _MediaType(media_type, self._operation, self._specification, self._rules, self._documented_name)

    def decoded(self, content: bytes, parameters: Mapping[bytes, bytes]) -> Any:
        """Return the value of a body: JSON, XML, the fields of a form, a text, or a file."""
        if self._is_json:
            return json_value(content)
        if is_xml(self._name) and self._has_structure:
            return read_xml(content, self._schema, self._specification.resolve)
        if self._name == URLENCODED:
            return self._form.read_urlencoded(query_pairs(multipart.text(content, _TEXT)))
        if self._name == MULTIPART:
            boundary = parameters.get(b"boundary")
            if not boundary:
                raise ParseError("Multipart without a boundary. Let the client set Content-Type itself.")
            return self._form.read_parts(multipart.parts(content, boundary))
        if self._name.startswith("text/"):
            return multipart.text(content, _TEXT)
        return File("", self._name, content)

    def problems(self, value: Any) -> list[Problem]:
        """Return what the schema does not allow."""
        # What is in a file is not described by a schema.
        if isinstance(value, File):
            return []
        if self.may_have_files:
            value = _without_contents(value)
        if self._name == MERGE_PATCH:
            value = _without_nulls(value)
        if self._validator.is_valid(value):
            return []
        return problems(self._validator.iter_errors(value), self._rules)

    def completion(self, value: Any) -> tuple[Any, list[str]]:
        """Return a value as it is stored, and the places of the read-only values in it."""
        if self.is_json_patch:
            return value, []
        return self._sent_values.complete(value, with_defaults=self._name != MERGE_PATCH)

    def unknown(self, value: Any) -> list[str]:
        """Return the fields of a body that its schema does not have."""
        if self._is_open or not isinstance(value, dict):
            return []
        return [name for name in value if name not in self._fields]

    @cached_property
    def _fields(self) -> Mapping[str, Schema]:
        return properties(self._schema, self._specification.resolve)

    @cached_property
    def _is_open(self) -> bool:
        return is_open(self._schema, self._specification.resolve)

    @cached_property
    def _has_structure(self) -> bool:
        """Whether a body is more than a text: XML may be kept as the text that it is."""
        return bool(self._schema) and canonical(self._schema, self._specification.resolve).get("type") != "string"

    @cached_property
    def _form(self) -> Form:
        encodings = self._operation.encodings.get(self._documented_name, {})
        return Form(self._schema, encodings, self._specification)

    @cached_property
    def _sent_values(self) -> SentValues:
        return SentValues(self._schema, self._specification.resolve)

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return compile_validator(self._schema, self._specification, View.REQUEST)

    @cached_property
    def state_checks(self) -> StateChecks:
        """The checks of its fields against the state."""
        fields = {name: canonical(value, self._specification.resolve) for name, value in self._fields.items()}
        unique = tuple(name for name, value in fields.items() if value.get("x-unique"))
        references = {name: value["x-references"] for name, value in fields.items() if "x-references" in value}
        return StateChecks(self._operation.address.collection, unique, references, self._rules)
