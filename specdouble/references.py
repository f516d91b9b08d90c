"""The files of one document: found by following references from the root, each read once."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from specdouble.pointers import node_at, steps_of, written
from specdouble.yaml_reader import SpecError, decode, line_of, parse, read_bytes

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


class Files:
    """The files of one document, each read once, found by following references from the root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.contents: dict[Path, bytes] = {}
        self._documents: dict[Path, Any] = {}
        self._check_version(self.document(root))

    def _check_version(self, document: Any) -> None:
        root = Location(self.root)
        if not isinstance(document, dict):
            raise self.error(root, f"the file holds {_kind(document)}, not a mapping; is it an OpenAPI document?")
        name, key = ("OpenAPI", "openapi") if "openapi" in document else ("Swagger", "swagger")
        if key not in document:
            raise self.error(root, 'the key "openapi" is missing; start the file with "openapi: 3.0.3"')
        if key == "swagger" or not re.fullmatch(r"3\.[01]\.\d+", str(document[key])):
            message = f"this is {name} {document[key]}, and OpenAPI 3.0 and 3.1 are read; convert it to one of them"
            raise self.error(root / key, message)

    def document(self, path: Path) -> Any:
        """Return what a file holds."""
        if path not in self._documents:
            content = read_bytes(path)
            self._documents[path] = parse(path, decode(path, content))
            self.contents[path] = content
        return self._documents[path]

    def node(self, location: Location) -> Any:
        """Return what stands at a place; LookupError where nothing does."""
        return node_at(self.document(location.path), location.pointer)

    def target(self, reference: str, at: Location) -> Location:
        """Return the place that a reference names; SpecError where there is none."""
        file, _, fragment = reference.partition("#")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", file):
            raise self.error(
                at / "$ref", f'the reference "{reference}" leaves the machine; keep a copy beside and refer to that'
            )
        path = Path(os.path.normpath(at.path.parent / unquote(file))) if file else at.path
        pointer = unquote(fragment)
        found = Location(path, steps_of(pointer if pointer.startswith("/") or not pointer else f"/{pointer}"))
        if found == Location(self.root):
            raise self.error(at / "$ref", f'the reference "{reference}" names the whole document; name a part of it')
        try:
            self.node(found)
        except (LookupError, TypeError):
            raise self.error(
                at / "$ref", f'the reference "{reference}" leads nowhere; mend it, or add what it names'
            ) from None
        except SpecError as error:
            if path in self._documents or path.is_file():
                raise
            raise self.error(
                at / "$ref", f'the reference "{reference}" names no file; mend it, or add {error.path}'
            ) from None
        return found

    def chain(self, location: Location) -> list[Location]:
        """Return the places that a reference leads through, as long as each holds a reference again."""
        places: list[Location] = []
        while (reference := reference_of(self.node(location))) is not None:
            location = self.target(reference, location)
            if location in places:
                raise self.error(location, f'the reference "{reference}" leads to itself; refer to a definition')
            places.append(location)
        return places

    def error(self, location: Location, message: str) -> SpecError:
        """Return the error that something is wrong at a place."""
        if not location.pointer:
            return SpecError(location.path, message)
        text = decode(location.path, self.contents[location.path])
        line = line_of(text, location.pointer)
        return SpecError(location.path, message, line, str(location))

    def source(self, pointer: Pointer) -> Location:
        """Return where a place of the bundled document was written: the files are walked, references followed."""
        location = Location(self.root)
        for part in pointer:
            location = ([location, *self.chain(location)])[-1]
            try:
                self.node(location / part)
            except (LookupError, TypeError):
                break
            location /= part
        return location


def reference_of(node: Any) -> str | None:
    """Return what a node refers to, or None where it is no reference."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def _kind(value: Any) -> str:
    return {list: "a list", str: "plain text", type(None): "nothing"}.get(type(value), f"a {type(value).__name__}")
