"""The default fields of courses, sections and lessons."""

from typing import Any

# A fixed date in the past, so that every start has the same state and scheduled sections are open.
START = "2025-01-06T09:00:00Z"
JOINED = "2025-01-07T09:00:00Z"

COURSE: dict[str, Any] = {
    "description": "",
    "privacy": "",
    "enforce_lessons_order": False,
    "new_comment_notification_enabled": True,
    "hide_member_count": False,
    "meta_title": "",
    "meta_description": "",
    "og_title": "",
    "og_description": "",
    "og_image": "",
    "sections_order": [],
    "categories": [],
    "picture": None,
}
"""COURSE-CREATE-06, COURSE-CREATE-10, COURSE-CREATE-12."""

SECTION: dict[str, Any] = {"dripped_at": None, "drip_delay": 0, "lessons_order": []}
"""SECTION-04."""

LESSON: dict[str, Any] = {
    "status": "draft",
    "comments_enabled": True,
    "text": "",
    "medias": [],
    "passing_grade": 60,
    "questions_order": [],
}
"""LESSON-03."""
