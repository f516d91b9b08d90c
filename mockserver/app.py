"""The composition root: document, domain, settings, store and clock become one application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar, Unpack

import msgspec
from starlette.types import ASGIApp

from mockserver import courses
from mockserver.asgi.app import application
from mockserver.clock import Clock, now
from mockserver.domain import Domain
from mockserver.openapi import reader
from mockserver.openapi.bindings import Bindings
from mockserver.openapi.guesses import bindings_of
from mockserver.openapi.specification import Specification
from mockserver.operations import extensions, seeding
from mockserver.operations.dispatcher import Dispatcher
from mockserver.operations.indexes import indexes
from mockserver.settings import Settings, adapt
from mockserver.spec_overrides import generic_overrides, override_spec
from mockserver.store import State, Store, open_store
from specdouble import OPENAPI, document
from specdouble.suggest import did_you_mean

BODY_LIMIT: Final = 10 * 1024 * 1024
"""The largest request body that is read, in bytes, unless the caller asks for another limit."""


S = TypeVar("S", bound=Settings)


class OptionsDict(TypedDict, total=False):
    """The options of a mock as keyword arguments; see Options."""

    store: str
    settings: Settings | Path
    domain: Domain
    strict: bool
    empty: bool
    body_limit: int
    clock: Callable[[], datetime]
    reading: document.Options


@dataclass(frozen=True)
class Options:
    """How a mock is built."""

    store: str = "memory://"
    settings: Settings | Path | None = None
    """The settings, or the YAML file that they are read from."""
    secret: str | None = None
    """The secret that signs JWTs; it overrides the one of the settings."""
    domain: Domain | None = None
    """Replaces the behaviour that the document asks for."""
    strict: bool = False
    """Reject what the real backend would tolerate."""
    empty: bool = False
    """Start without the items that the examples of the document show."""
    body_limit: int = BODY_LIMIT
    """The largest request body that is read, in bytes."""
    clock: Callable[[], datetime] = now
    """Returns the real time."""
    reading: document.Options = document.DEFAULTS
    """How the document is read."""


class UnknownDomain(Exception):
    """The document asks for a domain that the mock does not have."""


@dataclass(frozen=True)
class Mock:
    """A mock that is ready to be served, its state, and the lines that introduce it at an address."""

    app: ASGIApp
    store: Store
    introduce: Callable[[str], list[str]]
    warnings: tuple[str, ...] = ()
    """The formal faults of the document, each with file and line."""


def create_app(spec: Path | Mapping[str, Any] = OPENAPI, **options: Unpack[OptionsDict]) -> ASGIApp:
    """Build the mock of a document, a file or a loaded one, as an ASGI application.

    Raises SpecError for a document or a settings file that cannot be used, UnknownDomain where the document asks for a
    domain that does not exist, SettingsError for settings that the document does not have, and StoreError for a store
    that cannot be opened.
    """
    return create_mock(spec, Options(**options)).app


def create_mock(spec: Path | Mapping[str, Any] = OPENAPI, options: Options = Options()) -> Mock:
    """Build the mock of a document together with its state and its introduction; see ``create_app``."""
    contract, warnings = read_contract(spec, options.reading)
    domain = options.domain or domain_of(contract, options)
    # The overrides come before the extensions: they may add If-Match or change what a field may be.
    contract = domain.override(contract)
    bindings = bindings_of(contract)
    behaviour = extensions.apply_extensions(contract, bindings.items, domain)
    store = open_store(options.store, indexes(contract, behaviour))
    dispatcher = Dispatcher(contract, bindings, behaviour, store, Clock(options.clock), strict=options.strict)
    store.seed(_initial_state(contract, bindings, behaviour, options))
    app = application(dispatcher, contract, body_limit=options.body_limit)
    return Mock(app, store, partial(_introduce, behaviour, store), warnings)


def read_contract(spec: Path | Mapping[str, Any], reading: document.Options) -> tuple[Specification, tuple[str, ...]]:
    """Read a document, a file or a loaded one; return it with the formal faults that it has."""
    if not isinstance(spec, Path):
        return reader.read(spec), ()
    source = document.read(spec, reading)
    return replace(reader.read(source.content), published=source.published), source.warnings


def _initial_state(
    contract: Specification, bindings: Bindings, behaviour: Domain, options: Options
) -> Callable[[State], None]:
    """Return what fills the store: the domain, and the examples of a document that decides alone."""
    if options.empty or not behaviour.operations.follows_document:
        return behaviour.initial_state.seed
    store_examples = seeding.from_examples(contract, bindings)

    def plant(state: State) -> None:
        behaviour.initial_state.seed(state)
        store_examples(state)

    return plant


def _introduce(behaviour: Domain, store: Store, base: str) -> list[str]:
    with store.transaction() as state:
        return behaviour.initial_state.introduce(state, base)


def domain_of(contract: Specification, options: Options) -> Domain:
    """Return the behaviour that a document asks for, as the settings have it; plain CRUD where it asks for none."""
    name = contract.document.get(extensions.DOMAIN)
    if name is None:
        settings = _settings(options, Settings)
        domain = extensions.domain(contract).configured(settings)
        overrides = generic_overrides()
        return replace(domain, override=lambda contract: override_spec(contract, settings, overrides))
    if name == courses.NAME:
        return courses.domain(_settings(options, courses.Settings))
    raise UnknownDomain(f'unknown domain "{name}" in {extensions.DOMAIN}. {did_you_mean(str(name), [courses.NAME])}')


def _settings(options: Options, kind: type[S]) -> S:
    """Return the settings of the options as those of a domain."""
    source = options.settings
    if source is None:
        settings = kind()
    elif isinstance(source, Path):
        settings = kind.read(source)
    else:
        settings = adapt(source, kind)
    if options.secret is None or "secret" not in kind.__struct_fields__:
        return settings
    return msgspec.structs.replace(settings, secret=options.secret)
