"""The cases of Prism's test harness: a document, a command of curl, and the answer that it expects.

A file has sections, each with a title like ``====spec====``. The command runs as it is, against our mock instead.
What is Prism's own is not compared: the texts of its problems, the realm of its challenges, and values that it makes
where a document has no example. Bad input may be answered with 400 where a case expects 422 and the document lists
neither.
"""

import json
import re
import shlex
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from benchmarks.documents.client import printable
from benchmarks.documents.sources import Source
from benchmarks.documents.verdicts import Failure, Verdicts
from mockserver.app import create_app
from specdouble.testserver import serving

_SECTION: Final = re.compile(r"^====([\w-]+)====\n", re.MULTILINE)
_ADDRESS: Final = re.compile(r"http://(?:localhost|127\.0\.0\.1):4010")
_OWN_PROBLEM: Final = "stoplight.io/prism/errors"
_OWN_HEADERS: Final = frozenset({"sl-violations"})
_EXPECTATIONS: Final = ("expect", "expect-loose", "expect-keysOnly")
_MADE: Final[tuple[Any, ...]] = ("string", 0, True, {}, [])
"""The values that Prism makes where a document has no example."""
_SECONDS: Final = 20


class Answer(NamedTuple):
    """A response as curl prints it."""

    status: int
    headers: Mapping[str, str]
    body: str


def sections(text: str) -> dict[str, str]:
    """Return the sections of a case by their titles."""
    _, *parts = _SECTION.split(text)
    return {title: body.strip("\n") for title, body in zip(parts[::2], parts[1::2], strict=True)}


def read_answer(text: str) -> Answer:
    """Read a response as curl prints it with its headers.

    Raises:
        ValueError: The text is not a response.
    """
    head, _, body = text.replace("\r\n", "\n").lstrip().partition("\n\n")
    first, *lines = head.split("\n")
    version, status, *_ = first.split(" ")
    if not version.startswith("HTTP/"):
        raise ValueError(f"not a response: {first[:80]}")
    pairs = [line.partition(":") for line in lines]
    return Answer(int(status), {name.strip().lower(): value.strip() for name, _, value in pairs}, body.strip())


def is_swagger(source: Source) -> bool:
    """Return whether the document of a case is one of Swagger 2.0."""
    return re.search(r"^\s*[\"']?swagger[\"']?\s*:", source.path.read_text(encoding="utf-8"), re.MULTILINE) is not None


def verdicts(sources: Iterable[Source]) -> Verdicts:
    """Yield for each case whether the mock answers as it expects."""
    for source in sources:
        assert source.case is not None
        yield _verdict(source, sections(source.case.read_text(encoding="utf-8")))


def _verdict(source: Source, case: Mapping[str, str]) -> Failure | None:
    command = " ".join(case["command"].split())
    try:
        app = create_app(source.path)
    except Exception as error:
        # Whatever the reason is, the document does not start.
        return Failure("the document does not start", source.name, command, printable(str(error))[:300])
    with serving(app) as url:
        arguments = shlex.split(_ADDRESS.sub(url, command))
        printed = subprocess.run(arguments, capture_output=True, text=True, timeout=_SECONDS, check=False).stdout
    try:
        answer = read_answer(printed)
    except ValueError as error:
        return Failure("the answer is not one of HTTP", source.name, command, str(error))
    title = next(title for title in _EXPECTATIONS if title in case)
    kind = difference(answer, read_answer(case[title]), title, lists_422="422" in case["spec"])
    if kind is None:
        return None
    return Failure(kind, source.name, command, f"{printable(case[title])[:300]} ← {printable(printed)[:600]}")


def difference(answer: Answer, expected: Answer, title: str, *, lists_422: bool) -> str | None:
    """Return the kind of the first difference between an answer and the expected one, None without one."""
    if answer.status != expected.status and not (answer.status == 400 and expected.status == 422 and not lists_422):
        return f"status {answer.status} instead of {expected.status}"
    for name, value in expected.headers.items():
        if name not in _OWN_HEADERS and _plain(name, answer.headers.get(name, "")) != _plain(name, value):
            return f"another {name}"
    if not expected.body or _OWN_PROBLEM in expected.body:
        return None
    return None if _same_body(answer.body, expected.body, title) else "another body"


def _plain(name: str, value: str) -> str:
    """Return the part of a header that is compared."""
    if name == "content-type":
        return value.partition(";")[0].strip().lower()
    if name == "www-authenticate":
        return re.sub(r'realm="[^"]*"', "", value).strip().lower()
    return value


def _same_body(body: str, expected: str, title: str) -> bool:
    value, wanted = _json(body), _json(expected)
    if wanted is None:
        return bool(body) if title != "expect" else expected in _MADE or _packed(body) == _packed(expected)
    if title == "expect":
        return fits(value, wanted)
    if not isinstance(value, dict) or not isinstance(wanted, dict):
        return type(value) is type(wanted)
    return wanted.keys() == value.keys() if title == "expect-keysOnly" else wanted.keys() <= value.keys()


def fits(value: Any, wanted: Any) -> bool:
    """Return whether a value is the expected one; for a value that Prism made, any of its type is."""
    if any(wanted == made and type(wanted) is type(made) for made in _MADE):
        return value is not None and isinstance(value, type(wanted) if wanted != 0 else int | float)
    if isinstance(wanted, dict) and isinstance(value, dict):
        return wanted.keys() <= value.keys() and all(fits(value[name], entry) for name, entry in wanted.items())
    if isinstance(wanted, list) and isinstance(value, list):
        return len(value) == len(wanted) and all(map(fits, value, wanted))
    return bool(value == wanted)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _packed(text: str) -> str:
    return "".join(text.split())
