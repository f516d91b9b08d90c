"""An OpenAPI 3.0 document: from one or more files to one validated document whose references are all internal.

The one module that knows prance. A component keeps its name and is referred to; whatever else a document keeps in other
files (paths above all) is put in place by prance. The result is kept in the user's cache folder, because validation
costs more than the rest of a start.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

Pointer = tuple[str, ...]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
STANDARD = "https://spec.openapis.org/oas/v3.0.3"
# Prance puts every $ref in place that it finds, so those that stay have another name while it works.
KEPT = "$ref-that-stays"
MAX_MESSAGE = 300
MAX_DEPTH = 500


class SpecError(Exception):
    """A file of the contract cannot be used; its text is one line: where, what is wrong, what to do."""

    def __init__(self, path: Path, message: str, line: int | None = None, pointer: str | None = None) -> None:
        super().__init__(path, message, line, pointer)
        self.path = path
        self.message = message
        self.line = line
        self.pointer = pointer

    def __str__(self) -> str:
        place = str(self.path) if self.line is None else f"{self.path}:{self.line}"
        at = f" (at {self.pointer})" if self.pointer else ""
        return " ".join(f"{place}: {self.message}{at}".split())


@dataclass(frozen=True, slots=True)
class Location:
    """A place in one of the files of a document."""

    path: Path
    pointer: Pointer = ()

    def __truediv__(self, part: object) -> "Location":
        return Location(self.path, (*self.pointer, str(part)))

    def __str__(self) -> str:
        return "#" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in self.pointer)


def load(path: Path) -> dict[str, Any]:
    """Read, bundle and validate the OpenAPI 3.0 document that starts at ``path``; SpecError where it is not one."""
    path = path.absolute()
    entry = _cache_entry(path)
    document = _recall(entry)
    if document is None:
        document = _read(path, entry)
    return document


def _read(path: Path, entry: Path | None) -> dict[str, Any]:
    files = Files(path)
    try:
        document = bundle(files)
        _validate(document, files)
    except RecursionError:
        raise SpecError(path, "the document is nested too deeply, or in itself; make it flatter") from None
    _remember(entry, files, document)
    return document


def read_yaml(path: Path) -> Any:
    """Read a YAML or JSON file as JSON would mean it; SpecError where it cannot be read."""
    return _parsed(path, _text(path, _content(path)))


# --- the files of a document -----------------------------------------------------------------------------------------


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
        if key == "swagger" or not re.fullmatch(r"3\.0\.\d+", str(document[key])):
            message = f"this is {name} {document[key]}, and OpenAPI 3.0.x is read; convert it to 3.0.3"
            raise self.error(root / key, message)

    def document(self, path: Path) -> Any:
        """Return what a file holds."""
        if path not in self._documents:
            content = _content(path)
            self._documents[path] = _parsed(path, _text(path, content))
            self.contents[path] = content
        return self._documents[path]

    def node(self, location: Location) -> Any:
        """Return what stands at a place; LookupError where nothing does."""
        node = self.document(location.path)
        for part in location.pointer:
            node = node[int(part) if isinstance(node, list) and part.isdecimal() else part]
        return node

    def target(self, reference: str, at: Location) -> Location:
        """Return the place that a reference names; SpecError where there is none."""
        file, _, fragment = reference.partition("#")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", file):
            raise self.error(
                at / "$ref", f'the reference "{reference}" leaves the machine; keep a copy beside and refer to that'
            )
        path = Path(os.path.normpath(at.path.parent / unquote(file))) if file else at.path
        parts = unquote(fragment).removeprefix("/").split("/") if fragment else []
        found = Location(path, tuple(part.replace("~1", "/").replace("~0", "~") for part in parts))
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
        while (reference := _reference(self.node(location))) is not None:
            location = self.target(reference, location)
            if location in places:
                raise self.error(location, f'the reference "{reference}" leads to itself; refer to a definition')
            places.append(location)
        return places

    def error(self, location: Location, message: str) -> SpecError:
        """Return the error that something is wrong at a place."""
        if not location.pointer:
            return SpecError(location.path, message)
        line = _line(_text(location.path, self.contents[location.path]), location.pointer)
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


def _reference(node: Any) -> str | None:
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference if isinstance(reference, str) else None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SpecError(path, "there is no such file; check the path") from None
    except IsADirectoryError:
        raise SpecError(path, "this is a folder; name the OpenAPI file in it") from None
    except OSError as error:
        raise SpecError(path, f"the file cannot be read ({error.strerror}); check its permissions") from None


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError(path, "the file is not UTF-8; save it as UTF-8", line) from None


def _kind(value: Any) -> str:
    return {list: "a list", str: "plain text", type(None): "nothing"}.get(type(value), f"a {type(value).__name__}")


# --- YAML ------------------------------------------------------------------------------------------------------------


class _Loader(yaml.CSafeLoader):
    """YAML as JSON means it: keys are text, dates stay text, ``yes`` is a word, and there are no other kinds."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's own attribute, filled below
    yaml_constructors = {  # noqa: RUF012 - as above
        tag: make
        for tag, make in yaml.CSafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in {"str", "int", "float", "bool", "null", "seq", "map"}
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping in which each key is what is written, so that ``200:`` is the status "200"."""
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


for _kind_of_scalar, _pattern, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"(?:null|Null|NULL|~)?$", ["n", "N", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", "-0123456789"),
    ("merge", r"<<$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind_of_scalar}", re.compile(_pattern), list(_first))


def _parsed(path: Path, text: str) -> Any:
    if _depth(text) > MAX_DEPTH:
        raise SpecError(path, f"the file is nested deeper than {MAX_DEPTH} levels; make it flatter")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _check_keys(path, node)
        return None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise SpecError(path, f"this is not YAML: {error.problem}; mend it here", line) from None
    except yaml.YAMLError as error:
        raise SpecError(path, f"this is not YAML: {error}; mend it") from None
    except RecursionError:
        raise SpecError(path, "the file is nested too deeply; make it flatter") from None
    except ValueError as error:
        raise SpecError(path, f"the file holds a number that cannot be read ({error}); mend it") from None
    finally:
        loader.dispose()


def _depth(text: str) -> int:
    """Return how deep a YAML text may be nested: its parser, which is written in C, would die of too much."""
    depth = deepest = 0
    for bracket in re.findall(r"[][{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return max(deepest, *(len(run) for run in re.findall(r"^[-? ]+", text, re.MULTILINE)), 0)


def _check_keys(path: Path, node: yaml.Node | None) -> None:
    """Refuse a key that occurs twice, of which YAML would silently take the last."""
    pending, done = [node], set()
    while pending:
        node = pending.pop()
        if node is None or id(node) in done:
            continue
        done.add(id(node))
        if isinstance(node, yaml.MappingNode):
            _check_mapping(path, node)
            pending += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value


def _check_mapping(path: Path, node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise SpecError(path, "a key must be text; quote it", line)
        if key.value in seen:
            raise SpecError(path, f'the key "{key.value}" occurs twice; keep one of them', line)
        seen.add(key.value)


def _line(text: str, pointer: Pointer) -> int:
    """Return the line of a place in a YAML text; the line of what is nearest above it where it is not written out."""
    node = yaml.compose(text, Loader=_Loader)
    line = 1
    for part in pointer:
        found = _child(node, part)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and part.isdecimal() and int(part) < len(node.value):
        value = node.value[int(part)]
        return value.start_mark.line + 1, value
    return None


# --- bundling --------------------------------------------------------------------------------------------------------


def bundle(files: Files) -> dict[str, Any]:
    """Return one document out of all files: references to components by name, everything else put in place."""
    from prance.util.resolver import RESOLVE_FILES, RESOLVE_INTERNAL, RefResolver
    from prance.util.url import ResolutionError, absurl, urlresource

    names = _names(files)
    documents = dict(_renamed(files, names))
    urls = {path: absurl(_url(files, path)) for path in documents}
    resolver = RefResolver(
        documents[files.root],
        _url(files, files.root),
        reference_cache={(urlresource(urls[path]), True): document for path, document in documents.items()},
        resolve_types=RESOLVE_FILES | RESOLVE_INTERNAL,
    )
    try:
        resolver.resolve_references()
    except ResolutionError:
        message = "something outside of components refers to itself; list it under components and refer to that"
        raise SpecError(files.root, message) from None
    bundled: dict[str, Any] = restored(resolver.specs)
    return bundled


def _names(files: Files) -> dict[Location, str]:
    """Return the places in other files that are known as a component, with the reference to it."""
    names: dict[Location, str] = {}
    for here in _components(files):
        places = files.chain(here)
        end = next((place for place in places if place.path == files.root), here)
        for place in places:
            if place.path != files.root:
                names.setdefault(place, str(end))
    return names


def _components(files: Files) -> Iterator[Location]:
    components = files.document(files.root).get("components")
    for kind, entries in components.items() if isinstance(components, dict) else ():
        for name in entries if isinstance(entries, dict) else ():
            yield Location(files.root, ("components", kind, name))


def _renamed(files: Files, names: dict[Location, str]) -> Iterator[tuple[Path, Any]]:
    """Yield each file with its references renamed; renaming finds the files that are left to do."""
    done: set[Path] = set()
    while left := [path for path in files.contents if path not in done]:
        for path in left:
            done.add(path)
            yield path, _rename(files.document(path), Location(path), files, names)


def _rename(node: Any, here: Location, files: Files, names: dict[Location, str]) -> Any:
    if isinstance(node, list):
        return [_rename(item, here / index, files, names) for index, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    renamed = {KEPT if key == "$ref" else key: _rename(value, here / key, files, names) for key, value in node.items()}
    if here.pointer[-2:] == ("discriminator", "mapping"):
        return {key: _mapped(value, here, files, names) for key, value in renamed.items()}
    reference = _reference(node)
    return renamed if reference is None else _pointed(renamed, reference, here, files, names)


def _pointed(
    node: dict[str, Any], reference: str, here: Location, files: Files, names: dict[Location, str]
) -> dict[str, Any]:
    """Return a reference that stays where its target has a place in the bundle, else one for prance to put in place."""
    target = files.target(reference, here)
    known = str(target) if target.path == files.root else names.get(target)
    if known == str(here) and here.path == files.root:
        end = files.chain(here)[-1]
        return {"$ref": _url(files, end.path) + str(end)}
    return {"$ref": _url(files, target.path) + str(target)} if known is None else {**node, KEPT: known}


def _mapped(value: Any, here: Location, files: Files, names: dict[Location, str]) -> Any:
    """Return a discriminator's reference, which is spelled as plain text; a bare schema name stays as it is."""
    if not isinstance(value, str) or not re.search(r"[/#]", value):
        return value
    target = files.target(value, here)
    return str(target) if target.path == files.root else names.get(target, value)


def _url(files: Files, path: Path) -> str:
    # A number and not the path: no blank, "#" or drive letter can be misread in it.
    return f"file:///{list(files.contents).index(path)}"


def restored(node: Any) -> Any:
    """Return the document with its internal references under their own name again."""
    if isinstance(node, list):
        return [restored(item) for item in node]
    if isinstance(node, dict):
        return {"$ref" if key == KEPT else key: restored(value) for key, value in node.items()}
    return node


# --- validation ------------------------------------------------------------------------------------------------------


def _validate(document: dict[str, Any], files: Files) -> None:
    """Hold the document against the OpenAPI 3.0 standard; what is wrong is told with its place in the files."""
    import prance

    for pointer, message in (*_repeated_ids(document), *_undeclared_parameters(document)):
        raise files.error(files.source(pointer), message)
    try:
        prance.BaseParser(spec_string=json.dumps(document), backend="openapi-spec-validator")
    except prance.ValidationError as error:
        cause = _closest(error.__cause__ or error)
        message = str(getattr(cause, "message", cause))[:MAX_MESSAGE]
        place = files.source(_place(cause, document))
        raise files.error(place, f"this is not OpenAPI 3.0: {message}; see {STANDARD}") from None
    except (LookupError, AttributeError, TypeError) as error:
        # The validator stumbles over a reference to a component of another kind.
        message = f"the validator cannot read it ({error!r}); does each reference name a component of the right kind?"
        raise SpecError(files.root, message) from None


def _closest(error: BaseException) -> BaseException:
    """Return, of the errors of all alternatives, the one of the alternative that was most likely meant."""
    while context := getattr(error, "context", None):
        error = max(context, key=lambda tried: (len(tried.absolute_path), "$ref" not in tried.message))
    return error


def _place(error: BaseException, document: dict[str, Any]) -> Pointer:
    """Return where the error is: where it counts from the root, or else where the schema stands that it speaks of."""
    node: Any = document
    path = tuple(getattr(error, "absolute_path", ()))
    with suppress(LookupError, TypeError):
        for part in path:
            node = node[part]
        if node == getattr(error, "instance", None):
            return tuple(str(part) for part in path)
    schema = getattr(error, "schema", None)
    return next((pointer for pointer, found in _nodes(document) if found == schema), ())


def _nodes(node: Any, here: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    yield here, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from _nodes(child, (*here, str(key)))


def _operations(document: dict[str, Any]) -> Iterator[tuple[Pointer, dict[str, Any], dict[str, Any]]]:
    """Yield the place of each operation, its path item and itself."""
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method in METHODS if isinstance(item, dict) else ():
            if isinstance(item.get(method), dict):
                yield ("paths", path, method), item, item[method]


def _repeated_ids(document: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    seen: dict[str, Pointer] = {}
    for pointer, _, operation in _operations(document):
        name = operation.get("operationId")
        if isinstance(name, str) and seen.setdefault(name, pointer) != pointer:
            _, path, method = seen[name]
            yield (*pointer, "operationId"), f'"{name}" is the id of {method.upper()} {path} too; give each its own'


def _undeclared_parameters(document: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    for pointer, item, operation in _operations(document):
        declared = {*_path_parameters(document, item), *_path_parameters(document, operation)}
        for name in re.findall(r"\{([^{}]*)\}", pointer[1]):
            if name not in declared:
                yield pointer, f'the path parameter "{name}" is not declared; add it to parameters with "in: path"'


def _path_parameters(document: dict[str, Any], node: dict[str, Any]) -> Iterator[str]:
    parameters = node.get("parameters")
    for parameter in parameters if isinstance(parameters, list) else ():
        reference = _reference(parameter)
        found = _component(document, reference) if reference else parameter
        if isinstance(found, dict) and found.get("in") == "path":
            yield str(found.get("name"))


def _component(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
    return node


# --- the cache -------------------------------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Return the folder in which bundled documents are kept, where the platform wants it."""
    if configured := os.environ.get("XDG_CACHE_HOME"):
        return Path(configured) / "specdouble"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "specdouble" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "specdouble"
    return Path.home() / ".cache" / "specdouble"


def _cache_entry(path: Path) -> Path | None:
    """Return the file that keeps what ``path`` led to, or None where there is no home for one.

    Its name tells document and reader apart, so that another version of either never finds it.
    """
    with suppress(RuntimeError):
        return cache_folder() / f"{_digest(str(path).encode(), *_readers())}.json"
    return None


def _readers() -> tuple[bytes, ...]:
    """Return what stands for the versions of specdouble and of prance.

    The source itself and the name of prance's metadata folder: to ask importlib.metadata would cost 60 ms.
    """
    site = Path(yaml.__file__).parent.parent
    installed = sorted(entry.name for entry in site.glob("*.dist-info") if _VALIDATORS.match(entry.name))
    return Path(__file__).read_bytes(), " ".join(installed).encode()


_VALIDATORS = re.compile(r"(prance|openapi_spec_validator|openapi_schema_validator)-")


def _recall(entry: Path | None) -> dict[str, Any] | None:
    """Return the document that was kept, provided that each of its files still holds the same."""
    if entry is None:
        return None
    with suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        kept = json.loads(entry.read_bytes())
        if all(_digest(Path(path).read_bytes()) == digest for path, digest in kept["files"].items()):
            document: dict[str, Any] = kept["document"]
            return document
    return None


def _remember(entry: Path | None, files: Files, document: dict[str, Any]) -> None:
    """Keep a document for the next start; where that fails, the next start is merely slower."""
    if entry is None:
        return
    digests = {str(path): _digest(content) for path, content in files.contents.items()}
    with suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=entry.parent, suffix=".new", delete=False) as new:
            json.dump({"files": digests, "document": document}, new)
        Path(new.name).replace(entry)


def _digest(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()
