"""Recognises that a session has ended by the responses that anonymous requests get."""

from dataclasses import dataclass, field

import requests

NOT_LOGGED_IN = 401
FORBIDDEN = 403
"""Some frameworks send it for anonymous requests too, with a body of its own."""


@dataclass
class AnonymousAnswers:
    """The responses with which a target rejects anonymous requests."""

    _bodies: set[bytes] = field(default_factory=set)
    _bodies_after_login: set[bytes] = field(default_factory=set)

    def note_anonymous(self, response: requests.Response) -> None:
        """Note the response to a request without credentials."""
        if response.status_code == FORBIDDEN:
            self._bodies.add(response.content)

    def note_after_login(self, response: requests.Response) -> None:
        """Note the response after a new login: logged-in people get its body too, so it says nothing of sessions."""
        if response.status_code == FORBIDDEN:
            self._bodies_after_login.add(response.content)

    def includes(self, response: requests.Response) -> bool:
        """Whether a response shows that the target took the request as anonymous."""
        if response.status_code != FORBIDDEN:
            return response.status_code == NOT_LOGGED_IN
        return response.content in self._bodies - self._bodies_after_login
