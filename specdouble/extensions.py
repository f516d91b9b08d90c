"""The words that a document may use beyond OpenAPI: where each stands, and what is wrong with a use of it.

docs/vocabulary.md tells what they mean; the mock obeys them and the checker asks for them in every document.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from specdouble.references import Pointer, reference_of

DOCUMENT, OPERATION, SCHEMA, ELSEWHERE = "the document", "an operation", "a schema", "anything else"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

OWNER, EVERYONE, ANONYMOUS = "owner", "everyone", "anonymous"
STANDING = {
    OWNER: "whoever created the item",
    EVERYONE: "everybody who is logged in",
    ANONYMOUS: "who is not logged in",
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
"""Keys under which names stand that somebody chose, among which there are no words."""
OPAQUE = frozenset(("example", "examples", "default", "enum"))
"""Keys under which values stand, in which there are no words."""
_CLOSE = 0.85


@dataclass(frozen=True)
class Knowledge:
    """What a word may refer to: roles, the fields of all schemas, the collections of all paths."""

    roles: frozenset[str]
    fields: frozenset[str]
    collections: frozenset[str]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Knowledge":
        """What a bundled document knows."""
        declared = document.get("x-roles")
        fields = (each for _, node, _ in _nodes(document) for each in _mapping(node.get("properties")))
        segments = (
            [s for s in path.split("/") if s and not s.startswith("{")] for path in _mapping(document.get("paths"))
        )
        collections = ("/".join(steps[first:]) for steps in segments for first in range(len(steps)))
        return cls(frozenset((*STANDING, *_mapping(declared))), frozenset(fields), frozenset(collections))


@dataclass(frozen=True)
class Use:
    """One use of a word: its value, the node that it stands in, where that is, and what is known around it."""

    value: Any
    node: Mapping[str, Any]
    at: Pointer
    known: Knowledge


Judge = Callable[[Use], str | None]
"""Tells what is wrong with a use, None where nothing is."""


def _roles(use: Use) -> str | None:
    return _wrong_roles(use.value, use.known)


def _wrong_roles(names: Any, known: Knowledge) -> str | None:
    if not _texts(names):
        return "it is not a list of roles; write it like [owner, everyone]"
    unknown = next((each for each in names if each not in known.roles), None)
    return None if unknown is None else f'"{unknown}" is no role; {_hint(unknown, known.roles, "x-roles")}'


def _callers(use: Use) -> str | None:
    if _texts(use.value) and OWNER in use.value and "{" not in use.at[1]:
        return "the path leads to no item that could have an owner; name other roles"
    return _roles(use)


def _declared(use: Use) -> str | None:
    if not isinstance(use.value, Mapping) or not all(isinstance(each, str) for each in use.value.values()):
        return "it is not a mapping; write a line for each role, as in: librarian: Runs the library"
    taken = next((each for each in use.value if each in STANDING), None)
    return f'"{taken}" stands for {STANDING[taken]} already; call the role something else' if taken else None


def _sight(use: Use) -> str | None:
    if not isinstance(use.value, Mapping):
        return "it is not a mapping; write value: [roles] for each value of the field that hides the item"
    found = (_wrong_roles(names, use.known) for names in use.value.values())
    return _no_text(use) or _beyond_enum(use, use.value) or next((each for each in found if each), None)


def _transitions(use: Use) -> str | None:
    if not isinstance(use.value, Mapping) or not all(isinstance(each, list) for each in use.value.values()):
        return "it is not a mapping of lists; write value: [the values that may follow]"
    return _no_text(use) or _beyond_enum(use, [*use.value, *(end for ends in use.value.values() for end in ends)])


def _no_text(use: Use) -> str | None:
    kind = use.node.get("type", "string")
    return None if kind == "string" else f"it speaks of the values of a text, and this is of type {kind}"


def _beyond_enum(use: Use, values: Any) -> str | None:
    members = use.node.get("enum")
    unknown = next((each for each in values if isinstance(members, list) and each not in members), None)
    if unknown is None:
        return None
    return f'"{unknown}" is not in the enum beside it; {_hint(str(unknown), map(str, members or ()), "the enum")}'


def _sources(use: Use) -> str | None:
    if not _texts(use.value):
        return "it is not a list of fields; write it like [title]"
    unknown = next((each for each in use.value if each not in use.known.fields), None)
    return None if unknown is None else f'no schema has a field "{unknown}"; {_hint(unknown, use.known.fields, "")}'


def _flag(use: Use) -> str | None:
    return None if isinstance(use.value, bool) else "it is neither true nor false; write true, or leave it out"


def _collection(use: Use) -> str | None:
    if not isinstance(use.value, str):
        return "it is not the name of a collection; write the last segment of its path"
    if use.value in use.known.collections:
        return None
    return f'no path leads to a collection "{use.value}"; {_hint(use.value, use.known.collections, "paths")}'


def _name(use: Use) -> str | None:
    return None if isinstance(use.value, str) and use.value else "it is not the name of a domain"


def _ids(use: Use) -> str | None:
    return None if _texts(use.value) else "it is not a list of ids of rules"


WORDS: Mapping[str, tuple[str, Judge]] = {
    "x-mock-domain": (DOCUMENT, _name),
    "x-roles": (DOCUMENT, _declared),
    "x-allowed-to": (OPERATION, _callers),
    "x-rules": (OPERATION, _ids),
    "x-visible-to": (SCHEMA, _roles),
    "x-item-visible-to": (SCHEMA, _sight),
    "x-transitions": (SCHEMA, _transitions),
    "x-unique": (SCHEMA, _flag),
    "x-references": (SCHEMA, _collection),
    "x-derived-from": (SCHEMA, _sources),
    "x-trim": (SCHEMA, _flag),
}
"""Word → where it stands, and what judges its value."""


def misuses(document: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield place and message of each word that is misspelt, misplaced or has a value that it cannot have."""
    known = Knowledge.of(document)
    for pointer, node, place in _nodes(document):
        for name in node:
            if isinstance(name, str) and name.startswith("x-"):
                message = _misuse(name, Use(node[name], node, pointer, known), place)
                if message:
                    # What stands beside a reference has no place of its own: whoever goes there follows the reference.
                    yield pointer if reference_of(node) else (*pointer, name), message
        yield from _hidden_yet_required(pointer, node)


def _misuse(name: str, use: Use, place: str) -> str | None:
    if name not in WORDS:
        near = get_close_matches(name, WORDS, n=1, cutoff=_CLOSE)
        return f"there is no word {name}; did you mean {near[0]}?" if near else None
    if reference_of(use.node) is not None:
        return f"beside a $ref {name} has no effect; put the reference into allOf, and the word beside that"
    right, judge = WORDS[name]
    if place != right:
        return f"{name} stands in {right}, and this is {place}; move it"
    wrong = judge(use)
    return f"{name}: {wrong}" if wrong else None


def _hidden_yet_required(pointer: Pointer, node: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    required = node.get("required")
    for name, field in _mapping(node.get("properties")).items():
        if isinstance(required, list) and name in required and isinstance(field, Mapping) and "x-visible-to" in field:
            message = "x-visible-to: some are not shown the field, and yet it is required; take it out of required"
            yield (*pointer, "properties", name, "x-visible-to"), message


def _nodes(document: Mapping[str, Any]) -> Iterator[tuple[Pointer, Mapping[str, Any], str]]:
    """Yield every mapping whose keys are words of OpenAPI, with what it is."""
    waiting: list[tuple[Pointer, Any, bool]] = [((), document, False)]
    while waiting:
        pointer, node, names = waiting.pop()
        if isinstance(node, Mapping):
            if not names:
                yield pointer, node, _place(pointer)
            waiting += [
                ((*pointer, str(key)), child, not names and key in NAMES)
                for key, child in node.items()
                if names or not (key in OPAQUE or str(key).startswith("x-"))
            ]
        elif isinstance(node, list):
            waiting += [((*pointer, str(index)), child, False) for index, child in enumerate(node)]


def _place(pointer: Pointer) -> str:
    if not pointer:
        return DOCUMENT
    if len(pointer) == 3 and pointer[0] == "paths" and pointer[2] in METHODS:
        return OPERATION
    return SCHEMA if {"schema", "schemas"} & set(pointer) else ELSEWHERE


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _hint(word: str, known: Any, home: str) -> str:
    names = sorted(known)
    near = get_close_matches(word, names, n=1)
    if near:
        return f'did you mean "{near[0]}"?'
    return f"add it to {home}" if home == "x-roles" else f"there are: {', '.join(names[:12])}"
