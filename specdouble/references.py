"""Follow the references of a document through its files, each of which is read once."""

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
    """The files of one document, each read once, as references lead to them from the root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.contents: dict[Path, bytes] = {}
        self._documents: dict[Path, Any] = {}
        self._check_version(self.document(root))

    def _check_version(self, document: Any) -> None:
        root = Location(self.root)
        if not isinstance(document, dict):
            raise self.error(root, f"the file holds {_kind(document)}, not a mapping. Name an OpenAPI document.")
        name, key = ("OpenAPI", "openapi") if "openapi" in document else ("Swagger", "swagger")
        if key not in document:
            raise self.error(root, 'the key "openapi" is missing. Start the file with: openapi: 3.0.3')
        if key == "swagger" or not re.fullmatch(r"3\.[01]\.\d+", str(document[key])):
            message = f"this is {name} {document[key]}, which is not supported. Convert it to OpenAPI 3.0 or 3.1."
            raise self.error(root / key, message)

    def document(self, path: Path) -> Any:
        """Return the content of a file."""
        if path not in self._documents:
            content = read_bytes(path)
            self._documents[path] = parse(path, decode(path, content))
            self.contents[path] = content
        return self._documents[path]

    def node(self, location: Location) -> Any:
        """Return the node at a place; LookupError where there is none."""
        return node_at(self.document(location.path), location.pointer)

    def target(self, reference: str, at: Location) -> Location:
        """Return the place that a reference names; SpecError where there is none."""
        file, _, fragment = reference.partition("#")
        # A mock must start without a network.
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", file):
            message = f'the reference "{reference}" leads to another machine. Keep a copy here, and refer to that.'
            raise self.error(at / "$ref", message)
        # normpath and not resolve: errors name the path that the author wrote, links included.
        path = Path(os.path.normpath(at.path.parent / unquote(file))) if file else at.path
        pointer = unquote(fragment)
        target = Location(path, steps_of(pointer if pointer.startswith("/") or not pointer else f"/{pointer}"))
        if target == Location(self.root):
            raise self.error(at / "$ref", f'the reference "{reference}" names the whole document. Name a part of it.')
        try:
            self.node(target)
        except (LookupError, TypeError):
            raise self.error(
                at / "$ref", f'the reference "{reference}" leads nowhere. Correct it, or add the part that it names.'
            ) from None
        except SpecError as error:
            if path in self._documents or path.is_file():
                raise
            raise self.error(
                at / "$ref", f'the reference "{reference}" names no file. Correct it, or add {error.path}.'
            ) from None
        return target

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
        if not location.pointer:
            return SpecError(location.path, message)
        text = decode(location.path, self.contents[location.path])
        line = line_of(text, location.pointer)
        return SpecError(location.path, message, line, str(location))

    def source(self, pointer: Pointer) -> Location:
        """Return the place in the files of a place in the bundled document."""
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
    """Return the target of a reference, or None for any other node."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def _kind(value: Any) -> str:
    return {list: "a list", str: "plain text", type(None): "nothing"}.get(type(value), f"a {type(value).__name__}")
