"""A checker that proves of any backend whether it keeps its contract."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.api import check
    from contracts.cases import testcases
    from contracts.errors import CannotRun
    from contracts.findings import Finding
    from contracts.profile import Profile
    from contracts.profile import load as load_profile
    from contracts.report import Report
    from contracts.verdict import Verdict

__all__ = ["CannotRun", "Finding", "Profile", "Report", "Verdict", "check", "load_profile", "testcases"]

_HOMES = {
    "CannotRun": ("contracts.errors", "CannotRun"),
    "Finding": ("contracts.findings", "Finding"),
    "Profile": ("contracts.profile", "Profile"),
    "Report": ("contracts.report", "Report"),
    "Verdict": ("contracts.verdict", "Verdict"),
    "check": ("contracts.api", "check"),
    "load_profile": ("contracts.profile", "load"),
    "testcases": ("contracts.cases", "testcases"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'contracts' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
