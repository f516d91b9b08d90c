"""The preferences, features and categories that clients load first."""

from typing import Any

from mockserver.courses import entities
from mockserver.courses.seed.defaults import START
from mockserver.courses.settings import Settings
from mockserver.store import State

CATEGORIES = ("Design", "Engineering", "Languages")
"""The categories of the first courses; an inactive one and one for staff follow them."""

FEATURES = ("course",)

URL_TEMPLATES = {
    "post": "/post/$(id)/$(contribution_slug)/",
    "discussion": "/discussion/$(id)/$(contribution_slug)/",
    "status": "/status/$(id)/$(contribution_slug)/",
    "comment": "/$(contribution_type)/$(contribution_id)/$(contribution_slug)/comment/$(id)/",
    "category": "/category/$(id)/$(slug)/",
    "categories_list": "/categories/",
    "profile": "/user/$(id)/",
    "profile_settings": "/user/settings/",
    "notifications": "/notifications/",
    "private_message": "/messages/$(id)/",
    "incubator": "/incubator/$(id)/$(slug)/",
    "live_stream": "/live_stream/$(id)/$(slug)/",
}
"""The vendor's client stops without these, the default cover, and the switch of its course types."""

_PREFERENCES = ("content_availability", "courses_enabled", "courses_advanced_enabled", "courses_only_staff_enabled")


def plant(settings: Settings, state: State) -> None:
    """Store the settings, and the data that clients load first."""
    state.put(entities.SETTINGS, "community", settings.public_values())
    for name, template in URL_TEMPLATES.items():
        _preference(state, "configurations", f"url_template_{name}", template)
    _preference(state, "images", "user_default_cover", "")
    for name in _PREFERENCES:
        _preference(state, "configurations", name, getattr(settings, name))
    for name in FEATURES:
        key = state.next_id(entities.FEATURES)
        state.put(entities.FEATURES, key, {"id": key, "name": name, "enabled": True})
    for name in CATEGORIES:
        _category(state, name)
    _category(state, "Archive", active=False)
    _category(state, "Announcements", content_only_staff=True)


def _preference(state: State, section: str, name: str, value: Any) -> None:
    key = state.next_id(entities.PREFERENCES)
    state.put(entities.PREFERENCES, key, {"id": key, "section": section, "name": name, "value": value})


def _category(state: State, name: str, **changes: Any) -> None:
    key = state.next_id(entities.CATEGORIES)
    state.put(
        entities.CATEGORIES,
        key,
        {
            "id": key,
            "tags": [],
            "followed": False,
            "order": key,
            "name": name,
            "name_synonyms": None,
            "slug": name.lower(),
            "slogan": None,
            "html_info": None,
            "seo_title": None,
            "seo_description": None,
            "auto_follow": "none",
            "content_only_staff": False,
            "active": True,
            "image_original": None,
            "image_bigger": None,
            "image_big": None,
            "image_medium": None,
            "image_small": None,
            "emotional_image_original": None,
            "emotional_image_position": 50,
            "lastmod_datetime": START,
            "stream_order_by": "recent",
            "followers_counter": 0,
            "parents": [],
            **changes,
        },
    )
