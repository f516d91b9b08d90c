"""MEDIA and START: for each rule, a mock without it."""

from mockserver.call import Call
from tests.mutation.mutants.ways import Json, Mutant, dropped, rows, schema, unasked, without_keywords


def _any_type(schemas: Json) -> None:
    schemas["MediaCreate"]["properties"]["type"]["enum"] = ["image", "url", "embed", "doc"]


def _without_covers(call: Call, row: Json) -> Json | None:
    return None if row["name"] == "user_default_cover" else row


MUTANTS: dict[str, Mutant] = {
    "MEDIA-01": dropped("MEDIA-01"),
    "MEDIA-02": schema(_any_type),
    "MEDIA-03": dropped("MEDIA-03"),
    "MEDIA-04": dropped("MEDIA-04"),
    "MEDIA-05": dropped("MEDIA-05"),
    "MEDIA-06": without_keywords("MediaIds", "x-references"),
    "MEDIA-07": dropped("MEDIA-07"),
    "START-01": rows(["get_dynamic_preferences"], _without_covers),
    "START-02": unasked("get_dynamic_preferences", "section"),
    "START-03": unasked("get_features", "name"),
    "START-04": dropped("START-04"),
    "START-05": dropped("START-05"),
    "START-06": dropped("START-06"),
    "START-07": dropped("START-07"),
    "START-08": unasked("get_categories", "active"),
}
"""Rule id → the mock without it."""
