"""A Connexion application serves operations without a handler with state; the others keep their handler."""

import gc
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import connexion
import httpx
import pytest
from connexion.exceptions import ResolverError
from connexion.resolver import RelativeResolver

from mockserver import StatefulResolver

FOLDER = Path(__file__).parent
FILES: Any = {"title": (None, "File"), "front-page": ("a.png", b"\x89PNG")}
APPLICATIONS = [connexion.AsyncApp, connexion.FlaskApp]

# Connexion leaves the files of a form open.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _close_files() -> Iterator[None]:
    yield
    gc.collect()


def greeting() -> dict[str, str]:
    return {"from": "the handler"}


def user_of(token: str) -> dict[str, str] | None:
    return {"sub": token} if token == "ada" else None


@contextmanager
def served(
    resolver: StatefulResolver, kind: Any = connexion.AsyncApp, document: Any = "kiosk.yaml", **options: Any
) -> Iterator[httpx.Client]:
    application = kind(__name__, specification_dir=FOLDER)
    application.add_api(document, resolver=resolver, **options)
    with application.test_client() as client:
        yield client


@pytest.fixture(params=APPLICATIONS)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(params=[True, False], ids=["strict", "lenient"])
def client(kind: Any, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    options = {"strict_validation": request.param, "validate_responses": True}
    with served(StatefulResolver(), kind, **options) as client:
        yield client


def create(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post("/kiosk/papers", json={"title": "Daily", **fields})
    assert answer.status_code == 201, answer.text
    paper: dict[str, Any] = answer.json()
    return paper


def test_an_operation_with_a_handler_keeps_it(client: httpx.Client) -> None:
    assert client.get("/kiosk/greeting").json() == {"from": "the handler"}


def test_what_is_created_is_listed_read_changed_and_deleted(client: httpx.Client) -> None:
    answer = client.post("/kiosk/papers", json={"title": "Daily", "supplement": {"title": "Weekend"}})
    assert (answer.status_code, answer.headers["Location"]) == (201, "/kiosk/papers/1")
    paper = answer.json()
    assert client.get("/kiosk/papers").json() == [paper] == [client.get("/kiosk/papers/1").json()]
    assert client.patch("/kiosk/papers/1", json={"title": "Weekly"}).json() == {**paper, "title": "Weekly"}
    assert client.delete("/kiosk/papers/1").status_code == 204
    assert client.get("/kiosk/papers").json() == []


def test_lists_are_filtered_by_query_parameters(client: httpx.Client) -> None:
    paper = create(client, language="eo")
    assert client.get("/kiosk/papers?language=eo&anything=1").json() == [paper]
    assert client.get("/kiosk/papers?language=la").json() == []


def test_connexion_rejects_invalid_requests(client: httpx.Client) -> None:
    answer = client.post("/kiosk/papers", json={"title": "x"})
    assert (answer.status_code, answer.json()["detail"]) == (400, "'x' is too short - 'title'")
    assert client.get("/kiosk/papers").json() == []


def test_a_rejection_has_the_documented_body(client: httpx.Client) -> None:
    answer = client.get("/kiosk/papers/7")
    assert (answer.status_code, answer.json()) == (404, {"reason": "Not found."})
    assert client.get("/kiosk/papers/-7").status_code == 404


def test_a_rejection_without_a_documented_body_is_a_problem_of_connexion(client: httpx.Client) -> None:
    create(client, state="sold")
    answer = client.patch("/kiosk/papers/1", json={"state": "printed"})
    assert (answer.status_code, answer.headers["X-Mock-Rule"]) == (400, "x-transitions")
    assert answer.headers["Content-Type"] == "application/problem+json"
    [error] = answer.json()["errors"]
    assert error["field"] == "state"
    assert client.post("/kiosk/papers", json={"title": "Daily"}).json()["errors"][0]["field"] == "title"


def test_an_error_handler_of_the_application_sees_these_problems() -> None:
    application = connexion.AsyncApp(__name__, specification_dir=FOLDER)
    application.add_api("kiosk.yaml", resolver=StatefulResolver())

    def handle(request: Any, error: Any) -> Any:
        return connexion.lifecycle.ConnexionResponse(status_code=418, body=str(error.ext["errors"][0]["field"]))

    application.add_error_handler(connexion.exceptions.ProblemException, handle)
    with application.test_client() as client:
        create(client)
        assert client.post("/kiosk/papers", json={"title": "Daily"}).text == "title"


def test_forms_and_files_are_read(client: httpx.Client) -> None:
    paper = client.post("/kiosk/papers", data={"title": "Form", "pages": "12"}).json()
    assert (paper["title"], paper["pages"]) == ("Form", 12)
    answer = client.post("/kiosk/papers", files={"title": (None, "Parts")})
    assert (answer.status_code, answer.json()["title"]) == (201, "Parts")
    answer = client.post("/kiosk/papers", files=FILES)
    assert (answer.status_code, answer.json()["title"]) == (201, "File")


def test_names_in_the_manner_of_python_change_nothing(kind: Any) -> None:
    with served(StatefulResolver(), kind, pythonic_params=True) as client:
        assert client.post("/kiosk/papers", files=FILES).status_code == 201
        assert client.get("/kiosk/papers/1").json()["title"] == "File"


def test_another_body_than_json_is_answered_as_documented(client: httpx.Client) -> None:
    answer = client.get("/kiosk/archive", headers={"Authorization": "Bearer ada", "Accept": "*/*"})
    assert (answer.text, answer.headers["Content-Type"].partition(";")[0]) == ("All sold.", "text/plain")


def test_connexion_checks_who_calls(client: httpx.Client) -> None:
    assert client.get("/kiosk/archive").status_code == 401
    assert client.get("/kiosk/archive", headers={"Authorization": "Bearer eve"}).status_code == 401
    assert client.get("/kiosk/papers").status_code == 200


def test_reset_returns_to_the_state_at_the_start(kind: Any) -> None:
    resolver = StatefulResolver()
    with served(resolver, kind) as client:
        create(client)
        resolver.reset()
        assert client.get("/kiosk/papers").json() == []
        assert create(client)["id"] == 1


def test_an_api_is_served_at_the_base_path_that_the_application_gives_it(kind: Any) -> None:
    with served(StatefulResolver(), kind, base_path="/elsewhere") as client:
        answer = client.post("/elsewhere/papers", json={"title": "Daily"})
        assert client.get(answer.headers["Location"]).json() == answer.json()


def test_documents_that_share_a_resolver_share_its_state(kind: Any) -> None:
    resolver, other = StatefulResolver(), StatefulResolver()
    application = kind(__name__, specification_dir=FOLDER)
    application.add_api("kiosk.yaml", resolver=resolver)
    application.add_api("kiosk.yaml", resolver=resolver, base_path="/same", name="same")
    application.add_api("kiosk.yaml", resolver=other, base_path="/other", name="other")
    with application.test_client() as client:
        paper = create(client)
        assert client.get("/same/papers").json() == [paper]
        assert client.get("/other/papers").json() == []


def test_documents_without_components_are_kept_apart() -> None:
    def document(kind: str) -> dict[str, Any]:
        response = {"description": "One value.", "content": {"application/json": {"schema": {"type": kind}}}}
        info = {"title": "One value", "version": "1"}
        return {"openapi": "3.0.3", "info": info, "paths": {"/value": {"get": {"responses": {"200": response}}}}}

    resolver = StatefulResolver()
    application = connexion.AsyncApp(__name__)
    application.add_api(document("boolean"), resolver=resolver, base_path="/a")
    application.add_api(document("integer"), resolver=resolver, base_path="/b")
    with application.test_client() as client:
        assert isinstance(client.get("/a/value").json(), bool)
        assert type(client.get("/b/value").json()) is int


def test_handlers_are_found_by_another_resolver_too() -> None:
    path = {"get": {"operationId": "greeting", "responses": {"200": {"description": "From the handler."}}}}
    document = {"openapi": "3.0.3", "info": {"title": "One", "version": "1"}, "paths": {"/greeting": path}}
    with served(StatefulResolver(RelativeResolver(__name__)), document=document) as client:
        assert client.get("/greeting").json() == {"from": "the handler"}


def test_the_log_says_why_an_operation_has_no_handler(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "mockserver"), served(StatefulResolver()):
        assert "DELETE /papers/{paper-id} is served with state: module" in caplog.text
        assert "has no attribute 'no_such_function'" in caplog.text


def test_a_resolver_serves_the_application_that_used_it_last_anew() -> None:
    resolver = StatefulResolver()
    with served(resolver) as client:
        create(client)
    with served(resolver) as client:
        assert client.get("/kiosk/papers").json() == []


def test_an_operation_of_swagger_2_is_rejected_with_the_way_out() -> None:
    document = {
        "swagger": "2.0",
        "info": {"title": "Old", "version": "1"},
        "paths": {"/old": {"get": {"responses": {"200": {"description": "Old."}}}}},
    }
    message = r"GET /old .* Convert the document to OpenAPI 3\.0"
    with pytest.raises(ResolverError, match=message), served(StatefulResolver(), document=document):
        pass


def test_the_package_is_imported_without_connexion() -> None:
    program = "import sys, mockserver; assert 'connexion' not in sys.modules; mockserver.StatefulResolver()"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=False).returncode == 0


def test_the_package_has_no_other_names() -> None:
    import mockserver

    with pytest.raises(AttributeError, match="StatelessResolver"):
        mockserver.StatelessResolver  # noqa: B018  # to read it is the test
