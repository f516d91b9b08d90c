"""Valid requests to the operations of a document, made by Schemathesis.

Schemathesis reads the document as it is written, in its own dialect of JSON Schema. It shares no code with the mock.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from benchmarks.documents.references import Resolver
from benchmarks.documents.sources import Source

Operation = APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]

SEED: Final = 1
FEW: Final = 6
"""How many requests are drawn to find one with a JSON body."""
MANY: Final = 16
"""How many requests are drawn where it matters what they send."""
PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_SETTINGS: Final = settings(
    database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
_ENOUGH: Final = 60
"""The size of a body that people can still read."""


def read(source: Source) -> Any:
    """Return a document as Schemathesis reads it."""
    schema = schemathesis.openapi.from_path(str(source.path))
    # Credentials come from the requirements, and people read these requests.
    schema.config.generation.update(with_security_parameters=False, allow_x00=False, codec="ascii")
    return schema


def operations(schema: Any) -> list[Operation]:
    """Return the operations of a document that Schemathesis understands, and that an address can name."""
    understood = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return [operation for operation in understood if not set("#?") & set(operation.path)]


def plain_case(operation: Operation) -> Case | None:
    """Return a small valid request, JSON if there is a choice; None where none can be made."""
    drawn = _drawn(operation, FEW)
    if not any(map(_can_be_sent, drawn)):
        drawn = _drawn(operation, MANY)
    cases = list(filter(_can_be_sent, drawn))
    return min(cases, key=lambda case: case.body is not NOT_SET and "json" not in str(case.media_type), default=None)


def rich_case(operation: Operation) -> Case | None:
    """Return a valid request that sends much, JSON if there is a choice; None where none can be made."""
    cases = [_declared_only(case) for case in _drawn(operation, MANY) if _can_be_sent(case)]
    return max(cases, key=lambda case: ("json" in str(case.media_type), _richness(case.body)), default=None)


def variant(case: Case, **changes: Any) -> Case:
    """Return a copy of a case with other path parameters, query, headers, cookies or body."""
    parts = {
        "path_parameters": dict(case.path_parameters or {}),
        "query": dict(case.query or {}),
        "headers": dict(case.headers or {}),
        "cookies": dict(case.cookies or {}),
        "body": case.body,
        "media_type": case.media_type,
    }
    copy: Case = case.operation.Case(**{**parts, **changes})
    return copy


def required_only(case: Case) -> Case:
    """Return a case with no other query, headers and cookies than the required ones: others may select rows."""
    needed = {parameter.name for parameter in case.operation.iter_parameters() if parameter.is_required}
    parts = {part: dict(getattr(case, part) or {}) for part in ("query", "headers", "cookies")}
    return variant(
        case, **{part: {name: values[name] for name in values.keys() & needed} for part, values in parts.items()}
    )


def _drawn(operation: Operation, count: int) -> list[Case]:
    drawn: list[Case] = []

    @seed(SEED)
    @settings(_SETTINGS, max_examples=count)
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
    def collect(case: Case) -> None:
        drawn.append(case)

    try:
        collect()
    except Exception:
        # Schemathesis and Hypothesis have many reasons to give up on a schema; none says anything about the mock.
        return drawn
    return drawn


def _can_be_sent(case: Case) -> bool:
    """Return whether the values that an operation requires leave a text in the address: null and {} do not."""
    needed = {parameter.name for parameter in case.operation.query if parameter.is_required}
    values = [*(case.path_parameters or {}).values(), *((case.query or {}).get(name) for name in needed)]
    return all(value not in (None, {}, [], "", "null") for value in values)


def _declared_only(case: Case) -> Case:
    """Return a case whose body has no properties that the document does not declare, where it stays valid."""
    body = case.operation.get_body_for_media_type(case.media_type)
    if body is None or not isinstance(case.body, dict) or "json" not in str(case.media_type):
        return case
    schema = body.raw_schema
    kept = Resolver(schema if isinstance(schema, dict) else {}).declared_only(case.body, schema)
    return variant(case, body=kept) if body.is_valid(kept) else case


def _richness(body: Any) -> tuple[int, int]:
    """Return how many values of its own a body sends, and less for one that is too large to read."""
    if not isinstance(body, Mapping):
        return 0, 0
    size = _size(body)
    return (0, -size) if size > _ENOUGH else (len(body), size)


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + sum(1 + _size(entry) for entry in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return 1 + sum(map(_size, value))
    return 0
