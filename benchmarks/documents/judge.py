"""Judge answers by the document: by the checks of Schemathesis, which validate in the document's own dialect."""

from typing import Any, Final

from schemathesis import Response
from schemathesis.core.failures import Failure as CheckFailure
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi.checks import JsonSchemaError
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from benchmarks.documents.cases import Case

_CHECKS: Final = [
    status_code_conformance,
    response_headers_conformance,
    content_type_conformance,
    response_schema_conformance,
]
"""What answers without a body are judged by comes first."""
_SHOWN: Final = 300


def breach(case: Case, response: Response) -> tuple[str, str] | None:
    """Return how an answer breaks the document, as a kind and a message; None where it conforms."""
    if not case.operation.responses.status_codes:
        # A document that lists no response breaks nothing.
        return None
    try:
        case.validate_response(response, checks=_checks(case, response))
    except FailureGroup as group:
        failures = [error for error in group.exceptions if isinstance(error, CheckFailure)]
        first = min(failures, key=lambda failure: failure.title)
        return _kind(first), " ".join(first.message.split())[:_SHOWN]
    except Exception as error:
        return "the checks do not understand the answer", f"{type(error).__name__}: {error}"[:_SHOWN]
    return None


def _kind(failure: CheckFailure) -> str:
    """Return what a failure is, with the keyword of the schema and the types where values break it."""
    if not isinstance(failure, JsonSchemaError):
        return failure.title
    keyword = next((str(key) for key in reversed(failure.schema_path) if not isinstance(key, int)), "false")
    place = "the body itself" if not failure.instance_path else "a value in it"
    return f"{failure.title}: {place} breaks {keyword}"


def _checks(case: Case, response: Response) -> list[Any]:
    """Return the checks that apply: an answer without a body has none to judge, where no schema asks for one."""
    documented = case.operation.responses.find_by_status_code(response.status_code)
    bodiless = case.method == "HEAD" or (
        not response.content and documented is not None and not any(documented.iter_documented_schemas())
    )
    return list(_CHECKS[:2] if bodiless else _CHECKS)


def accepts_valid(case: Case, response: Response) -> bool:
    """Return whether an answer to a valid request is one of success, or the document lists none."""
    listed: Any = case.operation.responses.status_codes
    succeeds = any(str(status)[0] in "123d" for status in listed)
    return response.status_code < 400 or (not succeeds and response.status_code < 500)
