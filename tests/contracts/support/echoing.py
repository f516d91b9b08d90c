"""A backend that repeats credentials in its answers, in every spelling and at every place where a text may be cut."""

import base64
import json
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from werkzeug.wrappers import Request, Response

from tests.contracts.support.notes import Notes
from tests.contracts.support.spelled import CHARACTERS


class Echoing:
    """Stands before the notes: knows people by secrets, and shows these in each answer to a change."""

    def __init__(self, notes: Notes, people: dict[str, str]) -> None:
        self.notes = notes
        self.people = people
        """Secret → who has it."""
        self._numbers = count()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        sent = request.headers.get("Authorization", "")
        secret = next((each for each in self.people if each and each in sent), "")
        environ["HTTP_AUTHORIZATION"] = f"Bearer {self.people.get(secret, '')}"
        answer = Response.from_app(self.notes, environ)
        return self._with_echo(answer, secret or "nothing")(environ, start_response)

    def _with_echo(self, answer: Response, secret: str) -> Response:
        if not answer.data:
            return answer
        number = next(self._numbers)
        spelled = list(_spellings(secret))[number // 2 % len(CHARACTERS)]
        # Alone, and where a text of 400 characters ends.
        echo = spelled if number % 2 else f"{'.' * (number % 31 + 390)}{spelled}"
        shown = json.loads(answer.data)
        if answer.status_code >= 500:
            return Response(echo, answer.status_code, content_type="text/plain")
        if isinstance(shown, dict):
            answer.data = json.dumps({"debug": echo, **shown, "again": [echo]})
        return answer


def _spellings(secret: str) -> Iterator[str]:
    for spell in CHARACTERS[1:]:
        yield "".join(map(spell, secret))
    yield base64.b64encode(f"somebody:{secret}".encode()).decode()
