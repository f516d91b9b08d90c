"""Credentials for an operation, by the security requirements of its document."""

from collections.abc import Mapping
from typing import Any, Final

from benchmarks.documents.references import Resolver

BASIC: Final = "Basic dXNlcjpwYXNzd29yZA=="
BEARER: Final = "Bearer token"
KEY: Final = "key"
_PLACES: Final = {"header": "headers", "query": "params", "cookie": "cookies"}


def credentials(document: Mapping[str, Any], operation: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the headers, params and cookies that fulfil the first requirement of an operation."""
    schemes = {**document.get("securityDefinitions", {}), **document.get("components", {}).get("securitySchemes", {})}
    alternatives = operation.get("security", document.get("security", []))
    added: dict[str, dict[str, str]] = {"headers": {}, "params": {}, "cookies": {}}
    for name in next(iter(alternatives), {}):
        place, key, value = _of(Resolver(document).resolve(schemes.get(name, {})))
        added[place][key] = value
    return added


def _of(scheme: Mapping[str, Any]) -> tuple[str, str, str]:
    kind = scheme.get("type")
    if kind == "apiKey":
        return _PLACES.get(str(scheme.get("in")), "headers"), str(scheme.get("name")), KEY
    if kind == "basic" or (kind == "http" and str(scheme.get("scheme", "")).lower() == "basic"):
        return "headers", "Authorization", BASIC
    if kind == "http" and str(scheme.get("scheme", "")).lower() != "bearer":
        return "headers", "Authorization", f"{scheme.get('scheme')} token"
    return "headers", "Authorization", BEARER
