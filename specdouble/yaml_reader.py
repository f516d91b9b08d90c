"""Read YAML and JSON files as JSON means them, and report errors with file and line."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

# libyaml is recursive and crashes the process somewhere beyond this.
MAX_DEPTH = 500


class SpecError(Exception):
    """A file cannot be used; the text is one line: where, what is wrong, what to do."""

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


def read_yaml(path: Path) -> Any:
    """Read a YAML or JSON file; SpecError where it cannot be read."""
    return parse(path, decode(path, read_bytes(path)))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; SpecError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SpecError(path, _absent(path)) from None
    except IsADirectoryError:
        raise SpecError(path, "this is a folder. Name a file in it.") from None
    except OSError as error:
        raise SpecError(path, f"the file cannot be read ({error.strerror}). Check its permissions.") from None


def _absent(path: Path) -> str:
    """Describe a file that does not exist."""
    # A path made of a URL has lost one of its slashes, and may have the working folder before it.
    address = re.search(r"(?:^|/)(https?):/+(.+)", path.as_posix())
    if address is None:
        return "there is no such file. Check the path."
    url = f"{address[1]}://{address[2]}"
    return f"this is an address; save the document (curl -o openapi.yaml {url}), and name the file."


def decode(path: Path, content: bytes) -> str:
    """Return content as text; SpecError where it is not UTF-8."""
    try:
        # Editors on Windows write a byte order mark.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError(path, "the file is not UTF-8. Save it as UTF-8.", line) from None


class _Loader(yaml.CSafeLoader):
    """YAML as JSON means it: keys are texts, dates stay texts, ``yes`` is a text, and there are no other types."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's own attribute, filled below
    yaml_constructors = {  # noqa: RUF012 - as above
        tag: make
        for tag, make in yaml.CSafeLoader.yaml_constructors.items()
        if tag is None or tag.rpartition(":")[2] in {"str", "int", "float", "bool", "null", "seq", "map"}
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping whose keys stay as they are written, so that ``200:`` is the status "200"."""
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


def parse(path: Path, text: str) -> Any:
    """Parse a YAML text; SpecError with its line where it cannot be used."""
    if _depth(text) > MAX_DEPTH:
        raise SpecError(path, f"the file is nested deeper than {MAX_DEPTH} levels. Make it flatter.")
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        _check_keys(path, node)
        return None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise SpecError(path, f"this is not YAML: {error.problem}. Correct this line.", line) from None
    except yaml.YAMLError as error:
        raise SpecError(path, f"this is not YAML: {error}. Correct it.") from None
    except RecursionError:
        raise SpecError(path, "the file is nested too deeply. Make it flatter.") from None
    except ValueError as error:
        raise SpecError(path, f"the file holds a number that cannot be read ({error}). Correct it.") from None
    finally:
        loader.dispose()


def _depth(text: str) -> int:
    """Return how deep a YAML text may be nested: the parser, which is written in C, crashes beyond its limit."""
    depth = deepest = 0
    for bracket in re.findall(r"[][{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return max(deepest, *(len(run) for run in re.findall(r"^[-? ]+", text, re.MULTILINE)), 0)


def _check_keys(path: Path, node: yaml.Node | None) -> None:
    """Reject a key that is repeated, of which YAML would silently take the last, and one that is no text."""
    for mapping in mappings(node):
        odd = next((key for key, _ in mapping.value if not isinstance(key, yaml.ScalarNode)), None)
        if odd is not None:
            raise SpecError(path, "a key must be a text. Quote it.", odd.start_mark.line + 1)
        again = repeated_key(mapping)
        if again is not None:
            raise SpecError(path, f'the key "{again.name}" is repeated. Keep one of them.', again.line)


def mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """Yield every mapping of a YAML text in its order, and only once if it is an alias."""
    pending, visited = [node], set()
    while pending:
        node = pending.pop()
        if node is None or id(node) in visited:
            continue
        visited.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            pending += [value for _, value in reversed(node.value)]
        elif isinstance(node, yaml.SequenceNode):
            pending += reversed(node.value)


class Key(NamedTuple):
    """A key of a YAML text, and its line."""

    name: str
    line: int


def repeated_key(mapping: yaml.MappingNode) -> Key | None:
    """Return the first repeated key of a mapping, or None."""
    names: set[str] = set()
    for key, _ in mapping.value:
        if key.value in names:
            return Key(str(key.value), key.start_mark.line + 1)
        names.add(key.value)
    return None


def line_of(text: str, steps: Iterable[str]) -> int:
    """Return the line of a place in a YAML text that was parsed before."""
    return line_below(yaml.compose(text, Loader=_Loader), steps)


def line_below(node: yaml.Node | None, steps: Iterable[str]) -> int:
    """Return the line of a place in a YAML text, or that of the nearest place above it."""
    line = 1
    for step in steps:
        child = _child(node, step)
        if child is None:
            break
        line, node = child
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
