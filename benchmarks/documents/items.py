"""The ids of items: from answers that create or list them, else as Schemathesis makes them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from schemathesis import Response

from benchmarks.documents.cases import PARAMETER, Case, Operation, variant
from benchmarks.documents.subject import Subject

_USUAL: Final = ("id", "uuid", "guid", "gid", "sid", "slug", "key", "name", "username", "code")


def names(path: str) -> list[str]:
    """Return the names of the parameters of a path template, in order."""
    return PARAMETER.findall(path)


class Items:
    """Finds an existing item for each parameter of a path, and creates it where the document can."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def place(self, case: Case) -> Case:
        """Return a case whose path leads to existing items, as far as the document can create or list them."""
        values = self.values(case)
        return variant(case, path_parameters=values) if values else case

    def values(self, case: Case, *, above: bool = False) -> dict[str, Any]:
        """Return the values for the parameters of a path; with ``above`` the last one stays as it is generated."""
        path = case.operation.path
        generated = dict(case.path_parameters or {})
        ids: list[Any] = []
        matches = list(PARAMETER.finditer(path))
        for match in matches:
            value = generated.get(match[1])
            whole = path[match.start() - 1] == "/" and path[match.end() : match.end() + 1] in ("", "/")
            if whole and not (above and match is matches[-1]):
                existing = self._existing(path[: match.start() - 1], path[: match.end()], match[1], ids, value)
                value = value if existing is None else existing
            ids.append(value)
        return dict(zip(names(path), ids, strict=True))

    def _existing(self, collection: str, item: str, name: str, above: Sequence[Any], generated: Any) -> Any:
        create = self._subject.at("POST", collection)
        for rich in (False, True) if create is not None else ():
            created = self._ask(create, above, rich=rich) if create is not None else None
            if created is not None and created.status_code < 300:
                return self.identifier(created, item, name, above)
        listing = self._subject.at("GET", collection)
        listed = self._ask(listing, above) if listing is not None else None
        if listed is not None and listed.status_code < 300:
            for row in rows(json_of(listed)):
                for candidate in candidates(row, name):
                    return candidate
        write = self._subject.at("PUT", item)
        if create is None and write is not None:
            self._ask(write, [*above, generated])
        return None

    def _ask(self, operation: Operation, values: Sequence[Any], *, rich: bool = False) -> Response | None:
        case = self._subject.case(operation, rich=rich)
        return None if case is None else self._subject.send(at(case, values))

    def identifier(self, created: Response, item: str, name: str, above: Sequence[Any], sent: Any = None) -> Any:
        """Return the id of the item that an answer created: the first candidate that leads to an item."""
        ids = list(
            dict.fromkeys(_scalars([*_located(created), *candidates(json_of(created), name), *candidates(sent, name)]))
        )
        read = self._subject.at("GET", item)
        case = self._subject.case(read) if read is not None else None
        for candidate in ids if case is not None else []:
            if case is not None and self._subject.send(at(case, [*above, candidate])).status_code < 400:
                return candidate
        return ids[0] if ids else None


def at(case: Case, values: Sequence[Any]) -> Case:
    """Return a case with values for the first parameters of its path."""
    first = dict(zip(names(case.operation.path), values, strict=False))
    return variant(case, path_parameters={**(case.path_parameters or {}), **first})


def json_of(response: Response) -> Any:
    """Return the JSON of an answer, None where it has none."""
    try:
        return response.json()
    except ValueError:
        return None


def rows(value: Any) -> list[Any]:
    """Return the rows of a list: the value itself, or the first list in a wrapper."""
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        for entry in value.values():
            if isinstance(entry, list):
                return entry
        for entry in value.values():
            if isinstance(entry, Mapping) and rows(entry):
                return rows(entry)
    return []


def candidates(value: Any, name: str) -> Iterator[Any]:
    """Yield what may be the id of an item that an answer shows, the likeliest first."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        yield value
    shown = [value, *(value.values() if isinstance(value, Mapping) else [])]
    for item in (entry for entry in shown if isinstance(entry, Mapping)):
        plain = {_plain(str(key)): entry for key, entry in item.items()}
        keys = [_plain(name), *_USUAL, *(key for key in plain if key.endswith("id"))]
        yield from _scalars([plain[key] for key in keys if key in plain])


def _scalars(values: Sequence[Any]) -> list[Any]:
    return [value for value in values if isinstance(value, str | int) and not isinstance(value, bool) and value != ""]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _located(response: Response) -> list[str]:
    return [
        unquote(urlsplit(location).path.rstrip("/").rpartition("/")[2])
        for location in response.headers.get("location", [])
    ]
