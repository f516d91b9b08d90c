"""Addresses generated requests to items of the run, where they would write to others."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import unquote

from contracts.checks.contexts import contexts_of
from contracts.client.marks import unwrap
from contracts.client.safety import SAFE, Level
from contracts.client.target import Target
from contracts.errors import CannotRun
from contracts.fixtures.factory import Factory
from contracts.generation.effort import Effort
from contracts.generation.formats import FORMATS
from contracts.generation.values import is_strict, permits
from contracts.openapi.description import Model
from contracts.openapi.identifiers import Identifier, absent_id, fresh_id
from contracts.openapi.identifiers import step as quoted
from contracts.openapi.paths import shape
from contracts.openapi.resources import Field
from contracts.results.verdict import Broken, Inconclusive, NotApplicable

MOST = 10
"""Items of one resource that are created for this. Once they are all deleted, requests get the last one."""


class Items:
    """Items that any request may change or delete, created as they are needed."""

    def __init__(self, target: Target, model: Model) -> None:
        self._target = target
        self._model = model
        contexts = list(contexts_of(target, model, Effort()))
        self._factories = {shape(context.resource.item): context.factory for context in contexts}
        self._links = {
            (operation.method, shape(operation.path)): context.factory.links
            for context in contexts
            for operation in context.resource.operations.values()
        }
        self._creators = {shape(context.resource.collection): context.factory for context in contexts}
        self._numbers = count(1)
        self._created: dict[str, list[str]] = {}
        self._deleted: dict[str, str | None] = {}

    def path_parameters(
        self, method: str, template: str, parameters: Mapping[str, Any], *, missing: bool
    ) -> dict[str, Any]:
        """Return the path parameters with which a request may be sent.

        They are its own where these are allowed, else those of an item of the run, or of a deleted one if ``missing``.
        """
        allowed = dict(parameters)
        address = _fill(template, allowed)
        if method in SAFE or self._target.gate.guard.rejection(method, address, Level.DRAWN) is None:
            return allowed
        steps = template.strip("/").split("/")
        path = self._nearest(steps, missing=missing)
        own = [unquote(step) for step in path.strip("/").split("/")] if path else []
        for place, step in enumerate(steps):
            if "{" in step and place < len(own):
                name = step.strip("{}")
                allowed[name] = _in_type_of(allowed.get(name), own[place])
        return allowed

    def tagged_body(self, method: str, template: str, body: Any, *, invalid: bool) -> Any:
        """Return the body of a creation with the tag of the run in a text, and with an id that is not in use."""
        factory = self._creators.get(shape(template)) if method == "POST" else None
        if factory is None or not isinstance(body, dict):
            return body
        inner = unwrap(body)
        fields = {**inner, **self._tag_field(factory, inner, invalid)}
        if not invalid:
            fields |= self._free_id(factory, inner)
        return fields if inner is body else {next(iter(body)): fields}

    def _tag_field(self, factory: Factory, fields: Mapping[str, Any], invalid: bool) -> dict[str, str]:
        """Return the first text that can carry the tag, with it: in place of its first letters if there are enough."""
        altered = self._target.tracker.kinds.of(factory.resource.collection).altered
        for name, field in factory.resource.create_fields.items():
            notes, text = factory.notes.notes(name), fields.get(name)
            bound = notes.upload or notes.values is not None or "enum" in field.constraints or name in altered
            if bound or not isinstance(text, str):
                continue
            tagged = self._tagged(field, text, invalid)
            if tagged is not None:
                return {name: tagged}
        return {}

    def _tagged(self, field: Field, text: str, invalid: bool) -> str | None:
        """Return a text with the tag of the run, None where it has no room; an invalid text keeps its length."""
        tag, schema = self._target.tag, field.constraints
        if field.kind != "string" or (invalid and len(text) < len(tag)):
            return None
        if not is_strict(schema):
            tagged = tag + text[len(tag) :] if len(text) >= len(tag) else tag + text
            return tagged if invalid or len(tagged) <= schema.get("maxLength", len(tagged)) else None
        if invalid or schema.get("format") not in FORMATS:
            return None
        formatted = FORMATS[schema["format"]].of(f"{tag}{next(self._numbers)}")
        return formatted if tag in formatted and permits(schema, formatted) else None

    def _free_id(self, factory: Factory, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return an id that is not in use, where a creation names one."""
        name = next((key for key in factory.resource.keys if key in factory.resource.create_fields), None)
        if name is None or name not in fields:
            return {}
        return {name: fresh_id(factory.resource.create_fields[name].constraints, self._target.tag)}

    def body_with_references(self, method: str, template: str, body: Any) -> Any:
        """Return a body whose references name items of the run. References that are not ids stay as they are."""
        links = self._links.get((method, shape(template)), {})
        if not isinstance(body, dict) or not links.keys() & body.keys():
            return body
        references = {name: self._reference(factory, body[name]) for name, factory in links.items() if name in body}
        return {**body, **references}

    def version(self, template: str, parameters: Mapping[str, Any], method: str | None = None) -> dict[str, str]:
        """Return the header that names the present version of an item; none where it has no version.

        With a method, only where the document requires the header for it.
        """
        factory, path = self._factories.get(shape(template)), _fill(template, parameters)
        if factory is None:
            return {}
        if method is None:
            return self._target.version(path, factory.owner)
        return self._target.condition(method, path, factory.owner)

    def _reference(self, factory: Factory, value: Any) -> Any:
        if isinstance(value, list):
            return [self._reference(factory, entry) for entry in value]
        path = self._item(shape(factory.resource.item), factory)
        identifier = _in_type_of(value, unquote(path.rpartition("/")[2])) if path else value
        return identifier if _is_such(value, identifier) else value

    def _nearest(self, steps: list[str], *, missing: bool) -> str | None:
        """Return an item of the run at the path, or the nearest above it; or one that was deleted, if ``missing``."""
        for length in range(len(steps), 0, -1):
            kind = shape("/" + "/".join(steps[:length]))
            if kind in self._factories:
                return self._missing(kind) if missing else self._item(kind, self._factories[kind])
        return None

    def _missing(self, kind: str) -> str | None:
        """Return an item that was created and deleted again."""
        if kind not in self._deleted:
            try:
                self._deleted[kind] = self._factories[kind].missing().path.rstrip("/")
            except (Broken, CannotRun, Inconclusive, NotApplicable):
                self._deleted[kind] = None
        return self._deleted[kind]

    def _item(self, kind: str, factory: Factory) -> str | None:
        created = self._created.setdefault(kind, [])
        if created and (self._target.gate.guard.owns(created[-1]) or len(created) == MOST):
            return created[-1]
        try:
            created.append(factory.fresh().path.rstrip("/"))
        except (Broken, CannotRun, Inconclusive, NotApplicable):
            return created[-1] if created else None
        return created[-1]


def _fill(template: str, parameters: Mapping[str, Any]) -> str:
    for name, value in parameters.items():
        template = template.replace(f"{{{name}}}", quoted(str(value)))
    return template


def _is_such(value: object, identifier: Identifier) -> bool:
    """Whether a value has the form of the id: a number, a UUID, a text. Others are meant to be invalid."""
    if type(value) is not type(identifier) or value == "":
        return False
    return absent_id({}, identifier) == absent_id({}, value) if isinstance(value, str) else True


def _in_type_of(value: object, step: Identifier) -> Identifier:
    """Return a step of a path in the type of the value that it replaces."""
    return int(step) if str(step).isdecimal() and isinstance(value, int) else str(step)
