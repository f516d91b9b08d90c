"""Faults that are asked for befall any document, by the names that it has."""

import httpx
import pytest

from tests.generic.conftest import LIBRARY
from tests.mockserver.support import Mock, mock_of, outcome

FAULTS = "/__mock__/faults"


def test_an_operation_without_an_id_is_known_by_method_and_path(kennel: Mock, keeper: httpx.Client) -> None:
    assert kennel.client().post(FAULTS, json={"status": 503, "operation": "get /owners"}).status_code == 201
    assert outcome(keeper.get("/owners")) == (503, [(None, "service_unavailable")])
    assert keeper.post("/owners", json={"name": "Ada"}).status_code == 201


def test_whoever_shows_a_key_is_known_by_it(kennel: Mock, keeper: httpx.Client) -> None:
    assert kennel.client().post(FAULTS, json={"status": 503, "person": "another"}).status_code == 201
    assert keeper.get("/owners").status_code == 200
    assert keeper.get("/owners", headers={"X-Kennel-Key": "another"}).status_code == 503


@pytest.mark.parametrize(("person", "code"), [("librarian", 201), ("everyone:ada", 201), ("king", 400)])
def test_a_person_needs_a_role_where_a_document_has_roles(person: str, code: int) -> None:
    library = mock_of(spec=LIBRARY)
    answer = library.client().post(FAULTS, json={"status": 503, "person": person})
    assert answer.status_code == code
    assert code == 201 or "librarian" in answer.text
