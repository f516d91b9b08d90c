"""What came and what went: the last requests, which rule refused them, and which fault befell them."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mockserver.call import Answer

KEPT = 1_000
"""How many requests the journal remembers."""

Fault = Mapping[str, Any]
"""What was asked to go wrong."""

Entry = tuple[datetime, str, str, int | None, str | None, str | None, Fault | None]


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def record(self, method: str, path: str, answer: Answer | None, now: datetime, fault: Fault | None = None) -> None:
        """Remember one request and what came of it; the answer is None where the connection was broken."""
        headers = answer.headers if answer is not None else {}
        self._entries.append(
            (
                now,
                method,
                path,
                answer.status if answer is not None else None,
                headers.get("X-Mock-Rule"),
                headers.get("X-Mock-Notice"),
                fault,
            )
        )

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def entries(self) -> list[dict[str, Any]]:
        """Return what is remembered, as JSON-like objects."""
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
