"""The load knows every operation of the contract, and its requests succeed as often as they are sent."""

from pathlib import Path

import pytest

from benchmarks.load import operations, plain, sizes, starts
from benchmarks.load.exchanges import request
from benchmarks.load.generator import LoadError, answer, volley
from benchmarks.load.servers import MOCK, Launcher
from mockserver.openapi import reader
from specdouble import OPENAPI, document

_TWICE = range(1, 3)


def test_every_operation_of_the_contract_has_a_case() -> None:
    contract = reader.read(document.load(OPENAPI))
    assert operations.cases().keys() == contract.operations.keys()


def test_every_case_succeeds_more_than_once(tmp_path: Path) -> None:
    with Launcher(None, tmp_path).serve(MOCK) as mock:
        for case in operations.cases().values():
            answer(mock.address, operations.RESET)
            volley(mock.address, case.once)
            if case.before is not None:
                volley(mock.address, map(case.before, _TWICE))
            assert volley(mock.address, map(case.request, _TWICE)).answers == 2


def test_a_world_grows_to_the_size_that_is_asked_for(tmp_path: Path) -> None:
    with Launcher(None, tmp_path).serve(MOCK) as mock:
        volley(mock.address, sizes.growing(0, 9))
        volley(mock.address, sizes.growing(9, 12))
        assert b'"count":12' in answer(mock.address, sizes.REQUESTS["search"])
        for listed in sizes.REQUESTS.values():
            answer(mock.address, listed)


def test_a_request_that_is_refused_ends_the_volley_with_what_was_said(tmp_path: Path) -> None:
    with Launcher(None, tmp_path).serve(MOCK) as mock, pytest.raises(LoadError, match="not_found"):
        volley(mock.address, [request("GET", "/api/v2/course/99/")])


@pytest.mark.parametrize("size", starts.SIZES[:2])
def test_a_document_of_some_bytes_has_hardly_more_than_these(size: int, tmp_path: Path) -> None:
    written = starts.write(size, tmp_path).stat().st_size

    assert size <= written < 1.4 * size


def test_the_change_of_a_plain_document_is_one_that_its_schema_allows(tmp_path: Path) -> None:
    exchange = plain.exchange(tmp_path)

    with Launcher(None, tmp_path / "cache").serve(exchange.server) as server:
        assert b"Books" in answer(server.address, exchange.request)
