"""Write a document of OpenAPI 3.1 or 3.2 in the form that readers expect, in its own dialect and with its meaning.

A schema is an object: ``true`` is an empty one, and ``false`` one that allows nothing. A reference has no keywords
beside it: they stand in one ``allOf`` with it. Webhooks are left out, since no client calls them.
"""

import copy
from typing import Any, Final

from specdouble.grammar import OPENAPI_3, Node, Shape, objects, part_of
from specdouble.pointers import resolved
from specdouble.references import reference_of

_OWN_IDENTITY: Final = ("$id", "$schema")
"""Keywords that would move the base of the references inside of a schema, which bundling has resolved already."""
_FLAGS: Final = frozenset(("additionalProperties", "unevaluatedProperties", "unevaluatedItems"))
"""Keywords for which true and false are as usual as a schema."""


def is_newer(document: Any) -> bool:
    """Return whether a document is of OpenAPI 3.1 or a later version."""
    version = document.get("openapi") if isinstance(document, dict) else None
    return str(version).startswith("3.") and not str(version).startswith("3.0")


def normalized(document: dict[str, Any]) -> dict[str, Any]:
    """Return a bundled document of OpenAPI 3.1 or 3.2 in normal form; the one that is given stays as it is."""
    result = copy.deepcopy({key: value for key, value in document.items() if key != "webhooks"})
    # First, so that what was written out is put in form as well.
    for node in [node for node in objects(result) if node.kind == "pathItem"]:
        _inline_path_item(result, node.content)
    for node in list(objects(result)):
        _replace_booleans(node)
        if node.kind == "schema":
            for name in _OWN_IDENTITY:
                node.content.pop(name, None)
            _separate_reference(node.content)
    return result


def _replace_booleans(node: Node) -> None:
    for key, value in node.content.items():
        part = part_of(OPENAPI_3, Shape(node.kind), key)
        if part is None or part.kind != "schema" or key in _FLAGS:
            continue
        if part.is_map and isinstance(value, dict):
            value.update({name: _written_out(schema) for name, schema in value.items()})
        elif part.is_list and isinstance(value, list):
            value[:] = map(_written_out, value)
        else:
            node.content[key] = _written_out(value)


def _written_out(schema: Any) -> Any:
    if not isinstance(schema, bool):
        return schema
    return {} if schema else {"not": {}}


def _separate_reference(schema: dict[str, Any]) -> None:
    """Move a reference into ``allOf`` where it has keywords beside it."""
    if len(schema) > 1 and reference_of(schema) is not None:
        reference = {"$ref": schema.pop("$ref")}
        schema["allOf"] = [reference, *schema.get("allOf", ())]


def _inline_path_item(document: dict[str, Any], item: dict[str, Any]) -> None:
    """Write out a reference to a path item; what stands beside it goes before what it leads to."""
    if reference_of(item) is None:
        return
    own = {key: value for key, value in item.items() if key != "$ref"}
    target = copy.deepcopy(resolved(document, {"$ref": item["$ref"]}))
    item.clear()
    item.update({**target, **own})
