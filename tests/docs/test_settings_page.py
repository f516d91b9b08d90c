"""The page on the settings says what is so: docs/generators/settings.py writes it."""

import pytest
from msgspec.structs import fields

from docs.generators import settings
from mockserver.courses import Settings
from specdouble.rules import load_rules

TOLD = settings.texts()

PREFERENCES = ("secret", "content_availability", "courses_enabled", "courses_advanced_enabled")
"""What a community sets itself, whatever the documentation leaves open."""

OPEN = {
    "TRANS-01": "slashless_writes_are_redirected",
    "ERR-02": "plain_errors",
    "ERR-06": "requests_per_minute",
    "AUTH-OA-02": "scopes_are_checked",
    "VIS-09": "hidden_is_forbidden",
    "VIS-10": "staff_leads_courses",
    "VIS-11": "deleted_is_gone",
    "COURSE-CREATE-02": "courses_only_staff_enabled",
    "COURSE-CREATE-12": "default_picture",
    "COURSE-PATCH-09": "image_small_pixels",
    "COURSE-PATCH-17": "names_ignore_case",
    "COURSE-PATCH-19": "rename_moves_slug",
    "TRANS-06": "pages_of_any_origin_may_read",
    "COURSE-PATCH-22": "advanced_types_are_refused",
    "COURSE-PATCH-23": "type_is_fixed_after_publication",
    "COURSE-PATCH-26": "privacy_revert_is_ignored",
    "COURSE-PATCH-29": "auto_accept_on_open",
    "COURSE-PATCH-30": "publication_needs_content",
    "COURSE-PATCH-35": "markup_is_sanitised",
    "COURSE-PATCH-36": "og_image_is_url",
    "COURSE-PATCH-38": "partial_sections_order",
    "COURSE-PATCH-41": "inactive_categories_are_refused",
    "COURSE-PATCH-43": "picture_can_be_cleared",
    "COURSE-PATCH-46": "if_match_is_checked",
    "COURSE-PATCH-48": "name_max_length",
}
"""Rule whose reading a tenant's answer could change → a setting that reads it the other way."""


@pytest.mark.parametrize("name", [each.name for each in fields(Settings)])
def test_every_setting_says_what_it_does_and_why_it_is_open(name: str) -> None:
    assert TOLD[name].does.endswith(".")
    assert TOLD[name].why.endswith(".")
    assert f"| `{name}` |" in settings.page()


@pytest.mark.parametrize("name", [each.name for each in fields(Settings) if each.name not in PREFERENCES])
def test_every_switch_names_a_rule_of_the_contract(name: str) -> None:
    found = settings.RULE.findall(TOLD[name].does)
    assert found
    assert set(found) <= set(load_rules())


@pytest.mark.parametrize(("rule", "name"), OPEN.items())
def test_every_reading_that_may_be_another_has_a_switch(rule: str, name: str) -> None:
    assert rule in settings.RULE.findall(TOLD[name].does)
