"""The row of preferences: ``Prefer: code=`` and ``example=`` choose the answer."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from schemathesis import Response

from benchmarks.documents.cases import Case, Operation
from benchmarks.documents.client import answer_text, curl
from benchmarks.documents.items import Items, json_of
from benchmarks.documents.judge import breach
from benchmarks.documents.references import Example, examples
from benchmarks.documents.subject import Subject
from benchmarks.documents.verdicts import Failure, Verdicts


def preferences(subject: Subject) -> Verdicts:
    """Yield for each documented status, and each named example, whether it is the answer where it is preferred."""
    for operation in subject.operations:
        case = subject.case(operation)
        if case is None:
            continue
        subject.client.reset()
        placed = Items(subject).place(case)
        for status, definition in documented(operation):
            shown = list(examples(definition, subject.resolver))
            yield _code(subject, placed, status, shown)
            for example in shown:
                if example.name and case.method != "HEAD":
                    yield _example(subject, placed, status, example)


def documented(operation: Operation) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the responses of an operation that are documented under a status of their own."""
    for key in operation.responses.status_codes:
        if str(key).isdecimal() and 200 <= int(key) <= 599:
            yield int(key), operation.responses.find_by_status_code(int(key)).definition


def _code(subject: Subject, case: Case, status: int, shown: list[Example]) -> Failure | None:
    response = subject.send(case, {"Prefer": f"code={status}"})
    name, sent = subject.source.name, curl(response.request)
    if response.status_code != status:
        return Failure(f"code= is answered with {_class(response)}", name, sent, answer_text(response))
    broken = breach(case, response)
    # An example that breaks its own schema is a fault of the document.
    if broken is not None and not any(shows(response, example.value) for example in shown):
        return Failure(f"code=: {broken[0]}", name, sent, f"{broken[1]} ← {answer_text(response)}")
    return None


def _class(response: Response) -> str:
    return str(response.status_code) if response.status_code >= 400 else "another status"


def _example(subject: Subject, case: Case, status: int, example: Example) -> Failure | None:
    response = subject.send(case, {"Prefer": f'code={status}, example="{example.name}"', "Accept": example.media_type})
    if response.status_code == status and shows(response, example.value):
        return None
    if response.status_code != status:
        kind = f"example= is answered with {_class(response)}"
    else:
        kind = f"example= of {example.media_type} is answered with another body"
    wanted = json.dumps(example.value, default=str, ensure_ascii=False)[:300]
    return Failure(kind, subject.source.name, curl(response.request), f"wanted {wanted} ← {answer_text(response)}")


def shows(response: Response, value: Any) -> bool:
    """Return whether the body of an answer is a value: as JSON, or as the text that it is."""
    plain = json.loads(json.dumps(value, default=str))
    if json_of(response) == plain:
        return True
    return isinstance(value, str) and "".join(response.text.split()) == "".join(value.split())
