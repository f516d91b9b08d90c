"""What is known of a target beyond its spec: people, known resources, declared quirks."""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from contracts.errors import CannotRun
from contracts.openapi.identifiers import Identifier
from contracts.profile.normalization import Normaliser
from contracts.profile.people import Csrf, Login, Person, Secret, Text, hidden_in, value_of
from contracts.profile.yaml_files import Remedies, fields_of, meant, read
from contracts.results.verdict import NotApplicable

__all__ = [
    "ANONYMOUS",
    "BUILT_IN",
    "EVERYONE",
    "Access",
    "FieldNotes",
    "OAuth",
    "Person",
    "Profile",
    "ResourceNotes",
    "Secret",
    "load",
]

ANONYMOUS = "anonymous"
EVERYONE = "everyone"
BUILT_IN = Path(__file__).parent / "builtin" / "selfcommunity.yaml"


class _Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a profile in which a misspelt key is an error."""


class FieldNotes(_Known, frozen=True):
    """What the spec does not say of a field."""

    unique: bool = False
    """No two items of a collection share its value."""
    normalise: Normaliser | list[Normaliser] | None = None
    """What the target may make of a value before it keeps it: `trim`, `collapse` (blanks to one), `lower`, `upper`,
    `html` (only the visible text is compared), `{round: places}`; several apply in their order."""
    values: list[Any] | None = None
    """The only values that general laws may send."""
    avoid: list[Any] = []
    """Values with a meaning of their own, which general laws leave to scenarios."""
    references: list[Identifier] | str | None = None
    """Ids that it may hold, or the collection whose items it refers to; the answer may show them as objects."""
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
    """How somebody without a login is refused."""
    hidden: int = 404
    """How somebody is refused for whom the item does not exist."""
    forbidden: int = 403
    """How somebody is refused who sees the item and may not do this with it."""


class Answers(_Known, frozen=True):
    """Where answers about a resource have what they are about, where the document does not tell: JSON pointers."""

    item: str | None = None
    """To the item in an answer about one; an empty text is the whole."""
    rows: str | None = None
    """To the array of a list."""
    next: str | None = None
    """To the address, or the cursor, of the next page of a list."""
    cursor: str | None = None
    """The query parameter in which a cursor goes."""

    def __post_init__(self) -> None:
        for key in ("item", "rows", "next"):
            told = getattr(self, key)
            if told and not told.startswith("/"):
                raise ValueError(f"`{key}` is a JSON pointer, which begins with a slash: write /{told}")


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
    """operationId of the call that takes the role, where it is another."""


class ResourceNotes(_Known, frozen=True):
    """What is known of one resource: how to create it, what stands there already, its quirks.

    An item that lives inside of another is created inside of a fresh one, and what is known by a name is inside of what
    the resource above knows by the same name.
    """

    item: str
    """The path of an item, as the document writes it."""
    create: dict[str, Any] = {}
    """What a creation body needs beside a value for each required field; `{unique}` in a text stands for a word that
    nobody used before."""
    owner: str | None = None
    """The person who creates the items that are tested; the first of the profile, unless said."""
    if_match: bool = False
    """Whether changes have to come with the version of the item in If-Match, although the document does not say so."""
    identified_by: str | None = None
    """The field of answers that has the id of an item; by its path parameter and the usual names, unless said."""
    answers: Answers = Answers()
    """Where answers have the item, the rows of a list and the next page."""
    parameters: dict[str, Identifier] = {}
    """Parameter of its paths that no resource creates → its value; `{person}` stands for the id of who creates."""
    known: dict[str, Identifier] = {}
    """Name → id of an item that is there already; it is lent: what changes on it is put back."""
    fields: dict[str, FieldNotes] = {}
    """Field → what the document does not say of it."""
    transitions: dict[str, dict[str, list[Any]]] = {}
    """Field → value → the values that may follow it."""
    states: dict[str, dict[str, Any]] = {}
    """Name of a state → what an item holds that is in it; where none is known by that name, one is made."""
    access: Access = Access()
    """Who sees an item, and who may do what."""
    role_call: RoleCall | None = None
    """How a role on an item is given and taken."""
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
    """The id of the client."""
    redirect_uri: str
    """Where it is sent back to, as it is registered."""
    username: str
    """Who logs in."""
    password: Text
    """By which password: a text, or `{env: NAME}`."""

    @property
    def password_text(self) -> str:
        """The password itself."""
        return value_of(self.password)


class Profile(_Known, frozen=True):
    """A target as the checker knows it."""

    name: str
    """What the target is called in reports."""
    people: dict[str, Person] = {}
    """Name → how that person identifies himself."""
    roles: dict[str, list[str]] = {}
    """Role, as the spec calls it → the people who have it; unlisted, a role is had by the person of that name."""
    resources: dict[str, ResourceNotes] = {}
    """Name → what is known of a resource."""
    normalise: Normaliser | list[Normaliser] | None = None
    """What the target may make of every text, where the notes on a field say nothing else."""
    serves: list[str] | None = None
    """The operations of the spec that this target has; all of them, unless said."""
    actions: list[str] = []
    """operationIds of actions that may be sent: writes that are neither a creation in a collection nor addressed to an
    item of the run. They are off unless they are listed here."""
    scenarios: bool = False
    """Whether the documented course rules bind this target."""
    differences: dict[str, str] = {}
    """Rule or law → why it is not expected of this target."""
    same_status: dict[int, list[int]] = {}
    """Status that a rule expects → statuses that mean the same here."""
    undocumented: list[int] = []
    """Statuses that any operation may answer although the document does not say so."""
    refusals: dict[str, str] = {}
    """operationId → why a request that fits the spec may still answer 400."""
    jwt_secret: Text | None = None
    """What signs the tokens of this target, to make some that it must refuse."""
    oauth: OAuth | None = None
    """A client by which somebody logs in, for the rules of OAuth2."""

    def resource(self, item: str) -> ResourceNotes:
        """The notes on the resource with this item path, empty ones where there are none."""
        return next((notes for notes in self.resources.values() if notes.item == item), ResourceNotes(item=item))

    def owner_of(self, item: str) -> str:
        """Return who creates the items of the resource with this item path."""
        return self.resource(item).owner or next(iter(self.people), ANONYMOUS)

    def id_of(self, name: str) -> Identifier:
        """Return the user id of a person.

        Raises:
            NotApplicable: The profile gives none.
        """
        person = self.people.get(name)
        if person is None or person.id is None:
            raise NotApplicable(f"the profile gives no id for {name}")
        return person.id

    def has(self, operation: str) -> bool:
        """Whether the target serves an operation of the spec."""
        return self.serves is None or operation in self.serves

    def expand(self, people: Collection[str]) -> set[str]:
        """Names of people, with the word for everyone spelled out."""
        return (set(people) | (set(self.people) if EVERYONE in people else set())) - {EVERYONE}

    @property
    def jwt_key(self) -> str | None:
        """The secret that signs JWTs, if it is known."""
        return None if self.jwt_secret is None else value_of(self.jwt_secret)

    @property
    def hidden(self) -> dict[str, str]:
        """Each value that no report may show → the word that stands for it."""
        texts = (self.jwt_secret, self.oauth and self.oauth.password)
        found = hidden_in(texts)
        for name, person in self.people.items():
            found |= person.hidden(name)
        return found


def load(path: Path = BUILT_IN) -> Profile:
    """Read a profile; CannotRun names the file, the line where it is wrong, and what to do."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}; give a readable file with --profile.") from error
    return read(str(path), text, Profile, REMEDIES)


def _remedy(what: str) -> str:
    """What to do about a message of msgspec."""
    unknown = re.search(r"unknown field `(.+?)`", what)
    if unknown:
        kinds = (Profile, ResourceNotes, FieldNotes, Answers, Access, OAuth, Person, Login, Csrf, Secret)
        return f"remove it, or {meant(unknown[1], [name for kind in kinds for name in fields_of(kind)])}"
    missing = re.search(r"missing required field `(.+?)`", what)
    return f"add `{missing[1]}: …`." if missing else "`contracts init` writes an example of every key."


REMEDIES = Remedies("mend it or leave --profile out.", "put both parts under one of them.", _remedy)
