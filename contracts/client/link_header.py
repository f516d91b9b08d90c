"""Parses the Link headers of responses (RFC 8288, appendix B)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

_TARGET = re.compile(r"[\s,]*<([^>]*)>")
# The closing quote is optional: a value without it reaches to the end of the header.
_PARAMETER = re.compile(r'\s*;\s*([^\s=;,]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s;,]*)))?')
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class Link:
    """A link of a header."""

    target: str
    parameters: Mapping[str, str]
    """By their names in lower case; of several with the same name, the first counts."""

    @property
    def relations(self) -> frozenset[str]:
        """The relation types in lower case; a link can have several."""
        return frozenset(self.parameters.get("rel", "").lower().split())


def parse_links(header: str) -> Iterator[Link]:
    """Yield the links of a header, up to the first text that is not a link."""
    end = 0
    while target := _TARGET.match(header, end):
        end = target.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(header, end):
            end = parameter.end()
            name, quoted, token = parameter.groups()
            value = token or "" if quoted is None else _ESCAPED.sub(r"\1", quoted)
            parameters.setdefault(name.lower(), value)
        yield Link(target[1], parameters)


def find_link(header: str, relation: str, base: str) -> str | None:
    """Return the URL of the first link with a relation, resolved against the URL of the response.

    Skips links with an anchor, unless it is this URL: they describe another resource.
    """
    for link in parse_links(header):
        is_about_base = urljoin(base, link.parameters.get("anchor", "")) == base
        if relation in link.relations and is_about_base:
            return urljoin(base, link.target)
    return None
