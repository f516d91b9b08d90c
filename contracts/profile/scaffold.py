"""A first profile for a target: what its document says, with places for what only people know."""

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
STRANGER = "stranger"


def profile_of(model: Model, url: str) -> str:
    """A commented profile, in the YAML that `--profile` reads."""
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
    """The variables of the environment that the profile reads."""
    means = _means(model, url)
    return [variable for name in (OWNER, STRANGER) for variable in means.variables(_title(model), name)]


def _title(model: Model) -> str:
    return str(model.document.get("info", {}).get("title", "")) or "An API"


def _prefix(title: str) -> str:
    """The beginning of the names of variables, from the title of a document."""
    prefix = re.sub(r"[^A-Z0-9]+", "_", title.upper()).strip("_") or "API"
    return prefix if prefix[0].isalpha() else f"API_{prefix}"


@dataclass(frozen=True)
class _Means:
    """How the document says that people are recognised: kinds of secrets, and YAML in which <KIND> stands for each."""

    kinds: tuple[str, ...] = ("TOKEN",)
    text: str = " {token: <TOKEN>}"

    def variables(self, title: str, person: str) -> list[str]:
        """The variables of the environment that have somebody's secrets."""
        return [f"{_prefix(title)}_{kind}_{person.upper()}" for kind in self.kinds]

    def told(self, title: str, person: str) -> str:
        """How somebody is recognised, as YAML."""
        text = self.text
        for kind, variable in zip(self.kinds, self.variables(title, person), strict=True):
            text = text.replace(f"<{kind}>", f"{{env: {variable}}}")
        return text


def _means(model: Model, url: str) -> _Means:
    """What the first security scheme asks for that a profile can give; a bearer token where there is none."""
    schemes = model.document.get("components", {}).get("securitySchemes", {})
    for each in map(model.resolve, schemes.values()):
        kind, place = each.get("type"), each.get("in")
        if kind == "apiKey" and place == "header":
            return _Means(("KEY",), f" {{headers: {{{_scalar(each['name'])}: <KEY>}}}}")
        if kind == "apiKey" and place == "cookie":
            return _Means(("SESSION",), f" {{cookies: {{{_scalar(each['name'])}: <SESSION>}}}}")
        if kind == "http" and each.get("scheme", "").lower() == "basic":
            return _Means(("BASIC",), " {headers: {Authorization: <BASIC>}}")
        if kind == "oauth2":
            return _by_password(model, each, url) or _Means()
        if kind in ("http", "openIdConnect"):
            break
    return _Means()


def _by_password(model: Model, scheme: Schema, url: str) -> _Means | None:
    """A login with name and password (RFC 6749, 4.3), where the scheme has one and this target answers it."""
    address = scheme.get("flows", {}).get("password", {}).get("tokenUrl", "")
    path = _on_target(str(address), url, model)
    if not path:
        return None
    form = "{grant_type: password, username: <USERNAME>, password: <PASSWORD>}"
    login = ("login:", f"  path: {_scalar(path)}", f"  form: {form}", "  token: /access_token")
    return _Means(("USERNAME", "PASSWORD"), "".join(f"\n    {line}" for line in login))


def _on_target(address: str, url: str, model: Model) -> str:
    """The path of an address below that of the target; empty where it is another's."""
    there, here = urlsplit(address), urlsplit(url)
    if not address or (there.netloc and there.netloc != here.netloc):
        return ""
    path, base = f"/{there.path.lstrip('/')}", here.path.rstrip("/")
    if path in model.document["paths"] or not path.startswith(f"{base}/"):
        return path
    return path.removeprefix(base)


def _head(title: str, url: str) -> Iterator[str]:
    host = _comment(urlsplit(url).netloc or url)
    yield f"# What contracts should know of {host} beyond its OpenAPI document. What is commented out is a guess or"
    yield "# an example: complete it where you can, and look at the outcome with `contracts plan`. A mistake in here is"
    yield "# told with its line."
    yield f"name: {_scalar(title)}"
    yield ""


def _people(title: str, means: _Means) -> Iterator[str]:
    yield "# Who may be impersonated. What is secret stands in the environment, never here: {env: NAME} reads $NAME."
    yield "# The first creates what is tested. More people with other roles make the permission laws stronger."
    yield "people:"
    for name in (OWNER, STRANGER):
        yield f"  {name}:{means.told(title, name)}"
    if "BASIC" in means.kinds:
        yield '  # Each of these holds "Basic " and then name:password in base64.'
    yield from (line.replace("PREFIX", _prefix(title)) for line in _OTHER_MEANS)
    yield ""


_OTHER_MEANS = (
    "  # A person is recognised by one of these; `token` is sent as Authorization: Bearer …",
    "  # by_token: {token: {env: PREFIX_TOKEN}}",
    "  # by_header: {headers: {X-Api-Key: {env: PREFIX_KEY}}}",
    "  # by_cookie: {cookies: {sessionid: {env: PREFIX_SESSION}}}",
    "  # by_login:",
    "  #   login:",
    "  #     path: /login",
    "  #     # `form: {…}` sends it urlencoded.",
    "  #     json: {username: somebody, password: {env: PREFIX_PASSWORD}}",
    "  #     # Where the token stands in the answer.",
    "  #     token: /access_token",
    "  #     # The token is sent as `header: prefix + token`.",
    "  #     header: Authorization",
    '  #     prefix: "Bearer "',
    "  #   # The id of that person, as the API shows it; every person can have one.",
    "  #   id: 1",
    "  # by_session:",
    "  #   # Without `token`, the cookies that the login sets are the session. Where its writes need a token against",
    "  #   # forged requests, csrf says which cookie has it (or `token: /pointer`, or `find: regular (expression)`, in",
    "  #   # the answer), in which header it goes, and which page is read first, if the login itself needs it.",
    "  #   login:",
    "  #     path: /login",
    "  #     form: {username: somebody, password: {env: PREFIX_PASSWORD}}",
    "  #     csrf: {cookie: csrftoken, header: X-CSRFToken, page: /login}",
)


def _resources(model: Model) -> Iterator[str]:
    if not model.resources:
        yield "# The document has no collection that creates items which can be read or patched: the laws have nothing"
        yield "# to go on, and shape and crashes are checked alone (lane A)."
        yield "resources: {}"
    else:
        yield "# Collections whose items can be created, and read or patched."
        yield "resources:"
    for number, (name, resource) in enumerate(_named(model.resources)):
        yield from _resource(name, resource, model, explained=number == 0)
    yield ""


def _named(resources: list[Resource]) -> Iterator[tuple[str, Resource]]:
    """Each resource with a name of its own: that of its parents before it where two are called the same."""
    taken: set[str] = set()
    for resource in resources:
        steps = [step for step in resource.collection.split("/") if step and not step.startswith("{")]
        name = next(
            (each for each in ("_".join(steps[-n:]) for n in range(1, len(steps) + 1)) if each not in taken), ""
        )
        name = name or f"{'_'.join(steps) or 'item'}_{len(taken) + 1}"
        taken.add(name)
        yield name, resource


def _resource(name: str, resource: Resource, model: Model, *, explained: bool) -> Iterator[str]:
    yield f"  {_scalar(name)}:"
    yield f"    item: {_scalar(resource.item)}"
    yield f"    owner: {OWNER}"
    if resource.parent:
        yield f"    # Lives inside of {_comment(resource.parent.item)}."
    if resource.create_required:
        required = ", ".join(_comment(each) for each in sorted(resource.create_required))
        yield f"    # Required to create one: {required}. Values that the schema does not tell go here."
    yield "    # create: {}"
    yield from _identification(resource)
    yield from _fields(resource, model, explained=explained)
    yield from _access(resource)


def _identification(resource: Resource) -> Iterator[str]:
    if len(resource.keys) > 1:
        yield "    # The document does not tell which field of the answers has its id; the usual names are tried."
        yield "    # identified_by: reference"
    elif resource.keys[0] != "id":
        yield f"    # Its id is what answers show as {_comment(resource.keys[0])}; if not:"
        yield "    # identified_by: id"
    for name in resource.unmade:
        yield f"    # Nothing creates what {{{_comment(name)}}} in its path stands for: say which to take, or"
        yield '    # "{person}" for the id of whoever creates. Without it the laws do not apply.'
        yield f"    # parameters: {{{_comment(_scalar(name))}: 1}}"
    if not any(each.answer for each in resource.operations.values()):
        yield "    # The document describes no answers. JSON pointers say where they have the item, the rows of a list,"
        yield "    # and its next page, which is an address, or a cursor that goes in a query parameter:"
        yield "    # answers: {item: /data, rows: /data, next: /meta/next_cursor, cursor: cursor}"
    yield from _versions(resource)
    yield "    # Items that are there already: name → id. They are lent: what changes on them is put back."
    public, private = _examples(resource.identifiers.get(resource.parameter, {}))
    yield f"    # known: {{public: {public}, private: {private}}}"
    yield "    # And states in which an item is made for each trial: name → what it holds, {} as it was created."
    yield "    # states: {fresh: {}}"


def _versions(resource: Resource) -> Iterator[str]:
    if resource.changes and not any(each.accepts_if_match for each in resource.changes):
        yield "    # Where a change must have the ETag of the item in If-Match, and the document does not say so:"
        yield "    # if_match: true"


def _examples(schema: Schema) -> tuple[str, str]:
    """Two ids as a schema wants them."""
    if schema.get("format") == "uuid":
        return "5f0c1f6e-3b1a-4c57-9a55-2f4d1f0a7c01", "5f0c1f6e-3b1a-4c57-9a55-2f4d1f0a7c02"
    return ("my-first", "my-second") if schema.get("type") == "string" else ("1", "2")


def _fields(resource: Resource, model: Model, *, explained: bool) -> Iterator[str]:
    known = {each.name: each for each in (*resource.create_fields.values(), *resource.writable)}
    notes_of = {name: ", ".join(dict.fromkeys(_notes(each, resource, model))) for name, each in known.items()}
    written = {each.name for each in resource.writable}
    fields = [(name, notes) for name, notes in notes_of.items() if notes or name in written]
    told = [(name, notes) for name, notes in fields if notes]
    if told:
        yield "    fields:"
        yield from (f"      {_scalar(name)}: {{{notes}}}" for name, notes in told)
    plain = [_comment(name) for name, notes in fields if not notes]
    if plain:
        yield f"    # Of these nothing more is known: {', '.join(plain)}."
        example = (
            f"{_comment(_scalar(next(name for name, notes in fields if not notes)))}: {{normalise: [trim, lower]}}"
        )
        yield f"    #   {example}" if told else f"    # fields: {{{example}}}"
        yield from _FIELD_WORDS if explained else ()


_FIELD_WORDS = (
    "    # What can be said of a field, beside what the document says:",
    "    #   unique: true                no two items share a value",
    "    #   normalise: trim             what is kept of it: trim, collapse (blanks to one), lower, upper, html (the",
    "    #                               visible text), {round: 2}; several in a list, in their order",
    "    #   shown_as: text_html         answers show it in another field, say sanitised or rendered",
    "    #   derived_from: [name]        it changes with these, too",
    '    #   values: [a, b]              send nothing else;  avoid: [""]: do not send these',
    "    #   references: [1, 2]          ids that it may hold; or the collection whose items it refers to, as in",
    "    #                               references: authors: some are created for it, and deleted",
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
    """The collection to whose items a field refers, by its name and its kind."""
    several = field.kind == "array"
    schema = limits_of(field.constraints.get("items", {})) if several else field.constraints
    if "x-references" in (field.write or {}) or not (schema.get("type") == "integer" or schema.get("format") == "uuid"):
        return None
    others = (each.name for each in model.resources if each is not resource)
    return next((name for name in others if is_named_after(field.name, name, several=several)), None)


def _access(resource: Resource) -> Iterator[str]:
    yield "    # Who sees an item that is known or in a state, and who may call what on an item that he sees. With it"
    yield "    # the permission laws apply; without it they do not."
    yield "    # access:"
    yield "    #   # The statuses that refuse who has no login (he is anonymous, and not among everyone), who may not,"
    yield "    #   # and who must not even know that the item is there."
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
    operations = [each for each in model.operations.values() if _may_refuse(each)]
    if operations:
        yield "# Operations that may answer 400 to what fits the schema, and why: a name that is taken, a state that"
        yield "# forbids it. Uncomment those of which that is true."
        yield "# refusals:"
        yield from (f"#   {_comment(_scalar(each.id))}: the name is taken" for each in operations)
        yield ""


def _may_refuse(operation: Operation) -> bool:
    told = bool({"400", "409", "422"} & operation.statuses) or _tells_no_refusal(operation)
    return operation.method in ("POST", "PUT", "PATCH") and told


def _tells_no_refusal(operation: Operation) -> bool:
    return not any(status.startswith("4") or status == "default" for status in operation.statuses)


def _undocumented(model: Model) -> Iterator[str]:
    lacking = Counter(status for each in model.operations.values() for status in _refusals_untold(each, model))
    if lacking:
        told = ", ".join(
            f"{status} (at {pluralize(number, 'operation')})" for status, number in sorted(lacking.items())
        )
        yield "# Refusals that may well come, and of which the document says nothing:"
        yield f"# {told}."
        yield "# Lane A tells of each that comes. Those that are meant all the same:"
        yield f"# undocumented: [{', '.join(map(str, sorted(lacking)))}]"
        yield ""


def _refusals_untold(operation: Operation, model: Model) -> Iterator[int]:
    """The statuses that refuse a body, who calls, or an item, of those that an operation has and does not tell."""
    if {"4XX", "default"} & operation.statuses:
        return
    has = {
        400: bool(operation.encodings) and not {"400", "422"} & operation.statuses,
        401: _asks_who_calls(operation, model),
        403: _asks_who_calls(operation, model),
        404: bool(parameters_of(operation.path)),
    }
    yield from (status for status, may_come in has.items() if may_come and str(status) not in operation.statuses)


def _asks_who_calls(operation: Operation, model: Model) -> bool:
    """Whether each alternative of its security asks for something; unless it tells of refusals, it may be silent."""
    node = model.document["paths"][operation.path][operation.method.lower()]
    needed = node.get("security", model.document.get("security"))
    return _tells_no_refusal(operation) if needed is None else bool(needed) and all(needed)


def _tolerances() -> Iterator[str]:
    yield "# What is made of every text before it is kept, as by Django REST Framework."
    yield "# normalise: trim"
    yield ""
    yield "# Other statuses that mean the same here: expected → [accepted]. 403: [403, 404] is for an API that hides"
    yield "# what somebody may not change; with it the one is no longer told from the other."
    yield "# same_status: {400: [400, 409, 422], 403: [403, 404]}"
    yield ""
    yield "# Laws that are not expected to hold here, and why; they are told as not applicable."
    yield '# differences: {CT106: "an empty PATCH is refused"}'
    yield ""
    yield "# The operations that this target has, where it has not all of the document."
    yield "# serves: []"


def _scalar(text: str) -> str:
    """A text as YAML: plain where it can be nothing else, else quoted."""
    plain = re.fullmatch(r"[a-z][a-z_]{2,40}", text) and text not in _WORDS
    return text if plain else yaml.safe_dump(text, default_style='"', width=sys.maxsize).strip()


_WORDS = {"yes", "no", "on", "off", "true", "false", "null"}


def _comment(text: str) -> str:
    """A text that cannot end the comment in which it stands."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
