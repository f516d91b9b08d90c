"""Recordings of failures that the engine found: enough to send the requests again, and to recognise the failure.

They are kept in the format of the engine's crash files, which is not documented as an interface.
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

from contracts.conformance.compat import signature_of

OWASP = {"ignored_auth": "API2:2023", "object_level_authorization": "API1:2023", "unsupported_method": "API8:2023"}
OWN_WFC = 900
"""The first of the engine's own numbers; those below are of the Web Fuzzing Commons."""


@dataclass(frozen=True)
class Identity:
    """A failure without the values that showed it: the check, the kind of failure, its signature."""

    check: str
    kind: str
    signature: str

    @classmethod
    def of(cls, failure: Failure, check: str) -> "Identity":
        """Return the identity of a failure that a check of the engine reported."""
        return cls(check, type(failure).__name__, signature_of(failure))

    @property
    def subject(self) -> str:
        """The failure, as a finding names it."""
        return f"{self.kind} {self.signature}".strip()


@dataclass(frozen=True)
class Recording:
    """A failed check, and the requests that led to it."""

    identity: Identity
    crash: CrashFile

    def to_dict(self) -> dict[str, Any]:
        """Return the recording as JSON values, or nothing where JSON can't hold it."""
        try:
            values: dict[str, Any] = json.loads(json.dumps({**vars(self.identity), "crash": self.crash.to_dict()}))
        except (TypeError, ValueError):
            return {}
        return values

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Recording":
        """Return the recording that `to_dict` wrote."""
        identity = Identity(values["check"], values["kind"], values["signature"])
        return cls(identity, CrashFile.from_dict(values["crash"]))


@dataclass(frozen=True)
class Failed:
    """A failed check of the engine; it has no recording where its requests can't be sent again."""

    identity: Identity
    info: CheckFailureInfo
    recording: Recording | None


def failed(recorder: ScenarioRecorder, secrets: Collection[str] = ()) -> Iterator[Failed]:
    """Return the failed checks of a scenario; of a response that is a crash, only the crash.

    Headers whose value is one of ``secrets`` are not recorded: the engine adds them again.
    """
    for case in recorder.failing_case_ids():
        infos = {node.name: node.failure_info for node in recorder.checks[case] if node.failure_info is not None}
        crashed = {name: info for name, info in infos.items() if isinstance(info.failure, ServerError)}
        crashes = {crash.sequence[-1].checks[0].name: crash for crash in _crashes(recorder, case)}
        for name, info in (crashed or infos).items():
            identity, crash = Identity.of(info.failure, name), crashes.get(name)
            yield Failed(identity, info, Recording(identity, _slim(crash, secrets)) if crash else None)


def names_of(failure: Failure, check: str) -> dict[str, str]:
    """Return the numbers of a failure in other catalogues: WFC, OWASP."""
    category = fault_category(failure)
    wfc = {"wfc": str(category[0])} if category and category[0] < OWN_WFC else {}
    return wfc | ({"owasp": OWASP[check]} if check in OWASP else {})


def _crashes(recorder: ScenarioRecorder, case: str) -> list[CrashFile]:
    # Nothing is masked: a masked request can't be sent again. `_slim_step` removes the credentials.
    unmasked = SanitizationConfig(enabled=False)
    return build_crashes_from_recorder(recorder=recorder, failing_case_id=case, sanitization=unmasked)


def _slim(crash: CrashFile, secrets: Collection[str]) -> CrashFile:
    """Return a crash without its responses, which are not needed, and without credentials."""
    return replace(crash, sequence=[_slim_step(step, secrets) for step in crash.sequence], code_sample="")


def _slim_step(step: CrashStep, secrets: Collection[str]) -> CrashStep:
    headers = {name: value for name, value in step.case_headers.items() if value not in secrets}
    body = _plain(step.case_body)
    return replace(
        step, response_body="", response_headers={}, request_headers={}, case_headers=headers, case_body=body
    )


def _plain(body: Any) -> Any:
    """Return a body without the engine's own type for the content of files, which JSON can't hold."""
    if isinstance(body, Binary):
        return body.data
    if isinstance(body, dict):
        return {name: _plain(value) for name, value in body.items()}
    return [_plain(value) for value in body] if isinstance(body, list) else body
