"""The faults of the desk, by name; all of them are off at the start."""

from collections.abc import Iterable

KILLED_BY = {
    "forgets tags": "CT101",
    "forms reset what is absent": "CT102",
    "moves created_at": "CT102",
    "writes the next ticket": "CT103",
    "answers the old ticket": "CT104",
    "saves before it validates": "CT105",
    "takes the reporter": "CT201",
    "echoes the callback code": "CT202",
    "shows notes to requesters": "CT203",
    "requesters change tickets": "CT301",
    "outsiders read tickets": "CT302",
    "denied but written": "CT303",
    "forms reopen what is closed": "CT401",
    "solved stays solved": "CT402",
    "forms keep one tag": "CT501",
    "loses updates": "CT601",
    "deletes nothing": "CT701",
    "lists old titles": "CT701",
    "takes keys twice": "CT701",
}
"""Fault → the law that must find it."""
BY_THE_ENGINE = ("any priority",)
"""Faults of shape, which the conformance checks find."""

_on: set[str] = set()


def switch(names: Iterable[str]) -> None:
    """Switch on these faults and no others."""
    _on.clear()
    _on.update(names)


def has(name: str) -> bool:
    """Return whether a fault is switched on."""
    assert name in KILLED_BY or name in BY_THE_ENGINE, name
    return name in _on
