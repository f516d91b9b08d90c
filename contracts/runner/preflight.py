"""Whether what answers at an address is the API at all: told before a run takes each of its answers for a fault."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from contracts.client.target import Target
from contracts.errors import CannotRun
from contracts.messages.exchange import Answer
from contracts.openapi.description import Model
from contracts.results.verdict import Broken

ASKED = 3
"""Collections that are read: one of them may well be broken, which is a finding."""


def insist_on_an_api(target: Target, model: Model) -> None:
    """Refuse a target of which no collection answers as an API would; CannotRun says what to do."""
    answers = list(_answers(target, model))
    strange = [_strange(target, each, model) for each in answers]
    if answers and all(strange):
        raise CannotRun(strange[0])


def _answers(target: Target, model: Model) -> Iterator[Answer]:
    """What the first collections answer to those who create in them."""
    listed = [each for each in model.resources if "list" in each.operations and each.parent is None]
    for resource in listed[:ASKED]:
        with suppress(Broken):  # One without an answer is what the checks are for.
            yield target.owner_of(resource).get(resource.collection)


def _strange(target: Target, answer: Answer, model: Model) -> str:
    """What is wrong with an answer that no API of this document gives, and what to do; empty where nothing is."""
    told = f"{answer.request.line} is answered with {answer.status}"
    if answer.status == 404:
        return f"{told}: the API is not at {target.url}; correct --url{_where(target, model)}."
    if 300 <= answer.status < 400 and str(answer.status) not in _documented(model, answer):
        here = f"{target.url}{answer.request.path}"
        there = urljoin(here, answer.headers.get("Location", ""))
        # A slash more or less is a fault of the path, not of the address.
        hint = "give --url the address that answers itself, or people whom it lets in"
        return "" if there.rstrip("/") == here.rstrip("/") else f"{told}, which leads to {there}: {hint}."
    if answer.ok and "html" in answer.headers.get("Content-Type", "") and answer.json is None:
        return f"{told} and a page of HTML: the API is not at {target.url}; correct --url{_where(target, model)}."
    return ""


def _documented(model: Model, answer: Answer) -> Collection[str]:
    operations = (each for each in model.operations.values() if each.label == f"GET {answer.request.path}")
    return next((each.statuses for each in operations), ())


def _where(target: Target, model: Model) -> str:
    """A hint at the path that the document puts before all others, where the address has none."""
    servers = (str(each.get("url", "")) for each in model.document.get("servers", ()))
    paths = (urlsplit(each).path.rstrip("/") for each in servers if "{" not in each)
    path = next((each for each in paths if each and not target.url.endswith(each)), "")
    return f", the document has the path {path} behind the host" if path else ""
