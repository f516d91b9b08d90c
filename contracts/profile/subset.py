"""Reduce a contract to the operations that a target serves, if its profile lists them."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import structs

from contracts.openapi.description import METHODS, Model
from contracts.profile.extensions import merge_extensions
from contracts.profile.models import Profile

if TYPE_CHECKING:
    from specdouble.rules import Rule


def select_operations(document: dict[str, Any], profile: Profile) -> tuple[dict[str, Any], Profile]:
    """Return the operations of a document that a target serves, and the profile with their specification extensions.

    Rules without an operation on the target are added to the profile's differences.
    """
    if profile.serves is None:
        return document, merge_extensions(profile, Model(document))
    paths = {path: _served(item, profile) for path, item in document["paths"].items()}
    lacking = _rules_without_operation(profile) if profile.scenarios else {}
    served = {**document, "paths": paths}
    lacking_profile = structs.replace(profile, differences={**lacking, **profile.differences})
    return served, merge_extensions(lacking_profile, Model(served))


def absent_operations(document: Mapping[str, Any], profile: Profile) -> list[tuple[str, str]]:
    """Return method and path of the operations of a document that a target does not have."""
    operations = Model(document).operations.values() if profile.serves is not None else ()
    return [(operation.method, operation.path) for operation in operations if not profile.has(operation.id)]


def _served(item: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    return {
        name: _without_dead_links(node, profile) if name in METHODS else node
        for name, node in item.items()
        if name not in METHODS or profile.has(node.get("operationId", ""))
    }


def _without_dead_links(operation: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """Remove the links from the answers of an operation to operations that are missing."""
    responses = {status: dict(_answer(answer, profile)) for status, answer in operation["responses"].items()}
    return {**operation, "responses": responses}


def _answer(answer: Mapping[str, Any], profile: Profile) -> Iterator[tuple[str, Any]]:
    for name, node in answer.items():
        if name != "links":
            yield name, node
        elif links := {key: link for key, link in node.items() if _leads_somewhere(link, profile)}:
            yield name, links


def _leads_somewhere(link: Mapping[str, Any], profile: Profile) -> bool:
    return "operationId" not in link or profile.has(link["operationId"])


@cache
def catalogue() -> "Mapping[str, Rule]":
    """Return the documented rules by their ids; they are read once, when first needed."""
    from specdouble.rules import load_rules

    return load_rules()


def _rules_without_operation(profile: Profile) -> dict[str, str]:
    """Return the rules of which the target has no operation, each with the reason."""
    from specdouble.rules import EVERY_OPERATION

    return {
        rule.id: f"the target does not serve {', '.join(rule.operations)}"
        for rule in catalogue().values()
        if not any(operation == EVERY_OPERATION or profile.has(operation) for operation in rule.operations)
    }
