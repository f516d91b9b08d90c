"""Follow the references of a document through its files, each of which is read once."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from specdouble.pointers import node_at, steps_of, written
from specdouble.remote import joined, read_url, same_origin, url_of
from specdouble.yaml_lines import Key, lines_of
from specdouble.yaml_reader import SpecError, decode, parse, read_bytes

Pointer = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in one of the files of a document."""

    path: Path
    pointer: Pointer = ()

    def __truediv__(self, part: object) -> "Location":
        return Location(self.path, (*self.pointer, str(part)))

    def __str__(self) -> str:
        return f"#{written(self.pointer)}"


@dataclass(frozen=True)
class Options:
    """How a document is read."""

    strict: bool = False
    """Formal faults are errors, and not only warnings."""
    ref_root: Path | None = None
    """The folder that references must not leave; default: the Git repository of the document, else its folder."""
    allow_remote_refs: bool = False
    """References may lead to other servers."""


DEFAULTS: Final = Options()


class Warned(NamedTuple):
    """Something that is wrong with a file, and does no harm."""

    path: Path
    message: str
    line: int | None


def read_source(path: Path) -> bytes:
    """Return the content of a file, or of the address that a path stands for."""
    return read_bytes(path) if url_of(path) is None else read_url(path)


VERSIONS: Final = re.compile(r"3\.[012](\.\d+)?(-.+)?")


class Files:
    """The files of one document, each read once, as references lead to them from the root."""

    def __init__(self, root: Path, options: Options = DEFAULTS) -> None:
        self.root = root
        self.contents: dict[Path, bytes] = {}
        self.warned: list[Warned] = []
        self.origins: dict[Pointer, Location] = {}
        """Place in the bundle of what was moved there → its place in the files."""
        self._options = options
        self._ref_root = Path(os.path.realpath(options.ref_root or _project_of(root)))
        self._documents: dict[Path, Any] = {}
        self._anchors: dict[Path, dict[str, Pointer]] = {}
        self._check_version(self.document(root))

    def _check_version(self, document: Any) -> None:
        root = Location(self.root)
        if not isinstance(document, dict):
            raise self.error(root, f"the file holds {_kind(document)}, not a mapping. Name an OpenAPI document.")
        name, key = ("OpenAPI", "openapi") if "openapi" in document else ("Swagger", "swagger")
        if key not in document:
            raise self.error(root, 'the key "openapi" is missing. Start the file with: openapi: 3.0.3')
        version = str(document[key])
        if not (version == "2.0" if key == "swagger" else VERSIONS.fullmatch(version)):
            message = f"this is {name} {version}, which is not supported. Use OpenAPI 3.0, 3.1 or 3.2, or Swagger 2.0."
            raise self.error(root / key, message)

    def document(self, path: Path) -> Any:
        """Return the content of a file."""
        if path not in self._documents:
            content = read_bytes(path) if url_of(path) is None else read_url(path, partial(self._warn, path))
            self._documents[path] = parse(path, decode(path, content), partial(self._warn_of_key, path))
            self.contents[path] = content
        return self._documents[path]

    def _warn(self, path: Path, message: str) -> None:
        self.warned.append(Warned(path, message, None))

    def _warn_of_key(self, path: Path, key: Key) -> None:
        message = f'the key "{key.name}" is repeated. The last one counts: keep one of them.'
        self.warned.append(Warned(path, message, key.line))

    def node(self, location: Location) -> Any:
        """Return the node at a place; LookupError or TypeError where there is none."""
        return node_at(self.document(location.path), location.pointer)

    def target(self, reference: str, at: Location) -> Location:
        """Return the place that a reference names; SpecError where there is none."""
        file, _, fragment = reference.partition("#")
        path = self._path(file, at) if file else at.path
        try:
            target = Location(path, self._pointer(path, unquote(fragment)))
            self.node(target)
        except (LookupError, TypeError):
            raise self.error(
                at / "$ref", f'the reference "{reference}" leads nowhere. Correct it, or add the part that it names.'
            ) from None
        except SpecError as error:
            if path in self._documents or path.is_file() or url_of(path):
                raise
            raise self.error(
                at / "$ref", f'the reference "{reference}" names no file. Correct it, or add {error.path}.'
            ) from None
        if target == Location(self.root):
            raise self.error(at / "$ref", f'the reference "{reference}" names the whole document. Name a part of it.')
        return target

    def _path(self, file: str, at: Location) -> Path:
        """Return the file that a reference names, if it may be read."""
        if file == self._own_address(at.path):
            return at.path
        base = url_of(at.path)
        if base is not None or re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", file):
            return self._remote_path(file, base, at)
        # normpath and not resolve: errors name the path that the author wrote, links included.
        path = Path(os.path.normpath(at.path.parent / unquote(file)))
        if path not in self._documents and not Path(os.path.realpath(path)).is_relative_to(self._ref_root):
            message = f'the reference "{file}" leaves {self._ref_root}. Allow more with --ref-root DIR.'
            raise self.error(at / "$ref", message)
        return path

    def _remote_path(self, file: str, base: str | None, at: Location) -> Path:
        url = joined(base or "", file)
        if not re.match("https?:", url):
            message = f'the reference "{file}" is neither a file nor an address of the web. Keep a copy here.'
            raise self.error(at / "$ref", message)
        if not self._options.allow_remote_refs and (base is None or not same_origin(base, url)):
            message = (
                f'the reference "{file}" leads to another machine. Keep a copy here, or allow it with'
                " --allow-remote-refs."
            )
            raise self.error(at / "$ref", message)
        return Path(url)

    def _own_address(self, path: Path) -> str | None:
        """Return the address that a document of OpenAPI 3.2 gives itself."""
        content = self._documents.get(path)
        address = content.get("$self") if isinstance(content, dict) else None
        return address if isinstance(address, str) else None

    def _pointer(self, path: Path, fragment: str) -> Pointer:
        if not fragment or fragment.startswith("/"):
            return steps_of(fragment)
        if path not in self._anchors:
            self._anchors[path] = dict(_anchors(self.document(path)))
        # Not all authors write the slash at the beginning of a pointer.
        return self._anchors[path].get(fragment) or steps_of(f"/{fragment}")

    def chain(self, location: Location) -> list[Location]:
        """Return the places that a reference leads through, as long as each is a reference again."""
        places: list[Location] = []
        while (reference := reference_of(self.node(location))) is not None:
            location = self.target(reference, location)
            if location in places:
                raise self.error(location, f'the reference "{reference}" leads to itself. Refer to a definition.')
            places.append(location)
        return places

    def error(self, location: Location, message: str) -> SpecError:
        """Return an error with the file and the line of a place."""
        return self.errors([(location, message)])[0]

    def errors(self, faults: Iterable[tuple[Location, str]]) -> list[SpecError]:
        """Return an error for each of several places; each file is searched once for all its lines."""
        faults = list(faults)
        lines: dict[Path, dict[Pointer, int]] = {}
        for path in {location.path for location, _ in faults if location.pointer}:
            text = decode(path, self.contents[path])
            lines[path] = lines_of(text, [location.pointer for location, _ in faults if location.path == path])
        return [
            SpecError(location.path, message, lines[location.path][location.pointer], str(location))
            if location.pointer
            else SpecError(location.path, message)
            for location, message in faults
        ]

    def source(self, pointer: Pointer) -> Location:
        """Return the place in the files of a place in the bundled document."""
        moved = max((place for place in self.origins if pointer[: len(place)] == place), key=len, default=())
        location = self.origins[moved] if moved else Location(self.root)
        for part in pointer[len(moved) :]:
            location = ([location, *self.chain(location)])[-1]
            try:
                self.node(location / part)
            except (LookupError, TypeError):
                break
            location /= part
        return location


def reference_of(node: Any) -> str | None:
    """Return the target of a reference, or None for any other node."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def _project_of(path: Path) -> Path:
    """Return the Git repository that a file is in, or else its folder."""
    folder = Path(os.path.realpath(path)).parent
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)


def _anchors(node: Any) -> Iterator[tuple[str, Pointer]]:
    """Yield the names that schemas of a document give themselves, with their places."""
    waiting: list[tuple[Any, Pointer]] = [(node, ())]
    while waiting:
        node, here = waiting.pop()
        if isinstance(node, dict):
            for key in ("$anchor", "$dynamicAnchor"):
                if isinstance(node.get(key), str):
                    yield node[key], here
        children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        waiting += [(child, (*here, str(key))) for key, child in children]


def _kind(value: Any) -> str:
    return {list: "a list", str: "plain text", type(None): "nothing"}.get(type(value), f"a {type(value).__name__}")
