"""The composition root: specification, store, domain and clock become one application."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypedDict, Unpack

from starlette.types import ASGIApp

from mockserver import courses
from mockserver.asgi.app import application
from mockserver.clock import Clock, now
from mockserver.domain import Domain
from mockserver.openapi import specification
from mockserver.openapi.resources import PARENT
from mockserver.openapi.specification import Specification, canonical, properties
from mockserver.operations import extensions
from mockserver.operations.dispatcher import Api
from mockserver.store import Indexes, Store, open_store
from specdouble import OPENAPI, document

BODY_LIMIT = 10 * 1024 * 1024
"""The largest request body that is read, in bytes, unless told otherwise."""


class Options(TypedDict, total=False):
    """How a mock is built; what is left out has its default.

    ``settings`` are those of the course domain, ``domain`` takes the place of the behaviour that belongs to the
    specification, ``body_limit`` is the largest request body that is read, in bytes, ``clock`` tells the real time.
    """

    store: str
    settings: courses.Settings
    domain: Domain
    strict: bool
    body_limit: int
    clock: Callable[[], datetime]


@dataclass(frozen=True)
class Mock:
    """A mock that is ready to be served, what it remembers, and the lines that introduce it at an address."""

    app: ASGIApp
    store: Store
    introduce: Callable[[str], list[str]]


def create_app(spec: Path | Mapping[str, Any] = OPENAPI, **options: Unpack[Options]) -> ASGIApp:
    """Build the mock of a specification, a file or a loaded document, as an ASGI application.

    Raises SpecError for a document that cannot be served, SettingsError for settings that it has no use for, StoreError
    for a store that cannot be opened.
    """
    return create_mock(spec, **options).app


def create_mock(spec: Path | Mapping[str, Any] = OPENAPI, **options: Unpack[Options]) -> Mock:
    """Build the mock of a specification with what there is to say of it; see ``create_app``."""
    contract = specification.read(document.load(spec) if isinstance(spec, Path) else spec)
    known = options.get("domain") or domain_of(contract, options.get("settings", courses.Settings()))
    contract = known.amend(contract)
    behaviour = extensions.obeying(contract, known)
    store = open_store(options.get("store", "memory://"), indexes(contract, behaviour))
    store.seed(behaviour.seed)
    clock = Clock(options.get("clock", now))
    api = Api(contract, behaviour, store, clock, strict=options.get("strict", False))
    app = application(api, contract, body_limit=options.get("body_limit", BODY_LIMIT))
    return Mock(app, store, partial(_introduce, behaviour, store))


def _introduce(behaviour: Domain, store: Store, base: str) -> list[str]:
    with store.transaction() as state:
        return behaviour.introduce(state, base)


def domain_of(contract: Specification, settings: courses.Settings) -> Domain:
    """Return the behaviour that belongs to a specification: plain CRUD by its words, unless it is one of courses.

    Raises SettingsError for settings that mean something with courses alone.
    """
    if courses.serves(contract.operations):
        return courses.domain(settings)
    return courses.elsewhere(settings, extensions.domain(contract))


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
