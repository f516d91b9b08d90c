"""The keys of each schema of a course, in the order of the documentation's tables."""

_TEXTS = ["meta_title", "meta_description", "og_title", "og_description", "og_image"]
_IMAGES = ["image_bigger", "image_big", "image_medium", "image_small"]
_FLAGS = ["enforce_lessons_order", "new_comment_notification_enabled", "hide_member_count"]
_MADE = ["created_at", "created_by", "categories"]
_WRITTEN = ["id", "name", "slug", "description", "type", "privacy", *_FLAGS, *_TEXTS, "sections_order"]

COURSE = [*_WRITTEN, *_IMAGES, "deleted", "join_status", "user_completion_rate", *_MADE]
MINIMAL = ["id", "name", "slug", "type", "privacy", "hide_member_count", *_TEXTS, *_IMAGES]
MINIMAL += ["deleted", "join_status", "user_completion_rate", *_MADE]
DASHBOARD = [*MINIMAL, "avg_completion_rate"]
DETAIL = [*COURSE, "sections", "num_lessons", "num_sections"]
USER_DETAIL = [*_WRITTEN, *_IMAGES, "deleted", "join_status", *_MADE]
USER_DETAIL += ["sections", "num_lessons", "num_sections", "num_lessons_completed", "user_completion_rate"]
