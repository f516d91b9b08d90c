"""The part of a contract that a target serves, where its profile says that it serves only a part."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import structs

from contracts.openapi.description import METHODS, Model
from contracts.profile.extensions import completed
from contracts.profile.models import Profile

if TYPE_CHECKING:
    from specdouble.rules import Rule


def narrowed(document: dict[str, Any], profile: Profile) -> tuple[dict[str, Any], Profile]:
    """The part of a document that a target serves, and the profile with all that this part says in words.

    What is not expected of the target, because it lacks the operation, is among the profile's differences.
    """
    if profile.serves is None:
        return document, completed(profile, Model(document))
    paths = {path: _served(item, profile) for path, item in document["paths"].items()}
    lacking = _rules_without_operation(profile) if profile.scenarios else {}
    served = {**document, "paths": paths}
    known = structs.replace(profile, differences={**lacking, **profile.differences})
    return served, completed(known, Model(served))


def absent(document: Mapping[str, Any], profile: Profile) -> list[tuple[str, str]]:
    """Method and path of the operations of a document that a target does not have."""
    operations = Model(document).operations.values() if profile.serves is not None else ()
    return [(each.method, each.path) for each in operations if not profile.has(each.id)]


def _served(item: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    return {
        name: _unlinked(node, profile) if name in METHODS else node
        for name, node in item.items()
        if name not in METHODS or profile.has(node.get("operationId", ""))
    }


def _unlinked(operation: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The operation without links from its answers to operations that are missing."""
    responses = {status: dict(_answer(answer, profile)) for status, answer in operation["responses"].items()}
    return {**operation, "responses": responses}


def _answer(answer: Mapping[str, Any], profile: Profile) -> Iterator[tuple[str, Any]]:
    for name, node in answer.items():
        if name != "links":
            yield name, node
        elif kept := {word: link for word, link in node.items() if _leads_somewhere(link, profile)}:
            yield name, kept


def _leads_somewhere(link: Mapping[str, Any], profile: Profile) -> bool:
    return "operationId" not in link or profile.has(link["operationId"])


@cache
def catalogue() -> "Mapping[str, Rule]":
    """The documented rules by their ids; read when first asked for, and once."""
    from specdouble.rules import load_rules

    return load_rules()


def _rules_without_operation(profile: Profile) -> dict[str, str]:
    """Rule → why it cannot be expected, of every rule of which the target has no operation."""
    from specdouble.rules import EVERY_OPERATION

    return {
        rule.id: f"the target does not serve {', '.join(rule.operations)}"
        for rule in catalogue().values()
        if not any(each == EVERY_OPERATION or profile.has(each) for each in rule.operations)
    }
