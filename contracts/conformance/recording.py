"""What the engine of lane A recorded of a failure: enough to send it again, and to know it when it comes back.

The engine's files for crashes are no documented interface either: `conformance`, `replay` and this module are its door.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemathesis.cli.wfc_report import fault_category
from schemathesis.config import SanitizationConfig
from schemathesis.core.failures import Failure, ServerError
from schemathesis.engine.recorder import CheckFailureInfo, ScenarioRecorder
from schemathesis.reporting.crashes import CrashFile, CrashStep, build_crashes_from_recorder
from schemathesis.transport.serialization import Binary

OWASP = {"ignored_auth": "API2:2023", "object_level_authorization": "API1:2023", "unsupported_method": "API8:2023"}
OWN_WFC = 900
"""From here on the numbers are the engine's own, not those of the Web Fuzzing Commons."""


@dataclass(frozen=True)
class Identity:
    """What tells failures apart whatever values showed them: the check, the kind of failure, its signature."""

    check: str
    kind: str
    signature: str

    @classmethod
    def of(cls, failure: Failure, check: str) -> "Identity":
        """The identity by which the engine's own baselines know a failure."""
        return cls(check, type(failure).__name__, failure._unique_key)  # noqa: SLF001  # stable, as baselines need it

    @property
    def subject(self) -> str:
        """The failure as a finding names it."""
        return f"{self.kind} {self.signature}".strip()


@dataclass(frozen=True)
class Recording:
    """A failed check, and the requests that lead to it."""

    identity: Identity
    crash: CrashFile

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it; empty where it cannot."""
        try:
            told: dict[str, Any] = json.loads(json.dumps({**vars(self.identity), "crash": self.crash.to_dict()}))
        except (TypeError, ValueError):
            return {}
        return told

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Recording":
        """What `to_dict` gave."""
        identity = Identity(told["check"], told["kind"], told["signature"])
        return cls(identity, CrashFile.from_dict(told["crash"]))


@dataclass(frozen=True)
class Failed:
    """A failed check as the engine tells of it; without a recording where its requests cannot be sent again."""

    identity: Identity
    info: CheckFailureInfo
    recording: Recording | None


def failed(recorder: ScenarioRecorder, secrets: Collection[str] = ()) -> Iterator[Failed]:
    """Every failed check of a scenario; of an answer that is a crash, only that.

    Headers with a value out of ``secrets`` are not recorded: the engine adds them anew.
    """
    for case in recorder.failing_case_ids():
        infos = {node.name: node.failure_info for node in recorder.checks[case] if node.failure_info is not None}
        crashed = {name: info for name, info in infos.items() if isinstance(info.failure, ServerError)}
        crashes = {each.sequence[-1].checks[0].name: each for each in _crashes(recorder, case)}
        for name, info in (crashed or infos).items():
            identity = Identity.of(info.failure, name)
            yield Failed(
                identity, info, Recording(identity, _slim(crashes[name], secrets)) if name in crashes else None
            )


def names_of(failure: Failure, check: str) -> dict[str, str]:
    """The same failure in other catalogues: WFC, OWASP."""
    category = fault_category(failure)
    wfc = {"wfc": str(category[0])} if category and category[0] < OWN_WFC else {}
    return wfc | ({"owasp": OWASP[check]} if check in OWASP else {})


def _crashes(recorder: ScenarioRecorder, case: str) -> list[CrashFile]:
    # Nothing is masked, because what is masked cannot be sent again; `_slim_step` takes the credentials out.
    unmasked = SanitizationConfig(enabled=False)
    return build_crashes_from_recorder(recorder=recorder, failing_case_id=case, sanitization=unmasked)


def _slim(crash: CrashFile, secrets: Collection[str]) -> CrashFile:
    """Without answers, which are not needed, and without credentials."""
    return replace(crash, sequence=[_slim_step(step, secrets) for step in crash.sequence], code_sample="")


def _slim_step(step: CrashStep, secrets: Collection[str]) -> CrashStep:
    drawn = {name: value for name, value in step.case_headers.items() if value not in secrets}
    body = _plain(step.case_body)
    return replace(step, response_body="", response_headers={}, request_headers={}, case_headers=drawn, case_body=body)


def _plain(body: Any) -> Any:
    """A body without the engine's own type for the content of files, which JSON would not keep."""
    if isinstance(body, Binary):
        return body.data
    if isinstance(body, dict):
        return {name: _plain(value) for name, value in body.items()}
    return [_plain(value) for value in body] if isinstance(body, list) else body
