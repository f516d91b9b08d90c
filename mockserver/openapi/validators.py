"""Validators of values, compiled from the schemas of a document."""

import logging
import re
from typing import Final

import jsonschema_rs

from mockserver.openapi.json_schema import View
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification

_BASE64: Final = re.compile(r"[\w+/\s-]*={0,2}\s*", re.ASCII)

log = logging.getLogger("mockserver")


def compile_validator(
    schema: Schema, specification: Specification, view: View = View.WHOLE
) -> jsonschema_rs.Draft202012Validator:
    """Compile the validator of a schema, which asserts formats and follows references to the components.

    ``view`` is the side from which a value comes.
    """
    try:
        return jsonschema_rs.Draft202012Validator(
            specification.json_schema(schema, view), validate_formats=True, formats={"byte": is_base64}
        )
    except ValueError as error:
        # One schema that cannot be compiled must not stop the operations that use it.
        log.warning("a schema cannot be compiled, and allows any value: %s", error)
        return jsonschema_rs.Draft202012Validator({})


def is_base64(text: str) -> bool:
    """Return whether a text is in base 64, as the format ``byte`` has it; line breaks may divide it (RFC 2045)."""
    return _BASE64.fullmatch(text) is not None
