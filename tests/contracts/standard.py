"""The objects of SARIF 2.1.0 that reports use, with the properties of the standard: anything else is refused."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

Text = Annotated[str, Meta(min_length=1)]
Level = Literal["none", "note", "warning", "error"]
Bag = dict[str, Any]


class _Part(Struct, forbid_unknown_fields=True):
    """A part in which an unknown property is an error."""


class Message(_Part):
    text: Text


class Configuration(_Part):
    level: Level


class Descriptor(_Part):
    id: Text
    shortDescription: Message  # noqa: N815  # the standard's name, as below
    fullDescription: Message  # noqa: N815
    help: Message
    defaultConfiguration: Configuration  # noqa: N815
    properties: Bag


class Driver(_Part):
    name: Text
    rules: list[Descriptor]
    semanticVersion: Text | None = None  # noqa: N815


class Tool(_Part):
    driver: Driver


class Notification(_Part):
    level: Level
    message: Message


class Invocation(_Part):
    executionSuccessful: bool  # noqa: N815
    exitCode: int  # noqa: N815
    endTimeUtc: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]  # noqa: N815
    toolExecutionNotifications: list[Notification]  # noqa: N815


class Artifact(_Part):
    uri: Annotated[str, Meta(pattern=r"^[!-~]+$")]


class Region(_Part):
    startLine: Annotated[int, Meta(ge=1)]  # noqa: N815


class Physical(_Part):
    artifactLocation: Artifact  # noqa: N815
    region: Region


class Logical(_Part):
    name: Text
    kind: Text


class Place(_Part):
    logicalLocations: list[Logical]  # noqa: N815
    physicalLocation: Physical | None = None  # noqa: N815


class Suppression(_Part):
    kind: Literal["inSource", "external"]
    status: Literal["accepted", "underReview", "rejected"]
    justification: Text


class Result(_Part):
    ruleId: Text  # noqa: N815
    ruleIndex: Annotated[int, Meta(ge=-1)]  # noqa: N815
    level: Level
    message: Message
    locations: list[Place]
    partialFingerprints: dict[str, str]  # noqa: N815
    suppressions: list[Suppression]
    properties: Bag


class Run(_Part):
    tool: Tool
    invocations: list[Invocation]
    columnKind: Literal["utf16CodeUnits", "unicodeCodePoints"]  # noqa: N815
    results: list[Result]
    properties: Bag


class Log(_Part):
    version: Literal["2.1.0"]
    runs: list[Run]
    schema: Text = field(name="$schema")
