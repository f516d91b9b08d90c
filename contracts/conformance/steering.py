"""Sends the engine's requests through the gate, and leads its writes to items of the run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import requests
import schemathesis
from hypothesis.errors import UnsatisfiedAssumption
from schemathesis import hooks
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.overrides import store_components
from schemathesis.openapi.checks import EnsureResourceAvailability
from schemathesis.transport.requests import SameHostRedirectsSession

from contracts.client.adapter import GatedAdapter
from contracts.client.safety import Level, NotSent
from contracts.client.target import Safety, Target, is_loopback
from contracts.conformance.config import owner_of
from contracts.conformance.overruns import leave_out_what_is_not_tried
from contracts.conformance.targeting import Items
from contracts.messages.exchange import IF_MATCH, READS
from contracts.openapi.description import Model
from contracts.profile.models import ANONYMOUS


@contextmanager
def steered(target: Target, model: Model) -> Iterator[None]:
    """Send what the engine sends through the gate, and steer its writes to what the run created."""
    target.learn(model)
    owner = owner_of(target.profile)
    identity = target.identity(owner) if owner else None
    adapter = _EngineAdapter(target.gate, identity, owner or ANONYMOUS, Level.DRAWN)
    items = Items(target, model)

    def steer(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        leave_out_what_is_not_tried(target, case)
        if target.safety is Safety.SANDBOX and case.path_parameters:
            _lead(case, items)
        if target.safety is Safety.SANDBOX:
            _mark(case, items)
        if target.safety is not Safety.OBSERVE:
            _refer(case, items)
            _of_present_version(case, items)

    def filter_failure(_context: object, failure: Failure, _case: object, response: Any) -> bool:
        """Keep every failure but that an item is not found by the id which it had before a change of it."""
        return not (isinstance(failure, EnsureResourceAvailability) and _is_elsewhere(target, response))

    schemathesis.hook("before_call")(steer)
    schemathesis.hook(filter_failure)
    try:
        # Every session of the engine is one of these, also those of its probes.
        with (
            patch.object(SameHostRedirectsSession, "get_adapter", lambda _session, url: adapter),
            patch.object(SameHostRedirectsSession, "trust_env", _environment(target), create=True),
        ):
            yield
    finally:
        hooks.unregister(steer)
        hooks.unregister(filter_failure)
        adapter.close()


class Unsent(NotSent, UnsatisfiedAssumption):
    """A drawn request that may not be sent: the engine goes on with another."""


class _EngineAdapter(GatedAdapter):
    """The transport of the engine's sessions."""

    def exchange(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        """Send one request, unless it may touch what is not the run's."""
        try:
            return super().exchange(request, settings)
        except NotSent as reason:
            raise Unsent(str(reason)) from reason


def _is_elsewhere(target: Target, response: Any) -> bool:
    url = response.request.url if response is not None else None
    return target.gate.is_home(url) and target.tracker.has_moved(target.gate.path_of(str(url)))


def _environment(target: Target) -> property:
    """Whether sessions ask the environment for a proxy: as those of lane B, not on the way to this machine.

    To ask takes 0.3 ms a request. What a session sets itself when it is made is kept for later, and not looked at.
    """
    trusted = not is_loopback(target.url)
    return property(lambda _session: trusted, lambda session, value: vars(session).update(trust_env=value))


def _lead(case: Any, items: Items) -> None:
    """Give a case the path parameters with which it may be sent."""
    absent = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
    led = items.led(case.method.upper(), case.path, case.path_parameters, absent)
    if led != case.path_parameters:
        case.path_parameters = led
        # The engine holds what differs from here for the work of a link, and expects of that item what a link promises.
        case._components = store_components(case)  # noqa: SLF001


def _mark(case: Any, items: Items) -> None:
    """Let what a request creates be known as the run's."""
    wrong = case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
    marked = items.marked(case.method.upper(), case.path, case.body, wrong)
    if marked is not case.body:
        case.body = marked
        case._components = store_components(case)  # noqa: SLF001  # as above


def _refer(case: Any, items: Items) -> None:
    """Let a body refer to items that are there: of one that refers to nothing, nothing else is looked at."""
    led = items.referring(case.method.upper(), case.path, case.body)
    if led != case.body:
        case.body = led
        case._components = store_components(case)  # noqa: SLF001  # as above


def _of_present_version(case: Any, items: Items) -> None:
    """Let a change be of the present version of its item: with what is drawn in If-Match it would be refused."""
    wrong = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
    if wrong or case.method.upper() in READS:
        return
    told = next((name for name in case.headers or () if name.lower() == IF_MATCH.lower()), None)
    for version in items.version(case.path, case.path_parameters or {}, None if told else case.method.upper()).values():
        case.headers = {**(case.headers or {}), told or IF_MATCH: version}
        case._components = store_components(case)  # noqa: SLF001  # as above
