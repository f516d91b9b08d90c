"""What came and what went: the last requests, and which rule refused them."""

from collections import deque
from datetime import datetime
from typing import Any

from mockserver.call import Answer, Request

KEPT = 1_000
"""How many requests the journal remembers."""

Entry = tuple[datetime, str, str, int, str | None, str | None]


class Journal:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def record(self, request: Request, answer: Answer, now: datetime) -> None:
        """Remember one request and what came of it."""
        headers = answer.headers
        self._entries.append(
            (
                now,
                request.method,
                request.path,
                answer.status,
                headers.get("X-Mock-Rule"),
                headers.get("X-Mock-Notice"),
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
            }
            for at, method, path, status, rule, notice in self._entries
        ]
