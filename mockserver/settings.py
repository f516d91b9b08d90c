"""The settings that hold for any document, and how a file of settings is read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar, get_args

import msgspec

from mockserver.languages import ENGLISH, LANGUAGES
from specdouble.suggest import did_you_mean
from specdouble.yaml_lines import line_of
from specdouble.yaml_reader import SpecError, decode, parse, read_bytes

S = TypeVar("S", bound="Settings")


class SettingsError(Exception):
    """A setting that the served document does not have."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of a mock, whatever document it serves.

    A domain adds its own. Each is followed by what it does: docs/generators/settings.py reads these texts.
    """

    slashless_writes_are_redirected: bool = False
    """Every method, and not only reading, is redirected with 301 to the path that only lacks its slash."""
    plain_errors: bool = False
    """Errors are those of Django REST Framework: {"name": ["…"]}, {"detail": "…"}."""
    message_language: str = ENGLISH
    """The language of the messages in errors: en, de, es, fr or it; codes stay what they are."""
    accept_language_is_heeded: bool = False
    """A caller who sends Accept-Language gets the messages in it, if it is one of these languages, and every answer has
    Content-Language and Vary."""
    pages_of_any_origin_may_read: bool = True
    """Answers carry the CORS headers, and a preflight is answered."""
    requests_per_minute: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """How many requests a caller has in any minute of the mock's clock; the next is answered 429 with Retry-After.
    Anonymous callers count as one, and 0 is no limit."""
    if_match_is_checked: bool = False
    """Items have an ETag; PUT, PATCH and DELETE with another one in If-Match are rejected with 412."""

    def __post_init__(self) -> None:
        for field in msgspec.structs.fields(self):
            limits = _limits(field.type)
            value = getattr(self, field.name)
            if limits is not None and not limits[0] <= value <= limits[1]:
                raise ValueError(f'"{field.name}" is {value}. Use {_kind(field.type)}.')
        if self.message_language not in LANGUAGES:
            choices = ", ".join(LANGUAGES)
            raise ValueError(f'"message_language" is {self.message_language!r}. Use one of: {choices}.')

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the settings of a YAML file; settings that it leaves out have their defaults.

        Raises SpecError where the file cannot be read, or names a setting or a value that does not exist.
        """
        text = decode(path, read_bytes(path))
        values = parse(path, text)
        if values is None:
            return cls()
        if not isinstance(values, dict):
            raise SpecError(path, "the file is not a mapping. Write one setting per line, as in: plain_errors: true")
        for name in values:
            if name not in cls.__struct_fields__:
                hint = did_you_mean(name, cls.__struct_fields__, f"Settings: {', '.join(cls.__struct_fields__)}")
                raise SpecError(path, f'unknown setting "{name}". {hint}', line_of(text, [name]))
        try:
            return msgspec.convert(values, cls)
        except msgspec.ValidationError as error:
            name, message = cls._explain(str(error), values)
            raise SpecError(path, message, line_of(text, [name])) from None

    @classmethod
    def _explain(cls, message: str, values: dict[str, Any]) -> tuple[str, str]:
        """Return the setting that a message of msgspec is about, and a message that says what to write."""
        place = re.search(r"`\$\.(\w+)`$", message)
        if place is None:  # a check of __post_init__, which names the setting itself
            quoted = re.match(r'"(\w+)"', message)
            return (quoted[1] if quoted else ""), message
        name = place[1]
        field = next(field for field in msgspec.structs.fields(cls) if field.name == name)
        return name, f'"{name}" is {values[name]!r}. Use {_kind(field.type)}.'

    def public_values(self) -> dict[str, Any]:
        """Return name → value of every setting that is no secret."""
        return {name: value for name, value in msgspec.structs.asdict(self).items() if name not in _SECRETS}

    def changed(self) -> Iterator[str]:
        """Yield the names of the settings that differ from their defaults."""
        for field in msgspec.structs.fields(self):
            if getattr(self, field.name) != field.default:
                yield field.name


_SECRETS: Final = frozenset({"secret"})
"""Settings that are never shown. A secret may be set for any document: the command takes it before it reads one."""

_KINDS: Final = {bool: "true or false", str: "a text", int: "a whole number"}


def _limits(kind: Any) -> tuple[int, int] | None:
    for meta in get_args(kind)[1:]:
        return meta.ge, meta.le
    return None


def _kind(kind: Any) -> str:
    """Describe the values of a type to people."""
    limits = _limits(kind)
    return _KINDS[kind] if limits is None else f"a whole number from {limits[0]} to {limits[1]}"


def adapt(settings: Settings, kind: type[S]) -> S:
    """Return settings as those of another kind; SettingsError names the ones that this kind does not have."""
    unknown = [name for name in settings.changed() if name not in kind.__struct_fields__ and name not in _SECRETS]
    if unknown:
        choices = ", ".join(kind.__struct_fields__)
        raise SettingsError(f"this document does not have the settings: {', '.join(unknown)}. It has: {choices}.")
    values = msgspec.structs.asdict(settings)
    return kind(**{name: value for name, value in values.items() if name in kind.__struct_fields__})
