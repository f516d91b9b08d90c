"""Read the document of a case, validate the values of the suite by its schema, and generate a value of it."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.documents.verdicts import Failure
from benchmarks.json_schema.suite import NAME, Case
from mockserver.openapi import reader
from mockserver.openapi.generation import Generator
from mockserver.openapi.json_schema import View
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from specdouble import document

_SHOWN = 160


def read(case: Case, folder: Path) -> Specification:
    """Read the document of a case as the mock does."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(case.document))
    return reader.read(document.read(path).content)


def validation(case: Case, contract: Specification) -> Iterator[Failure | None]:
    """Yield a verdict for each value of a case."""
    validator = compile_validator({"$ref": f"#/components/schemas/{NAME}"}, contract)
    for description, value, expected in case.values:
        if validator.is_valid(value) == expected:
            yield None
        else:
            kind = "a valid value is rejected" if expected else "an invalid value is accepted"
            yield Failure(kind, case.name, "", f"{description}: {_short(value)}")


def generation(contract: Specification, schema: Schema, place: str) -> tuple[Failure | None, float]:
    """Return the verdict about the value that is generated of a schema, and how many seconds that takes."""
    validator = compile_validator(schema, contract, View.RESPONSE)
    started = time.process_time()
    value = Generator(contract).value(schema)
    seconds = time.process_time() - started
    error = next(validator.iter_errors(value), None)
    if error is None:
        return None, seconds
    keyword = next((str(key) for key in reversed(error.schema_path) if not isinstance(key, int)), "false")
    where = "".join(f"/{step}" for step in error.instance_path)
    return Failure(f"a value breaks {keyword}", place, "", f"{where} {_short(error.message)}: {_short(value)}"), seconds


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
