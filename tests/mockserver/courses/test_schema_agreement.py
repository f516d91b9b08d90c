"""The mock takes a value of a field exactly where the contract's schema of the request does, the state permitting."""

import json
from typing import Any

import pytest

from specdouble import OPENAPI, document
from tests.mockserver.support import COURSES, OPEN, Mock, course, form, outcome

VALUES: list[Any] = [None, True, False, 0, 1, 2, -1, 1.5, 10**20, 10**30, 1e300]
VALUES += ["", " ", "x", "a\0b", "a b", "a\n", "\n", "ok-slug", "ü", "\N{IDEOGRAPHIC SPACE}", "\N{ZERO WIDTH SPACE}"]
VALUES += ["open", "Open", "self-paced", "true", "t", "1", "0", "2", "null", "3", "03", "1.0", "-1", "Private course"]
VALUES += ["x" * 255, "x" * 256, {}, {"a": 1}, [], [1], ["1"], ["x"], [""], [1, 1], [3, 2, 1], ["03"], [99], [-1], [0]]
VALUES += [
    [None],
    [True],
    [1.5],
    [[1]],
    [{}],
    [10**30],
    ["9" * 30],
    ["-1"],
    ["1.0"],
    "[1]",
    '["x"]',
    "[",
    "data:,",
    "R0lGOD",
]

BY_STATE = {"unique", "does_not_exist"}
"""Codes of refusals that depend on what else there is; no schema can tell of them."""

BY_RULE = {("privacy", "invalid"), ("sections_order", "invalid"), ("image_original", "invalid_image")}
BY_RULE |= {("image_original", "empty")}

FIELDS = list(document.load(OPENAPI)["components"]["schemas"]["CoursePatch"]["properties"])

OPERATIONS = [("PATCH", course(OPEN), "CoursePatch", {}), ("PUT", course(OPEN), "CourseUpdate", {"name": "x"})]
OPERATIONS += [("POST", COURSES, "CourseCreate", {"name": "x"})]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(("method", "path", "schema", "rest"), OPERATIONS)
def test_the_mock_takes_what_the_schema_of_the_request_takes(
    mock: Mock, method: str, path: str, schema: str, rest: dict[str, Any], field: str
) -> None:
    allows = mock.contract.validator({"$ref": f"#/components/schemas/{schema}"})
    for value in VALUES:
        mock.reset()
        body = {**({"type": "self-paced"} if rest else {}), **rest, field: value}
        answer = mock.as_("creator").request(method, path, **form("application/json", json.dumps(body).encode()))
        said = set() if answer.status_code < 300 else set(outcome(answer)[1])
        known = {error for error in said if error[1] in BY_STATE or error in BY_RULE}
        if allows.is_valid(body):
            assert said == known, (value, said)
        else:
            # What is taken beyond the schema is noted: a list in a text, as clients send it that stringify twice.
            assert said or "read as a list" in answer.headers.get("X-Mock-Notice", ""), value
