"""Follow the references inside of a document, and read what its responses show."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

_DEPTH = 50


class Resolver:
    """Follows references within one document; one that leads elsewhere is an empty object."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def resolve(self, node: Any) -> Mapping[str, Any]:
        """Return the object that a node is, or refers to."""
        for _ in range(_DEPTH):
            if not isinstance(node, Mapping):
                return {}
            if not isinstance(node.get("$ref"), str):
                return node
            node = self._at(node["$ref"])
        return {}

    def _at(self, reference: str) -> Any:
        node: Any = self._document
        if not reference.startswith("#/"):
            return {}
        for key in unquote(reference[2:]).split("/"):
            key = key.replace("~1", "/").replace("~0", "~")
            node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def properties(self, schema: Any, depth: int = 0) -> dict[str, Any]:
        """Return the properties that a schema declares, in itself and in the schemas that it combines."""
        schema = self.resolve(schema)
        if depth > _DEPTH // 5:
            return {}
        declared = dict(schema.get("properties") or {})
        for keyword in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(keyword) or []:
                declared = {**self.properties(part, depth + 1), **declared}
        return declared

    def items(self, schema: Any) -> Any:
        """Return the schema of the items of an array."""
        return self.resolve(schema).get("items", {})

    def declared_only(self, value: Any, schema: Any, depth: int = 0) -> Any:
        """Return a value without the properties that its schema does not declare; maps keep all of theirs."""
        if isinstance(value, list):
            return [self.declared_only(entry, self.items(schema), depth + 1) for entry in value]
        declared = self.properties(schema)
        if not isinstance(value, Mapping) or not declared or depth > _DEPTH:
            return value
        return {
            name: self.declared_only(entry, declared[name], depth + 1)
            for name, entry in value.items()
            if name in declared
        }


class Example(NamedTuple):
    """An example of a response; its name is empty where it is the only one of its media type."""

    media_type: str
    name: str
    value: Any


def examples(response: Mapping[str, Any], resolver: Resolver) -> Iterator[Example]:
    """Yield the examples of a response, those of OpenAPI 3 and of Swagger 2.0."""
    for media_type, media in (response.get("content") or {}).items():
        media = resolver.resolve(media)
        if "example" in media:
            yield Example(media_type, "", media["example"])
        for name, node in (media.get("examples") or {}).items():
            example = resolver.resolve(node)
            for key in ("value", "dataValue"):
                if key in example:
                    yield Example(media_type, name, example[key])
    if "content" not in response and isinstance(response.get("examples"), Mapping):
        for media_type, value in response["examples"].items():
            yield Example(media_type, "", value)


def schema_of(response: Mapping[str, Any], resolver: Resolver) -> Any:
    """Return the schema of a response in its first media type."""
    for media in (response.get("content") or {}).values():
        return resolver.resolve(media).get("schema", {})
    return response.get("schema", {})
