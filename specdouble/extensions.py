"""The specification extensions (x-…) that a document may use: where each is placed, and how a use can be wrong.

docs/reference/extensions.md describes them. The mock enforces them, and the checker tests for them, in every document.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from specdouble import grammar
from specdouble.references import Pointer, reference_of
from specdouble.resource_extension import ITEM_ROLES, KEYS, RESOURCE, ROLES
from specdouble.suggest import closest, did_you_mean

DOCUMENT, OPERATION, SCHEMA, ELSEWHERE = "the document", "an operation", "a schema", "anything else"
PATH, OPERATION_OR_PATH = "a path", "an operation or a path"
METHODS = (*grammar.METHODS, grammar.QUERY)

OWNER, EVERYONE, ANONYMOUS = "owner", "everyone", "anonymous"
STANDING = {
    OWNER: "the creator of the item",
    EVERYONE: "every caller who is logged in",
    ANONYMOUS: "callers who are not logged in",
}
"""The roles that need no declaration."""

NAMES = frozenset(
    (
        "properties",
        "patternProperties",
        "schemas",
        "paths",
        "responses",
        "parameters",
        "headers",
        "requestBodies",
        "content",
        "encoding",
        "examples",
        "links",
        "callbacks",
        "securitySchemes",
        "variables",
        "mapping",
        "scopes",
    )
)
"""Keys whose children are names that an author chose, and not keywords."""
OPAQUE = frozenset(("example", "examples", "default", "enum"))
"""Keys whose children are values, which hold no keywords."""

_SIMILARITY: Final = 0.85
"""How alike a name must be to one of these extensions to be a misspelling: other tools have extensions too."""


@dataclass(frozen=True)
class Targets:
    """What an extension may refer to: roles, the fields of all schemas, the collections of all paths."""

    roles: frozenset[str]
    fields: frozenset[str]
    collections: frozenset[str]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Targets":
        """Collect the targets of a bundled document."""
        roles = (*STANDING, *_mapping(document.get("x-roles")))
        fields = (field for _, node, _ in _nodes(document) for field in _mapping(node.get("properties")))
        paths = _mapping(document.get("paths"))
        return cls(frozenset(roles), frozenset(fields), frozenset((*_collections(paths), *_shared_names(paths))))


def _collections(paths: Iterable[str]) -> Iterator[str]:
    """Yield the names of collections: the fixed segments of each path, from any of them to the last."""
    for path in paths:
        segments = [segment for segment in path.split("/") if segment and not segment.startswith("{")]
        yield from ("/".join(segments[first:]) for first in range(len(segments)))


def _shared_names(paths: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of collections that x-resource gives to several operations or paths."""
    items = [_mapping(item) for item in paths.values()]
    nodes = [*items, *(_mapping(item[method]) for item in items for method in METHODS if method in item)]
    names = Counter(str(_mapping(node.get(RESOURCE)).get("collection")) for node in nodes)
    yield from (name for name, uses in names.items() if uses > 1)


@dataclass(frozen=True)
class Use:
    """One use of an extension: its value, the node it belongs to, the place of that node, and what it may refer to."""

    value: Any
    node: Mapping[str, Any]
    at: Pointer
    targets: Targets


Check = Callable[[Use], str | None]
"""Returns what is wrong with a use, None where nothing is."""


# --- one check for each extension -------------------------------------------------------------------------------------


def _roles(use: Use) -> str | None:
    return _wrong_roles(use.value, use.targets)


def _wrong_roles(names: Any, targets: Targets) -> str | None:
    if not _is_list_of_texts(names):
        return "it is not a list of roles. Write it like [owner, everyone]."
    unknown = _first_outside(names, targets.roles)
    if unknown is None:
        return None
    return f'"{unknown}" is not a role. {did_you_mean(unknown, targets.roles, "Add it to x-roles.")}'


def _callers(use: Use) -> str | None:
    if _is_list_of_texts(use.value) and OWNER in use.value and "{" not in use.at[1]:
        return "the path leads to no item that could have an owner. Name other roles."
    return _roles(use)


def _declared_roles(use: Use) -> str | None:
    if not isinstance(use.value, Mapping) or not all(isinstance(meaning, str) for meaning in use.value.values()):
        return "it is not a mapping. Write a line for each role, as in: librarian: Runs the library"
    role = next((role for role in use.value if role in STANDING), None)
    return None if role is None else f'"{role}" stands for {STANDING[role]} already. Choose another name.'


def _item_visibility(use: Use) -> str | None:
    if not isinstance(use.value, Mapping):
        return "it is not a mapping. Write value: [roles] for each value of the field that hides the item."
    errors = (_wrong_roles(names, use.targets) for names in use.value.values())
    return _not_a_text(use) or _outside_enum(use, use.value) or next((error for error in errors if error), None)


def _transitions(use: Use) -> str | None:
    if not isinstance(use.value, Mapping) or not all(isinstance(ends, list) for ends in use.value.values()):
        return "it is not a mapping of lists. Write value: [the values that may follow]."
    return _not_a_text(use) or _outside_enum(use, [*use.value, *(end for ends in use.value.values() for end in ends)])


def _not_a_text(use: Use) -> str | None:
    kind = use.node.get("type", "string")
    return None if kind == "string" else f"it holds texts, and this field is of type {kind}. Move it to a text."


def _outside_enum(use: Use, values: Any) -> str | None:
    members = use.node.get("enum")
    unknown = _first_outside(values, members) if isinstance(members, list) else None
    if unknown is None:
        return None
    return f'"{unknown}" is not in the enum beside it. {did_you_mean(str(unknown), map(str, members or ()))}'


def _sources(use: Use) -> str | None:
    if not _is_list_of_texts(use.value):
        return "it is not a list of fields. Write it like [title]."
    unknown = _first_outside(use.value, use.targets.fields)
    return (
        None if unknown is None else f'no schema has a field "{unknown}". {did_you_mean(unknown, use.targets.fields)}'
    )


def _flag(use: Use) -> str | None:
    return None if isinstance(use.value, bool) else "it is neither true nor false. Write true, or remove it."


def _collection(use: Use) -> str | None:
    if not isinstance(use.value, str):
        return "it is not the name of a collection. Write the last segment of its path."
    if use.value in use.targets.collections:
        return None
    return f'no path leads to a collection "{use.value}". {did_you_mean(use.value, use.targets.collections)}'


def _domain(use: Use) -> str | None:
    return None if isinstance(use.value, str) and use.value else "it is not the name of a domain. Write a text."


def _rule_ids(use: Use) -> str | None:
    return None if _is_list_of_texts(use.value) else "it is not a list of rule ids. Write it like [BOOK-01]."


def _resource(use: Use) -> str | None:
    if use.value is False:
        return None
    if not isinstance(use.value, Mapping) or not use.value:
        return "it is neither false nor a mapping. Write it like {collection: pets, role: list}."
    unknown = _first_outside(use.value, KEYS)
    if unknown is not None:
        return f'it has no key "{unknown}". {did_you_mean(str(unknown), KEYS)}'
    if "collection" in use.value and (error := _collection(replace(use, value=use.value["collection"]))):
        return error
    if "id" in use.value and use.value["id"] not in use.targets.fields:
        return f'no schema has a field "{use.value["id"]}". {did_you_mean(str(use.value["id"]), use.targets.fields)}'
    return _resource_role(use) if "role" in use.value else None


def _resource_role(use: Use) -> str | None:
    role = use.value["role"]
    if role not in ROLES:
        return f'"{role}" is not a role of an operation. {did_you_mean(str(role), ROLES)}'
    if role != "singleton" and len(use.at) == _PATH_DEPTH:
        return f'the operations of a path have several roles, and "{role}" is one. Move it to the operation.'
    if role in (*ITEM_ROLES, "action") and "{" not in use.at[1]:
        return f'"{role}" needs an item, and the path has no parameter that names one. Choose another role.'
    return None


_PATH_DEPTH: Final = 2
"""How many keys lead to a path: ``paths``, and the path itself."""


EXTENSIONS: Mapping[str, tuple[str, Check]] = {
    "x-mock-domain": (DOCUMENT, _domain),
    "x-roles": (DOCUMENT, _declared_roles),
    "x-allowed-to": (OPERATION, _callers),
    "x-rules": (OPERATION, _rule_ids),
    RESOURCE: (OPERATION_OR_PATH, _resource),
    "x-visible-to": (SCHEMA, _roles),
    "x-item-visible-to": (SCHEMA, _item_visibility),
    "x-transitions": (SCHEMA, _transitions),
    "x-unique": (SCHEMA, _flag),
    "x-references": (SCHEMA, _collection),
    "x-derived-from": (SCHEMA, _sources),
    "x-trim": (SCHEMA, _flag),
}
"""Extension → where it is placed, and what checks its value."""


# --- a whole document -------------------------------------------------------------------------------------------------


def misuses(document: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield place and message of every extension that is misspelt, misplaced or has a wrong value."""
    targets = Targets.of(document)
    for pointer, node, place in _nodes(document):
        for name in node:
            if isinstance(name, str) and name.startswith("x-"):
                message = _misuse(name, Use(node[name], node, pointer, targets), place)
                if message:
                    # A key beside a reference has no place of its own: readers follow the reference instead.
                    yield pointer if reference_of(node) else (*pointer, name), message
        yield from _hidden_yet_required(pointer, node)


def _misuse(name: str, use: Use, place: str) -> str | None:
    if name not in EXTENSIONS:
        near = closest(name, EXTENSIONS, _SIMILARITY)
        return f'unknown extension {name}. Did you mean "{near}"?' if near else None
    if reference_of(use.node) is not None:
        return f"beside a $ref {name} has no effect. Put the reference into allOf, and the extension beside that."
    right_place, check = EXTENSIONS[name]
    if place != right_place and not (right_place == OPERATION_OR_PATH and place in (OPERATION, PATH)):
        return f"{name} belongs to {right_place}, and this is {place}. Move it."
    error = check(use)
    return f"{name}: {error}" if error else None


def _hidden_yet_required(pointer: Pointer, node: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    required = node.get("required")
    for name, field in _mapping(node.get("properties")).items():
        if isinstance(required, list) and name in required and isinstance(field, Mapping) and "x-visible-to" in field:
            message = "x-visible-to: the field is hidden from some callers and yet required. Take it out of required."
            yield (*pointer, "properties", name, "x-visible-to"), message


def _nodes(document: Mapping[str, Any]) -> Iterator[tuple[Pointer, Mapping[str, Any], str]]:
    """Yield every mapping whose keys are keywords of OpenAPI, with its place."""
    waiting: list[tuple[Pointer, Any, bool]] = [((), document, False)]
    while waiting:
        pointer, node, holds_names = waiting.pop()
        if isinstance(node, Mapping):
            if not holds_names:
                yield pointer, node, _place(pointer)
            waiting += [
                ((*pointer, str(key)), child, not holds_names and key in NAMES)
                for key, child in node.items()
                if holds_names or not (key in OPAQUE or str(key).startswith("x-"))
            ]
        elif isinstance(node, list):
            waiting += [((*pointer, str(index)), child, False) for index, child in enumerate(node)]


def _place(pointer: Pointer) -> str:
    if not pointer:
        return DOCUMENT
    if len(pointer) == _PATH_DEPTH and pointer[0] == "paths":
        return PATH
    if len(pointer) == 3 and pointer[0] == "paths" and pointer[2] in METHODS:
        return OPERATION
    return SCHEMA if {"schema", "schemas"} & set(pointer) else ELSEWHERE


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def _first_outside(values: Iterable[Any], choices: Any) -> Any:
    return next((value for value in values if value not in choices), None)
