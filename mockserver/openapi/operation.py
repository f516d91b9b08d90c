"""One operation of an OpenAPI document as a value: its parameters, bodies and responses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockserver.openapi.resources import Address
from mockserver.openapi.schemas import Schema
from specdouble.resource_extension import UNDECLARED, Declaration


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: where it travels, how it is written, and its schema."""

    name: str
    location: str
    required: bool
    schema: Schema
    style: str = ""
    """How lists and objects are written; empty: as is usual for the place."""
    explode: bool = False
    content: bool = False
    """Whether a media type describes it, so that its text is JSON."""
    allow_empty: bool = False

    @property
    def prefix(self) -> str:
        """What stands before the value in a path: a dot for the style ``label``, the name for ``matrix``."""
        return {"label": ".", "matrix": f";{self.name}="}.get(self.style, "")


@dataclass(frozen=True, slots=True)
class Media:
    """The content of a response in one media type: its schema, None where it has none, and its examples by name."""

    schema: Schema | None
    examples: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a field of a form is written."""

    style: str = ""
    """How lists and objects are written; empty: as is usual in forms."""
    explode: bool = True
    media_types: tuple[str, ...] = ()
    """The media types of its part; empty: any."""


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response: its content by media type, and the schemas of its headers by name."""

    content: Mapping[str, Media]
    headers: Mapping[str, Schema]
    required_headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path, with everything that the document says about it.

    ``bodies`` maps each request media type to its schema; ``responses`` maps each status to the schema of its JSON
    answer, else of its XML, or None where it has no body. ``protected``: anonymous callers are rejected.
    ``knows_callers``: it makes a difference who calls.
    """

    id: str
    method: str
    path: str
    address: Address
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema]
    responses: Mapping[int, Schema | None]
    protected: bool
    knows_callers: bool
    security: tuple[tuple[str, ...], ...]
    """The alternatives of its security requirements: the names of the schemes that each needs."""
    extensions: Mapping[str, Any]
    """The specification extensions of the operation: x-… → value."""
    body_required: bool = False
    encodings: Mapping[str, Mapping[str, Encoding]] = field(default_factory=dict)
    """Media type of a form → field → how it is written."""
    documented: Mapping[str, Response] = field(default_factory=dict)
    """The documented responses by their keys: a status, a class such as ``4XX``, or ``default``."""
    declared: Declaration = UNDECLARED
    """What the document says about the resource of the operation."""

    @property
    def status(self) -> int:
        """The status of success: the smallest 2xx or 3xx that the document lists, or 200."""
        # A 3xx is a success too: an OAuth authorisation answers with a redirect.
        return min((status for status in self.responses if 200 <= status < 400), default=200)

    @property
    def response(self) -> Schema | None:
        """The schema of the answer of success."""
        return self.responses.get(self.status)

    @property
    def condition(self) -> Parameter | None:
        """The If-Match header of the operation, if it has one."""
        matches = (
            parameter
            for parameter in self.parameters
            if parameter.location == "header" and parameter.name.lower() == "if-match"
        )
        return next(matches, None)

    @property
    def versioned(self) -> bool:
        """Whether the operation concerns the version of an item."""
        names = {parameter.name.lower() for parameter in self.parameters if parameter.location == "header"}
        headers = {name.lower() for response in self.documented.values() for name in response.headers}
        return bool(names & {"if-match", "if-none-match"}) or "etag" in headers

    def parameter(self, name: str) -> Parameter:
        """Return a path parameter."""
        matches = (
            parameter for parameter in self.parameters if parameter.location == "path" and parameter.name == name
        )
        return next(matches, Parameter(name, "path", True, {}))
