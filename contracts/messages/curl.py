"""Records the exchanges of a trial, and writes them as curl lines that work from nothing."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import sleep

from contracts.messages.bodies import File, Payload
from contracts.messages.exchange import IF_MATCH, READS, Answer, Request

_SHOW_HEADERS, _ONLY_HEADERS = "-D -", "-D - -o /dev/null"
_VERSION = r"sed -n 's/^[Ee][Tt][Aa][Gg]: *\(.*[^[:space:]]\)[[:space:]]*$/\1/p'"
"""What takes the ETag out of the headers of an answer."""

NEW_TAG = "RUN=ct$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')"
"""A shell line that makes a tag of the length that tags have, so that limits on lengths hold as before."""


@dataclass(frozen=True)
class Captured:
    """The id of a resource that an answer created, as a shell line keeps it."""

    name: str
    """Of the variable that holds it."""
    answer: Answer
    keys: tuple[str, ...]
    """That lead to it in the answer; none where a Location has it."""

    @property
    def filter(self) -> str:
        """What takes the id out of an answer, as a step of a path."""
        if not self.keys:
            return r"sed -n 's,^[Ll]ocation: .*/\([^/]*[^/[:space:]]\)/*[[:space:]]*$,\1,p'"
        shown = f"json.load(sys.stdin){''.join(f'[{each!r}]' for each in self.keys)}"
        return f"python3 -c {quote(f'import json,sys,urllib.parse as u; print(u.quote(str({shown})))')}"


@dataclass
class Tape:
    """The exchanges of one trial, in order."""

    base_url: str
    answers: list[Answer] = field(default_factory=list)
    captured: dict[str, "Captured"] = field(default_factory=dict)
    """Path of a created resource → where its id comes from."""
    tag: str = ""
    """What stands in every invented unique value of this run; a told line puts a new one in its place."""
    options: tuple[str, ...] = ()
    """Options of every line: the wire to the target."""
    together: list[int] = field(default_factory=list)
    """Places of the answers to requests that were on their way at the same moment."""

    sleep: Callable[[float], object] = sleep
    """Lets time pass; it may end sooner, where somebody asks for the end."""

    pauses: dict[int, float] = field(default_factory=dict)
    """Place of an answer → seconds that passed before its request was sent, because they matter."""

    versions: dict[str, str] = field(default_factory=dict)
    """ETag with which a change came → the variable that has it."""

    _versioned: list[Answer] = field(default_factory=list)
    """Answers whose ETag is kept."""

    _referred: dict[tuple[str, str], str] = field(default_factory=dict)
    """Field and id that it holds → the variable that has the id."""

    def wait(self, seconds: float) -> None:
        """Let time pass, and remember that it did."""
        self.pauses[len(self.answers)] = seconds
        self.sleep(seconds)

    def record(self, answer: Answer) -> None:
        """Remember one exchange."""
        self.answers.append(answer)

    def join(self, count: int) -> None:
        """Remember that the last so many requests were sent at the same moment."""
        self.together += range(len(self.answers) - count, len(self.answers))

    def capture(self, path: str, answer: Answer, keys: tuple[str, ...] = ("id",)) -> None:
        """Remember that an answer has the id of the item at this path; without keys to it, its Location has it."""
        self.captured[path] = Captured(f"ID{len(self.captured) + 1}", answer, keys)

    def keep_version(self, answer: Answer) -> None:
        """Remember that changes come with the ETag of an answer."""
        self._versioned.append(answer)
        self.versions.setdefault(answer.headers["ETag"], f"ETAG{len(self.versions) + 1}")

    def refer(self, field: str, path: str, identifier: object) -> None:
        """Remember that a field of bodies holds the id of a captured resource, written as it is in paths."""
        if path in self.captured and path.endswith(f"/{identifier}"):
            self._referred[field, str(identifier)] = self.captured[path].name

    def curl(self) -> list[str]:
        """The exchanges as shell lines: unique values and ids are made anew when they run."""
        places = [place for place in range(len(self.answers)) if not self._repeats(place)]
        lines = [line for place in places for line in self._told(place, self.answers[place])]
        needs_tag = any('"${RUN}"' in line for line in lines)
        told = (answer.request.credentials for answer in self.answers)
        logins = dict.fromkeys(each.before for each in told if each)
        return [*([NEW_TAG] if needs_tag else []), *(line for login in logins for line in login), *lines]

    def _repeats(self, place: int) -> bool:
        """Whether an exchange reads again at once what was just read, to the same answer."""
        if not place or place in self.pauses or place in self.together:
            return False
        before, answer = self.answers[place - 1], self.answers[place]
        alike = (before.status, before.content) == (answer.status, answer.content)
        alike = alike and self._version_in(answer) in (None, self._version_in(before))
        return alike and before.request == answer.request and answer.request.method in READS

    def _told(self, place: int, answer: Answer) -> Iterator[str]:
        """The shell lines of one exchange; what was sent at the same moment is sent into the background."""
        if place in self.pauses:
            yield f"sleep {self.pauses[place]:g}"
        if place not in self.together:
            yield self._line(answer)
            return
        yield f"{self._line(answer)} &"
        if place + 1 not in self.together:
            yield "wait"

    def _line(self, answer: Answer) -> str:
        url = self._quoted(self._captured_url(answer.request.url))
        created = next((each for each in self.captured.values() if each.answer is answer), None)
        version = self._version_in(answer)
        looks = [_SHOW_HEADERS] if created is not None and not created.keys else [_ONLY_HEADERS] if version else []
        words = self._with_version(answer.request, " ".join(_curl(answer.request, url, [*self.options, *looks])))
        command = self._tagged(self._with_references(words) if answer.request.payload else words)
        if version:
            return f"{version}=$({command} | {_VERSION})"
        return f"{created.name}=$({command} | {created.filter})" if created else command

    def _version_in(self, answer: Answer) -> str | None:
        """The variable that keeps the ETag of an answer, where a change comes with that."""
        return self.versions[answer.headers["ETag"]] if any(each is answer for each in self._versioned) else None

    def _with_version(self, request: Request, command: str) -> str:
        """A line in which the version of what is changed has given way to its variable."""
        sent = request.headers.get(IF_MATCH, "")
        known = self.versions.get(sent)
        told = f'"{IF_MATCH}: ${{{known}}}"'
        return command.replace(quote(f"{IF_MATCH}: {sent}"), told) if known else command

    def _captured_url(self, url: str) -> str:
        """An address in which every captured id has given way to its variable, between two NULs."""
        if not url.startswith(self.base_url):
            return url
        path, mark, query = url.removeprefix(self.base_url).partition("?")
        segments = path.split("/")
        variables = {
            each.count("/"): known.name for each, known in self.captured.items() if self._lies_at_or_below(path, each)
        }
        told = [f"\0{variables[place]}\0" if place in variables else each for place, each in enumerate(segments)]
        return self.base_url + "/".join(told) + mark + query

    @staticmethod
    def _lies_at_or_below(path: str, above: str) -> bool:
        return path == above or path.startswith(f"{above}/")

    @staticmethod
    def _quoted(url: str) -> str:
        pieces = url.split("\0")
        return "".join(f'"${{{piece}}}"' if index % 2 else quote(piece) for index, piece in enumerate(pieces) if piece)

    def _with_references(self, command: str) -> str:
        """A line in whose body the ids of captured resources have given way to their variables."""
        for (name, identifier), variable in self._referred.items():
            value, after = re.escape(identifier), r"(?=\"?[\]},]|[&'])"
            held = rf"(\"{re.escape(name)}\": ?\[?\"?|(?<=['&]){re.escape(name)}=){value}{after}"
            command = re.sub(held, rf"""\g<1>'"${{{variable}}}"'""", command)
        return command

    def _tagged(self, command: str) -> str:
        return command.replace(self.tag, "'\"${RUN}\"'") if self.tag else command


def quote(text: str) -> str:
    """A text as one shell word, always in single quotes."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def beginning(method: str, url: str, options: Iterable[str] = ()) -> str:
    """The first words of a curl line; the URL is quoted already."""
    return " ".join(("curl -sS", *options, f"-X {method} {url}"))


def _curl(request: Request, url: str, options: Iterable[str]) -> Iterator[str]:
    payload = request.payload
    body = list(_body(payload)) if payload else []
    if payload and "@-" in " ".join(body):
        yield f"printf %s {quote(_base64(_binary(payload)))} | base64 -d |"
    yield beginning(request.method, url, options)
    yield from request.credentials.options if request.credentials else ()
    yield from request.credentials.writes if request.credentials and request.method not in READS else ()
    for name, value in request.headers.items():
        yield f"-H {quote(f'{name}: {value}')}"
    yield from body


def _body(payload: Payload) -> Iterator[str]:
    if payload.parts and not _several_files(payload):
        yield from (_form(name, value) for name, value in payload.parts)
        return
    yield f"-H {quote(f'Content-Type: {payload.content_type}' if payload.content_type else 'Content-Type:')}"
    if _printable(payload.content):
        yield f"--data-raw {quote(payload.content.decode())}"
    else:
        yield "--data-binary @-"


def _form(name: str, value: str | File) -> str:
    if isinstance(value, str):
        return f"--form-string {quote(f'{name}={value}')}"
    return f"-F {quote(f'{name}=@-;filename={value.filename};type={value.content_type}')}"


def _several_files(payload: Payload) -> bool:
    return sum(isinstance(value, File) for _, value in payload.parts) > 1


def _binary(payload: Payload) -> bytes:
    files = [value for _, value in payload.parts if isinstance(value, File)]
    return files[0].content if len(files) == 1 else payload.content


def _printable(content: bytes) -> bool:
    try:
        return "\0" not in content.decode() and len(content) < 100_000
    except UnicodeDecodeError:
        return False


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
