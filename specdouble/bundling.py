"""Bundle the files of a document into one, and validate it. This is the only module that uses prance.

References to components stay references, by the name of the component. Everything else from other files, such as paths,
is inlined.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from specdouble.downgrade import is_newer
from specdouble.extensions import METHODS, misuses
from specdouble.pointers import found_at, steps_of
from specdouble.references import Files, Location, Pointer, reference_of
from specdouble.yaml_reader import SpecError

# Prance inlines every $ref, so that references that stay need another name while it works.
KEPT = "$ref-that-stays"
# The validator quotes whole schemas.
MAX_MESSAGE = 300
STANDARDS = {"3.0": "https://spec.openapis.org/oas/v3.0.3", "3.1": "https://spec.openapis.org/oas/v3.1.0"}


def bundle(files: Files) -> dict[str, Any]:
    """Return one document out of all files: references to components by name, everything else inlined."""
    from prance.util.resolver import RESOLVE_FILES, RESOLVE_INTERNAL, RefResolver
    from prance.util.url import ResolutionError, absurl, urlresource

    names = _names(files)
    documents = dict(_rename_references(files, names))
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
        message = "something outside of components refers to itself. List it under components, and refer to that."
        raise SpecError(files.root, message) from None
    bundled: dict[str, Any] = restored(resolver.specs)
    return bundled


def _names(files: Files) -> dict[Location, str]:
    """Return the places in other files that have a name among the components, with the reference to it."""
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


def _rename_references(files: Files, names: dict[Location, str]) -> Iterator[tuple[Path, Any]]:
    """Yield each file with its references renamed; renaming one may read further files."""
    renamed: set[Path] = set()
    while left := [path for path in files.contents if path not in renamed]:
        for path in left:
            renamed.add(path)
            yield path, _rename(files.document(path), Location(path), files, names)


def _rename(node: Any, here: Location, files: Files, names: dict[Location, str]) -> Any:
    if isinstance(node, list):
        return [_rename(item, here / index, files, names) for index, item in enumerate(node)]
    if not isinstance(node, dict):
        return node
    renamed = {KEPT if key == "$ref" else key: _rename(value, here / key, files, names) for key, value in node.items()}
    if here.pointer[-2:] == ("discriminator", "mapping"):
        return {key: _rename_mapping(value, here, files, names) for key, value in renamed.items()}
    reference = reference_of(node)
    return renamed if reference is None else _rename_reference(renamed, reference, here, files, names)


def _rename_reference(
    node: dict[str, Any], reference: str, here: Location, files: Files, names: dict[Location, str]
) -> dict[str, Any]:
    """Return a reference that stays, if its target has a place in the bundle, else one for prance to inline."""
    target = files.target(reference, here)
    name = str(target) if target.path == files.root else names.get(target)
    if name == str(here) and here.path == files.root:
        end = files.chain(here)[-1]
        return {"$ref": _url(files, end.path) + str(end)}
    return {"$ref": _url(files, target.path) + str(target)} if name is None else {**node, KEPT: name}


def _rename_mapping(value: Any, here: Location, files: Files, names: dict[Location, str]) -> Any:
    """Rename the reference of a discriminator, which is a plain text; the bare name of a schema stays as it is."""
    if not isinstance(value, str) or not re.search(r"[/#]", value):
        return value
    target = files.target(value, here)
    return str(target) if target.path == files.root else names.get(target, value)


def _url(files: Files, path: Path) -> str:
    # A number instead of the path, which may hold characters that mean something in a URL.
    return f"file:///{list(files.contents).index(path)}"


def restored(node: Any) -> Any:
    """Return the document with its internal references under their own name again."""
    if isinstance(node, list):
        return [restored(item) for item in node]
    if isinstance(node, dict):
        return {"$ref" if key == KEPT else key: restored(value) for key, value in node.items()}
    return node


def check(document: dict[str, Any], files: Files) -> None:
    """Report errors that the validator does not find, or describes badly, with their place in the files."""
    # The first error is enough: most of the others follow from it.
    for pointer, message in (*_repeated_ids(document), *_undeclared_parameters(document), *misuses(document)):
        raise files.error(files.source(pointer), message)


def validate(document: dict[str, Any], files: Files) -> None:
    """Validate the document by the OpenAPI standard of its version; report errors with their place in the files."""
    import prance

    try:
        parser = prance.BaseParser(str(files.root), lazy=True, backend="openapi-spec-validator")
        # Given a text, prance would parse it as YAML again, which takes four times as long as the validation.
        parser.url, parser.specification = None, document
        parser.parse()
    except prance.ValidationError as error:
        cause = _most_likely_error(error.__cause__ or error)
        message = str(getattr(cause, "message", cause))[:MAX_MESSAGE]
        place = files.source(_place(cause, document))
        raise files.error(place, _verdict(message, document, files)) from None
    except (LookupError, AttributeError, TypeError) as error:
        # The validator fails over a reference to a component of another kind.
        message = f"the validator cannot read it ({error!r}). Check that each reference names a component of its kind."
        raise SpecError(files.root, message) from None


def _verdict(message: str, document: dict[str, Any], files: Files) -> str:
    version = ".".join(str(document["openapi"]).split(".")[:2])
    if is_newer(files.document(files.root)) and not is_newer(document):
        return f"this cannot be read: {message}. OpenAPI 3.1 is supported as far as 3.0 can express the same."
    return f"this is not OpenAPI {version}: {message}. See {STANDARDS[version]}"


def _most_likely_error(error: BaseException) -> BaseException:
    """Return the error of the alternative that the author most likely meant."""
    while context := getattr(error, "context", None):
        error = max(context, key=lambda cause: (len(cause.absolute_path), "$ref" not in cause.message))
    return error


def _place(error: BaseException, document: dict[str, Any]) -> Pointer:
    """Return the place of an error: its own path from the root, or else the place of its schema."""
    node: Any = document
    path = tuple(getattr(error, "absolute_path", ()))
    with suppress(LookupError, TypeError):
        for part in path:
            node = node[part]
        if node == getattr(error, "instance", None):
            return tuple(str(part) for part in path)
    schema = getattr(error, "schema", None)
    return next((pointer for pointer, node in _nodes(document) if node == schema), ())


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
    places: dict[str, Pointer] = {}
    for pointer, _, operation in _operations(document):
        name = operation.get("operationId")
        if isinstance(name, str) and places.setdefault(name, pointer) != pointer:
            _, path, method = places[name]
            yield (
                (*pointer, "operationId"),
                f'"{name}" is also the id of {method.upper()} {path}. Give each operation its own.',
            )


def _undeclared_parameters(document: dict[str, Any]) -> Iterator[tuple[Pointer, str]]:
    for pointer, item, operation in _operations(document):
        declared = {*_path_parameters(document, item), *_path_parameters(document, operation)}
        for name in re.findall(r"\{([^{}]*)\}", pointer[1]):
            if name not in declared:
                yield pointer, f'the path parameter "{name}" is not declared. Add it to parameters with "in: path".'


def _path_parameters(document: dict[str, Any], node: dict[str, Any]) -> Iterator[str]:
    parameters = node.get("parameters")
    for parameter in parameters if isinstance(parameters, list) else ():
        reference = reference_of(parameter)
        target = found_at(document, steps_of(reference)) if reference else parameter
        if isinstance(target, dict) and target.get("in") == "path":
            yield str(target.get("name"))
