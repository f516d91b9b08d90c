"""Write a first profile for a target: the facts of its document, with places for what only people know."""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.openapi.description import Model
from contracts.openapi.identifiers import is_named_after
from contracts.openapi.paths import parameters_of
from contracts.openapi.resources import Field, Operation, Resource
from contracts.openapi.schemas import Schema, limits_of, variants
from contracts.profile.models import EVERYONE
from contracts.results.text import pluralize

OWNER = "owner"
OTHER = "other"
TEMPLATES = Path(__file__).parent / "templates"


def profile_of(model: Model, url: str) -> str:
    """Return a commented profile, in the YAML that `--profile` reads."""
    title, means = _title(model), _means(model, url)
    return (
        _environment()
        .get_template("profile.yaml.j2")
        .render(
            host=urlsplit(url).netloc or url,
            title=title,
            prefix=_prefix(title),
            owner=OWNER,
            people={name: means.as_yaml(title, name) for name in (OWNER, OTHER)},
            is_basic="BASIC" in means.kinds,
            resources=[_facts(name, resource, model) for name, resource in _named(model.resources)],
            undocumented=_undocumented(model),
            refusing=[operation.id for operation in model.operations.values() if _may_reject(operation)],
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701  # this is YAML, which the filters quote
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"scalar": _scalar, "comment": _comment, "pluralize": pluralize}
    return environment


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


@dataclass(frozen=True)
class _Facts:
    """What the profile says of one resource."""

    name: str
    resource: Resource
    documents_answers: bool
    lacks_versions: bool
    example_ids: tuple[str, str]
    annotated: Mapping[str, str]
    """Field → its notes, as YAML."""
    plain: Sequence[str]
    """The writable fields without notes."""
    may: Mapping[str, str]
    """operationId → the users who may call it."""


def _facts(name: str, resource: Resource, model: Model) -> _Facts:
    notes = _notes_by_field(resource, model)
    return _Facts(
        name=name,
        resource=resource,
        documents_answers=any(operation.answer for operation in resource.operations.values()),
        lacks_versions=bool(resource.changes) and not any(change.accepts_if_match for change in resource.changes),
        example_ids=_examples(resource.identifiers.get(resource.parameter, {})),
        annotated={field: text for field, text in notes.items() if text},
        plain=[field for field, text in notes.items() if not text],
        may={
            resource.operations[verb].id: OWNER if verb in ("patch", "replace", "delete") else EVERYONE
            for verb in ("read", "patch", "replace", "delete", "create", "list")
            if verb in resource.operations
        },
    )


def _examples(schema: Schema) -> tuple[str, str]:
    """Return two example ids by a schema."""
    if schema.get("format") == "uuid":
        return "5f0c1f6e-3b1a-4c57-9a55-2f4d1f0a7c01", "5f0c1f6e-3b1a-4c57-9a55-2f4d1f0a7c02"
    return ("my-first", "my-second") if schema.get("type") == "string" else ("1", "2")


def _notes_by_field(resource: Resource, model: Model) -> dict[str, str]:
    """Return the notes on each writable field, and on each other field of a creation that has some."""
    fields = {field.name: field for field in (*resource.create_fields.values(), *resource.writable)}
    notes = {name: ", ".join(dict.fromkeys(_notes(field, resource, model))) for name, field in fields.items()}
    writable = {field.name for field in resource.writable}
    return {name: text for name, text in notes.items() if text or name in writable}


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


def _may_reject(operation: Operation) -> bool:
    is_possible = bool({"400", "409", "422"} & operation.statuses) or _documents_no_rejection(operation)
    return operation.method in ("POST", "PUT", "PATCH") and is_possible


def _documents_no_rejection(operation: Operation) -> bool:
    return not any(status.startswith("4") or status == "default" for status in operation.statuses)


def _undocumented(model: Model) -> dict[int, int]:
    """Return the likely statuses that the document does not list, and at how many operations."""
    lacking = Counter(
        status for operation in model.operations.values() for status in _undocumented_rejections(operation, model)
    )
    return dict(sorted(lacking.items()))


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


def _scalar(text: str) -> str:
    """Write a text as YAML, quoted where it could be read as anything else."""
    plain = re.fullmatch(r"[a-z][a-z_]{2,40}", text) and text not in _YAML_CONSTANTS
    return text if plain else yaml.safe_dump(text, default_style='"', width=sys.maxsize).strip()


_YAML_CONSTANTS = {"yes", "no", "on", "off", "true", "false", "null"}


def _comment(text: str) -> str:
    """Replace the characters that would end a comment."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
