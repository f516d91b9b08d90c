"""Record the exchanges of a trial, and write them as curl lines that work from scratch."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import sleep

from contracts.messages.bodies import File, Payload
from contracts.messages.exchange import IF_MATCH, READS, Answer, Request
from contracts.messages.shell import Piece, Variable, Word, quote

Token = str | Word
"""A word of a shell line, or a fragment that is spelled already."""

_SHOW_HEADERS, _ONLY_HEADERS = "-D -", "-D - -o /dev/null"
_VERSION = r"sed -n 's/^[Ee][Tt][Aa][Gg]: *\(.*[^[:space:]]\)[[:space:]]*$/\1/p'"
"""The command that extracts the ETag from the headers of an answer."""

NEW_TAG = "RUN=ct$(od -An -N4 -tx4 /dev/urandom | tr -d ' ')"
"""A shell line that makes a tag as long as that of the run, so that limits on lengths hold as before."""


@dataclass(frozen=True)
class Captured:
    """The id of a resource that an answer created, as a shell line keeps it."""

    name: str
    """The name of the shell variable that holds it."""
    answer: Answer
    keys: tuple[str, ...]
    """The keys that lead to it in the answer; none where a Location has it."""

    @property
    def filter(self) -> str:
        """The command that extracts the id from an answer, as a segment of a path."""
        if not self.keys:
            return r"sed -n 's,^[Ll]ocation: .*/\([^/]*[^/[:space:]]\)/*[[:space:]]*$,\1,p'"
        value = f"json.load(sys.stdin){''.join(f'[{key!r}]' for key in self.keys)}"
        return f"python3 -c {quote(f'import json,sys,urllib.parse as u; print(u.quote(str({value})))')}"


@dataclass
class Tape:
    """The exchanges of one trial, in order."""

    base_url: str
    answers: list[Answer] = field(default_factory=list)
    captured: dict[str, "Captured"] = field(default_factory=dict)
    """Path of a created resource → where its id comes from."""
    tag: str = ""
    """The tag in every unique value that this run invents; curl lines replace it with a new one."""
    options: tuple[str, ...] = ()
    """Options of every line, for the connection to the target."""
    together: list[int] = field(default_factory=list)
    """Places of the answers to requests that were sent at the same time."""

    sleep: Callable[[float], object] = sleep
    """Waits; it may return early where the user stops the run."""

    pauses: dict[int, float] = field(default_factory=dict)
    """Place of an answer → seconds that passed before its request was sent, where they matter."""

    versions: dict[str, str] = field(default_factory=dict)
    """ETag that a change sent → the variable that holds it."""

    _versioned: list[Answer] = field(default_factory=list)
    """Answers whose ETag is kept."""

    _referred: dict[tuple[str, str], str] = field(default_factory=dict)
    """Field and the id in it → the variable that holds the id."""

    def wait(self, seconds: float) -> None:
        """Wait, and remember that time passed."""
        self.pauses[len(self.answers)] = seconds
        self.sleep(seconds)

    def record(self, answer: Answer) -> None:
        """Remember one exchange."""
        self.answers.append(answer)

    def join(self, count: int) -> None:
        """Remember that the last ``count`` requests were sent at the same time."""
        self.together += range(len(self.answers) - count, len(self.answers))

    def capture(self, path: str, answer: Answer, keys: tuple[str, ...] = ("id",)) -> None:
        """Remember that an answer has the id of the item at this path; without keys, its Location has it."""
        self.captured[path] = Captured(f"ID{len(self.captured) + 1}", answer, keys)

    def keep_version(self, answer: Answer) -> None:
        """Remember that later changes send the ETag of an answer."""
        self._versioned.append(answer)
        self.versions.setdefault(answer.headers["ETag"], f"ETAG{len(self.versions) + 1}")

    def refer(self, field: str, path: str, identifier: object) -> None:
        """Remember that a field of bodies holds the id of a captured resource, as paths spell it."""
        if path in self.captured and path.endswith(f"/{identifier}"):
            self._referred[field, str(identifier)] = self.captured[path].name

    def curl(self) -> list[str]:
        """Return the exchanges as shell lines, which make new unique values and ids when they run."""
        places = [place for place in range(len(self.answers)) if not self._repeats(place)]
        lines = [line for place in places for line in self._shell_lines(place, self.answers[place])]
        needs_tag = any('"${RUN}"' in line for line in lines)
        credentials = (answer.request.credentials for answer in self.answers)
        logins = dict.fromkeys(identity.before for identity in credentials if identity)
        return [*([NEW_TAG] if needs_tag else []), *(line for login in logins for line in login), *lines]

    def _repeats(self, place: int) -> bool:
        """Return whether an exchange repeats the read before it, with the same answer."""
        if not place or place in self.pauses or place in self.together:
            return False
        before, answer = self.answers[place - 1], self.answers[place]
        alike = (before.status, before.content) == (answer.status, answer.content)
        alike = alike and self._version_in(answer) in (None, self._version_in(before))
        return alike and before.request == answer.request and answer.request.method in READS

    def _shell_lines(self, place: int, answer: Answer) -> Iterator[str]:
        """Yield the shell lines of one exchange; requests sent at the same time run in the background."""
        if place in self.pauses:
            yield f"sleep {self.pauses[place]:g}"
        if place not in self.together:
            yield self._line(answer)
            return
        yield f"{self._line(answer)} &"
        if place + 1 not in self.together:
            yield "wait"

    def _line(self, answer: Answer) -> str:
        created = next((capture for capture in self.captured.values() if capture.answer is answer), None)
        version = self._version_in(answer)
        command = " ".join(map(str, self._tokens(answer.request, self._header_options(created, version))))
        if version:
            return f"{version}=$({command} | {_VERSION})"
        return f"{created.name}=$({command} | {created.filter})" if created else command

    @staticmethod
    def _header_options(created: "Captured | None", version: str | None) -> list[str]:
        """Return the options that print the headers of an answer, where an id or a version is taken from them."""
        if created is not None and not created.keys:
            return [_SHOW_HEADERS]
        return [_ONLY_HEADERS] if version else []

    def _tokens(self, request: Request, options: Iterable[str]) -> Iterator[Token]:
        """Yield the tokens of the line that sends a request."""
        payload = request.payload
        body = list(_body(payload)) if payload else []
        if payload and _reads_standard_input(payload):
            yield f"printf %s {quote(_base64(_binary(payload)))} | base64 -d |"
        url = self._tagged(self._captured_url(request.url))
        yield beginning(request.method, str(url), [*self.options, *options])
        yield from request.credentials.options if request.credentials else ()
        yield from request.credentials.writes if request.credentials and request.method not in READS else ()
        for name, value in request.headers.items():
            yield from ("-H", self._tagged(self._header(name, value)))
        for token in body:
            yield self._tagged(self._with_references(token)) if isinstance(token, Word) else token

    def _header(self, name: str, value: str) -> Word:
        """Return a header, with the variable of its version if it is an If-Match."""
        variable = self.versions.get(value) if name == IF_MATCH else None
        return Word.of(f"{name}: ", Variable(variable)) if variable else Word.of(f"{name}: {value}")

    def _version_in(self, answer: Answer) -> str | None:
        """Return the variable for the ETag of an answer, or None where no change sends it."""
        return self.versions[answer.headers["ETag"]] if any(kept is answer for kept in self._versioned) else None

    def _captured_url(self, url: str) -> Word:
        """Replace every captured id in an address by its variable."""
        if not url.startswith(self.base_url):
            return Word.of(url)
        path, mark, query = url.removeprefix(self.base_url).partition("?")
        variables = {
            captured_path.count("/"): capture.name
            for captured_path, capture in self.captured.items()
            if self._lies_at_or_below(path, captured_path)
        }
        pieces: list[Piece] = [self.base_url]
        literal = ""
        for place, segment in enumerate(path.split("/")):
            literal += "/" if place else ""
            if place in variables:
                pieces += [literal, Variable(variables[place])]
                literal = ""
            else:
                literal += segment
        return _joined([*pieces, literal + mark + query])

    @staticmethod
    def _lies_at_or_below(path: str, above: str) -> bool:
        return path == above or path.startswith(f"{above}/")

    def _with_references(self, word: Word) -> Word:
        """Replace the ids of captured resources in a part of a body by their variables."""
        for (name, identifier), variable in self._referred.items():
            value, field = f"(?P<value>{re.escape(identifier)})", re.escape(name)
            in_json = rf"\"{field}\": ?\[?\"?{value}(?=\"?[\]}},])"
            in_form = rf"(?:^|(?<=&)){field}={value}(?=&|$)"
            word = word.insert(variable, in_json).insert(variable, in_form)
        return word

    def _tagged(self, word: Word) -> Word:
        """Replace the tag of this run by the variable of a new one."""
        return word.insert("RUN", f"(?P<value>{re.escape(self.tag)})") if self.tag else word


def _joined(pieces: Iterable[Piece]) -> Word:
    """Return a word in which no two literals are neighbours."""
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return Word(tuple(joined))


def beginning(method: str, url: str, options: Iterable[str] = ()) -> str:
    """Return the first words of a curl line; the URL is quoted already."""
    return " ".join(("curl -sS", *options, f"-X {method} {url}"))


def _body(payload: Payload) -> Iterator[Token]:
    if payload.parts and not _several_files(payload):
        for name, value in payload.parts:
            yield from _form(name, value)
        return
    content_type = f"Content-Type: {payload.content_type}" if payload.content_type else "Content-Type:"
    yield from ("-H", Word.of(content_type))
    if _printable(payload.content):
        yield from ("--data-raw", Word.of(payload.content.decode()))
    else:
        yield "--data-binary @-"


def _form(name: str, value: str | File) -> Iterator[Token]:
    if isinstance(value, str):
        yield from ("--form-string", Word.of(f"{name}={value}"))
    else:
        yield from ("-F", Word.of(f"{name}=@-;filename={value.filename};type={value.content_type}"))


def _reads_standard_input(payload: Payload) -> bool:
    """Return whether curl reads a part of the body, or all of it, from the standard input."""
    if payload.parts and not _several_files(payload):
        return any(isinstance(value, File) for _, value in payload.parts)
    return not _printable(payload.content)


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
