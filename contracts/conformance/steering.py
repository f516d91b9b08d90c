"""Sends the engine's requests through the gate, and addresses its writes to items of the run."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import schemathesis
from hypothesis.errors import UnsatisfiedAssumption
from schemathesis import hooks
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import EnsureResourceAvailability

from contracts.client.adapter import GatedAdapter
from contracts.client.safety import Level, NotSent
from contracts.client.target import Safety, Target, is_loopback
from contracts.conformance.compat import accept_components, sent_through
from contracts.conformance.config import owner_of
from contracts.conformance.overruns import skip_abandoned_operation
from contracts.conformance.targeting import Items
from contracts.messages.exchange import IF_MATCH, READS
from contracts.openapi.description import Model
from contracts.profile.models import ANONYMOUS


@contextmanager
def steered(target: Target, model: Model) -> Iterator[None]:
    """Send the engine's requests through the gate, and address its writes to items that the run created."""
    target.learn(model)
    owner = owner_of(target.profile)
    identity = target.identity(owner) if owner else None
    adapter = _EngineAdapter(target.gate, identity, owner or ANONYMOUS, Level.DRAWN)
    items = Items(target, model)

    def steer(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        skip_abandoned_operation(target, case)
        if target.safety is Safety.SANDBOX and case.path_parameters:
            _address(case, items)
        if target.safety is Safety.SANDBOX:
            _mark(case, items)
        if target.safety is not Safety.OBSERVE:
            _refer(case, items)
            _add_version(case, items)

    def filter_failure(_context: object, failure: Failure, _case: object, response: Any) -> bool:
        """Drop the failure that an item is not found under the id that it had before a change. Keep all others."""
        return not (isinstance(failure, EnsureResourceAvailability) and _is_elsewhere(target, response))

    schemathesis.hook("before_call")(steer)
    schemathesis.hook(filter_failure)
    try:
        with sent_through(adapter, uses_environment=not is_loopback(target.url)):
            yield
    finally:
        hooks.unregister(steer)
        hooks.unregister(filter_failure)
        adapter.close()


class Unsent(NotSent, UnsatisfiedAssumption):
    """A generated request that may not be sent; the engine goes on with another."""


class _EngineAdapter(GatedAdapter):
    """The transport of the engine's sessions."""

    def exchange(self, request: requests.PreparedRequest, settings: Mapping[str, Any]) -> requests.Response:
        """Send one request.

        Raises:
            Unsent: It might touch an item that is not the run's.
        """
        try:
            return super().exchange(request, settings)
        except NotSent as reason:
            raise Unsent(str(reason)) from reason


def _is_elsewhere(target: Target, response: Any) -> bool:
    url = response.request.url if response is not None else None
    return target.gate.is_home(url) and target.tracker.has_moved(target.gate.path_of(str(url)))


def _address(case: Any, items: Items) -> None:
    """Give a case the path parameters with which it may be sent."""
    parameters = items.path_parameters(
        case.method.upper(), case.path, case.path_parameters, missing=_is_invalid(case, ParameterLocation.PATH)
    )
    if parameters != case.path_parameters:
        case.path_parameters = parameters
        accept_components(case)


def _mark(case: Any, items: Items) -> None:
    """Put the tag of the run into the item that a case creates."""
    invalid = _is_invalid(case, ParameterLocation.BODY)
    body = items.tagged_body(case.method.upper(), case.path, case.body, invalid=invalid)
    if body is not case.body:
        case.body = body
        accept_components(case)


def _refer(case: Any, items: Items) -> None:
    """Make a body refer to existing items: a backend rejects others before it looks at the other fields."""
    body = items.body_with_references(case.method.upper(), case.path, case.body)
    if body != case.body:
        case.body = body
        accept_components(case)


def _add_version(case: Any, items: Items) -> None:
    """Name the present version of the item in If-Match: a generated one would be rejected."""
    if _is_invalid(case, ParameterLocation.HEADER) or case.method.upper() in READS:
        return
    name = next((name for name in case.headers or () if name.lower() == IF_MATCH.lower()), None)
    method = None if name else case.method.upper()
    for version in items.version(case.path, case.path_parameters or {}, method).values():
        case.headers = {**(case.headers or {}), name or IF_MATCH: version}
        accept_components(case)


def _is_invalid(case: Any, location: ParameterLocation) -> bool:
    """Whether the engine has made this part of a case invalid."""
    return case.meta is not None and bool(case.meta.is_negative_at(location))
