"""Write a value as XML by its schema, which names elements and attributes."""

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from mockserver.openapi.schemas import Resolve, Schema, canonical, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.xml_names import INSTANCE, XmlName, field_of, root_name

_NO_NAME: Final = re.compile(r"[^\w.:-]|^(?=[\d.-])")
_NO_CHARACTER: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NIL: Final = {"xmlns:xsi": INSTANCE, "xsi:nil": "true"}


def write_xml(value: Any, schema: Schema, specification: Specification) -> bytes:
    """Return a JSON-like value as XML; a text that is XML already stays as it is."""
    if isinstance(value, str) and value.lstrip().startswith("<"):
        return value.encode()
    return _Writer(specification).element(root_name(schema, specification), value, schema).encode()


class _Writer:
    def __init__(self, specification: Specification) -> None:
        self._specification = specification
        self._resolve: Resolve = specification.resolve

    def element(self, name: XmlName, value: Any, schema: Schema) -> str:
        """Return one element with what is in it."""
        form = canonical(schema, self._resolve)
        attributes = {**name.declaration}
        if value is None:
            attributes |= _NIL
            content = ""
        elif isinstance(value, Mapping):
            more, content = self._members(value, form)
            attributes |= more
        elif isinstance(value, list | tuple):
            items = form.get("items", {})
            item = root_name(items, self._specification, name.local)
            content = "".join(self.element(item, entry, items) for entry in value)
        else:
            content = escape(_text(value))
        return _tag(name.qualified, attributes, content)

    def _members(self, value: Mapping[str, Any], form: Schema) -> tuple[dict[str, str], str]:
        """Return the attributes and the content of an object."""
        fields = properties(form, self._resolve)
        others = form.get("additionalProperties")
        attributes: dict[str, str] = {}
        content: list[str] = []
        for key, entry in value.items():
            schema = fields.get(key, others if isinstance(others, Mapping) else {})
            field = field_of(key, schema, self._resolve)
            if isinstance(entry, list | tuple):
                content.append(self._list(key, entry, schema))
            elif field.is_attribute and not isinstance(entry, Mapping):
                attributes |= field.name.declaration
                if entry is not None:
                    attributes[field.name.qualified] = _text(entry)
            else:
                content.append(self.element(field.name, entry, schema))
        return attributes, "".join(content)

    def _list(self, key: str, values: list[Any] | tuple[Any, ...], schema: Schema) -> str:
        field = field_of(key, schema, self._resolve)
        items = canonical(schema, self._resolve).get("items", {})
        item = field.item or field.name
        content = "".join(self.element(item, value, items) for value in values)
        return _tag(field.name.qualified, field.name.declaration, content) if field.is_wrapped else content


def _tag(name: str, attributes: Mapping[str, str], content: str) -> str:
    name = _NO_NAME.sub("_", name)
    written = "".join(f" {_NO_NAME.sub('_', key)}={quoteattr(text)}" for key, text in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NO_CHARACTER.sub("\ufffd", str(value))
