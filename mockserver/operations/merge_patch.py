"""JSON Merge Patch (RFC 7396): objects are merged, null removes a member, everything else replaces."""

from collections.abc import Mapping
from typing import Any, Final

from mockserver.call import Request

MEDIA_TYPE: Final = b"application/merge-patch+json"


def is_merge_patch(request: Request) -> bool:
    """Return whether the body of a request is a merge patch."""
    return request.headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == MEDIA_TYPE


def merged(value: Any, patch: Any) -> Any:
    """Return a value to which a patch is applied."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(value) if isinstance(value, Mapping) else {}
    for name, change in patch.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), change)
    return result
