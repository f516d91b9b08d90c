"""What is known of a target beyond its spec: people, known resources, declared quirks."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from contracts.errors import CannotRun

ANONYMOUS = "anonymous"
EVERYONE = "everyone"
BUILT_IN = Path(__file__).parent / "profiles" / "selfcommunity.yaml"


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a profile in which a misspelt key is an error."""


class Secret(_Known, frozen=True):
    """A secret that stands in an environment variable; `default` is for targets that have none to keep."""

    env: str
    default: str | None = None

    @property
    def value(self) -> str:
        """The secret itself."""
        found = os.environ.get(self.env, self.default)
        if found is None:
            raise CannotRun(f"The profile reads ${self.env}, which is not set: export it and run again.")
        return found

    @property
    def told(self) -> str:
        """The secret as a curl line may show it."""
        return f"${self.env}" if self.env in os.environ else self.value


class Person(_Known, frozen=True):
    """Somebody who may be impersonated."""

    token: str | Secret
    id: int | None = None

    @property
    def bearer(self) -> str:
        """The token that is sent."""
        return self.token if isinstance(self.token, str) else self.token.value

    @property
    def told(self) -> str:
        """The token as a curl line may show it."""
        return self.token if isinstance(self.token, str) else self.token.told


class FieldNotes(_Known, frozen=True):
    """What the spec does not say of a field."""

    unique: bool = False
    normalise: Literal["trim"] | None = None
    values: list[Any] | None = None
    """The only values that general laws may send."""
    avoid: list[Any] = []
    """Values with a meaning of their own, which general laws leave to scenarios."""
    references: list[int] | None = None
    """Ids of other resources that a list of ids may hold; the answer may show them as objects."""
    upload: bool = False
    """The field is a picture, sent as a file part or as text."""
    spared: bool = False
    """General laws do not write the field: what it takes depends on more than its schema, and scenarios know."""
    shown_as: str | None = None
    """The field in which answers show what is written here."""
    derived_from: list[str] = []
    """A change of these fields may change this one too; `*` stands for any."""
    follows: bool = False
    """A change of what it is derived from not only may, but does show in it."""
    shown_to: list[str] | dict[str, list[str]] | None = None
    """The people to whom answers show the field, in general or by the state of the item; None is whoever sees it."""

    def readers(self, state: str) -> list[str] | None:
        """The people who are shown the field of an item in a state, None where whoever sees it is."""
        return self.shown_to.get(state) if isinstance(self.shown_to, dict) else self.shown_to


class Access(_Known, frozen=True):
    """Who sees and who may, as one table."""

    visible: dict[str, list[str]] = {}
    """Known resource → the people for whom it exists."""
    may: dict[str, list[str]] = {}
    """operationId → the people who may call it on a resource that they see."""
    anonymous: int = 401
    hidden: int = 404
    forbidden: int = 403


class RoleCall(_Known, frozen=True):
    """How somebody is given a role on an item and loses it again; `{person}` in a body stands for the person's id."""

    operation: str
    """operationId of the call that gives the role, and takes it unless another does."""
    person: str
    """Who is given the role, and may not yet do what it lets one do."""
    give: dict[str, Any]
    """The body that gives it."""
    take: dict[str, Any]
    """The body that takes it."""
    lets: list[str]
    """operationIds of what the role lets one do with the item."""
    take_operation: str | None = None


class ResourceNotes(_Known, frozen=True):
    """What is known of one resource: how to create it, what stands there already, its quirks.

    An item that lives inside of another is created inside of a fresh one, and what is known by a name is inside of what
    the resource above knows by the same name.
    """

    item: str
    create: dict[str, Any] = {}
    """What a creation body needs beside a value for each required field."""
    owner: str | None = None
    known: dict[str, int] = {}
    fields: dict[str, FieldNotes] = {}
    transitions: dict[str, dict[str, list[Any]]] = {}
    """Field → value → the values that may follow it."""
    states: dict[str, dict[str, Any]] = {}
    """Name of a state → what an item holds that is in it; where none is known by that name, one is made."""
    access: Access = Access()
    role_call: RoleCall | None = None
    lists: dict[str, dict[str, Any]] = {}
    """operationId of a list → the query by which it shows a fresh item; `{name}` stands for what the item has there."""
    listed: dict[str, Any] = {}
    """What a fresh item must hold to be shown in lists."""
    shield: list[str] = []
    """Fields that are never changed on a known resource, because the change could not be undone."""
    speaks_for: dict[str, list[str]] = {}
    """Law → documented rules of this resource that it stands for as well."""

    def notes(self, field: str) -> FieldNotes:
        """The notes on a field, empty ones where there are none."""
        return self.fields.get(field, FieldNotes())


class OAuth(_Known, frozen=True):
    """A registered public client, and somebody who can log in by it."""

    client_id: str
    redirect_uri: str
    username: str
    password: str | Secret

    @property
    def password_text(self) -> str:
        """The password itself."""
        return self.password if isinstance(self.password, str) else self.password.value


class Profile(_Known, frozen=True):
    """A target as the checker knows it."""

    name: str
    people: dict[str, Person] = {}
    roles: dict[str, list[str]] = {}
    """Role, as the spec calls it → the people who have it; unlisted, a role is had by the person of that name."""
    resources: dict[str, ResourceNotes] = {}
    serves: list[str] | None = None
    """The operations of the spec that this target has; all of them, unless said."""
    scenarios: bool = False
    """Whether the documented course rules bind this target."""
    differences: dict[str, str] = {}
    """Rule or law → why it is not expected of this target."""
    same_status: dict[int, list[int]] = {}
    """Status that a rule expects → statuses that mean the same here."""
    refusals: dict[str, str] = {}
    """operationId → why a request that fits the spec may still answer 400."""
    jwt_secret: str | Secret | None = None
    """What signs the tokens of this target, to make some that it must refuse."""
    oauth: OAuth | None = None

    def resource(self, item: str) -> ResourceNotes:
        """The notes on the resource with this item path, empty ones where there are none."""
        return next((notes for notes in self.resources.values() if notes.item == item), ResourceNotes(item=item))

    def has(self, operation: str) -> bool:
        """Whether the target serves an operation of the spec."""
        return self.serves is None or operation in self.serves

    def expand(self, people: Collection[str]) -> set[str]:
        """Names of people, with the word for everyone spelled out."""
        return (set(people) | (set(self.people) if EVERYONE in people else set())) - {EVERYONE}

    @property
    def jwt_key(self) -> str | None:
        """The secret that signs JWTs, if it is known."""
        return self.jwt_secret.value if isinstance(self.jwt_secret, Secret) else self.jwt_secret


def load(path: Path = BUILT_IN) -> Profile:
    """Read a profile; CannotRun names the file and the place where it is wrong."""
    try:
        return msgspec.convert(yaml.safe_load(path.read_bytes()), Profile)
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}; give a readable file with --profile.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CannotRun(f"{path}: not YAML ({_place(error)}); mend it or leave --profile out.") from error
    except msgspec.ValidationError as error:
        raise CannotRun(f"{path}: {error}; mend it or leave --profile out.") from error


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark else str(error).splitlines()[0]
