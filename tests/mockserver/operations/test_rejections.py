from typing import Any

import pytest

from mockserver.error_bodies import error_list
from mockserver.errors import ApiError, Conflict, Invalid, Problem
from mockserver.openapi import reader
from mockserver.operations.rejections import DocumentedRejections


def rejections(*statuses: str) -> DocumentedRejections:
    """The rejections of an operation that lists some statuses."""
    responses: dict[str, Any] = {status: {"description": "x"} for status in ("200", *statuses)}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Kennel", "version": "1"},
        "paths": {"/dogs": {"patch": {"operationId": "change", "responses": responses}}},
    }
    contract = reader.read(document)
    return DocumentedRejections(contract.operations["change"], contract)


@pytest.mark.parametrize(
    ("listed", "bad_input", "conflict"),
    [
        ((), 400, 409),
        (("409",), 400, 409),
        (("422",), 422, 422),
        (("400", "422"), 400, 422),
        (("400",), 400, 400),
        (("400", "409", "422"), 400, 409),
        (("4XX",), 400, 409),
        (("default",), 400, 409),
    ],
)
def test_bad_input_and_conflicts_have_a_status_that_the_document_lists(
    listed: tuple[str, ...], bad_input: int, conflict: int
) -> None:
    errors: list[tuple[ApiError, int]] = [(Invalid([Problem(None, "invalid", "x")]), bad_input), (Conflict(), conflict)]
    for error, status in errors:
        assert rejections(*listed).write(error, error_list).status == status
