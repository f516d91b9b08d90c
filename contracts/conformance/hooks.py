"""What the Schemathesis engine is told beside its settings; `schemathesis.toml` and lane A name this module."""

from collections.abc import Iterator, Sequence
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi._auth_retry import get_security_parameters
from schemathesis.specs.openapi.checks import (
    _form_text_readings,
    _has_errors_at,
    _has_other_negated_location,
    _sent_form_fields,
)
from schemathesis.transport.serialization import Binary


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: schemathesis.Case[Any], response: Any) -> bool:
    """Keep every failure but one kind: that a request was accepted although it was meant to be wrong, and is not.

    What is wrong as JSON may be right as a form, where all is text and a field that comes twice counts once. The
    engine (4.32.5) therefore reads a form back before it complains. It cannot read one back that has a file
    ("Unsupported type: 'Binary'"); the same fields are sent without a file as well, and judged there. And it does
    not read a field as the list of all its texts, nor a boolean or null as forms spell them (`on`, `0`, blank). Nor
    is a request wrong for want of a credential, which it brings all the same.
    """
    del context
    accepted = isinstance(failure, AcceptedNegativeData)
    return not (accepted and (_has_file(case) or _lacks_credentials(case) or _is_right_with_lists(case, response)))


def _lacks_credentials(case: schemathesis.Case[Any]) -> bool:
    """Whether a credential is among what was made wrong, so that nothing can be said of the rest."""
    if case.meta is None:
        return False
    credentials = {(each.location, each.name) for each in get_security_parameters(case.operation)}
    data = case.meta.phase.data
    return any((each.parameter_location, each.parameter) in credentials for each in (data, *data.mutations))


def _has_file(case: schemathesis.Case[Any]) -> bool:
    return isinstance(case.body, dict) and any(isinstance(value, Binary) for value in case.body.values())


def _is_right_with_lists(case: schemathesis.Case[Any], response: Any) -> bool:
    """Whether a form fits its schema where a field may be the list of all texts that came under its name."""
    told = _sent_form_fields(response, case.media_type) if response is not None and case.media_type else None
    wrong_elsewhere = case.meta is not None and _has_other_negated_location(case, ParameterLocation.BODY)
    if told is None or wrong_elsewhere:
        return False
    # Of a part whose name cannot be read back (the engine takes None for it) no field is known that it would be; of
    # what has no part at all an empty form arrives.
    fields = {name: texts for name, texts in told.items() if isinstance(name, str)}
    body = case.operation.get_body_for_media_type(case.media_type)
    try:
        validator = make_validator(body.optimized_schema, case.operation.schema.adapter.jsonschema_validator_cls)
    except ValueError:
        return False  # A pattern that the validator cannot read, say.
    sent: dict[str, Any] = {}
    for name, texts in fields.items():
        readings = list(_readings(texts))
        fitting = (each for each in readings if not _has_errors_at(validator, {**sent, name: each}, name))
        sent[name] = next(fitting, readings[0])
    return bool(validator.is_valid(sent))


_FLAGS = {
    **dict.fromkeys(("1", "on", "t", "true", "y", "yes"), True),
    **dict.fromkeys(("0", "off", "f", "false", "n", "no"), False),
}
"""How forms spell what is true and what is false: they have no booleans, and no document says which words are meant."""


def _readings(texts: Sequence[str | None]) -> Iterator[Any]:
    """The ways to read all that came under one name."""
    yield list(texts)
    yield [_form_text_readings(text)[-1] if text is not None else None for text in texts]
    for text in texts:
        yield from _form_text_readings(text) if text is not None else ()
        if text is not None and text.lower() in _FLAGS:
            yield _FLAGS[text.lower()]
        if text == "":
            yield None  # What is left blank in a form says that there is nothing.
