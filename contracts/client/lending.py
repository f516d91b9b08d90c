"""Lends to a run what the profile names: items that it may change, places to create in, roles that it may give."""

from collections.abc import Iterable
from contextlib import suppress

from contracts.client.safety import Guard
from contracts.openapi.description import Model
from contracts.openapi.identifiers import step
from contracts.openapi.paths import filled, parameters_of
from contracts.openapi.resources import Resource
from contracts.profile.models import ANONYMOUS, Profile
from contracts.results.verdict import Lacking, NotApplicable

PERSON = "{person}"
"""In the profile, the word for the id of the person who sends a request."""


class Lending:
    """What one profile lends."""

    def __init__(self, profile: Profile, guard: Guard) -> None:
        self._profile = profile
        self._guard = guard

    def learn(self, model: Model) -> None:
        """Read a document, and lend what the profile names of it."""
        self._lend_roles(model)
        for resource in model.resources:
            self._lend_homes(resource)
            for name in self._profile.resource(resource.item).known:
                path = self._path_of(resource, name)
                if path is not None:
                    self._guard.lend(path)

    def filled(self, path: str, resource: Resource, person: str) -> str:
        """Return a path in which the parameters that no resource creates have the values of the profile.

        Raises:
            Lacking: The profile has no value for one of them.
            NotApplicable: One of them is the id of a person of whom the profile gives none.
        """
        parameters = self._profile.resource(resource.item).parameters

        def value(name: str) -> str:
            if name not in parameters:
                raise Lacking(
                    f"{path}: nothing creates what {{{name}}} stands for; say which to take as "
                    f"`parameters: {{{name}: …}}` under the resource in the profile"
                )
            return step(self._profile.id_of(person) if parameters[name] == PERSON else parameters[name])

        return filled(path, value)

    def _lend_homes(self, resource: Resource) -> None:
        """Let the run create below what the profile gives for the parameters that no resource creates."""
        home = resource.collection[: resource.collection.rfind("}") + 1]
        parameters = self._profile.resource(resource.item).parameters
        if resource.parent is None and home and set(parameters_of(home)) <= set(parameters):
            people: Iterable[str] = self._profile.people if PERSON in parameters.values() else (ANONYMOUS,)
            for person in people:
                with suppress(NotApplicable):
                    self._guard.lend_home(self.filled(home, resource, person))

    def _lend_roles(self, model: Model) -> None:
        """Let the run give roles below a lent item if the profile says how they are taken away again."""
        for notes in self._profile.resources.values():
            call = notes.role_call
            for name in (call.operation, call.take_operation) if call else ():
                operation = model.operations.get(name or "")
                if operation is not None:
                    self._guard.undoes(operation.method, operation.path)

    def _path_of(self, resource: Resource, name: str) -> str | None:
        """The path of an item that the profile names, inside of what the resource above knows by the same name."""
        identifier = self._profile.resource(resource.item).known.get(name)
        home = self._path_of(resource.parent, name) if resource.parent else ""
        if identifier is None or home is None:
            return None
        collection = f"{home}/{resource.within}" if resource.parent else resource.collection.rstrip("/")
        with suppress(NotApplicable):
            owner = self._profile.owner_of(resource.item)
            return f"{self.filled(collection, resource, owner)}/{step(identifier)}"
        return None
