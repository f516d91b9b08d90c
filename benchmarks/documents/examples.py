"""The row of examples: where nothing was created, an operation answers with its documented example."""

import json
from collections.abc import Container, Iterable, Mapping
from typing import Any

from schemathesis import Response

from benchmarks.documents.cases import PARAMETER, Case, Operation, required_only, variant
from benchmarks.documents.client import answer_text, curl
from benchmarks.documents.items import Items, candidates, json_of, names
from benchmarks.documents.preferences import documented, shows
from benchmarks.documents.references import Example, examples
from benchmarks.documents.subject import Subject
from benchmarks.documents.verdicts import Failure, Verdicts


def example_answers(subject: Subject) -> Verdicts:
    """Yield for each operation with an example, and that changes no item, whether it answers with it."""
    for operation in subject.operations:
        shown = _shown(subject, operation)
        case = subject.case(operation)
        if not shown or case is None or case.method == "HEAD" or _changes_items(subject, operation):
            continue
        subject.client.reset()
        placed = _placed(subject, case, shown)
        response = subject.send(placed, {"Accept": shown[0].media_type})
        if not any(_answers_with(response, example.value, placed) for example in shown):
            yield _failure(subject, response, shown[0])
        else:
            yield None


def _shown(subject: Subject, operation: Operation) -> list[Example]:
    """Return the valid examples of the first response of success, those of its first media type that has any."""
    successes = sorted((status, definition) for status, definition in documented(operation) if status < 300)
    if not successes:
        return []
    status, definition = successes[0]
    valid_examples = [
        example
        for example in examples(definition, subject.resolver)
        if _is_valid(operation.responses.find_by_status_code(status), example)
    ]
    return [example for example in valid_examples if example.media_type == valid_examples[0].media_type]


def _is_valid(response: Any, example: Example) -> bool:
    try:
        schema = response.get_schema(example.media_type).schema
        if schema is None or "json" not in example.media_type.lower():
            return True
        valid: bool = response.adapter.jsonschema_validator_cls(schema, validate_formats=True).is_valid(
            json.loads(json.dumps(example.value, default=str))
        )
    except Exception:
        # A schema that cannot be compiled judges nothing.
        return True
    return valid


def _changes_items(subject: Subject, operation: Operation) -> bool:
    """Return whether an operation creates or changes items, so that its answer shows what was sent."""
    method, path = operation.method.upper(), operation.path
    if method == "GET":
        return False
    below = any(
        other.method.upper() == "GET" and PARAMETER.fullmatch(other.path.removeprefix(f"{path.rstrip('/')}/"))
        for other in subject.operations
        if other.path.startswith(f"{path.rstrip('/')}/")
    )
    return bool(below) or subject.at("GET", path) is not None


def _placed(subject: Subject, case: Case, shown: list[Example]) -> Case:
    """Return a case for the item that the example shows, with the documented examples of the parameters."""
    case = required_only(case)
    query = {**(case.query or {}), **_given(case.operation.query, case.query or {})}
    path = case.operation.path
    parameters = names(path)
    if not parameters:
        return variant(case, query=query)
    if not path.rstrip("/").endswith(f"{{{parameters[-1]}}}"):
        return variant(case, query=query, path_parameters=Items(subject).values(case))
    values = {**Items(subject).values(case, above=True), **_given(case.operation.path_parameters, parameters[-1:])}
    for example in shown:
        for candidate in candidates(example.value, parameters[-1]):
            return variant(case, query=query, path_parameters={**values, parameters[-1]: candidate})
    return variant(case, query=query, path_parameters=values)


def _given(parameters: Iterable[Any], wanted: Container[str]) -> dict[str, Any]:
    """Return the first documented example of some parameters."""
    return {
        parameter.name: parameter.examples[0]
        for parameter in parameters
        if parameter.name in wanted and parameter.examples
    }


def _answers_with(response: Response, value: Any, case: Case) -> bool:
    if response.status_code >= 400:
        return False
    if shows(response, value):
        return True
    sent = case.body if isinstance(case.body, Mapping) else {}
    request_values = [*(case.path_parameters or {}).values(), *sent.values()]
    return _alike(json_of(response), value, {json.dumps(entry, default=str) for entry in request_values})


def _alike(answer: Any, value: Any, request_values: set[str]) -> bool:
    """Return whether an answer is an example, apart from the values that the request gives."""
    if isinstance(answer, Mapping) and isinstance(value, Mapping):
        return all(key in answer and _alike(answer[key], entry, request_values) for key, entry in value.items())
    if isinstance(answer, list) and isinstance(value, list):
        return len(answer) == len(value) and all(
            _alike(entry, example, request_values) for entry, example in zip(answer, value, strict=True)
        )
    return bool(answer == json.loads(json.dumps(value, default=str))) or json.dumps(answer) in request_values


def _failure(subject: Subject, response: Response, example: Example) -> Failure:
    method = str(response.request.method)
    if response.status_code >= 400:
        kind = f"{method} with an example is answered with {response.status_code}"
    elif json_of(response) in ([], {}):
        kind = f"{method} with an example is answered with an empty body"
    else:
        kind = f"{method} with an example is answered with another body"
    wanted = json.dumps(example.value, default=str, ensure_ascii=False)[:300]
    return Failure(kind, subject.source.name, curl(response.request), f"wanted {wanted} ← {answer_text(response)}")
