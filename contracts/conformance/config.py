"""The settings of the Schemathesis engine: what is tolerated comes from the spec and the profile, and stands here."""

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
"""The methods that change nothing."""
HARMLESS_ANYWHERE = ("GET", "OPTIONS")
"""Those of them that may be sent to items of others."""
WITHOUT_A_HEADER = ["400", "401", "403", "406", "412", "415", "422", "428"]
"""How a header may be missed: as the engine has it by default, and for want of a version."""
OF_A_REFUSAL = {"409", "422"}
"""Statuses beside 400 that tell, where a spec names them, that a value does not go with what is there."""
OF_A_VERSION = {"412", "428"}
"""Statuses that tell, where a spec names them, that a change is of another version, or should say of which it is."""


def engine_config(target: Target, document: Mapping[str, Any], effort: Effort) -> dict[str, Any]:
    """The engine's settings: what is tolerated comes from the spec and the profile, and stands here in the open."""
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
        # Secrets are hidden by us, by the name of their variable, so that the lines can be run.
        # We cut texts as well: what is cut before is half a secret, which nobody recognises.
        "output": {"sanitization": {"enabled": False}, "truncation": {"enabled": False}},
        "generation": {"max-examples": effort.max_examples * 5, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ACCEPTED},
            "negative_data_rejection": {"expected-statuses": REJECTED},
            "missing_required_header": {"expected-statuses": WITHOUT_A_HEADER},
        },
        "operations": [*_operations(target.profile, document), *_undeclared(target, Model(document))],
    }


# Each of the next two gives as few entries as can be: the engine asks every entry again for every request.
def _operations(profile: Profile, document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Operations that may refuse, for their state, what fits the spec: the profile names them and says why.

    They do so with 400, or with another status that the spec names for it; those that heed If-Match for its sake.
    """
    operations = Model(document).operations
    refusing: dict[tuple[str, ...], list[str]] = {}
    for name, operation in sorted(operations.items()):
        statuses = dict.fromkeys((*ACCEPTED, *_of_its_state(operation, profile)))
        if len(statuses) > len(ACCEPTED):
            refusing.setdefault(tuple(statuses), []).append(name)
    for accepted, names in refusing.items():
        yield {
            "include-operation-id": names,
            "checks": {"positive_data_acceptance": {"expected-statuses": list(accepted)}},
        }


def _of_its_state(operation: Operation, profile: Profile) -> Iterator[str]:
    """The statuses with which an operation may refuse, for the state of the item, what fits the spec."""
    if operation.id in profile.refusals:
        yield from map(str, profile.same_status.get(400, [400]))
        yield from sorted(_documented(operation, OF_A_REFUSAL))
    if operation.accepts_if_match:
        yield from sorted(_documented(operation, OF_A_VERSION))


def _documented(operation: Operation, statuses: Collection[str]) -> Collection[str]:
    """Those of some statuses that the spec has for an operation: by themselves, as a class, or by default."""
    every = {"4XX", "4xx", "default"} & operation.statuses
    return statuses if every else operation.statuses & set(statuses)


def _undeclared(target: Target, model: Model) -> Iterator[dict[str, Any]]:
    """The methods that are tried where the spec has none: those that touch nothing which is not the run's."""
    if target.safety is Safety.DESTRUCTIVE:
        return
    groups: dict[tuple[str, ...], list[str]] = {}
    for path in sorted({operation.path for operation in model.operations.values()}):
        if target.safety is Safety.OBSERVE or "{" not in path.rstrip("/").rpartition("/")[2]:
            groups.setdefault(HARMLESS, []).append(path)
        elif target.gate.guard.reach("PATCH", path):
            groups.setdefault(HARMLESS_ANYWHERE, []).append(path)
    for methods, paths in groups.items():
        yield {"include-path": paths, "phases": {"coverage": {"unexpected-methods": list(methods)}}}


def owner_of(profile: Profile) -> str | None:
    """As whom the engine sends: who owns the first of the resources that have an owner, else the first person."""
    owners = [notes.owner for notes in profile.resources.values() if notes.owner]
    return next(iter([*owners, *profile.people]), None)


def headers_of(target: Target) -> dict[str, str]:
    """What every request of the engine carries: the wire's own headers, and those that identify the owner."""
    owner = owner_of(target.profile)
    return {**target.conduct.wire.sent, **(target.identity(owner).headers if owner else {})}
