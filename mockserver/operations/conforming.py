"""Hold every JSON answer against its documented schema, and repair those that are not valid."""

from typing import Any

from mockserver.call import Answer
from mockserver.openapi.generation import Generator
from mockserver.openapi.json_schema import View
from mockserver.openapi.repair import Repair
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.operations.documented import NO_CONTENT, DocumentedResponses


class ConformingAnswers:
    """The answers of one operation, as their schemas have them."""

    def __init__(self, documented: DocumentedResponses, specification: Specification) -> None:
        self._documented = documented
        self._specification = specification
        self._repairs: dict[int, Repair | None] = {}
        """Status → what repairs its answers; None where no schema describes them. Compiled on first use."""

    def conform(self, answer: Answer) -> Answer:
        """Return an answer with valid content; it is the same one if it is valid already."""
        if isinstance(answer.content, bytes) or answer.status in NO_CONTENT:
            return answer
        if answer.status not in self._repairs:
            self._repairs[answer.status] = self._compile(answer.status)
        repair = self._repairs[answer.status]
        if repair is None:
            return answer
        content = repair.repaired(answer.content, self._specification.resolve)
        return answer if content is answer.content else Answer(answer.status, content, answer.headers)

    def _compile(self, status: int) -> Repair | None:
        schema: Any = self._documented.json_schema(status)
        if schema is None:
            return None
        validator = compile_validator(schema, self._specification, View.RESPONSE)
        return Repair(schema, validator, Generator(self._specification))
