"""Bundle the files of a document into one.

References to components stay references, by the name of the component. A path from another file is put in its place.
Any other part of another file becomes a component, unless it is small. Decision record 15 explains why.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from specdouble.grammar import (
    SECTIONS,
    SWAGGER_SECTIONS,
    WITH_REFERENCES,
    Shape,
    grammar_of,
    objects,
    part_of,
)
from specdouble.pointers import found_at, steps_of, written
from specdouble.references import Files, Location, Pointer, reference_of
from specdouble.yaml_reader import SpecError

MAX_INLINED: Final = 40
"""How many values a part of another file may have to be put where it is used. A larger one gets a name."""
MAX_NESTED: Final = 2_000
"""How many parts are put into parts of parts: files that refer to each other twice would double at each level."""
_DEEP: Final = 8
OPTIONAL: Final = frozenset(("mediaType", "header", "link", "example", "encoding", "callback", "server", "info"))
"""The objects without which a document can be served."""
_MAX_QUOTED: Final = 40

Fault = tuple[Pointer, str]
"""A formal fault that does no harm: its place in the bundle, and a message."""


@dataclass(frozen=True)
class Bundle:
    """A document of one file, and the formal faults that its files had."""

    document: dict[str, Any]
    faults: list[Fault]


def bundle(files: Files) -> Bundle:
    """Return one document out of all files: references to components by name, everything else in its place."""
    return _Bundler(files).bundle()


def components(document: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """Yield the place of each component of a document, and its kind."""
    sections: dict[Pointer, str]
    if "swagger" in document:
        sections = {(section,): kind for kind, section in SWAGGER_SECTIONS.items()}
    else:
        sections = {("components", section): kind for kind, section in SECTIONS.items()}
    for place, kind in sections.items():
        parent = document.get(place[0]) if len(place) > 1 else document
        entries = parent.get(place[-1]) if isinstance(parent, dict) else None
        for name in entries if isinstance(entries, dict) else ():
            yield (*place, name), kind


class _Bundler:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._root: dict[str, Any] = files.document(files.root)
        self._grammar = grammar_of(self._root)
        self._sections = SWAGGER_SECTIONS if "swagger" in self._root else SECTIONS
        self._has_siblings = not str(self._root.get("openapi", "2")).startswith(("2", "3.0"))
        self._faults: list[Fault] = []
        self._names: dict[Location, Pointer] = {}
        self._occupied = {place for place, _ in components(self._root)}
        self._waiting: list[tuple[Pointer, Location, str]] = []
        self._open: list[Location] = []
        self._nested = 0
        self._missing: dict[Pointer, SpecError] = {}

    def bundle(self) -> Bundle:
        for place, _ in components(self._root):
            self._name_component(Location(self._files.root, place))
        document: dict[str, Any] = self._copy(self._root, Location(self._files.root), (), Shape("document"))
        # One after the other instead of one in the other: a chain of schemas may have any length.
        while self._waiting:
            place, location, kind = self._waiting.pop()
            content = self._copy(self._files.node(location), location, place, Shape(kind))
            parent = document
            for step in place[:-1]:
                parent = parent.setdefault(step, {})
            parent[place[-1]] = content
        self._require_components(document)
        self._require_ends(document)
        return Bundle(document, self._faults)

    def _require_components(self, document: dict[str, Any]) -> None:
        """Raise the error of a component that is missing, if anything refers to it."""
        if not self._missing:
            return
        missing = {f"#{written(place)}": error for place, error in self._missing.items()}
        for node in objects(document):
            error = missing.get(reference_of(node.content) or "")
            if error is not None:
                raise error

    def _require_ends(self, document: dict[str, Any]) -> None:
        """Reject references that lead in a circle."""
        ending: set[str] = set()
        for node in objects(document):
            reference, trail = reference_of(node.content), list[str]()
            while reference is not None and reference not in ending:
                if reference in trail:
                    message = f'the reference "{reference}" leads to itself. Refer to a definition.'
                    raise self._files.error(self._files.source(node.pointer), message)
                trail.append(reference)
                reference = reference_of(found_at(document, steps_of(reference)))
            ending.update(trail)

    def _name_component(self, here: Location) -> None:
        """Name a component; note the error of one from a file that cannot be read, which nothing may need."""
        node = self._files.node(here)
        if isinstance(node, dict) and len(node) > 1 and self._has_siblings:
            return  # it is another schema than the one that it refers to
        try:
            self._name_chain(here)
        except SpecError as error:
            reference = reference_of(self._files.node(here))
            if reference is None or reference.startswith("#"):
                raise
            self._missing[here.pointer] = error
            self._faults.append((here.pointer, f"{error.message} Nothing needs it, so it is left out."))

    def _name_chain(self, here: Location) -> None:
        """Give the places in other files that a component leads to its name, or that of the component at their end."""
        places: list[Location] = []
        location = here
        while (reference := reference_of(self._files.node(location))) is not None:
            location = self._files.target(reference, location)
            if location.path == self._files.root or location in places:
                break
            places.append(location)
        end = location if places and location.path == self._files.root else here
        for place in places:
            self._names.setdefault(place, end.pointer)

    def _copy(self, node: Any, here: Location, place: Pointer, shape: Shape) -> Any:
        """Return a part of a file as it is written in the bundle at a place."""
        reference = reference_of(node)
        if reference is not None and not (shape.is_list and isinstance(node, list)):
            return self._reference(node, reference, here, place, shape)
        if isinstance(node, list) and shape.is_list:
            one = Shape(shape.kind)
            return [self._copy(item, here / index, (*place, str(index)), one) for index, item in enumerate(node)]
        if isinstance(node, dict) and not shape.is_list:
            if "$ref" in node and not shape.many:
                raise self._files.error(here / "$ref", f"{_quoted(node['$ref'])} is not of type 'string'. Correct it.")
            return self._mapping(node, here, place, shape)
        if shape.kind == "schema" and not shape.many and isinstance(node, bool):
            return self._boolean(node, place)
        if shape == Shape("discriminator") or (isinstance(node, list) and place[-1] == "items"):
            return node  # older versions have a name or a list here
        raise self._mismatch(node, here, shape)

    def _boolean(self, node: bool, place: Pointer) -> Any:
        if self._has_siblings or place[-1] in {"additionalProperties", "additionalItems"}:
            return node
        self._faults.append((place, f"{node} is not of type 'object'. Only OpenAPI 3.1 has such schemas."))
        return {} if node else {"not": {}}

    def _mapping(self, node: dict[str, Any], here: Location, place: Pointer, shape: Shape) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.items():
            part = part_of(self._grammar, shape, key)
            below = (*place, key)
            if part is None:
                content[key] = value
            elif below in self._missing:
                continue
            elif self._is_useless(value, part):
                self._faults.append((below, f"{_quoted(value)} is not of type 'object'. It is ignored."))
            elif value is None or (value == [] and part.is_map):
                self._faults.append((below, f'"{key}" has no content. Write some, or remove it.'))
                if value == [] or not part.many:
                    content.update(self._empty(key, part, shape))
            else:
                content[key] = self._copy(value, here / key, below, part)
        if shape == Shape("discriminator"):
            content["mapping"] = self._mapping_of_names(content.get("mapping"), here)
        return {key: value for key, value in content.items() if key != "mapping" or value is not None}

    def _is_useless(self, value: Any, part: Shape) -> bool:
        """Return whether a text stands where an object belongs that the document can do without."""
        return part.kind in OPTIONAL and not part.many and isinstance(value, str | int | float)

    def _empty(self, key: str, part: Shape, shape: Shape) -> dict[str, Any]:
        """Return what stands for a part without content: nothing, unless an author chose its name."""
        chosen = shape.is_map or part.is_map or shape.kind in {"paths", "responses", "callback"}
        return {key: {}} if chosen else {}

    def _mismatch(self, node: Any, here: Location, shape: Shape) -> SpecError:
        expected = "array" if shape.is_list else "object"
        return self._files.error(here, f"{_quoted(node)} is not of type '{expected}'. Correct it.")

    # --- references -------------------------------------------------------------------------------------------------

    def _reference(self, node: dict[str, Any], reference: str, here: Location, place: Pointer, shape: Shape) -> Any:
        if shape.many or shape.kind not in WITH_REFERENCES:
            self._faults.append((place, f'OpenAPI has no reference here; "{reference}" is read all the same.'))
        target = self._files.target(reference, here)
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        name = None if shape.many else self._name(target, place, shape.kind, inline=not self._counts(siblings, shape))
        if name is None:
            return self._inline(target, reference, here, place, shape, siblings)
        rest = self._mapping(siblings, here, place, shape) if siblings else {}
        return {"$ref": f"#{written(name)}", **rest} if not rest else {**rest, "$ref": f"#{written(name)}"}

    def _counts(self, siblings: Mapping[str, Any], shape: Shape) -> bool:
        """Return whether the keys beside a reference restrict what it names."""
        return bool(siblings) and shape.kind == "schema" and self._has_siblings

    def _name(self, target: Location, place: Pointer, kind: str, *, inline: bool) -> Pointer | None:
        """Return the place of the target in the bundle; None where it is put in the place of the reference."""
        if kind == "mediaType":  # only OpenAPI 3.2 has names for them
            return None
        here = Location(self._files.root, place)
        named = self._name_of(target, kind)
        if named is not None:
            return None if named == here.pointer else named
        # A path item belongs to its path: OpenAPI 3.0 has no name for it.
        if kind == "pathItem" or kind not in self._sections or (inline and self._is_small(target)):
            return None
        chain = [target, *self._files.chain(target)]
        names = (self._name_of(link, kind) for link in chain)
        named = next((name for name in names if name is not None and name != place), None)
        if named is None:
            named = self._new_name(chain[-1], kind)
            self._waiting.append((named, chain[-1], kind))
        for link in chain:
            self._names.setdefault(link, named)
        return named

    def _name_of(self, target: Location, kind: str) -> Pointer | None:
        if target in self._names:
            return self._names[target]
        if target.path == self._files.root and self._kind_at(target.pointer) == kind:
            return target.pointer
        return None

    def _kind_at(self, pointer: Pointer) -> str | None:
        """Return the kind of the object at a place in the root; None where nobody would look for an object."""
        shape: Shape | None = Shape("document")
        node: Any = self._root
        for step in pointer:
            if shape is None or reference_of(node) is not None:
                return None
            if isinstance(node, list):
                node, shape = node[int(step)], Shape(shape.kind)
            else:
                node, shape = node[step], part_of(self._grammar, shape, step)
        return shape.kind if shape is not None and not shape.many else None

    def _new_name(self, target: Location, kind: str) -> Pointer:
        steps = [step for step in target.pointer if not step.isdecimal()]
        stem = re.sub(r"[^A-Za-z0-9._-]+", "_", steps[-1] if steps else target.path.stem).strip("_") or kind
        parents = () if "swagger" in self._root else ("components",)
        number = 1
        while (
            place := (*parents, self._sections[kind], stem if number == 1 else f"{stem}_{number}")
        ) in self._occupied:
            number += 1
        self._occupied.add(place)
        self._files.origins[place] = target
        return place

    def _is_small(self, target: Location) -> bool:
        """Return whether a part of a file is small, and leads to no other part that has no name."""
        waiting, count = [self._files.node(target)], 0
        while waiting and count <= MAX_INLINED:
            node = waiting.pop()
            count += 1
            reference = reference_of(node)
            if reference is not None and self._files.target(reference, target) not in self._names:
                return False
            waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        return count <= MAX_INLINED

    def _inline(
        self,
        target: Location,
        reference: str,
        here: Location,
        place: Pointer,
        shape: Shape,
        siblings: dict[str, Any],
    ) -> Any:
        """Return a copy of the target, with the keys beside the reference that add to it."""
        if target in self._open:
            raise self._files.error(
                here / "$ref", f'the reference "{reference}" leads to itself. List it under components.'
            )
        self._nested += len(self._open) > _DEEP
        if self._nested > MAX_NESTED:
            message = f"references put more than {MAX_NESTED:,} parts into each other. Name some as components."
            raise self._files.error(here / "$ref", message)
        self._open.append(target)
        content = self._copy(self._files.node(target), target, place, shape)
        self._open.pop()
        if not siblings or not isinstance(content, dict) or shape.kind == "schema":
            return content
        if shape.kind in WITH_REFERENCES and shape.kind != "pathItem" and not shape.many:
            # A Reference Object has these alone beside the reference; all others are ignored.
            siblings = {key: value for key, value in siblings.items() if key in ("summary", "description")}
        return {**content, **self._mapping(siblings, here, place, shape)}

    def _mapping_of_names(self, mapping: Any, here: Location) -> Any:
        """Rename the references of a discriminator, which are plain texts; the bare name of a schema stays."""
        if not isinstance(mapping, dict):
            return mapping
        return {key: self._schema_name(value, here / "mapping") for key, value in mapping.items()}

    def _schema_name(self, value: Any, here: Location) -> Any:
        if not isinstance(value, str) or not re.search(r"[/#]", value):
            return value
        try:
            target = self._files.target(value, here)
        except SpecError:
            return value
        name = self._name(target, (), "schema", inline=False)
        return value if name is None else f"#{written(name)}"


def _quoted(node: Any) -> str:
    text = repr(node)
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"
