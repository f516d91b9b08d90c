"""The profile of a target: users, known resources and quirks that its spec does not describe."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from contracts.errors import CannotRun
from contracts.openapi.identifiers import Identifier
from contracts.profile.normalization import Normaliser
from contracts.profile.people import Person, Secret, Text, hidden_in, value_of
from contracts.profile.yaml_files import read
from contracts.results.verdict import NotApplicable
from specdouble.yaml_reader import SpecError, read_bytes

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


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a profile, which rejects unknown keys."""


class FieldNotes(_Strict, frozen=True):
    """What the document does not say about a field."""

    unique: bool = False
    """Whether the value is unique within a collection."""
    normalise: Normaliser | list[Normaliser] | None = None
    """How the target may change a value before it stores it: `trim`, `collapse` (blanks to one), `lower`, `upper`,
    `html` (only the visible text is compared), `{round: places}`. A list applies in its order."""
    values: list[Any] | None = None
    """The only values that laws may send."""
    avoid: list[Any] = []
    """Values that laws do not send, because they have a special meaning."""
    references: list[Identifier] | str | None = None
    """The ids that it may hold, or the collection whose items it refers to. Answers may show them as objects."""
    upload: bool = False
    """Whether it is a picture, sent as a file part or as text."""
    spared: bool = False
    """Whether laws leave it unwritten, because its valid values depend on more than its schema."""
    shown_as: str | None = None
    """The field of answers that shows what requests write here."""
    derived_from: list[str] = []
    """The fields whose changes may change this one too; `*` stands for every field."""
    follows: bool = False
    """Whether a change of the fields in `derived_from` must change this one."""
    shown_to: list[str] | dict[str, list[str]] | None = None
    """The users to whom answers show the field, in general or by the state of the item; by default everyone who sees
    the item."""

    def readers(self, state: str) -> list[str] | None:
        """Return the people who see the field of an item in a state; None for everyone who sees the item."""
        return self.shown_to.get(state) if isinstance(self.shown_to, dict) else self.shown_to


class Access(_Strict, frozen=True):
    """Who sees an item, and who may do what with it."""

    visible: dict[str, list[str]] = {}
    """Known resource, or state → the users who see it."""
    may: dict[str, list[str]] = {}
    """operationId → the users who may call it on a resource that they see."""
    anonymous: int = 401
    """The status for a request without a login."""
    hidden: int = 404
    """The status for a user who must not see the item."""
    forbidden: int = 403
    """The status for a user who sees the item, but may not do this with it."""


class Answers(_Strict, frozen=True):
    """Where answers hold items and rows, if the document does not say: JSON pointers."""

    item: str | None = None
    """Pointer to the item in an answer about one; an empty text is the whole answer."""
    rows: str | None = None
    """Pointer to the array of a list."""
    next: str | None = None
    """Pointer to the URL, or the cursor, of the next page of a list."""
    cursor: str | None = None
    """The query parameter that sends a cursor."""

    def __post_init__(self) -> None:
        for key in ("item", "rows", "next"):
            text = getattr(self, key)
            if text and not text.startswith("/"):
                raise ValueError(f"`{key}` is a JSON pointer, which begins with a slash: write /{text}")


class RoleCall(_Strict, frozen=True):
    """How a user gets a role on an item and loses it again. `{person}` in a body stands for the user's id."""

    operation: str
    """operationId of the call that gives the role, and that takes it, unless `take_operation` is set."""
    person: str
    """The user who gets the role, and may not do what it allows before."""
    give: dict[str, Any]
    """The body that gives the role."""
    take: dict[str, Any]
    """The body that takes the role."""
    lets: list[str]
    """operationIds of the calls that the role allows on the item."""
    take_operation: str | None = None
    """operationId of the call that takes the role, if it is a different one."""


class ResourceNotes(_Strict, frozen=True):
    """How to create a resource, which of its items exist already, and its quirks.

    The checker creates an item below a fresh item of its parent. A known item is below the parent's known item of the
    same name.
    """

    item: str
    """The path of an item, as in the document."""
    create: dict[str, Any] = {}
    """Fields to send on creation, beside the required ones. `{unique}` in a text stands for a new, unique word."""
    owner: str | None = None
    """The user who creates the items to test; by default the first of the profile."""
    if_match: bool = False
    """Whether changes must send the version of the item in If-Match, although the document does not say so."""
    identified_by: str | None = None
    """The field of answers that holds the id of an item; by default found by the path parameter and the usual names."""
    answers: Answers = Answers()
    """Where answers hold the item, the rows of a list and the next page."""
    parameters: dict[str, Identifier] = {}
    """Path parameter that no resource creates → its value. `{person}` stands for the id of the user who creates."""
    known: dict[str, Identifier] = {}
    """Name → id of an existing item. The checker only borrows it: it undoes its changes."""
    fields: dict[str, FieldNotes] = {}
    """Field → what the document does not say about it."""
    transitions: dict[str, dict[str, list[Any]]] = {}
    """Field → value → the values that may follow it."""
    states: dict[str, dict[str, Any]] = {}
    """Name of a state → the values of an item in it. The checker creates one, unless `known` has that name."""
    access: Access = Access()
    """Who sees an item, and who may do what with it."""
    role_call: RoleCall | None = None
    """How a role on an item is given and taken."""
    lists: dict[str, dict[str, Any]] = {}
    """operationId of a list → the query by which it shows a fresh item. `{name}` stands for the item's value there."""
    listed: dict[str, Any] = {}
    """The values that a fresh item needs so that lists show it."""
    shield: list[str] = []
    """Fields that the checker never changes on a known item, because it could not undo the change."""
    speaks_for: dict[str, list[str]] = {}
    """Law → documented rules of this resource that the law checks as well."""

    def notes(self, field: str) -> FieldNotes:
        """Return the notes on a field, which are empty by default."""
        return self.fields.get(field, FieldNotes())


class OAuth(_Strict, frozen=True):
    """A registered public client, and a user who can log in with it."""

    client_id: str
    """The id of the client."""
    redirect_uri: str
    """The redirect URI, as registered."""
    username: str
    """The name of the user who logs in."""
    password: Text
    """The user's password: a text, or `{env: NAME}`."""

    @property
    def password_text(self) -> str:
        """The password itself."""
        return value_of(self.password)


class Profile(_Strict, frozen=True):
    """A target: its users, resources and quirks."""

    name: str
    """The name of the target."""
    people: dict[str, Person] = {}
    """Name → how that user authenticates."""
    roles: dict[str, list[str]] = {}
    """Role in the spec → the users who have it. By default the user of the same name has it."""
    resources: dict[str, ResourceNotes] = {}
    """Name → notes on a resource."""
    normalise: Normaliser | list[Normaliser] | None = None
    """How the target may change every text before it stores it. Notes on a field take precedence."""
    serves: list[str] | None = None
    """The operations of the spec that this target has; by default all of them."""
    actions: list[str] = []
    """operationIds of the actions that may be sent. An action is a write that neither creates in a collection nor
    addresses an item of the run. By default none is sent."""
    scenarios: bool = False
    """Whether to check the documented course rules."""
    differences: dict[str, str] = {}
    """Rule or law → why this target does not keep it. It is reported as not applicable."""
    same_status: dict[int, list[int]] = {}
    """Status that a rule expects → statuses that are accepted in its place."""
    undocumented: list[int] = []
    """Statuses that any operation may answer with, although the document does not list them."""
    refusals: dict[str, str] = {}
    """operationId → why a request that fits the spec may still get 400."""
    jwt_secret: Text | None = None
    """The key that signs the tokens of this target. The checker makes invalid tokens with it."""
    oauth: OAuth | None = None
    """A client and its user, to check the OAuth2 rules."""

    def resource(self, item: str) -> ResourceNotes:
        """Return the notes on the resource with an item path, which are empty by default."""
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
        """Return whether the target serves an operation of the spec."""
        return self.serves is None or operation in self.serves

    def expand(self, people: Collection[str]) -> set[str]:
        """Return names of people, with everyone replaced by the people of the profile."""
        return (set(people) | (set(self.people) if EVERYONE in people else set())) - {EVERYONE}

    @property
    def jwt_key(self) -> str | None:
        """The secret that signs JWTs, or None."""
        return None if self.jwt_secret is None else value_of(self.jwt_secret)

    @property
    def hidden(self) -> dict[str, str]:
        """The values that no report may show, each with its placeholder."""
        texts = (self.jwt_secret, self.oauth and self.oauth.password)
        hidden = hidden_in(texts)
        for name, person in self.people.items():
            hidden |= person.hidden(name)
        return hidden


def load(path: Path = BUILT_IN) -> Profile:
    """Read a profile; CannotRun names the file, the line where it is wrong, and what to do."""
    try:
        content = read_bytes(path)
    except SpecError as error:
        raise CannotRun(str(error)) from error
    return read(str(path), content, Profile, "`contracts init` writes an example of every key.")
