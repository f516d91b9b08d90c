"""operationId → field → error code → the rule that the request schema enforces.

Where the schema enforces a rule by a specification extension, the name of that extension stands in the place of a code.
A rule that a predicate enforces carries its id there, in rules/.
"""

from collections.abc import Mapping
from typing import Final

from mockserver.courses.rules.course import privacy_may_be_reverted
from mockserver.openapi.violations import SchemaRules
from mockserver.policy import Predicate

_PATCH_COURSE: SchemaRules = {
    "name": {
        "unique": "COURSE-PATCH-15",
        "blank": "COURSE-PATCH-18",
        "null": "COURSE-PATCH-18",
        "max_length": "COURSE-PATCH-48",
    },
    "slug": {"unique": "COURSE-PATCH-20", "invalid": "COURSE-PATCH-21", "max_length": "COURSE-PATCH-48"},
    "type": {"invalid_choice": "COURSE-PATCH-22"},
    "privacy": {"invalid_choice": "COURSE-PATCH-24", "x-transitions": "COURSE-PATCH-26", "null": "COURSE-PATCH-27"},
    "enforce_lessons_order": {"invalid": "COURSE-PATCH-34"},
    "description": {"null": "COURSE-PATCH-35"},
    "sections_order": {"invalid": "COURSE-PATCH-38"},
    "categories": {"does_not_exist": "COURSE-PATCH-41", "incorrect_type": "COURSE-PATCH-41"},
}
_SAME_AS_PATCH: SchemaRules = {field: dict.fromkeys(codes, "COURSE-PUT-01") for field, codes in _PATCH_COURSE.items()}
"""A PUT has the checks of a PATCH: one rule says so, and it speaks of PUT."""

_SECTION: SchemaRules = {"drip_delay": {"min_value": "SECTION-09"}}
_LESSON: SchemaRules = {"passing_grade": {"max_value": "QUIZ-15"}, "medias": {"does_not_exist": "MEDIA-06"}}
_QUESTION: SchemaRules = {"answers": {"min_length": "QUIZ-05"}}
_NEW_QUESTION: SchemaRules = {
    "type": {"required": "QUIZ-02"},
    "text": {"required": "QUIZ-02"},
    "answers": {"required": "QUIZ-02", "min_length": "QUIZ-05"},
}
_WHOLE_QUESTION: SchemaRules = {
    "type": {"required": "QUIZ-07"},
    "text": {"required": "QUIZ-07"},
    "answers": {"required": "QUIZ-07", "min_length": "QUIZ-05"},
}
_COMMENT: SchemaRules = {"medias": {"does_not_exist": "MEDIA-06"}}

SCHEMA_RULES: Final[Mapping[str, SchemaRules]] = {
    "create_course": {
        "name": {"required": "COURSE-CREATE-03"},
        "type": {"required": "COURSE-CREATE-03"},
        "slug": {"unique": "COURSE-CREATE-09"},
    },
    "update_course": {
        **_SAME_AS_PATCH,
        "name": {**_SAME_AS_PATCH["name"], "required": "COURSE-PUT-02"},
        "type": {**_SAME_AS_PATCH["type"], "required": "COURSE-PUT-02"},
    },
    "patch_course": _PATCH_COURSE,
    #
    "invite_users_to_course": {"users": {"required": "INVITE-01", "does_not_exist": "INVITE-02"}},
    #
    "create_course_section": {**_SECTION, "name": {"required": "SECTION-02"}},
    "update_course_section": {**_SECTION, "name": {"required": "SECTION-06"}},
    "patch_course_section": _SECTION,
    #
    "create_course_lesson": {
        **_LESSON,
        "name": {"required": "LESSON-01"},
        "type": {"required": "LESSON-01", "invalid_choice": "LESSON-02"},
    },
    "update_course_lesson": {**_LESSON, "name": {"required": "LESSON-07"}, "type": {"required": "LESSON-07"}},
    "patch_course_lesson": _LESSON,
    #
    "create_course_question": _NEW_QUESTION,
    "create_course_question_on_lesson": _NEW_QUESTION,
    "update_course_question": _WHOLE_QUESTION,
    "patch_course_question": _QUESTION,
    "make_course_quiz_attempt": {"responses": {"required": "ATTEMPT-03"}},
    #
    "create_course_comment": _COMMENT,
    "update_course_comment": _COMMENT,
    "patch_course_comment": _COMMENT,
    "create_media": {"type": {"invalid_choice": "MEDIA-02"}},
}

EXCUSES: Final[Mapping[str, Predicate]] = dict.fromkeys(("COURSE-PATCH-26", "COURSE-PUT-01"), privacy_may_be_reverted)
"""Rule that ``x-transitions`` enforces → the calls to which the settings make an exception."""
