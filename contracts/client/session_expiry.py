"""In which words the target refuses who is not logged in: a session that has ended is refused in the same."""

from dataclasses import dataclass, field
from typing import TypeAlias

import requests

NOT_LOGGED_IN = 401
FORBIDDEN = 403
"""What some frameworks answer to who is not logged in, too; what may be a refusal of somebody who is."""

Words: TypeAlias = bytes


@dataclass
class Strangers:
    """Tells from an answer whether the target took a request as that of nobody."""

    _words: set[Words] = field(default_factory=set)
    _said_to_everyone: set[Words] = field(default_factory=set)

    def refused(self, response: requests.Response) -> None:
        """Note the answer to a request that came from nobody."""
        if response.status_code == FORBIDDEN:
            self._words.add(response.content)

    def is_one(self, response: requests.Response) -> bool:
        """Whether an answer is the one that nobody gets."""
        if response.status_code != FORBIDDEN:
            return response.status_code == NOT_LOGGED_IN
        return response.content in self._words - self._said_to_everyone

    def still_refused(self, response: requests.Response) -> None:
        """Note an answer after a new login: words that stand in it tell nothing of sessions."""
        if response.status_code == FORBIDDEN:
            self._said_to_everyone.add(response.content)
