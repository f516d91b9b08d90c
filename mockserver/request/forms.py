"""Read the fields of a form as the document describes them: their types, and how lists and objects are written."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.parse import unquote_plus

from mockserver.errors import Invalid, Problem
from mockserver.messages import translatable
from mockserver.openapi.coercion import File
from mockserver.openapi.json_schema import View
from mockserver.openapi.operation import Encoding
from mockserver.openapi.schemas import Schema, canonical, possible_properties, required
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.request.decoding import gather
from mockserver.request.parameter_styles import ABSENT, Pairs, json_or_text, read_query, typed

_LEFT_OUT: Final = object()
_OTHER_TYPE: Final = "The file is of another media type than {types}."


class Form:
    """The fields of one form, compiled from its schema."""

    def __init__(self, schema: Schema, encodings: Mapping[str, Encoding], specification: Specification) -> None:
        fields = possible_properties(schema, specification.resolve)
        needed = required(schema, specification.resolve)
        self._fields = {
            name: _Field(value, encodings.get(name, Encoding()), specification, is_required=name in needed)
            for name, value in fields.items()
        }
        self._lists = frozenset(name for name, field in self._fields.items() if field.kind == "array")

    def read_urlencoded(self, pairs: Pairs) -> dict[str, Any]:
        """Return the fields of an urlencoded form; names are decoded, texts are not."""
        styled = {name: field.styled(name, pairs) for name, field in self._fields.items() if field.has_style}
        own_names = {name for field in self._fields.values() if field.has_style for name in field.names}
        rest = [(name, unquote_plus(text)) for name, text in pairs if name not in styled and name not in own_names]
        values = {name: value for name, value in styled.items() if value is not ABSENT}
        return self.read_parts(rest) | values

    def read_parts(self, parts: Iterable[tuple[str, str | File]]) -> dict[str, Any]:
        """Return the fields of a form by its parts: texts and files."""
        gathered = gather(_nested(parts, self._fields), self._lists)
        values = {name: self._value(name, raw) for name, raw in gathered.items()}
        return {name: value for name, value in values.items() if value is not _LEFT_OUT}

    def _value(self, name: str, raw: Any) -> Any:
        field = self._fields.get(name)
        if field is None:
            return raw
        for file in raw if isinstance(raw, list) else [raw]:
            if isinstance(file, File) and not field.takes(file):
                raise Invalid([Problem(name, "invalid", translatable(_OTHER_TYPE, types=", ".join(field.media_types)))])
        return field.value(raw)


class _Field:
    """One field: its schema, and how its values are written."""

    def __init__(self, schema: Schema, encoding: Encoding, specification: Specification, *, is_required: bool) -> None:
        self._schema = schema
        self._encoding = encoding
        self._resolve = specification.resolve
        self._validator = compile_validator(schema, specification, View.REQUEST)
        self._is_required = is_required
        form = canonical(schema, specification.resolve)
        self.kind = str(form.get("type", "object" if "properties" in form else "string"))
        self.media_types = encoding.media_types
        """The media types of its files; empty: any."""
        self.names = tuple(form.get("properties", ())) if self.kind == "object" and encoding.explode else ()
        self.has_style = bool(encoding.style) and self.kind in ("array", "object")

    def takes(self, file: File) -> bool:
        """Return whether the document allows the media type of a file."""
        media_type = file.content_type.partition(";")[0].strip().lower()
        return not self.media_types or any(fnmatchcase(media_type, name) for name in self.media_types)

    def styled(self, name: str, pairs: Pairs) -> Any:
        """Return the value of a field whose style the document names, or ABSENT."""
        style, explode = self._encoding.style, self._encoding.explode
        texts = read_query(pairs, name, self.kind, style, explode=explode, fields=self.names)
        return texts if texts is ABSENT else self._first_valid(texts)

    def value(self, raw: Any) -> Any:
        """Return the value of what a form has under the name of the field."""
        if isinstance(raw, File):
            return self._file(raw)
        if isinstance(raw, list):
            return raw if any(isinstance(item, File) for item in raw) else self._first_valid(raw)
        if self.kind == "object" and isinstance(raw, str):
            return json_or_text(raw)
        return self._first_valid(raw)

    def _file(self, file: File) -> Any:
        """Return a file, or the JSON in it where the field holds no file."""
        if self.kind in ("string", "array"):
            return file
        return json_or_text(file.content.decode(errors="replace"))

    def _first_valid(self, texts: Any) -> Any:
        """Return the first valid value that texts can stand for; an empty text may stand for no value."""
        values = list(typed(texts, self._schema, self._resolve))
        valid = next((value for value in values if self._validator.is_valid(value)), _LEFT_OUT)
        if valid is not _LEFT_OUT:
            return valid
        # Browsers send an empty text for what the user did not touch. Where the field holds texts, it is one of them.
        is_absent = texts == "" and not self._is_required and self.kind != "string"
        return _LEFT_OUT if is_absent else values[0]


def _nested(parts: Iterable[tuple[str, str | File]], fields: Mapping[str, _Field]) -> list[tuple[str, Any]]:
    """Return parts with those of one object, such as ``owner[name]``, gathered to it."""
    result: list[tuple[str, Any]] = []
    nested: dict[str, dict[str, Any]] = {}
    for name, value in parts:
        outer, bracket, inner = name.partition("[")
        field = fields.get(outer)
        if not bracket or field is None or field.kind != "object":
            result.append((name, value))
            continue
        if outer not in nested:
            nested[outer] = {}
            result.append((outer, nested[outer]))
        nested[outer][inner.rstrip("]")] = value
    return result
