"""Check a backend against its OpenAPI contract."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contracts.api import check
    from contracts.errors import CannotRun
    from contracts.profile.models import Profile
    from contracts.profile.models import load as load_profile
    from contracts.pytest_plugin import testcases
    from contracts.report import Report
    from contracts.results.findings import Finding
    from contracts.results.verdict import Verdict

__all__ = ["CannotRun", "Finding", "Profile", "Report", "Verdict", "check", "load_profile", "testcases"]

_HOMES = {
    "CannotRun": ("contracts.errors", "CannotRun"),
    "Finding": ("contracts.results.findings", "Finding"),
    "Profile": ("contracts.profile.models", "Profile"),
    "Report": ("contracts.report", "Report"),
    "Verdict": ("contracts.results.verdict", "Verdict"),
    "check": ("contracts.api", "check"),
    "load_profile": ("contracts.profile.models", "load"),
    "testcases": ("contracts.pytest_plugin", "testcases"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'contracts' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    try:
        return getattr(import_module(module), attribute)
    except ModuleNotFoundError:
        from contracts.installation import require_checker

        require_checker()
        raise
