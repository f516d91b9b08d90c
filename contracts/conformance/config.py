"""The settings of the Schemathesis engine, as they follow from the document and the profile."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from contracts.client.target import Safety, Target
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.openapi.resources import Operation
from contracts.profile.models import Profile

ACCEPTED = ["2xx", "401", "403", "404", "410"]
REJECTED = ["4xx"]
HARMLESS = ("GET", "OPTIONS", "QUERY", "TRACE")
"""Methods that change nothing."""
HARMLESS_ANYWHERE = ("GET", "OPTIONS")
"""Methods that may be sent to items of others."""
WITHOUT_A_HEADER = ["400", "401", "403", "406", "412", "415", "422", "428"]
"""Statuses with which a missing header may be rejected: the engine's defaults, and those for a missing version."""
STATUSES_OF_A_CONFLICT = {"409", "422"}
"""Statuses beside 400 that say, where they are documented, that a value conflicts with the state."""
STATUSES_OF_A_VERSION = {"412", "428"}
"""Statuses that say, where they are documented, that If-Match is stale or missing."""


def engine_config(target: Target, document: Mapping[str, Any], effort: Effort) -> dict[str, Any]:
    """Return the engine's settings."""
    return {
        "seed": effort.seed,
        "base-url": target.url,
        "workers": 1,
        "request-timeout": target.conduct.request_timeout,
        "continue-on-failure": True,
        "headers": headers_of(target),
        "tls-verify": target.conduct.wire.verify,
        **({"proxy": target.conduct.wire.proxy} if target.conduct.wire.proxy else {}),
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        # The checker hides secrets itself, by the name of their variable, so that the curl lines can be run. It also
        # shortens texts itself: half of a secret would not be recognised any more.
        "output": {"sanitization": {"enabled": False}, "truncation": {"enabled": False}},
        "generation": {"max-examples": effort.max_examples * 5, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ACCEPTED},
            "negative_data_rejection": {"expected-statuses": REJECTED},
            "missing_required_header": {"expected-statuses": WITHOUT_A_HEADER},
        },
        "operations": [*_operations(target.profile, document), *_undeclared(target, Model(document))],
    }


# The next two functions return as few entries as possible: the engine goes through all of them for every request.
def _operations(profile: Profile, document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return entries for operations that may reject a valid request because of the item's state.

    The profile lists them. They answer 400 or another status that is documented for it. Operations
    that take If-Match may reject a stale one.
    """
    operations = Model(document).operations
    rejecting: dict[tuple[str, ...], list[str]] = {}
    for name, operation in sorted(operations.items()):
        statuses = dict.fromkeys((*ACCEPTED, *_statuses_of_conflict(operation, profile)))
        if len(statuses) > len(ACCEPTED):
            rejecting.setdefault(tuple(statuses), []).append(name)
    for accepted, names in rejecting.items():
        yield {
            "include-operation-id": names,
            "checks": {"positive_data_acceptance": {"expected-statuses": list(accepted)}},
        }


def _statuses_of_conflict(operation: Operation, profile: Profile) -> Iterator[str]:
    """Return the statuses with which an operation may reject a valid request because of the item's state."""
    if operation.id in profile.refusals:
        yield from map(str, profile.same_status.get(400, [400]))
        yield from sorted(_documented(operation, STATUSES_OF_A_CONFLICT))
    if operation.accepts_if_match:
        yield from sorted(_documented(operation, STATUSES_OF_A_VERSION))


def _documented(operation: Operation, statuses: Collection[str]) -> Collection[str]:
    """Return those of some statuses that are documented for an operation: by number, as a class, or by default."""
    every = {"4XX", "4xx", "default"} & operation.statuses
    return statuses if every else operation.statuses & set(statuses)


def _undeclared(target: Target, model: Model) -> Iterator[dict[str, Any]]:
    """Return entries with the undocumented methods that may be tried on a path without touching items of others."""
    if target.safety is Safety.DESTRUCTIVE:
        return
    groups: dict[tuple[str, ...], list[str]] = {}
    for path in sorted({operation.path for operation in model.operations.values()}):
        if target.safety is Safety.OBSERVE or "{" not in path.rstrip("/").rpartition("/")[2]:
            groups.setdefault(HARMLESS, []).append(path)
        elif target.gate.guard.exclusion("PATCH", path):
            groups.setdefault(HARMLESS_ANYWHERE, []).append(path)
    for methods, paths in groups.items():
        yield {"include-path": paths, "phases": {"coverage": {"unexpected-methods": list(methods)}}}


def owner_of(profile: Profile) -> str | None:
    """Return the person as whom the engine sends: the first owner of a resource, else the first person."""
    owners = [notes.owner for notes in profile.resources.values() if notes.owner]
    return next(iter([*owners, *profile.people]), None)


def headers_of(target: Target) -> dict[str, str]:
    """Return the headers of every request of the engine: those of the connection, and those that identify the owner."""
    owner = owner_of(target.profile)
    return {**target.conduct.wire.values, **(target.identity(owner).headers if owner else {})}
