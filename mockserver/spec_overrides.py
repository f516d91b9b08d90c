"""Override the document where the settings change what the mock does, so that /openapi.json stays true."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from mockserver.languages import LANGUAGES
from mockserver.openapi import reader
from mockserver.openapi.reader import METHODS
from mockserver.openapi.specification import Specification
from mockserver.settings import Settings

Json = dict[str, Any]
S = TypeVar("S", bound=Settings)
Override = Callable[[Json, S], None]
"""Changes a document in place."""

ANY_ERROR: Json = {"type": "object"}


def override_spec(contract: Specification, settings: S, overrides: Mapping[str, Override[S]]) -> Specification:
    """Return the document with the overrides of all settings that differ from their defaults."""
    changed = set(settings.changed())
    selected = [override for name, override in overrides.items() if name in changed]
    if not selected:
        return contract
    document = _overridden(contract.document, selected, settings)
    published = None if contract.published is None else _overridden(contract.published, selected, settings)
    return replace(reader.read(document), published=published)


def _overridden(document: Mapping[str, Any], overrides: list[Override[S]], settings: S) -> Json:
    # The document may be shared: the cache and other mocks hold the same one.
    copied = copy.deepcopy(dict(document))
    for override in overrides:
        override(copied, settings)
    return copied


def generic_overrides(error_schema: Json = ANY_ERROR) -> dict[str, Override[Settings]]:
    """Return setting → override for the settings of any document; ``error_schema`` describes its errors.

    The languages come last, because they add a header to the responses that the others add.
    """

    def limit_requests(document: Json, settings: Settings) -> None:
        wait = {"description": "After how many seconds to try again", "schema": {"type": "integer", "minimum": 0}}
        response = {
            **error_response("The caller has sent too many requests", error_schema),
            "headers": {"Retry-After": wait},
        }
        for _, operation in operations(document, *METHODS):
            operation["responses"]["429"] = response

    def check_if_match(document: Json, settings: Settings) -> None:
        condition = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
        for path, operation in operations(document, "put", "patch", "delete"):
            if path.rstrip("/").endswith("}"):
                operation["parameters"] = [*operation.get("parameters", ()), condition]
                text = "If-Match names another version than the present one"
                operation["responses"]["412"] = error_response(text, error_schema)

    return {
        "requests_per_minute": limit_requests,
        "if_match_is_checked": check_if_match,
        "accept_language_is_heeded": _negotiate_language,
    }


def _negotiate_language(document: Json, settings: Settings) -> None:
    requested = {"name": "Accept-Language", "in": "header", "schema": {"type": "string"}}
    language = {"description": "The language of the messages", "schema": {"type": "string", "enum": list(LANGUAGES)}}
    responses = list(document.get("components", {}).get("responses", {}).values())
    for _, operation in operations(document, *METHODS):
        operation["parameters"] = [*operation.get("parameters", ()), requested]
        responses += operation["responses"].values()
    for response in responses:
        if "$ref" not in response:
            response["headers"] = {**response.get("headers", {}), "Content-Language": language}


def operations(document: Json, *methods: str) -> Iterator[tuple[str, Json]]:
    """Yield the path and the operation for each of some methods in a document."""
    for path, item in document["paths"].items():
        for method in methods:
            if method in item:
                yield path, item[method]


def error_response(description: str, error_schema: Json) -> Json:
    """Return a response that rejects a request."""
    return {"description": description, "content": {"application/json": {"schema": error_schema}}}
