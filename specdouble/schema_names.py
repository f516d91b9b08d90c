"""Give every schema that a reference names a place among the components, and a name that any reader understands.

A reference may lead to any place of a document, and real names have umlauts, blanks or brackets. Validators of JSON
Schema read references as URIs, and only know the components that they are given.
"""

import copy
import re
from typing import Any, Final

from specdouble.grammar import objects
from specdouble.pointers import found_at, steps_of, written
from specdouble.references import Pointer, reference_of

_SCHEMAS: Final = ("components", "schemas")
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def is_plain(reference: str) -> bool:
    """Return whether a reference names a component, by a name that is allowed."""
    steps = steps_of(reference)
    return len(steps) == 3 and steps[:2] == _SCHEMAS and bool(_PLAIN_NAME.fullmatch(steps[2]))


def with_plain_names(document: dict[str, Any]) -> dict[str, Any]:
    """Return a bundled document of OpenAPI 3 whose references to schemas all name components by plain names.

    Without a reference of another kind, the document is returned as it is.
    """
    references = {
        node.content["$ref"]
        for node in objects(document)
        if node.kind == "schema" and reference_of(node.content) is not None
    }
    odd = sorted(reference for reference in references if not is_plain(reference))
    return _Renamer(document, odd).document() if odd else document


class _Renamer:
    def __init__(self, document: dict[str, Any], odd: list[str]) -> None:
        self._document = document
        schemas = document.get("components", {}).get("schemas", {})
        self._names = set(schemas)
        self._new = {reference: self._name(steps_of(reference)) for reference in odd}
        self._odd_components = {steps_of(reference)[2] for reference in odd if _is_component(steps_of(reference))}

    def _name(self, steps: Pointer) -> str:
        stem = "_".join(re.findall(_PLAIN_NAME, steps[-1])) or "Schema"
        number = 1
        while (name := stem if number == 1 else f"{stem}_{number}") in self._names:
            number += 1
        self._names.add(name)
        return name

    def document(self) -> dict[str, Any]:
        document = copy.deepcopy(self._document)
        components = document.setdefault("components", {})
        moved = {name: found_at(document, steps_of(reference)) for reference, name in self._new.items()}
        others = components.get("schemas", {}).items()
        components["schemas"] = {name: node for name, node in others if name not in self._odd_components} | moved
        for node in objects(document):
            if node.kind == "schema" and reference_of(node.content) in self._new:
                node.content["$ref"] = self._reference(node.content["$ref"])
            if node.kind == "discriminator" and isinstance(node.content.get("mapping"), dict):
                mapping = node.content["mapping"]
                node.content["mapping"] = {key: self._reference(value) for key, value in mapping.items()}
        return document

    def _reference(self, reference: Any) -> Any:
        if not isinstance(reference, str):
            return reference
        name = self._new.get(reference) or self._new.get(f"#{written((*_SCHEMAS, reference))}")
        return reference if name is None else f"#{written((*_SCHEMAS, name))}"


def _is_component(steps: Pointer) -> bool:
    return len(steps) == 3 and steps[:2] == _SCHEMAS
