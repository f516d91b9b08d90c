"""The rows of parameters: invalid ones are rejected, and so are requests without a required one."""

from collections.abc import Iterator
from typing import Any, Final

from schemathesis.core.parameters import ParameterLocation

from benchmarks.documents.cases import Case, variant
from benchmarks.documents.client import answer_text, curl
from benchmarks.documents.items import Items
from benchmarks.documents.subject import Subject
from benchmarks.documents.verdicts import Failure, Verdicts

_PARTS: Final = {
    ParameterLocation.QUERY: "query",
    ParameterLocation.HEADER: "headers",
    ParameterLocation.COOKIE: "cookies",
}
# OpenAPI ignores parameters of these names.
_IGNORED: Final = frozenset({"accept", "content-type", "authorization"})
_TEXTS: Final = ("not-a-value", "-1", "999999999999999999999999", "1.5", "x" * 600, "x", "")
# Rejections that say nothing about a parameter.
_OTHER_REASONS: Final = frozenset({401, 404, 405, 406, 415, 429})


def invalid(subject: Subject) -> Verdicts:
    """Yield for each parameter that can be invalid whether an invalid value is rejected."""
    for case, parameter in _declared(subject):
        text = invalid_text(parameter)
        if text is not None:
            yield _sent_with(subject, case, parameter, text)


def missing(subject: Subject) -> Verdicts:
    """Yield for each required parameter whether a request without it is rejected."""
    for case, parameter in _declared(subject):
        if parameter.is_required:
            yield _sent_with(subject, case, parameter, None)


def _declared(subject: Subject) -> Iterator[tuple[Case, Any]]:
    for operation in subject.operations:
        for parameter in operation.iter_parameters():
            case = subject.case(operation)
            if case is not None and parameter.location in _PARTS and parameter.name.lower() not in _IGNORED:
                yield case, parameter


def _sent_with(subject: Subject, case: Case, parameter: Any, text: str | None) -> Failure | None:
    """Send a case with another value of a parameter, None for no value; return a failure if it is not rejected."""
    subject.client.reset()
    placed = Items(subject).place(case)
    part = _PARTS[parameter.location]
    values = {name: value for name, value in dict(getattr(placed, part) or {}).items() if name != parameter.name}
    if text is not None:
        values[parameter.name] = text
    response = subject.send(variant(placed, **{part: values}))
    status = response.status_code
    if 400 <= status < 500 and status not in _OTHER_REASONS:
        return None
    wrong = "a missing required" if text is None else "an invalid"
    kind = f"{wrong} {parameter.location.value} parameter is answered with {status}"
    detail = f"{parameter.name}: {parameter.optimized_schema}"[:300]
    return Failure(kind, subject.source.name, curl(response.request), f"{detail} ← {answer_text(response)}")


def invalid_text(parameter: Any) -> str | None:
    """Return a text that no reading makes a valid value of a parameter, None where every text is valid."""
    schema = parameter.optimized_schema
    try:
        validator = parameter.adapter.jsonschema_validator_cls(schema, validate_formats=True)
    except Exception:
        # A schema that JSON Schema does not know has no invalid values.
        return None
    if _is_free(schema):
        return None
    texts = (text for text in _TEXTS if text or not parameter.definition.get("allowEmptyValue"))
    return next((text for text in texts if not any(map(validator.is_valid, readings(text)))), None)


def _is_free(schema: Any) -> bool:
    """Return whether a schema lets objects in, whose spelling has too many readings."""
    text = str(schema)
    return not isinstance(schema, dict) or "'object'" in text or "properties" in text


def readings(text: str) -> Iterator[Any]:
    """Yield the values that a text may stand for, whatever the style of its parameter."""
    scalars = list(_scalars(text))
    yield from scalars
    yield [] if not text else scalars[:1]
    for scalar in scalars:
        yield [scalar]


def _scalars(text: str) -> Iterator[Any]:
    yield text
    for kind in (int, float):
        try:
            yield kind(text)
        except ValueError:
            continue
    if not text:
        yield None
