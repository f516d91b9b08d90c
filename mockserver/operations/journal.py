"""The journal: the last requests, their answers, and the rules and faults behind these."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mockserver.call import Answer

MAX_ENTRIES: Final = 1_000
"""How many requests the journal remembers."""

FaultDescription = Mapping[str, Any]
"""The injected fault that hit a request, as a JSON-like object."""

Entry = tuple[datetime, str, str, int | None, str | None, str | None, FaultDescription | None]


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)

    def record(
        self, method: str, path: str, answer: Answer | None, now: datetime, fault: FaultDescription | None = None
    ) -> None:
        """Record one request and its answer, None where the connection was broken."""
        status = None if answer is None else answer.status
        headers = {} if answer is None else answer.headers
        rule, notice = headers.get("X-Mock-Rule"), headers.get("X-Mock-Notice")
        # A tuple: this runs with every request, and most entries are never read.
        self._entries.append((now, method, path, status, rule, notice, fault))

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def entries(self) -> list[dict[str, Any]]:
        """Return the entries as JSON-like objects."""
        return [
            {
                "at": at.isoformat(),
                "method": method,
                "path": path,
                "status": status,
                "rule": rule,
                "notice": notice,
                "fault": fault,
            }
            for at, method, path, status, rule, notice, fault in self._entries
        ]
