"""JSON Patch (RFC 6902): a list of operations changes a document, all of them or none."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any, Final

from jsonpatch import (
    InvalidJsonPatch,
    JsonPatch,
    JsonPatchException,
    JsonPatchTestFailed,
    JsonPointer,
    JsonPointerException,
)

from mockserver.errors import Conflict, Invalid, Problem
from mockserver.messages import translatable
from mockserver.request.decoding import MAX_DEPTH

_MOST_COPIED: Final = 1_000_000
"""Values that the operations of one patch may copy: each ``copy`` of a whole document doubles it."""

_NO_LIST: Final = translatable("A JSON Patch is a list of operations.")
_MALFORMED: Final = "Operation {number} of the JSON Patch is not valid: {reason}."
_OTHER_VALUE: Final = 'Operation {number} of the JSON Patch: the present value at "{path}" is another one.'
_NOT_APPLICABLE: Final = 'Operation {number} of the JSON Patch cannot be applied at "{path}" of the present document.'
_TOO_LARGE: Final = translatable("The JSON Patch makes the document too large, or nests it too deeply.")


def patched(document: Any, operations: Any) -> Any:
    """Return a document, a JSON value, to which a decoded JSON Patch is applied; the document stays as it is.

    Raises:
        Invalid: The patch is not one of RFC 6902, or the document becomes too large.
        Conflict: An operation does not fit the document: a ``test`` fails, or a place does not exist. RFC 5789,
            section 2.2, has 409 for changes of structures that do not exist.
    """
    if not isinstance(operations, list):
        raise _invalid(_NO_LIST)
    patches = [_parsed(operation, number) for number, operation in enumerate(operations, 1)]
    result = deepcopy(document)
    copied = 0
    for number, (patch, operation) in enumerate(zip(patches, operations, strict=True), 1):
        if operation["op"] == "copy":
            copied += _size(_value_at(result, operation.get("from")))
            _require(copied <= _MOST_COPIED)
        result = _applied(patch, operation["path"], result, number)
    _size(result)
    return result


def _parsed(operation: Any, number: int) -> JsonPatch:
    try:
        patch = JsonPatch([operation])
        if isinstance(operation.get("from"), str):
            JsonPointer(operation["from"])
    except (InvalidJsonPatch, JsonPointerException) as error:
        raise _malformed(number, error) from error
    return patch


def _applied(patch: JsonPatch, path: str, document: Any, number: int) -> Any:
    try:
        return patch.apply(document, in_place=True)
    except InvalidJsonPatch as error:
        raise _malformed(number, error) from error
    except RecursionError as error:
        raise _invalid(_TOO_LARGE) from error
    except JsonPatchTestFailed as error:
        raise Conflict(translatable(_OTHER_VALUE, number=number, path=path)) from error
    except (JsonPatchException, JsonPointerException) as error:
        raise Conflict(translatable(_NOT_APPLICABLE, number=number, path=path)) from error


def _value_at(document: Any, pointer: Any) -> Any:
    """Return the value that a pointer names; None where there is none, which is reported when it is copied."""
    return JsonPointer(pointer).resolve(document, None) if isinstance(pointer, str) else None


def _size(value: Any) -> int:
    """Return how many values are in a JSON value; Invalid where they are too many, or nested too deeply."""
    count, level = 1, [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        count += len(level)
        _require(count <= _MOST_COPIED)
        if not level:
            return count
    raise _invalid(_TOO_LARGE)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _require(is_moderate: bool) -> None:
    if not is_moderate:
        raise _invalid(_TOO_LARGE)


def _malformed(number: int, error: Exception) -> Invalid:
    return _invalid(translatable(_MALFORMED, number=number, reason=error))


def _invalid(message: str) -> Invalid:
    return Invalid([Problem(None, "invalid", message)])
