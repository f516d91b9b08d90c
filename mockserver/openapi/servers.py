"""The paths under which the servers of a document serve it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

_MOST_SERVERS: Final = 100
"""Combinations of the values of server variables that are served."""


def base_paths(node: Mapping[str, Any]) -> list[str]:
    """Return the paths of the servers of a document or of a path, the first one first; empty for the root.

    A variable stands for each of its enumerated values, its default first.
    """
    urls = [url for server in node.get("servers") or [{"url": ""}] for url in _urls(server)]
    return list(dict.fromkeys(map(_path_of, urls)))


def _urls(server: Mapping[str, Any]) -> list[str]:
    urls = [str(server.get("url", ""))]
    for name, variable in server.get("variables", {}).items():
        values = dict.fromkeys((str(variable.get("default", "")), *map(str, variable.get("enum", ()))))
        urls = [url.replace(f"{{{name}}}", value) for url in urls for value in values][:_MOST_SERVERS]
    return urls


def _path_of(url: str) -> str:
    """Return the path of a server's URL, which may be relative to the place of the document."""
    path = urljoin("http://host/", urlsplit(url)._replace(query="", fragment="").geturl())
    return unquote(urlsplit(path).path).rstrip("/")
