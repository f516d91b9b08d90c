"""Check that the URL serves this API, before a run reports every response as a failure."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from contracts.client.target import Target
from contracts.errors import CannotRun
from contracts.messages.exchange import Answer
from contracts.openapi.description import Model
from contracts.results.verdict import Broken

MAX_COLLECTIONS = 3
"""How many collections are read: a single one may be broken, which is a finding."""


def require_api(target: Target, model: Model) -> None:
    """Reject a target where no collection answers as an API would; CannotRun says what to do."""
    problems = [_problem(target, answer, model) for answer in _answers(target, model)]
    if problems and all(problems):
        raise CannotRun(problems[0])


def _answers(target: Target, model: Model) -> Iterator[Answer]:
    """Read the first collections, each as the user who creates its items."""
    collections = [resource for resource in model.resources if "list" in resource.operations and not resource.parent]
    for resource in collections[:MAX_COLLECTIONS]:
        with suppress(Broken):  # The checks report a collection that does not answer.
            yield target.owner_of(resource).get(resource.collection)


def _problem(target: Target, answer: Answer, model: Model) -> str:
    """Describe why an answer cannot be from this API, and what to do; return an empty text if it can."""
    response = f"{answer.request.line} is answered with {answer.status}"
    elsewhere = f"The API is not at {target.url}. Correct --url{_server_hint(target, model)}."
    if answer.status == 404:
        return f"{response}. {elsewhere}"
    if 300 <= answer.status < 400 and str(answer.status) not in _documented_statuses(model, answer):
        return _redirect_problem(target, answer, response)
    if answer.ok and "html" in answer.headers.get("Content-Type", "") and answer.json is None:
        return f"{response} and an HTML page. {elsewhere}"
    return ""


def _redirect_problem(target: Target, answer: Answer, response: str) -> str:
    url = f"{target.url}{answer.request.path}"
    location = urljoin(url, answer.headers.get("Location", ""))
    # A missing or superfluous slash is a fault of the path, not of the URL of the API.
    if location.rstrip("/") == url.rstrip("/"):
        return ""
    return (
        f"{response}, a redirect to {location}. Give the URL that answers without a redirect in --url, or users who "
        "have access in the profile."
    )


def _documented_statuses(model: Model, answer: Answer) -> Collection[str]:
    label = f"GET {answer.request.path}"
    return next((operation.statuses for operation in model.operations.values() if operation.label == label), ())


def _server_hint(target: Target, model: Model) -> str:
    """Name the base path of the first server in the document, if the URL lacks it."""
    servers = (str(server.get("url", "")) for server in model.document.get("servers", ()))
    paths = (urlsplit(url).path.rstrip("/") for url in servers if "{" not in url)
    path = next((path for path in paths if path and not target.url.endswith(path)), "")
    return f": the document has the base path {path}" if path else ""
