"""The composition root: specification, store, domain and clock become one application."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from mockserver import courses, specification
from mockserver.api import Api
from mockserver.domain import Domain
from mockserver.http import application
from mockserver.resources import PARENT
from mockserver.specification import Specification, canonical, properties
from mockserver.store import Indexes, Store, open_store
from specdouble import OPENAPI, document

BODY_LIMIT = 10 * 1024 * 1024
"""The largest request body that is read, in bytes, unless told otherwise."""


def create_app(
    spec: Path | Mapping[str, Any] = OPENAPI,
    store: str = "memory://",
    *,
    settings: courses.Settings | None = None,
    domain: Domain | None = None,
    strict: bool = False,
    body_limit: int = BODY_LIMIT,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ASGIApp:
    """Build the mock of a specification as an ASGI application.

    ``spec`` is a file, or a document that was loaded already. ``domain`` is its behaviour, found from the specification
    and ``settings`` unless given. Raises SpecError for a
    document that cannot be served, StoreError for a store that cannot be opened.
    """
    return create_mock(
        spec, store, settings=settings, domain=domain, strict=strict, body_limit=body_limit, clock=clock
    ).app


@dataclass(frozen=True)
class Mock:
    """A mock that is ready to be served, and the lines that introduce it."""

    app: ASGIApp
    introduce: Callable[[str], list[str]]


def create_mock(
    spec: Path | Mapping[str, Any] = OPENAPI,
    store: str = "memory://",
    *,
    settings: courses.Settings | None = None,
    domain: Domain | None = None,
    strict: bool = False,
    body_limit: int = BODY_LIMIT,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Mock:
    """Build the mock of a specification with what there is to say of it; see ``create_app``."""
    contract = specification.read(document.load(spec) if isinstance(spec, Path) else spec)
    behaviour = domain or domain_of(contract, settings or courses.Settings())
    opened = open_store(store, indexes(contract, behaviour))
    opened.seed(behaviour.seed)
    api = Api(contract, behaviour, opened, clock, strict=strict)
    return Mock(application(api, contract, body_limit=body_limit), partial(_introduce, behaviour, opened))


def _introduce(behaviour: Domain, store: Store, base: str) -> list[str]:
    with store.transaction() as state:
        return behaviour.introduce(state, base)


def domain_of(contract: Specification, settings: courses.Settings) -> Domain:
    """Return the behaviour that belongs to a specification: plain CRUD, unless it has the course operations."""
    return courses.domain(settings) if courses.serves(contract.operations) else Domain()


def indexes(contract: Specification, behaviour: Domain) -> Indexes:
    """Collect the fields by which documents are looked up: parents, unique fields, and what the domain asks for."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for operation in contract.operations.values():
        if operation.address.steps:
            found[operation.address.collection][PARENT] = None
        for schema in operation.bodies.values():
            for name, value in properties(schema, contract.resolve).items():
                if canonical(value, contract.resolve).get("x-unique"):
                    found[operation.address.collection][name] = None
    for collection, fields in behaviour.indexes.items():
        found[collection].update(dict.fromkeys(fields))
    return {collection: tuple(fields) for collection, fields in found.items()}
