"""Convert values to their types as Django REST Framework does, which the real backend is built on.

Numbers pass for text, ``"on"`` for true, ``"3"`` for 3. Errors have the codes of the framework.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mockserver.messages import Translatable, translatable
from mockserver.openapi.schemas import Resolve, Schema, canonical, properties


@dataclass(frozen=True, slots=True)
class File:
    """A file part of a multipart body."""

    filename: str
    content_type: str
    content: bytes


class Misread(Exception):
    """A value cannot be read as its type; carries the code and the message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


Reader = Callable[[Any], Any]

Rewrite = Callable[[str], str]
"""Rewrites a text before it is validated."""

# The values that the BooleanField of Django REST Framework accepts.
_TRUE = {"t", "T", "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "1", 1}
_FALSE = {"f", "F", "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF", "0", 0}
# The limit of Django REST Framework: longer texts are a waste of time to parse.
_LONGEST_NUMBER = 1000
_WHOLE = re.compile(r"[\t-\r ]*[-+]?[0-9](?:_?[0-9])*[\t-\r ]*")
_NO_DECIMALS = re.compile(r"\.0*(?=[\t-\r ]*$)")
_DEEPEST = 4


def _misread(value: Any, code: str, message: str) -> Misread:
    """Return the error of a value that cannot be read; null has the same code for every type."""
    return Misread("null", "This field may not be null.") if value is None else Misread(code, message)


def _text(value: Any) -> Any:
    if isinstance(value, str):
        if "\0" in value:
            raise Misread("null_characters_not_allowed", "Null characters are not allowed.")
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise _misread(value, "invalid", "Not a valid string.")


def _trimmed(value: Any) -> Any:
    return _text(value).strip()


def _boolean(value: Any) -> Any:
    if value is True or value is False:
        return value
    if isinstance(value, (str, int, float)):
        if value in _TRUE:
            return True
        if value in _FALSE:
            return False
    raise _misread(value, "invalid", "Must be a valid boolean.")


def whole_number(text: str) -> int | None:
    """Read an integer as the framework does: ``" +3 "`` and ``"3.0"`` are 3. None where the text holds no integer."""
    return _key(_NO_DECIMALS.sub("", text)) if len(text) < _LONGEST_NUMBER else None


def _key(text: str) -> int | None:
    """Read a text as an id, which has no decimal point."""
    return int(text) if len(text) < _LONGEST_NUMBER and _WHOLE.fullmatch(text) else None


def _integer(value: Any) -> Any:
    if type(value) is int:
        return value
    if isinstance(value, (str, float)):
        number = whole_number(str(value))
        if number is not None:
            return number
    raise _misread(value, "invalid", "A valid integer is required.")


def _number(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < _LONGEST_NUMBER:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        # False for NaN and for infinity, which JSON cannot hold.
        if number - number == 0:
            return number
    raise _misread(value, "invalid", "A valid number is required.")


def _file(value: Any) -> Any:
    if isinstance(value, File):
        return value
    if isinstance(value, str):
        return _text(value)
    raise _misread(value, "invalid", "The submitted data was not a file. Check the encoding type on the form.")


def _unchanged(value: Any) -> Any:
    return value


def _reference(value: Any) -> Any:
    if type(value) is int:
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    key = _key(value) if isinstance(value, str) else None
    if key is None:
        raise _misread(value, "incorrect_type", _expected("Incorrect type. Expected pk value, received {type}.", value))
    return key


def _reference_in_list(value: Any) -> Any:
    if value is None:  # an id that nothing has, where a reference by itself would be absent
        raise Misread("does_not_exist", translatable('Invalid pk "{pk}" - object does not exist.', pk=None))
    return _reference(value)


def _of_objects(read: Reader) -> Reader:
    """Read an object as the id in it, where a schema lets an object stand for its id."""

    def read_id(value: Any) -> Any:
        return read(value["id"] if isinstance(value, dict) and "id" in value else value)

    return read_id


def _may_be_object(schema: Schema, resolve: Resolve) -> bool:
    return any(resolve(part).get("type") == "object" for part in resolve(schema).get("anyOf", ()))


def _choice(value: Any) -> Any:
    """Return the value as text, so that the enum decides: a value that is no text is no choice."""
    if value is None:
        raise _misread(value, "invalid_choice", "Not a valid choice.")
    return value if isinstance(value, str) else str(value)


def _expected(template: str, value: Any) -> Translatable:
    """Return a message that names the type of a value."""
    return translatable(template, type="null" if value is None else type(value).__name__)


def _list(item: Reader) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            raise _misread(value, "not_a_list", _expected('Expected a list of items but got type "{type}".', value))
        return [item(entry) for entry in value]

    return read


def _object(readers: Mapping[str, Reader], nullable: frozenset[str]) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _misread(value, "invalid", _expected('Expected an object but got type "{type}".', value))
        return {
            name: None if entry is None and name in nullable else readers[name](entry)
            for name, entry in value.items()
            if name in readers
        }

    return read


def _members(schema: Schema, resolve: Resolve, depth: int) -> Reader:
    """Choose how an object is read: field by field, without fields that its schema does not have."""
    fields = {name: value for name, value in properties(schema, resolve).items() if not value.get("readOnly")}
    # A schema that contains itself would be compiled for ever; no client sends anything nested so deeply.
    if not fields or schema.get("additionalProperties") or depth > _DEEPEST:
        return _unchanged
    readers = {name: reader(value, resolve, depth=depth + 1) for name, value in fields.items()}
    return _object(
        readers, frozenset(name for name, value in fields.items() if canonical(value, resolve).get("nullable"))
    )


def rewriting(read: Reader, rewrite: Rewrite | None) -> Reader:
    """Return a reader that also rewrites the text, if there is a rewrite."""
    return read if rewrite is None else lambda value: rewrite(read(value))


def reader(schema: Schema, resolve: Resolve, references: bool = False, depth: int = 0) -> Reader:
    """Choose how a value of a schema is read; ``references``: it is the id of a document."""
    schema = canonical(schema, resolve)
    kind = schema.get("type")
    references = references or "x-references" in schema
    if kind == "array":
        item = reader(schema.get("items", {}), resolve, references, depth)
        if item is _reference:
            item = _of_objects(_reference_in_list) if _may_be_object(schema["items"], resolve) else _reference_in_list
        return _list(item)
    if kind == "object":
        return _members(schema, resolve, depth)
    if kind == "string" and schema.get("format") in {"binary", "base64"}:
        return _file
    if references and kind == "integer":
        return _reference
    if kind == "string" and "enum" in schema:
        return _choice
    if kind == "string" and schema.get("x-trim"):
        return _trimmed
    return {"string": _text, "boolean": _boolean, "integer": _integer, "number": _number}.get(kind or "", _unchanged)
