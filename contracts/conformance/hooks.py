"""The hook that drops failures which the engine cannot judge; `schemathesis.toml` names this module too."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.transport.serialization import Binary

from contracts.conformance.compat import negates_elsewhere, sent_form_fields


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: schemathesis.Case[Any], response: Any) -> bool:
    """Drop reports that an invalid request was accepted where the request was valid after all. Keep all others.

    A value that is invalid in JSON may be valid in a form: there all values are text, and of a field that comes twice
    one value counts. The engine (4.32.5) therefore reads a form back before it reports one. It can't read one back
    that has a file ("Unsupported type: 'Binary'"), but sends the same fields without a file as well. It does not
    read a field as the list of all its texts, nor a boolean or null as forms spell them (`on`, `0`, blank). And a
    request is not invalid for the lack of a credential that it carries all the same.
    """
    del context
    if not isinstance(failure, AcceptedNegativeData):
        return True
    return not (_has_file(case) or _lacks_credentials(case) or _is_valid_with_lists(case, response))


def _lacks_credentials(case: schemathesis.Case[Any]) -> bool:
    """Whether a credential is among the parts that were made invalid, so that nothing can be said of the rest."""
    if case.meta is None:
        return False
    parameters = case.operation.security.iter_parameters()
    credentials = {(parameter.location, parameter.name) for parameter in parameters}
    data = case.meta.phase.data
    return any((change.parameter_location, change.parameter) in credentials for change in (data, *data.mutations))


def _has_file(case: schemathesis.Case[Any]) -> bool:
    return isinstance(case.body, dict) and any(isinstance(value, Binary) for value in case.body.values())


def _is_valid_with_lists(case: schemathesis.Case[Any], response: Any) -> bool:
    """Whether a form fits its schema if a field may be the list of all texts under its name."""
    if response is None or not case.media_type or negates_elsewhere(case, ParameterLocation.BODY):
        return False
    form = sent_form_fields(response, case.media_type)
    if form is None:
        return False
    body = case.operation.get_body_for_media_type(case.media_type)
    try:
        validator = make_validator(body.optimized_schema, case.operation.schema.adapter.jsonschema_validator_cls)
    except ValueError:
        return False  # For example, a pattern that the validator can't read.
    fields: dict[str, Any] = {}
    for name, texts in form.items():
        # The engine reads None for the name of a part that it can't read back: no field has that name.
        if isinstance(name, str):
            fields[name] = _fitting(validator, fields, name, list(_readings(texts)))
    return bool(validator.is_valid(fields))


def _fitting(validator: Any, fields: dict[str, Any], name: str, readings: Sequence[Any]) -> Any:
    """Return the first reading of a field that its schema accepts, the first of all if there is none."""
    for reading in readings:
        errors = validator.iter_errors({**fields, name: reading})
        if not any(list(error.instance_path[:1]) == [name] for error in errors):
            return reading
    return readings[0]


_FLAGS = {
    **dict.fromkeys(("1", "on", "t", "true", "y", "yes"), True),
    **dict.fromkeys(("0", "off", "f", "false", "n", "no"), False),
}
"""How forms spell true and false: they have no booleans, and no document says which words are meant."""


def _readings(texts: Sequence[str | None]) -> Iterator[Any]:
    """Return the ways to read the texts under one name."""
    yield list(texts)
    yield [None if text is None else _json_or_text(text) for text in texts]
    for text in texts:
        if text is None:
            continue
        yield text
        yield _json_or_text(text)
        if text.lower() in _FLAGS:
            yield _FLAGS[text.lower()]
        if text == "":
            yield None  # A blank field of a form means that there is no value.


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
