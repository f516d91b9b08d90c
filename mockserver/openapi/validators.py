"""Validators of values, compiled from the schemas of a document."""

import jsonschema_rs

from mockserver.openapi.json_schema import View
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification


def compile_validator(
    schema: Schema, specification: Specification, view: View = View.WHOLE
) -> jsonschema_rs.Draft202012Validator:
    """Compile the validator of a schema, which asserts formats and follows references to the components.

    ``view`` is the side from which a value comes.
    """
    return jsonschema_rs.Draft202012Validator(specification.json_schema(schema, view), validate_formats=True)
