"""CT4xx: a field changes along the declared transitions only."""

from collections.abc import Iterator
from functools import partial

from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.laws._patching import distinct_values, label, of_patch
from contracts.laws._states import create_in_state
from contracts.messages.bodies import Encoding
from contracts.results.verdict import Broken, NotApplicable


@law("CT401", severity="critical")
@of_patch
def forbidden(context: Context) -> Iterator[Trial]:
    """A forbidden transition is rejected in every encoding, alone and together with other fields."""
    for name, start, end in _steps(context, allowed=False):
        for encoding in context.resource.encodings:
            attempt = partial(_require_rejected, context, name, start, end, encoding)
            yield Trial(f"{name} {start!r} → {end!r} in {encoding.short}", label(context), attempt)


@law("CT402", aka="liveness")
@of_patch
def possible(context: Context) -> Iterator[Trial]:
    """Every allowed transition is possible."""
    for name, start, end in _steps(context, allowed=True):
        yield Trial(f"{name} {start!r} → {end!r}", label(context), partial(_require_allowed, context, name, start, end))


def _steps(context: Context, allowed: bool) -> Iterator[tuple[str, str, str]]:
    if not context.notes.transitions:
        raise NotApplicable(
            "nothing says how a field may change: add transitions: to the resource in the profile, or x-transitions "
            "in the spec"
        )
    for name, table in context.notes.transitions.items():
        for start, ends in table.items():
            others = [end for end in table if end != start or end in ends]  # to stay counts only if it is listed
            yield from ((name, start, end) for end in others if (end in ends) is allowed)


def _require_rejected(context: Context, name: str, start: str, end: str, encoding: Encoding) -> None:
    beside = {key: value for key, value in distinct_values(context, encoding).items() if key != name}
    for fields in ({name: end}, {**beside, name: end}, {name: end, **beside}):
        subject = create_in_state(context, {name: start})
        before = subject.state()
        answer = subject.patch(fields, encoding)
        now = subject.state()
        if answer.ok or now[name] != start:
            raise Broken(f"{name} stays {start!r} and the request is rejected", f"{answer.status}, {now[name]!r}")
        if now != before:
            raise Broken("a rejected transition changes nothing", repr(now))


def _require_allowed(context: Context, name: str, start: str, end: str) -> None:
    subject = create_in_state(context, {name: start})
    answer = subject.patch({name: end})
    now = subject.state()[name]
    if not answer.ok or now != end:
        raise Broken(f"{name} may change from {start!r} to {end!r}", f"{answer.summary}; then GET shows {now!r}")
