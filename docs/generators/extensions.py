"""Generate docs/reference/extensions.md: the specification extensions of any document."""

from typing import Final, NamedTuple

from docs.generators.markdown import REFERENCE, heading, table
from specdouble.extensions import EXTENSIONS, STANDING
from specdouble.resource_extension import RESOURCE, ROLES

PAGE: Final = REFERENCE / "extensions.md"


class Meaning(NamedTuple):
    """The value of an extension, what the mock does with it, and the laws that check it."""

    value: str
    mock: str
    laws: tuple[str, ...] = ()


MEANINGS: Final = {
    "x-roles": Meaning(
        "role → description: the kinds of users that the other extensions name",
        "accepts the credentials `librarian`, `librarian:carol` (one of several) and `everyone:ada` (no role); others "
        "get 401",
        ("CT301",),
    ),
    "x-allowed-to": Meaning(
        "list of roles: who may call the operation",
        "401 for callers who are not logged in, 403 for others",
        ("CT301", "CT303"),
    ),
    "x-item-visible-to": Meaning(
        "value → list of roles: for whom an item exists while the field has this value. Values that are not listed "
        "hide nothing",
        "404 for others, and the item is in none of their lists",
        ("CT302", "CT303", "CT203"),
    ),
    "x-visible-to": Meaning(
        "list of roles: who sees the field in responses", "leaves the field out for others", ("CT203",)
    ),
    "x-transitions": Meaning(
        "value → list of the values that may follow. Keeping a value is always allowed. A value that is not listed may "
        "change to any other",
        "400 for every other change, by PUT as by PATCH",
        ("CT401", "CT402"),
    ),
    "x-unique": Meaning(
        "`true`: no two items of the collection share the value", "400 for a value that is in use", ("CT701",)
    ),
    "x-references": Meaning(
        "name of a collection, such as `authors`: the value is the id of an item there, or a list of ids. The checker "
        "creates the items that it needs",
        "400 for an unknown id; a repeated id counts once",
        ("CT701",),
    ),
    "x-derived-from": Meaning(
        "list of fields: the server computes the field from them. It changes only when one of them does",
        "computes a simple value: joined texts, joined lists, the sum of numbers and lengths, or whether there is any",
        ("CT101", "CT102"),
    ),
    "x-trim": Meaning("`true`: blanks at both ends are removed before the text is stored", "removes them", ("CT101",)),
    "x-mock-domain": Meaning(
        "name of a domain, which adds behaviour to the document. `selfcommunity-courses` is the only one",
        "serves the rules, users and initial state of that domain",
    ),
    RESOURCE: Meaning(
        "`false`, or a mapping of `collection`, `role` and `id`: what the operation does, or to which collection the "
        "operations of the path belong",
        "does that instead of what it would guess; see below",
    ),
    "x-rules": Meaning("list of ids: the documented rules of the operation, for readers and reports", "nothing"),
}

EXAMPLE: Final = """\
```yaml
x-roles:
  librarian: Runs the library
paths:
  /books/{id}:
    patch:
      x-allowed-to: [owner, librarian]
components:
  schemas:
    Book:
      type: object
      properties:
        isbn: {type: string, x-unique: true}
        status:
          type: string
          enum: [ordered, shelved, lent]
          x-transitions: {ordered: [shelved], shelved: [lent], lent: [shelved]}
          x-item-visible-to: {ordered: [owner, librarian]}
        price: {type: integer, readOnly: true, x-visible-to: [owner, librarian]}
```"""

ROLE_MEANINGS: Final = {
    "list": "answers with the items of the collection",
    "create": "stores the body as a new item",
    "store": "replaces the item with the id in the body, or creates it",
    "read": "answers with the item that the last parameter of the path names",
    "replace": "replaces that item",
    "change": "changes the fields of that item that are in the body",
    "delete": "deletes that item",
    "singleton": "reads, writes or removes, by its method, the one object at this path",
    "action": "acts on the item that the last parameter of the path names, and answers with its present state",
}

UNDERSTANDING: Final = (
    "## How an operation is understood",
    "",
    "The mock guesses from path and schemas what an operation does. `mockserver explain --spec FILE` shows each guess",
    "with its reason. `x-resource` overrules it:",
    "",
    """\
```yaml
paths:
  /pet/{petId}:
    x-resource: {collection: pets}     # the items of /pets
    get: {}
  /pets:
    get: {}
  /pets/find:
    post:
      x-resource: {collection: pets, role: list}     # no action: it shows items
  /reports/{name}:
    get:
      x-resource: false                # no item: answer with the documented example
```""",
    "",
    "* `collection` is the name of the collection, as in `pets` or `owners/pets`: the fixed segments of a path, or any",
    "  name that several operations use. Operations on the same collection share its items.",
    "* `role` is one of the roles below. On a path, only `singleton` is one, since its operations have several roles.",
    "* `id` is the property of an item that has its id.",
    "* `false` stands for an operation without state. The mock answers with an example.",
    "",
    "The checker tests the collections whose items are below their path, without the operations that `x-resource`",
    "takes out of them.",
    "",
)

REST: Final = """\
`everyone` does not include `anonymous`.

## How mistakes are reported

Both commands check the extensions when they load the document. An extension that is misspelt, misplaced or has a wrong
value is rejected, with file and line. Two cases need care:

* In OpenAPI 3.0, keywords beside a `$ref` have no effect. Put the reference into `allOf`, and the extension beside
  that.
* The values of `x-transitions` and `x-item-visible-to` are texts.

## How the mock names an extension

A response that rejects a request names the extension in `X-Mock-Rule`, unless a documented rule says the same. The
header names only ids that the document, its extensions or its domain define. Otherwise the header is absent.

## How the checker assigns users to roles

The document has roles, and the checker has users. The [profile](profile.md) assigns one to the other. A role that the
profile does not list belongs to the user of the same name. `owner` is the user under `owner:` of the resource, who
creates the items under test.

```yaml
people:
  ada: {token: {env: ADAS_TOKEN}}
  carol: {token: {env: CAROLS_TOKEN}}
roles:
  librarian: [carol]
```

The profile adds to the document. If both say something about the same field, transition or operation, the profile takes
precedence: it describes one target, and the document describes all of them. An operation whose body has a unique,
referring or changing field may reject a value that fits its schema. The checker does not report that as a failure.

Some facts have no extension, and stay in the profile: items that exist already, calls that give and take roles, and the
list that shows a new item."""


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("docs/generators/extensions.py", "Specification extensions"),
        "State in your OpenAPI document who may call an operation, who sees an item, and how a status may change. The",
        "mock enforces these extensions (`mockserver --spec FILE`). The checker tests that a backend keeps them",
        "(`contracts check --spec FILE`). They work in every document of OpenAPI 3.0 or 3.1.",
        "",
        EXAMPLE,
        "",
        "`tests/generic/library.yaml` is the complete document, with every extension.",
        "",
        "## The extensions",
        "",
        *table(("extension", "placed on", "value", "what the mock does", "law"), map(_row, EXTENSIONS)),
        "",
        "## The roles without a declaration",
        "",
        *table(("role", "who has it"), ((f"`{role}`", who) for role, who in STANDING.items())),
        "",
        *UNDERSTANDING,
        *table(("role", "what the operation does"), ((f"`{role}`", ROLE_MEANINGS[role]) for role in ROLES)),
        "",
        REST,
    ]
    return "\n".join(lines) + "\n"


def _row(name: str) -> tuple[str, ...]:
    meaning = MEANINGS[name]
    return f"`{name}`", EXTENSIONS[name][0], meaning.value, meaning.mock, ", ".join(meaning.laws)
