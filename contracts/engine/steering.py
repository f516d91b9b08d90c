"""Leads requests that are drawn at random to items of the run, where they would write to others."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from contracts.errors import CannotRun
from contracts.exchange import READS
from contracts.factory import Factory
from contracts.identifiers import Identifier, absent_id
from contracts.identifiers import step as quoted
from contracts.law import Effort
from contracts.model import Model
from contracts.paths import shape
from contracts.resource import Operation
from contracts.run import contexts_of
from contracts.target import Target
from contracts.transport.guard import Level, Safety
from contracts.verdict import Broken, Inconclusive, NotApplicable

MOST = 10
"""Items of a resource that are created for this; what is deleted after that was not there."""


def out_of_bounds(operation: Operation, safety: Safety) -> bool:
    """Whether an operation is never called at random, because it writes to what the run did not create."""
    if operation.method in READS or safety is Safety.DESTRUCTIVE:
        return False
    return safety is Safety.OBSERVE or (operation.method != "POST" and "{" not in operation.path)


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
        self._made: dict[str, list[str]] = {}

    def led(self, method: str, template: str, parameters: Mapping[str, Any], absent: bool) -> dict[str, Any]:
        """The path parameters with which a request may be sent: its own, or those of an item of the run, or of none."""
        given = dict(parameters)
        address = _filled(template, given)
        if method in READS or self._target.gate.guard.refusal(method, address, Level.DRAWN) is None:
            return given
        steps = template.strip("/").split("/")
        path = None if absent else self._nearest(steps)
        own = [unquote(each) for each in path.strip("/").split("/")] if path else []
        kinds = self._model.parameters(template)
        for place, step in enumerate(steps):
            if "{" in step:
                name = step.strip("{}")
                given[name] = _like(given.get(name), own[place] if place < len(own) else absent_id(kinds.get(name, {})))
        return given

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

    def _nearest(self, steps: list[str]) -> str | None:
        """An item of the run at the path, or the nearest above it that can be created."""
        for length in range(len(steps), 0, -1):
            kind = shape("/" + "/".join(steps[:length]))
            if kind in self._factories:
                return self._item(kind, self._factories[kind])
        return None

    def _item(self, kind: str, factory: Factory) -> str | None:
        there = {entry.path for entry in self._target.gate.ledger.left}
        made = self._made.setdefault(kind, [])
        if made and (made[-1] in there or len(made) == MOST):
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
