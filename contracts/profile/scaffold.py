"""Write a first profile for a target: the facts of its document, with places for what only people know."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import yaml

from contracts.openapi.description import Model
from contracts.openapi.identifiers import is_named_after
from contracts.openapi.paths import parameters_of
from contracts.openapi.resources import Field, Operation, Resource
from contracts.openapi.schemas import Schema, limits_of, variants
from contracts.results.text import pluralize

OWNER = "owner"
OTHER = "other"


def profile_of(model: Model, url: str) -> str:
    """Return a commented profile, in the YAML that `--profile` reads."""
    title = _title(model)
    sections = (
        _head(title, url),
        _people(title, _means(model, url)),
        _resources(model),
        _undocumented(model),
        _refusals(model),
        _tolerances(),
    )
    return "\n".join(line for section in sections for line in section) + "\n"


def variables_of(model: Model, url: str) -> list[str]:
    """Return the environment variables that the profile reads."""
    means = _means(model, url)
    return [variable for name in (OWNER, OTHER) for variable in means.variables(_title(model), name)]


def _title(model: Model) -> str:
    return str(model.document.get("info", {}).get("title", "")) or "An API"


def _prefix(title: str) -> str:
    """Return the prefix of the environment variables, from the title of a document."""
    prefix = re.sub(r"[^A-Z0-9]+", "_", title.upper()).strip("_") or "API"
    return prefix if prefix[0].isalpha() else f"API_{prefix}"


@dataclass(frozen=True)
class _Means:
    """How users authenticate by the document: kinds of secrets, and YAML with <KIND> in place of each."""

    kinds: tuple[str, ...] = ("TOKEN",)
    text: str = " {token: <TOKEN>}"

    def variables(self, title: str, person: str) -> list[str]:
        """Return the environment variables of a person's secrets."""
        return [f"{_prefix(title)}_{kind}_{person.upper()}" for kind in self.kinds]

    def as_yaml(self, title: str, person: str) -> str:
        """Write how a person authenticates, as YAML."""
        text = self.text
        for kind, variable in zip(self.kinds, self.variables(title, person), strict=True):
            text = text.replace(f"<{kind}>", f"{{env: {variable}}}")
        return text


def _means(model: Model, url: str) -> _Means:
    """Return the means of the first security scheme that a profile supports; by default a bearer token."""
    schemes = model.document.get("components", {}).get("securitySchemes", {})
    for scheme in map(model.resolve, schemes.values()):
        kind, place = scheme.get("type"), scheme.get("in")
        if kind == "apiKey" and place == "header":
            return _Means(("KEY",), f" {{headers: {{{_scalar(scheme['name'])}: <KEY>}}}}")
        if kind == "apiKey" and place == "cookie":
            return _Means(("SESSION",), f" {{cookies: {{{_scalar(scheme['name'])}: <SESSION>}}}}")
        if kind == "http" and scheme.get("scheme", "").lower() == "basic":
            return _Means(("BASIC",), " {headers: {Authorization: <BASIC>}}")
        if kind == "oauth2":
            return _by_password(model, scheme, url) or _Means()
        if kind in ("http", "openIdConnect"):
            break
    return _Means()


def _by_password(model: Model, scheme: Schema, url: str) -> _Means | None:
    """Return a login with name and password (RFC 6749, 4.3), if the scheme has one on this target, or None."""
    address = scheme.get("flows", {}).get("password", {}).get("tokenUrl", "")
    path = _on_target(str(address), url, model)
    if not path:
        return None
    form = "{grant_type: password, username: <USERNAME>, password: <PASSWORD>}"
    login = ("login:", f"  path: {_scalar(path)}", f"  form: {form}", "  token: /access_token")
    return _Means(("USERNAME", "PASSWORD"), "".join(f"\n    {line}" for line in login))


def _on_target(address: str, url: str, model: Model) -> str:
    """Return the path of a URL below that of the target, or an empty text where the URL is on another host."""
    there, here = urlsplit(address), urlsplit(url)
    if not address or (there.netloc and there.netloc != here.netloc):
        return ""
    path, base = f"/{there.path.lstrip('/')}", here.path.rstrip("/")
    if path in model.document["paths"] or not path.startswith(f"{base}/"):
        return path
    return path.removeprefix(base)


def _head(title: str, url: str) -> Iterator[str]:
    host = _comment(urlsplit(url).netloc or url)
    yield f"# The profile of {host}: what its OpenAPI document does not say. Comments hold guesses and examples."
    yield "# Complete them where you can, and see the effect with `contracts plan`. Errors are reported by line."
    yield f"name: {_scalar(title)}"
    yield ""


def _people(title: str, means: _Means) -> Iterator[str]:
    yield "# The users. Keep secrets in the environment, never here: {env: NAME} reads $NAME. The first user creates"
    yield "# the items to test. More users with other roles make the permission laws stronger."
    yield "people:"
    for name in (OWNER, OTHER):
        yield f"  {name}:{means.as_yaml(title, name)}"
    if "BASIC" in means.kinds:
        yield '  # Each variable holds "Basic " and then name:password in base64.'
    yield from (line.replace("PREFIX", _prefix(title)) for line in _OTHER_MEANS)
    yield ""


_OTHER_MEANS = (
    "  # A user authenticates by one of these. `token` is sent as Authorization: Bearer …",
    "  # by_token: {token: {env: PREFIX_TOKEN}}",
    "  # by_header: {headers: {X-Api-Key: {env: PREFIX_KEY}}}",
    "  # by_cookie: {cookies: {sessionid: {env: PREFIX_SESSION}}}",
    "  # by_login:",
    "  #   login:",
    "  #     path: /login",
    "  #     # `form: {…}` instead of `json` sends it urlencoded.",
    "  #     json: {username: alice, password: {env: PREFIX_PASSWORD}}",
    "  #     # Where the answer has the token.",
    "  #     token: /access_token",
    "  #     # The token is sent as `header: prefix + token`.",
    "  #     header: Authorization",
    '  #     prefix: "Bearer "',
    "  #   # The id of that user in the API. Every user can have one.",
    "  #   id: 1",
    "  # by_session:",
    "  #   # Without `token`, the cookies that the login sets are the session. If its writes need a token against",
    "  #   # forged requests, csrf names the cookie that has it (or `token: /pointer`, or `find: regular (expression)`",
    "  #   # in the answer), the header that sends it, and the page to read first, if the login itself needs it.",
    "  #   login:",
    "  #     path: /login",
    "  #     form: {username: alice, password: {env: PREFIX_PASSWORD}}",
    "  #     csrf: {cookie: csrftoken, header: X-CSRFToken, page: /login}",
)


def _resources(model: Model) -> Iterator[str]:
    if not model.resources:
        yield "# The document has no collection that creates items which can be read or patched. The laws do not apply,"
        yield "# and only the conformance checks (Schemathesis) run."
        yield "resources: {}"
    else:
        yield "# Collections whose items can be created, and read or patched."
        yield "resources:"
    for number, (name, resource) in enumerate(_named(model.resources)):
        yield from _resource(name, resource, model, explained=number == 0)
    yield ""


def _named(resources: list[Resource]) -> Iterator[tuple[str, Resource]]:
    """Yield each resource with a unique name, prefixed by those of its parents where two have the same."""
    used: set[str] = set()
    for resource in resources:
        steps = [step for step in resource.collection.split("/") if step and not step.startswith("{")]
        name = next(
            (
                candidate
                for candidate in ("_".join(steps[-n:]) for n in range(1, len(steps) + 1))
                if candidate not in used
            ),
            "",
        )
        name = name or f"{'_'.join(steps) or 'item'}_{len(used) + 1}"
        used.add(name)
        yield name, resource


def _resource(name: str, resource: Resource, model: Model, *, explained: bool) -> Iterator[str]:
    yield f"  {_scalar(name)}:"
    yield f"    item: {_scalar(resource.item)}"
    yield f"    owner: {OWNER}"
    if resource.parent:
        yield f"    # Created below {_comment(resource.parent.item)}."
    if resource.create_required:
        required = ", ".join(_comment(field) for field in sorted(resource.create_required))
        yield f"    # Required on creation: {required}. Add the values that the schema does not determine."
    yield "    # create: {}"
    yield from _identification(resource)
    yield from _fields(resource, model, explained=explained)
    yield from _access(resource)


def _identification(resource: Resource) -> Iterator[str]:
    if len(resource.keys) > 1:
        yield "    # The document does not say which field of the answers has the id. The usual names are tried."
        yield "    # identified_by: reference"
    elif resource.keys[0] != "id":
        yield f"    # The id is the field {_comment(resource.keys[0])} of answers. Another field:"
        yield "    # identified_by: id"
    for name in resource.unmade:
        yield f"    # No operation creates a value for {{{_comment(name)}}} in its path. Name one, or use"
        yield '    # "{person}" for the id of the user who creates. Without it the laws do not apply.'
        yield f"    # parameters: {{{_comment(_scalar(name))}: 1}}"
    if not any(operation.answer for operation in resource.operations.values()):
        yield "    # The document describes no answers. JSON pointers name the places of the item, the rows of a list,"
        yield "    # and its next page: a URL, or a cursor for a query parameter:"
        yield "    # answers: {item: /data, rows: /data, next: /meta/next_cursor, cursor: cursor}"
    yield from _versions(resource)
    yield "    # Existing items: name → id. The checker only borrows them: it undoes its changes."
    public, private = _examples(resource.identifiers.get(resource.parameter, {}))
    yield f"    # known: {{public: {public}, private: {private}}}"
    yield "    # States in which a new item is created for each trial: name → its values, {} for the defaults."
    yield "    # states: {fresh: {}}"


def _versions(resource: Resource) -> Iterator[str]:
    if resource.changes and not any(change.accepts_if_match for change in resource.changes):
        yield "    # If changes must send the ETag of the item in If-Match, and the document does not say so:"
        yield "    # if_match: true"


def _examples(schema: Schema) -> tuple[str, str]:
    """Return two example ids by a schema."""
    if schema.get("format") == "uuid":
        return "5f0c1f6e-3b1a-4c57-9a55-2f4d1f0a7c01", "5f0c1f6e-3b1a-4c57-9a55-2f4d1f0a7c02"
    return ("my-first", "my-second") if schema.get("type") == "string" else ("1", "2")


def _fields(resource: Resource, model: Model, *, explained: bool) -> Iterator[str]:
    fields_by_name = {field.name: field for field in (*resource.create_fields.values(), *resource.writable)}
    notes_of = {
        name: ", ".join(dict.fromkeys(_notes(field, resource, model))) for name, field in fields_by_name.items()
    }
    written = {field.name for field in resource.writable}
    fields = [(name, notes) for name, notes in notes_of.items() if notes or name in written]
    annotated = [(name, notes) for name, notes in fields if notes]
    if annotated:
        yield "    fields:"
        yield from (f"      {_scalar(name)}: {{{notes}}}" for name, notes in annotated)
    plain = [_comment(name) for name, notes in fields if not notes]
    if plain:
        yield f"    # Fields without notes: {', '.join(plain)}."
        example = (
            f"{_comment(_scalar(next(name for name, notes in fields if not notes)))}: {{normalise: [trim, lower]}}"
        )
        yield f"    #   {example}" if annotated else f"    # fields: {{{example}}}"
        yield from _FIELD_WORDS if explained else ()


_FIELD_WORDS = (
    "    # Possible notes on a field:",
    "    #   unique: true                no two items share a value",
    "    #   normalise: trim             how it is stored: trim, collapse (blanks to one), lower, upper, html (the",
    "    #                               visible text), {round: 2}, or a list of them, in order",
    "    #   shown_as: text_html         answers show it in another field, such as sanitised or rendered",
    "    #   derived_from: [name]        it changes with these fields",
    "    #   values: [a, b]              send only these values",
    '    #   avoid: [""]                 do not send these values',
    "    #   references: [1, 2]          the ids that it may hold",
    "    #   references: authors         it refers to items of this collection, which are created for it and deleted",
    "    #   spared: true                do not write it",
)


def _notes(field: Field, resource: Resource, model: Model) -> Iterator[str]:
    referred = _referred(field, resource, model)
    if referred:
        yield f"references: {_scalar(referred)}"
    for variant in variants(field.write or {}):
        if variant.get("x-unique"):
            yield "unique: true"
        if variant.get("x-trim"):
            yield "normalise: trim"
        if variant.get("format") == "binary":
            yield "upload: true"


def _referred(field: Field, resource: Resource, model: Model) -> str | None:
    """Return the collection that a field refers to by its name and type, or None."""
    several = field.kind == "array"
    schema = limits_of(field.constraints.get("items", {})) if several else field.constraints
    if "x-references" in (field.write or {}) or not (schema.get("type") == "integer" or schema.get("format") == "uuid"):
        return None
    others = (other.name for other in model.resources if other is not resource)
    return next((name for name in others if is_named_after(field.name, name, several=several)), None)


def _access(resource: Resource) -> Iterator[str]:
    yield "    # Who sees a known item or one in a state, and who may call what on an item that they see. The"
    yield "    # permission laws need it."
    yield "    # access:"
    yield "    #   # The statuses for requests without a login (anonymous is not part of everyone), for users who may"
    yield "    #   # not do this, and for users who must not see the item."
    yield "    #   anonymous: 401"
    yield "    #   forbidden: 403"
    yield "    #   hidden: 404"
    yield "    #   visible: {public: [everyone, anonymous], private: [owner], fresh: [everyone]}"
    yield "    #   may:"
    for verb in ("read", "patch", "replace", "delete", "create", "list"):
        if verb in resource.operations:
            people = f"[{OWNER}]" if verb in ("patch", "replace", "delete") else "[everyone]"
            yield f"    #     {_comment(_scalar(resource.operations[verb].id))}: {people}"


def _refusals(model: Model) -> Iterator[str]:
    operations = [operation for operation in model.operations.values() if _may_reject(operation)]
    if operations:
        yield "# Operations that may answer 400 although the body fits the schema, and why: for example a name that is"
        yield "# taken, or a state that forbids it. Uncomment those that do."
        yield "# refusals:"
        yield from (f"#   {_comment(_scalar(operation.id))}: the name is taken" for operation in operations)
        yield ""


def _may_reject(operation: Operation) -> bool:
    is_possible = bool({"400", "409", "422"} & operation.statuses) or _documents_no_rejection(operation)
    return operation.method in ("POST", "PUT", "PATCH") and is_possible


def _documents_no_rejection(operation: Operation) -> bool:
    return not any(status.startswith("4") or status == "default" for status in operation.statuses)


def _undocumented(model: Model) -> Iterator[str]:
    lacking = Counter(
        status for operation in model.operations.values() for status in _undocumented_rejections(operation, model)
    )
    if lacking:
        statuses = ", ".join(
            f"{status} (at {pluralize(number, 'operation')})" for status, number in sorted(lacking.items())
        )
        yield "# Statuses that are likely, but that the document does not list:"
        yield f"# {statuses}."
        yield "# The conformance checks report each of them. Accept those that are intended:"
        yield f"# undocumented: [{', '.join(map(str, sorted(lacking)))}]"
        yield ""


def _undocumented_rejections(operation: Operation, model: Model) -> Iterator[int]:
    """Yield the statuses by which an operation is likely to reject requests, but which the document does not list."""
    if {"4XX", "default"} & operation.statuses:
        return
    has = {
        400: bool(operation.encodings) and not {"400", "422"} & operation.statuses,
        401: _requires_login(operation, model),
        403: _requires_login(operation, model),
        404: bool(parameters_of(operation.path)),
    }
    yield from (status for status, may_come in has.items() if may_come and str(status) not in operation.statuses)


def _requires_login(operation: Operation, model: Model) -> bool:
    """Return whether an operation requires a login; without `security`, whether it documents no rejection either."""
    node = model.document["paths"][operation.path][operation.method.lower()]
    needed = node.get("security", model.document.get("security"))
    return _documents_no_rejection(operation) if needed is None else bool(needed) and all(needed)


def _tolerances() -> Iterator[str]:
    yield "# How every text is changed before it is stored, here as by Django REST Framework."
    yield "# normalise: trim"
    yield ""
    yield "# Other statuses that mean the same here: expected → [accepted]. 403: [403, 404] is for an API that hides"
    yield "# the items that a user may not change. With it, the checker no longer distinguishes the two."
    yield "# same_status: {400: [400, 409, 422], 403: [403, 404]}"
    yield ""
    yield "# Laws that this target does not keep, and why. They are reported as not applicable."
    yield '# differences: {CT106: "an empty PATCH is rejected"}'
    yield ""
    yield "# The operations that this target has, if it does not have all of the document."
    yield "# serves: []"


def _scalar(text: str) -> str:
    """Write a text as YAML, quoted where it could be read as anything else."""
    plain = re.fullmatch(r"[a-z][a-z_]{2,40}", text) and text not in _YAML_CONSTANTS
    return text if plain else yaml.safe_dump(text, default_style='"', width=sys.maxsize).strip()


_YAML_CONSTANTS = {"yes", "no", "on", "off", "true", "false", "null"}


def _comment(text: str) -> str:
    """Replace the characters that would end a comment."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
