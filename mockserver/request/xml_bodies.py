"""Read a body in XML by its schema, which names elements and attributes and gives texts their types.

A document type is rejected, and entities with it: they can make a small body large, or name files of the host.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from mockserver.errors import ParseError
from mockserver.messages import translatable
from mockserver.openapi.schemas import Resolve, Schema, canonical, properties
from mockserver.openapi.xml_names import INSTANCE, field_of
from mockserver.request.parameter_styles import typed

_DEEPEST: Final = 100
_NIL: Final = f"{INSTANCE}}}nil"


def read_xml(content: bytes, schema: Schema, resolve: Resolve) -> Any:
    """Return the value of a body in XML; whatever its root is called.

    Raises:
        ParseError: The body is not XML, has a document type, or is nested too deeply.
    """
    return _value(_parsed(content), schema, resolve)


def _parsed(content: bytes) -> Element:
    parser = expat.ParserCreate(namespace_separator="}")
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise ParseError(translatable("The XML is nested more than {limit} levels deep.", limit=_DEEPEST))
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    def doctype(*_: Any) -> None:
        raise ParseError("The XML has a document type. Send it without DOCTYPE.")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ParseError(translatable("XML parse error: {reason}.", reason=str(error))) from error
    return builder.close()


def _value(element: Element, schema: Schema, resolve: Resolve) -> Any:
    if element.get(_NIL) in ("true", "1"):
        return None
    form = canonical(schema, resolve)
    if form.get("type") == "array":
        return [_value(child, form.get("items", {}), resolve) for child in element]
    fields = properties(form, resolve)
    if fields or form.get("type") == "object" or len(element):
        return _object(element, form, fields, resolve)
    return next(iter(typed(element.text or "", schema, resolve)))


def _object(element: Element, form: Schema, fields: Mapping[str, Schema], resolve: Resolve) -> dict[str, Any]:
    """Return the properties in an element, and then what its schema does not name."""
    result: dict[str, Any] = {}
    attributes = {_local(name): text for name, text in element.attrib.items() if not name.startswith(INSTANCE)}
    children = list(element)
    for name, schema in fields.items():
        field = field_of(name, schema, resolve)
        if field.is_attribute:
            text = attributes.pop(field.name.local, None)
            values = [] if text is None else [next(iter(typed(text, schema, resolve)))]
        elif field.is_unwrapped_list and field.item is not None:
            items = canonical(schema, resolve).get("items", {})
            entries = [_value(child, items, resolve) for child in _pop(children, field.item.local)]
            values = [entries] if entries else []
        else:
            values = [_value(child, schema, resolve) for child in _pop(children, field.name.local)]
        if values:
            result[name] = values[-1]
    others = form.get("additionalProperties")
    rest = [
        (_local(child.tag), _value(child, others if isinstance(others, Mapping) else {}, resolve)) for child in children
    ]
    return {**dict(_gathered([*attributes.items(), *rest])), **result}


def _pop(children: list[Element], name: str) -> list[Element]:
    """Take the elements of a name out of a list, and return them."""
    named = [child for child in children if _local(child.tag) == name]
    children[:] = [child for child in children if _local(child.tag) != name]
    return named


def _gathered(pairs: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield values by name; those of one name are a list."""
    by_name: dict[str, list[Any]] = {}
    for name, value in pairs:
        by_name.setdefault(name, []).append(value)
    for name, values in by_name.items():
        yield name, values[0] if len(values) == 1 else values


def _local(name: str) -> str:
    return name.rpartition("}")[2]
