"""The row of operations: each one, asked once with a valid request, answers as the document says."""

from schemathesis import Response

from benchmarks.documents.cases import Case
from benchmarks.documents.client import answer_text, curl
from benchmarks.documents.items import Items
from benchmarks.documents.judge import accepts_valid, breach
from benchmarks.documents.subject import Subject
from benchmarks.documents.verdicts import Failure, Verdicts


def operations(subject: Subject) -> Verdicts:
    """Yield for each operation whether its answer to a valid request is documented."""
    for operation in subject.operations:
        case = subject.case(operation)
        if case is None:
            continue
        subject.client.reset()
        placed = Items(subject).place(case)
        yield _verdict(subject, placed, subject.send(placed))


def _verdict(subject: Subject, case: Case, response: Response) -> Failure | None:
    sent = curl(response.request)
    if not accepts_valid(case, response):
        kind = f"a valid {case.method} is answered with {response.status_code}"
        return Failure(kind, subject.source.name, sent, answer_text(response))
    broken = breach(case, response)
    if broken is None:
        return None
    return Failure(broken[0], subject.source.name, sent, f"{broken[1]} ← {answer_text(response)}")
