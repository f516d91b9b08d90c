"""Run Schemathesis as it comes against the mock of a small document, each of them in a process of its own.

A status of 400, 401, 404, 405, 406, 413 or 415 does not count where the operation lists no 4xx: a mock has to answer
something. Nor does any status where it lists none at all, nor that the mock takes any credentials for valid: a document
does not say which are.
"""

import base64
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.documents import cases
from benchmarks.documents.client import printable
from benchmarks.documents.credentials import credentials
from benchmarks.documents.sources import Source
from benchmarks.documents.verdicts import Failure, Tally

SECONDS: Final = 70
_UNLISTED: Final = frozenset({400, 401, 404, 405, 406, 413, 415})
_UNDOCUMENTED: Final = "UndefinedStatusCode"
_ANY_CREDENTIALS: Final = "invalid authentication"


def check(source: Source) -> Tally:
    """Return whether a run finds nothing in the mock of a document; an empty tally where it has no operation."""
    schema = cases.read(source)
    results = cases.operations(schema)
    if not results:
        return Tally()
    statuses = {operation.label: [str(key) for key in operation.responses.status_codes] for operation in results}
    with TemporaryDirectory() as folder, _served(source) as url:
        events = Path(folder, "events.ndjson")
        if url is not None:
            _run(source, url + schema.base_path.rstrip("/"), _headers(schema, results), events)
        counted = list(findings(events, statuses))
    if url is None:
        return Tally(1, [Failure("the document does not start", source.name, "", "")])
    if not counted:
        return Tally(1)
    # One verdict a document; the other findings are in its detail.
    kinds = dict.fromkeys(kind for kind, _, _ in counted)
    kind, sent, detail = counted[0]
    return Tally(1, [Failure(kind, source.name, sent, f"{detail} (all kinds: {'; '.join(kinds)})")])


@contextmanager
def _served(source: Source) -> Iterator[str | None]:
    """Serve the mock of a document from a process of its own, and yield its URL, None where it does not start."""
    command = [sys.executable, "-m", "mockserver", "--spec", str(source.path), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        parts = process.stdout.readline().split()
        try:
            yield parts[1] if len(parts) > 1 else None
        finally:
            process.kill()


def _run(source: Source, url: str, headers: Mapping[str, str], events: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(source.path.resolve()), "--url", url]
    command += ["--max-examples", "8", "--seed", "1", "--report", "ndjson", "--report-ndjson-path", str(events)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    # What it found by then counts.
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(command, cwd=events.parent, capture_output=True, timeout=SECONDS, check=False)


def _headers(schema: Any, operations: list[Any]) -> dict[str, str]:
    """Return the credentials of all operations that headers and cookies carry."""
    headers: dict[str, str] = {}
    cookies: dict[str, str] = {}
    for operation in operations:
        secrets = credentials(schema.raw_schema, operation.definition.raw)
        headers |= secrets["headers"]
        cookies |= secrets["cookies"]
    pairs = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {**headers, **({"Cookie": pairs} if pairs else {})}


def findings(events: Path, statuses: Mapping[str, list[str]]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, request and detail of the findings that count."""
    lines = events.read_text(encoding="utf-8").splitlines() if events.exists() else []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            # The last line of a run that was ended.
            continue
        recorder = event.get("ScenarioFinished", {}).get("recorder", {})
        for case, checks in recorder.get("checks", {}).items():
            interaction = recorder.get("interactions", {}).get(case) or {}
            for failed in (check for check in checks if check["status"] == "failure"):
                failure = failed["failure_info"]["failure"]
                status = (interaction.get("response") or {}).get("status_code")
                if _counts(failure, status, statuses):
                    yield _finding(failure, status, interaction)


def _counts(failure: Mapping[str, Any], status: int | None, statuses: Mapping[str, list[str]]) -> bool:
    if failure["title"].endswith(_ANY_CREDENTIALS):
        return False
    listed = statuses.get(str(failure["operation"]), [])
    if failure["type"] != _UNDOCUMENTED or (listed and status not in _UNLISTED):
        return True
    return any(key.startswith("4") for key in listed)


def _finding(failure: Mapping[str, Any], status: int | None, interaction: Mapping[str, Any]) -> tuple[str, str, str]:
    request = interaction.get("request") or {}
    parts = ["curl", "-i", "-X", str(request.get("method")), str(request.get("uri"))]
    body = _text(request.get("body"))
    if body:
        parts += ["--data-binary", body]
    title = f"{failure['title']} ({status})"
    answer = _text((interaction.get("response") or {}).get("content"))
    detail = f"{failure['operation']}: {failure['message']} ← {status} {answer}"
    return title, printable(shlex.join(parts)), printable(detail)[:600]


def _text(content: Any) -> str:
    if isinstance(content, Mapping):
        content = content.get("$base64", "")
    try:
        return base64.b64decode(content or "").decode("utf-8", "backslashreplace")[:600]
    except ValueError:
        return str(content)[:600]
