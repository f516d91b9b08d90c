"""The judge of all answers is worth something only if it refuses bad ones."""

import httpx
import pytest

from tests.mockserver.support import OPEN, ContractBroken, Mock, course, mock_of

CORS = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/json"}
REFUSAL = {"errors": [{"code": "x", "message": "x"}]}


def answer(status: int, body: object = None, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(status, json=body, headers=CORS if headers is None else headers)


@pytest.fixture
def good(mock: Mock) -> dict[str, object]:
    """A course as the contract has it."""
    body: dict[str, object] = mock.as_("creator").patch(course(OPEN), json={}).json()
    return body


def test_a_good_answer_passes(mock: Mock, good: dict[str, object]) -> None:
    mock.contract.judge("PATCH", course(OPEN), answer(200, good))
    mock.contract.judge("PATCH", course(OPEN), answer(404, REFUSAL))
    mock.contract.judge("GET", "/nowhere/", answer(404, REFUSAL))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "1"}, "id"),
        ({"image_original": "x"}, "image_original"),
        ({"privacy": "x"}, "privacy"),
        ({"join_status": "x"}, "join_status"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"image_small": "no address"}, "image_small"),
        ({"description": None}, "description"),
        ({"categories": [{}]}, "categories"),
    ],
)
def test_an_answer_that_its_schema_does_not_allow_is_refused(
    mock: Mock, good: dict[str, object], change: dict[str, object], why: str
) -> None:
    with pytest.raises(ContractBroken, match=why):
        mock.contract.judge("PATCH", course(OPEN), answer(200, {**good, **change}))


def test_an_answer_that_lacks_a_key_is_refused(mock: Mock, good: dict[str, object]) -> None:
    del good["slug"]
    with pytest.raises(ContractBroken, match="slug"):
        mock.contract.judge("PATCH", course(OPEN), answer(200, good))


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (answer(404, REFUSAL, {"Content-Type": "application/json"}), "CORS"),
        (answer(409, REFUSAL), "announced"),
        (answer(500, REFUSAL), "announced"),
        (answer(404, {"detail": "Not found."}), "envelope"),
        (answer(404, {"errors": []}), "envelope"),
        (answer(400, {"errors": {"name": ["x"]}}), "envelope"),
        (answer(404, REFUSAL, {**CORS, "Content-Type": "text/html"}), "JSON"),
        (answer(401, REFUSAL), "challenge"),
        (answer(405, REFUSAL), "Allow"),
    ],
)
def test_a_refusal_without_the_form_of_refusals_is_refused(mock: Mock, bad: httpx.Response, why: str) -> None:
    with pytest.raises(ContractBroken, match=why):
        mock.contract.judge("GET", "/nowhere/", bad)


@pytest.mark.parametrize(("method", "path", "code"), [("PATCH", course(OPEN), 201), ("DELETE", course(OPEN), 400)])
def test_a_status_that_is_not_documented_is_refused(mock: Mock, method: str, path: str, code: int) -> None:
    with pytest.raises(ContractBroken, match="document"):
        mock.contract.judge(method, path, answer(code, REFUSAL))


def test_a_body_where_none_is_documented_is_refused(mock: Mock) -> None:
    with pytest.raises(ContractBroken, match="none is documented"):
        mock.contract.judge("DELETE", course(OPEN), answer(204, {}))


def test_a_mock_is_handed_out_in_its_world_at_start() -> None:
    mock_of().as_("creator").delete(course(OPEN))
    assert mock_of().as_("creator").get(course(OPEN)).status_code == 200
