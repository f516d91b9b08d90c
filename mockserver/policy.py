"""Who may do what: rules are named predicates, policies are expressions of them.

owns_book = Rule("owns_book", lambda call: …)
Policy(visible=(Gate(sees_book, "visible"),), allowed=(Gate(owns_book | is_librarian, "owned"),))
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mockserver.call import Call
from mockserver.errors import Invalid, Problem

Predicate = Callable[[Call], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A predicate on a call that can be combined with ``&``, ``|`` and ``~``."""

    name: str
    holds: Predicate

    def __call__(self, call: Call) -> bool:
        """Return whether the rule holds for a call."""
        return self.holds(call)

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(f"({self.name} & {other.name})", lambda call: self.holds(call) and other.holds(call))

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(f"({self.name} | {other.name})", lambda call: self.holds(call) or other.holds(call))

    def __invert__(self) -> "Rule":
        return Rule(f"~{self.name}", lambda call: not self.holds(call))


def rule(predicate: Predicate) -> Rule:
    """Turn a function into a Rule of the same name."""
    return Rule(getattr(predicate, "__name__", "rule"), predicate)


@rule
def anybody(call: Call) -> bool:
    """Hold for every caller, even an anonymous one."""
    return True


@dataclass(frozen=True, slots=True)
class Gate:
    """A rule with the id under which it rejects: one id, or one that depends on the call."""

    rule: Rule
    id: str | Callable[[Call], str]

    def rule_id(self, call: Call) -> str:
        """Return the id under which a call is rejected."""
        return self.id if isinstance(self.id, str) else self.id(call)


class Validator(Protocol):
    """Finds problems in a body; ``field`` is the one that it looks at, or None."""

    @property
    def id(self) -> str:
        """The id of the rule behind it."""

    @property
    def field(self) -> str | None:
        """The field that it looks at."""

    def problems(self, call: Call) -> Iterable[Problem]:
        """Return what is wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """One condition on a body, with the field and the code of its rejection, and the id of the rule behind it."""

    id: str
    field: str | None
    code: str
    message: str
    holds: Predicate

    def problems(self, call: Call) -> Sequence[Problem]:
        """Return the rejection where the condition does not hold."""
        return () if self.holds(call) else (Problem(self.field, self.code, self.message, self.id),)


def check(id: str, field: str | None, code: str, message: str) -> Callable[[Predicate], Check]:  # noqa: A002
    """Turn a predicate into a Check."""

    def decorate(predicate: Predicate) -> Check:
        return Check(id, field, code, message, predicate)

    return decorate


@dataclass(frozen=True, slots=True)
class Renamed:
    """A validator under the id of another rule, or under none where ``id`` is empty.

    One condition may be documented for several operations, by a rule for each.
    """

    validator: Validator
    id: str

    @property
    def field(self) -> str | None:
        """The field that it looks at."""
        return self.validator.field

    def problems(self, call: Call) -> Iterable[Problem]:
        """Yield what is wrong."""
        return (replace(problem, rule=self.id or None) for problem in self.validator.problems(call))


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that stands between a call and its handler, in the order in which it is checked.

    ``login`` is the rule id of a 401: empty where no rule documents it, None where anonymous callers may pass.
    ``missing`` is the rule id of a 404 for what does not exist. ``visible`` answers 404, ``allowed`` 403, ``valid``
    400. ``tolerated`` finds what passes only because the request is read leniently.
    """

    login: str | None = None
    missing: str | None = None
    visible: tuple[Gate, ...] = ()
    allowed: tuple[Gate, ...] = ()
    valid: tuple[Validator, ...] = ()
    tolerated: tuple[Callable[[Call], Iterable[str]], ...] = ()

    def require_valid(self, call: Call, problems: Sequence[Problem] = ()) -> None:
        """Reject a call with problems, or whose body breaks a rule; fields with a problem are not held to rules.

        Raises:
            Invalid: Carries all problems.
        """
        if not problems and not self.valid:
            return
        # A problem inside of a field, as in ``owner.name``, is one of the field.
        rejected = {problem.field.partition(".")[0] for problem in problems if problem.field}
        broken = [
            problem
            for check in self.valid
            if check.field is None or check.field not in rejected
            for problem in check.problems(call)
        ]
        if problems or broken:
            raise Invalid([*problems, *broken])

    def tolerances(self, call: Call) -> list[str]:
        """Return notices of what passes only because the request is read leniently."""
        return [notice for find in self.tolerated for notice in find(call)]

    def without(self, id: str) -> "Policy":  # noqa: A002
        """Return the same policy without one rule: it accepts what the rule rejected."""
        return replace(
            self,
            login=None if self.login == id else self.login,
            visible=tuple(gate for gate in self.visible if gate.id != id),
            allowed=tuple(gate for gate in self.allowed if gate.id != id),
            valid=tuple(check for check in self.valid if check.id != id),
        )
