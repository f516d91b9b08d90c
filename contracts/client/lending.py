"""Lends what the profile names to a run: items to change, places to create in, roles to give."""

from collections.abc import Iterable
from contextlib import suppress

from contracts.client.safety import Guard
from contracts.openapi.description import Model
from contracts.openapi.identifiers import step
from contracts.openapi.paths import fill_path, parameters_of
from contracts.openapi.resources import Resource
from contracts.profile.models import ANONYMOUS, Profile
from contracts.results.verdict import Lacking, NotApplicable

PERSON = "{person}"
"""Stands in the profile for the id of the person who sends a request."""


class Lending:
    """The items, places and roles that one profile lends."""

    def __init__(self, profile: Profile, guard: Guard) -> None:
        self._profile = profile
        self._guard = guard

    def learn(self, model: Model) -> None:
        """Lend what the profile names in a document."""
        self._lend_roles(model)
        for resource in model.resources:
            self._lend_homes(resource)
            for name in self._profile.resource(resource.item).known:
                path = self._path_of(resource, name)
                if path is not None:
                    self._guard.lend(path)

    def fill_path(self, path: str, resource: Resource, person: str) -> str:
        """Return a path with the values of the profile for the parameters that no resource creates.

        Raises:
            Lacking: The profile has no value for one of them.
            NotApplicable: One of them is the id of a person, and the profile has none for this person.
        """
        parameters = self._profile.resource(resource.item).parameters

        def value(name: str) -> str:
            if name not in parameters:
                raise Lacking(
                    f"{path}: nothing creates what {{{name}}} stands for; give a value as "
                    f"`parameters: {{{name}: …}}` under the resource in the profile"
                )
            return step(self._profile.id_of(person) if parameters[name] == PERSON else parameters[name])

        return fill_path(path, value)

    def _lend_homes(self, resource: Resource) -> None:
        """Let the run create below the values of the profile for the parameters that no resource creates."""
        home = resource.collection[: resource.collection.rfind("}") + 1]
        parameters = self._profile.resource(resource.item).parameters
        if resource.parent is None and home and set(parameters_of(home)) <= set(parameters):
            people: Iterable[str] = self._profile.people if PERSON in parameters.values() else (ANONYMOUS,)
            for person in people:
                with suppress(NotApplicable):
                    self._guard.lend_home(self.fill_path(home, resource, person))

    def _lend_roles(self, model: Model) -> None:
        """Let the run give roles below a lent item if the profile says how to take them away again."""
        for notes in self._profile.resources.values():
            call = notes.role_call
            for name in (call.operation, call.take_operation) if call else ():
                operation = model.operations.get(name or "")
                if operation is not None:
                    self._guard.allow_undoable(operation.method, operation.path)

    def _path_of(self, resource: Resource, name: str) -> str | None:
        """Return the path of an item that the profile names, inside the item of the parent with the same name."""
        identifier = self._profile.resource(resource.item).known.get(name)
        home = self._path_of(resource.parent, name) if resource.parent else ""
        if identifier is None or home is None:
            return None
        collection = f"{home}/{resource.within}" if resource.parent else resource.collection.rstrip("/")
        with suppress(NotApplicable):
            owner = self._profile.owner_of(resource.item)
            return f"{self.fill_path(collection, resource, owner)}/{step(identifier)}"
        return None
