"""The private parts of the engine that the checker uses do what they are used for, in the version that is installed."""

import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from requests.adapters import BaseAdapter
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import ServerError
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema  # noqa: TID251  # the engine that is tried here
from schemathesis.engine.context import make_session  # noqa: TID251
from schemathesis.openapi.checks import UndefinedStatusCode
from schemathesis.reporting.crashes import CrashCheck, CrashStep

import contracts
from contracts.conformance import compat

DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Lamps", "version": "1"},
    "paths": {
        f"/{name}/{{lampId}}": {
            "parameters": [{"name": "lampId", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "put": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {"type": "object", "properties": {"power": {"type": "integer"}}}
                        }
                    }
                },
                "responses": {"200": {"description": "Done"}},
            },
        }
        for name in ("lamps", "bulbs")
    },
}


CONFIG: dict[str, Any] = {
    "base-url": "http://127.0.0.1:9",
    "continue-on-failure": True,
    "seed": 1,
    "generation": {"max-examples": 10, "database": "none"},
    "phases": {"stateful": {"enabled": False}},
}
FORM = "multipart/form-data"


class Recorder(BaseAdapter):
    """A transport that answers without a network, with one status for each path."""

    def __init__(self, status: int = 200) -> None:
        super().__init__()
        self.sent: list[requests.PreparedRequest] = []
        self.status = status

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self.sent.append(request)
        response = requests.Response()
        response.status_code, response.request, response.url = self.status, request, str(request.url)
        response._content = b""  # noqa: SLF001  # as responses without a network are made
        response.raw = _Raw()
        return response

    def close(self) -> None:
        """Hold nothing open."""


class _Raw:
    version = 11
    status = 200
    headers: Mapping[str, str] = {}


@pytest.fixture
def schema() -> Any:
    return schemathesis.openapi.from_dict(dict(DOCUMENT), config=SchemathesisConfig.from_dict(CONFIG))


def _run(schema: Any) -> Iterator[Any]:
    yield from from_schema(schema).execute()


def _run_with(hook: Callable[[object, Any, dict[str, Any]], None], schema: Any) -> list[Any]:
    """Return the events of a run in which a hook sees every case before it is sent."""
    schemathesis.hook("before_call")(hook)
    try:
        with compat.sent_through(Recorder(), uses_environment=False):
            return list(_run(schema))
    finally:
        schemathesis.hooks.unregister(hook)


def test_every_request_of_the_engine_goes_through_the_adapter(schema: Any) -> None:
    adapter = Recorder()
    with compat.sent_through(adapter, uses_environment=False):
        finished = [event for event in _run(schema) if isinstance(event, events.EngineFinished)]
    assert finished
    assert {str(request.url).split("/")[3] for request in adapter.sent} >= {"lamps", "bulbs"}


@pytest.mark.parametrize("uses_environment", [True, False])
def test_sessions_look_into_the_environment_only_where_they_may(schema: Any, uses_environment: bool) -> None:
    adapter = Recorder()
    with (
        compat.sent_through(adapter, uses_environment=uses_environment),
        make_session(schema.config, operation=None) as session,
    ):
        assert session.trust_env is uses_environment
    with make_session(schema.config, operation=None) as session:
        assert session.trust_env is True


def test_a_hook_can_end_an_operation_and_the_others_go_on(schema: Any) -> None:
    tried: list[str] = []

    def end_lamps(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        tried.append(case.path)
        if case.path.startswith("/lamps"):
            raise compat.BudgetExpired

    finished = _run_with(end_lamps, schema)
    assert not [event for event in finished if isinstance(event, events.NonFatalError | events.FatalError)]
    assert tried.count("/lamps/{lampId}") < tried.count("/bulbs/{lampId}")


def test_a_changed_case_is_the_engines_own_once_it_is_accepted(schema: Any) -> None:
    differences: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def change(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        case.path_parameters = {"lampId": 20261}
        before = case._override.path_parameters  # noqa: SLF001  # by which the engine recognises a link
        compat.accept_components(case)
        differences.append((dict(before), dict(case._override.path_parameters)))  # noqa: SLF001  # as above

    _run_with(change, schema)
    assert ({"lampId": 20261}, {}) in differences


def test_a_signature_is_the_same_whatever_values_showed_the_failure() -> None:
    def failure(status: int, message: str = "") -> UndefinedStatusCode:
        return UndefinedStatusCode(
            operation="PUT /lamps/{lampId}",
            status_code=status,
            defined_status_codes=["200"],
            allowed_status_codes=[200],
            message=message,
        )

    assert compat.signature_of(failure(418, "a")) == compat.signature_of(failure(418, "b"))
    assert compat.signature_of(failure(418)) != compat.signature_of(failure(419))


@pytest.mark.parametrize(("status", "shows"), [(500, True), (200, False)])
def test_a_recorded_sequence_is_sent_once_and_returns_its_failures(schema: Any, status: int, shows: bool) -> None:
    adapter = Recorder(status)
    operation = schema.find_operation_by_label("PUT /lamps/{lampId}")
    step = CrashStep(
        method="PUT",
        path="/lamps/{lampId}",
        path_parameters={"lampId": 1},
        operation=operation.label,
        url="",
        url_template="",
        request_headers={},
        response_headers={},
        response_body="",
        response_status=status,
        link=None,
        meta=None,
        checks=[CrashCheck("not_a_server_error", "failure", "")],
    )
    with (
        compat.sent_through(adapter, uses_environment=False),
        make_session(schema.config, operation=operation) as session,
    ):
        failures = compat.send_sequence([step], "http://127.0.0.1:9", session, schema, operation)
    assert len(adapter.sent) == 1
    assert any(isinstance(failure, ServerError) for failure in failures) is shows


def _case(schema: Any, **parts: Any) -> Any:
    return schema["/lamps/{lampId}"]["PUT"].Case(path_parameters={"lampId": 1}, media_type=FORM, **parts)


def test_a_form_is_read_back_as_the_texts_under_each_name(schema: Any) -> None:
    response = requests.Response()
    response.request = requests.Request("PUT", "http://127.0.0.1/", files={"power": (None, "7")}).prepare()
    assert compat.sent_form_fields(response, FORM) == {"power": ["7"]}
    response.request = requests.Request("PUT", "http://127.0.0.1/", json={"power": 7}).prepare()
    assert compat.sent_form_fields(response, "application/json") is None


def test_another_part_that_was_made_invalid_is_seen(schema: Any) -> None:
    seen: set[tuple[bool, bool]] = set()

    def look(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        if case.meta is not None:
            seen.add(
                (
                    case.meta.is_negative_at(ParameterLocation.PATH),
                    compat.negates_elsewhere(case, ParameterLocation.BODY),
                )
            )

    _run_with(look, schema)
    assert (False, False) in seen
    assert (True, True) in seen


def test_no_other_module_uses_a_private_name_of_the_engine() -> None:
    package = Path(str(contracts.__file__)).parent
    users = {path.relative_to(package).as_posix() for path in package.rglob("*.py") if _uses_private_names(path)}
    assert users == {"conformance/compat.py"}


def _uses_private_names(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("schemathesis"):
            names = [*str(node.module).split("."), *(alias.name for alias in node.names)]
            if any(name.startswith("_") for name in names):
                return True
    return False
