"""The body of an error as the platform writes it."""

from typing import Any

from mockserver.error_bodies import error_list
from mockserver.errors import ApiError


def envelope(error: ApiError) -> dict[str, Any]:
    """Return one entry per field, names that are taken first, then the messages without a field (ERR-02, ERR-03)."""
    body = error_list(error)
    # The vendor's form looks at the first entry only, and shows nothing but the code "unique".
    body["errors"].sort(key=lambda entry: "field" not in entry or entry["messages"][0]["code"] != "unique")
    return body
