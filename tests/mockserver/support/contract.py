"""The contract as a judge of answers: every answer of every test stands before it."""

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import httpx
import jsonschema_rs

METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")

ENVELOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [{"$ref": "#/definitions/field"}, {"$ref": "#/definitions/message"}]},
        }
    },
    "definitions": {
        "message": {
            "type": "object",
            "additionalProperties": False,
            "required": ["code", "message"],
            "properties": {"code": {"type": "string", "minLength": 1}, "message": {"type": "string", "minLength": 1}},
        },
        "field": {
            "type": "object",
            "additionalProperties": False,
            "required": ["field", "messages"],
            "properties": {
                "field": {"type": "string"},
                "messages": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/message"}},
            },
        },
    },
}
"""ERR-02, written down a second time: the specification's own schema is on trial too."""

OAUTH_ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}

ANNOUNCED = {400, 401, 403, 404, 405, 406, 413, 415}
"""ERR-01, less what only injected faults answer (ERR-06), and with the two that the specification adds."""

OF_VERSIONS = {412, 428}
"""How changes are refused where a document asks for the version of what they change."""

LATER_DRAFTS = {"nullable", "readOnly", "writeOnly", "example", "examples", "discriminator", "xml", "deprecated"}
"""Words of OpenAPI that JSON Schema does not know, or means otherwise."""


class ContractBroken(AssertionError):
    """An answer that the contract does not allow."""


class Contract:
    """A bundled OpenAPI document that judges answers.

    ``also`` are statuses that nothing announces but a setting; ``plain`` tells that errors are those of the framework,
    ``cors`` whether answers are for pages of other origins.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        base_path: str = "",
        *,
        also: frozenset[int] = frozenset(),
        plain: bool = False,
        cors: bool = True,
    ) -> None:
        self._also = also
        self._plain = plain
        self._cors = cors
        self._base_path = base_path
        self.promise(document)
        self._envelope = jsonschema_rs.Draft4Validator(ENVELOPE)
        self._oauth_error = jsonschema_rs.Draft4Validator(OAUTH_ERROR)

    def promise(self, document: Mapping[str, Any]) -> None:
        """Judge by a document from now on."""
        self.document = document
        operations = [
            each for item in document["paths"].values() for name, each in item.items() if name.upper() in METHODS
        ]
        self._has_domain = "x-mock-domain" in document
        """Whether all rejections have the form of a domain; else each has the form that is documented for it."""
        self._announced = ANNOUNCED | self._also
        self._announced |= {each for each in OF_VERSIONS if any(str(each) in told["responses"] for told in operations)}
        self._components = _plain({"schemas": document.get("components", {}).get("schemas", {})})
        templates = sorted(document["paths"].items(), key=lambda entry: entry[0].count("{"))  # fixed segments first
        self._paths = [(_pattern(self._base_path + template), item) for template, item in templates]
        self._validators: dict[str, jsonschema_rs.Draft4Validator] = {}

    def judge(self, method: str, path: str, answer: httpx.Response) -> None:
        """Raise ContractBroken if an answer to a request is none that the contract allows."""
        try:
            self._judge(method, path, answer)
        except ContractBroken as broken:
            raise ContractBroken(
                f"{method} {path[:200]} → {answer.status_code} {answer.text[:500]}: {broken}"
            ) from None

    def _judge(self, method: str, path: str, answer: httpx.Response) -> None:
        _require(("access-control-allow-origin" in answer.headers) is self._cors, "no CORS header, or one too many")
        if answer.status_code >= 400 and "x-mock-fault" in answer.headers:
            json_like = answer.headers["content-type"] == "application/json" and not self._plain and method != "HEAD"
            _require(not json_like or self._envelope.is_valid(answer.json()), "a fault without the envelope")
            return
        if answer.status_code >= 400:
            self._judge_refusal(path, answer, silent=method == "HEAD")
        operation = self._operation(method, path)
        if operation is not None:
            self._judge_operation(operation, answer)

    def _judge_refusal(self, path: str, answer: httpx.Response, *, silent: bool) -> None:
        _require(not self._has_domain or answer.status_code in self._announced, "a status that nobody announced")
        if answer.status_code == 401:
            challenge = answer.headers.get("www-authenticate", "")
            challenged = challenge.startswith("Bearer") if self._has_domain else bool(challenge)
            _require(challenged or path.startswith("/oauth/"), "401 without a challenge")
        if answer.status_code == 405:
            _require(bool(answer.headers.get("allow")), "405 without Allow")
        if silent or not self._has_domain:
            return
        _require(answer.headers["content-type"] == "application/json", "an error that is not JSON")
        if self._plain:
            _require("errors" not in answer.json(), "the envelope where it was switched off")
            return
        oauth_error = path.startswith("/oauth/") and self._oauth_error.is_valid(answer.json())
        _require(oauth_error or self._envelope.is_valid(answer.json()), "an error without the envelope")

    def _operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        for pattern, item in self._paths:
            if pattern.fullmatch(path):
                found: Mapping[str, Any] | None = item.get(method.lower()) if method in METHODS else None
                return found
        return None

    def _judge_operation(self, operation: Mapping[str, Any], answer: httpx.Response) -> None:
        response = self._response(operation["responses"], answer.status_code)
        _require(response is not None, "a status that the operation does not document")
        content = (response or {}).get("content", {})
        media_type = answer.headers.get("content-type", "")
        media = next((entry for name, entry in content.items() if fnmatchcase(media_type, name)), None)
        if media is None or "json" not in media_type:
            _require(bool(media) or not content, f"an answer in another media type than {', '.join(content)}")
            is_rejection = answer.status_code >= 400 and not self._has_domain
            _require(bool(media) or is_rejection or not answer.content, "a body where none is documented")
            return
        for error in self.validator(media["schema"]).iter_errors(answer.json()):
            raise ContractBroken(f"at {'/'.join(map(str, error.instance_path))}: {error.message[:500]}")

    def _response(self, responses: Mapping[str, Any], status: int) -> Any:
        """The documented response of a status; only a domain has to document each one by its number."""
        keys = (str(status),) if self._has_domain else (str(status), f"{status // 100}XX", "default")
        return next((self._resolved(responses[key]) for key in keys if key in responses), None)

    def _resolved(self, node: Any) -> Any:
        while isinstance(node, Mapping) and "$ref" in node:
            target: Any = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft4Validator:
        """The validator of a schema that may refer to the document's components."""
        key = json.dumps(schema)
        if key not in self._validators:
            whole = {"allOf": [_plain(schema)], "components": self._components}
            self._validators[key] = jsonschema_rs.Draft4Validator(whole, validate_formats=True)
        return self._validators[key]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template)))


def _plain(node: Any) -> Any:
    """A schema of OpenAPI 3.0 in the words of JSON Schema."""
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, Mapping):
        return node
    plain = {key: _plain(value) for key, value in node.items() if key not in LATER_DRAFTS or isinstance(value, Mapping)}
    return {"anyOf": [plain, {"enum": [None]}]} if node.get("nullable") is True else plain


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ContractBroken(otherwise)
