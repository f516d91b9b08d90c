"""The names of values in XML, as the keyword ``xml`` of their schemas has them (OpenAPI, XML Object)."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from mockserver.openapi.schemas import Resolve, Schema, canonical
from mockserver.openapi.specification import Specification

INSTANCE: Final = "http://www.w3.org/2001/XMLSchema-instance"
"""The namespace of ``xsi:nil``, which stands for null."""
_ROOT: Final = "xml"
"""The name of an element that nothing names; other mocks have it too."""


class XmlName(NamedTuple):
    """The name of an element or an attribute, and the namespace that is declared there."""

    local: str
    prefix: str = ""
    namespace: str = ""

    @property
    def qualified(self) -> str:
        """The name with its prefix."""
        return f"{self.prefix}:{self.local}" if self.prefix else self.local

    @property
    def declaration(self) -> dict[str, str]:
        """The attribute that declares the namespace."""
        return {f"xmlns:{self.prefix}" if self.prefix else "xmlns": self.namespace} if self.namespace else {}


class XmlField(NamedTuple):
    """How a property is written: as an attribute, as an element, or as one element for each item of a list.

    ``item`` is the name of an item, None for a value that is no list.
    """

    name: XmlName
    is_attribute: bool
    item: XmlName | None
    is_wrapped: bool

    @property
    def is_unwrapped_list(self) -> bool:
        """Whether the items stand among the properties."""
        return self.item is not None and not self.is_wrapped


def root_name(schema: Schema, specification: Specification, otherwise: str = _ROOT) -> XmlName:
    """Return the name of the element of a whole value: its own, that of its component, or another."""
    own = specification.component_names.get(id(specification.resolve(schema)), otherwise)
    return _named(_keyword(schema, specification.resolve), own)


def field_of(property_name: str, schema: Schema, resolve: Resolve) -> XmlField:
    """Return how a property is written."""
    form = canonical(schema, resolve)
    keyword = _keyword(schema, resolve)
    name = _named(keyword, property_name)
    if form.get("type") != "array":
        return XmlField(name, bool(keyword.get("attribute")), None, False)
    is_wrapped = bool(keyword.get("wrapped"))
    item = _named(_keyword(form.get("items", {}), resolve), name.local if is_wrapped else property_name)
    return XmlField(name, False, item, is_wrapped)


def _keyword(schema: Any, resolve: Resolve) -> Mapping[str, Any]:
    keyword = canonical(schema, resolve).get("xml") if isinstance(schema, Mapping) else None
    return keyword if isinstance(keyword, Mapping) else {}


def _named(keyword: Mapping[str, Any], otherwise: str) -> XmlName:
    return XmlName(
        str(keyword.get("name") or otherwise), str(keyword.get("prefix") or ""), str(keyword.get("namespace") or "")
    )
