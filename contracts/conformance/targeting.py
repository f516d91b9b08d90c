"""Leads requests that are drawn at random to items of the run, where they would write to others."""

from collections.abc import Mapping
from itertools import count
from typing import Any
from urllib.parse import unquote

from contracts.checks.contexts import contexts_of
from contracts.client.marks import unwrapped
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
"""Items of a resource that are created for this; what is deleted after that was not there."""


class Items:
    """Items to which anything may happen, created as they are needed."""

    def __init__(self, target: Target, model: Model) -> None:
        self._target = target
        self._model = model
        contexts = list(contexts_of(target, model, Effort()))
        self._factories = {shape(each.resource.item): each.factory for each in contexts}
        self._links = {
            (operation.method, shape(operation.path)): each.factory.links
            for each in contexts
            for operation in each.resource.operations.values()
            if each.factory.links
        }
        self._creators = {shape(each.resource.collection): each.factory for each in contexts}
        self._numbers = count(1)
        self._made: dict[str, list[str]] = {}
        self._deleted: dict[str, str | None] = {}

    def led(self, method: str, template: str, parameters: Mapping[str, Any], absent: bool) -> dict[str, Any]:
        """The path parameters with which a request may be sent: its own, or those of an item of the run, or of none."""
        given = dict(parameters)
        address = _filled(template, given)
        if method in SAFE or self._target.gate.guard.refusal(method, address, Level.DRAWN) is None:
            return given
        steps = template.strip("/").split("/")
        path = self._nearest(steps, missing=absent)
        own = [unquote(step) for step in path.strip("/").split("/")] if path else []
        for place, step in enumerate(steps):
            if "{" in step and place < len(own):
                name = step.strip("{}")
                given[name] = _like(given.get(name), own[place])
        return given

    def marked(self, method: str, template: str, body: Any, wrong: bool) -> Any:
        """The body of a creation with the tag of the run in a text, and with an id that nothing has."""
        factory = self._creators.get(shape(template)) if method == "POST" else None
        if factory is None or not isinstance(body, dict):
            return body
        inner = unwrapped(body)
        fields = {**inner, **self._with_tag(factory, inner, wrong)}
        if not wrong:
            fields |= self._with_free_id(factory, inner)
        return fields if inner is body else {next(iter(body)): fields}

    def _with_tag(self, factory: Factory, fields: Mapping[str, Any], wrong: bool) -> dict[str, str]:
        """The first text that can carry the tag, with it: in place of its first letters where it is long enough."""
        altered = self._target.tracker.kinds.of(factory.resource.collection).altered
        for name, field in factory.resource.create_fields.items():
            notes, text = factory.notes.notes(name), fields.get(name)
            bound = notes.upload or notes.values is not None or "enum" in field.constraints or name in altered
            marked = None if bound or not isinstance(text, str) else self._tagged(field, text, wrong)
            if marked is not None:
                return {name: marked}
        return {}

    def _tagged(self, field: Field, text: str, wrong: bool) -> str | None:
        """A text with the tag of the run, of the same length if it is meant to be wrong; None where that cannot be."""
        tag, schema = self._target.tag, field.constraints
        if field.kind != "string" or (wrong and len(text) < len(tag)):
            return None
        if not is_strict(schema):
            marked = tag + text[len(tag) :] if len(text) >= len(tag) else tag + text
            return marked if wrong or len(marked) <= schema.get("maxLength", len(marked)) else None
        if wrong or schema.get("format") not in FORMATS:
            return None
        made = FORMATS[schema["format"]].of(f"{tag}{next(self._numbers)}")
        return made if tag in made and permits(schema, made) else None

    def _with_free_id(self, factory: Factory, fields: Mapping[str, Any]) -> dict[str, Any]:
        """An id that nothing has, where a creation names one."""
        name = next((key for key in factory.resource.keys if key in factory.resource.create_fields), None)
        if name is None or name not in fields:
            return {}
        return {name: fresh_id(factory.resource.create_fields[name].constraints, self._target.tag)}

    def referring(self, method: str, template: str, body: Any) -> Any:
        """A body whose references lead to items of the run, where they are ids as they should be; else as it is."""
        links = self._links.get((method, shape(template)), {})
        if not isinstance(body, dict) or not links.keys() & body.keys():
            return body
        return {name: self._led_to(links[name], value) if name in links else value for name, value in body.items()}

    def version(self, template: str, parameters: Mapping[str, Any], method: str | None = None) -> dict[str, str]:
        """The header that says that a change is of the present version of an item; empty where it has none.

        With a method, just where such a change has to come with it.
        """
        factory, path = self._factories.get(shape(template)), _filled(template, parameters)
        if factory is None:
            return {}
        if method is None:
            return self._target.version(path, factory.owner)
        return self._target.condition(method, path, factory.owner)

    def _led_to(self, factory: Factory, value: Any) -> Any:
        if isinstance(value, list):
            return [self._led_to(factory, each) for each in value]
        path = self._item(shape(factory.resource.item), factory)
        identifier = _like(value, unquote(path.rpartition("/")[2])) if path else value
        return identifier if _is_such(value, identifier) else value

    def _nearest(self, steps: list[str], *, missing: bool) -> str | None:
        """An item of the run at the path, or the nearest above it that can be created; or one that is deleted again."""
        for length in range(len(steps), 0, -1):
            kind = shape("/" + "/".join(steps[:length]))
            if kind in self._factories:
                return self._missing(kind) if missing else self._item(kind, self._factories[kind])
        return None

    def _missing(self, kind: str) -> str | None:
        """An item that was created and deleted again."""
        if kind not in self._deleted:
            try:
                self._deleted[kind] = self._factories[kind].missing().path.rstrip("/")
            except (Broken, CannotRun, Inconclusive, NotApplicable):
                self._deleted[kind] = None
        return self._deleted[kind]

    def _item(self, kind: str, factory: Factory) -> str | None:
        made = self._made.setdefault(kind, [])
        if made and (self._target.gate.guard.owns(made[-1]) or len(made) == MOST):
            return made[-1]
        try:
            made.append(factory.fresh().path.rstrip("/"))
        except (Broken, CannotRun, Inconclusive, NotApplicable):
            return made[-1] if made else None
        return made[-1]


def _filled(template: str, parameters: Mapping[str, Any]) -> str:
    for name, value in parameters.items():
        template = template.replace(f"{{{name}}}", quoted(str(value)))
    return template


def _is_such(value: object, identifier: Identifier) -> bool:
    """Whether a value has the form of an id: a number, a UUID, a text; what has not is meant to be wrong."""
    if type(value) is not type(identifier) or value == "":
        return False
    return absent_id({}, identifier) == absent_id({}, value) if isinstance(value, str) else True


def _like(former: object, step: Identifier) -> Identifier:
    """A step of a path as the type that stood there before."""
    return int(step) if str(step).isdecimal() and isinstance(former, int) else str(step)
