"""The handlers of operations: one module per resource; a handler has the name of its operation."""

from collections.abc import Mapping
from functools import partial

from mockserver.courses.handlers import (
    comment,
    course,
    course_lists,
    lesson,
    media,
    membership,
    oauth,
    people,
    platform,
    quiz,
    section,
)
from mockserver.courses.settings import Settings
from mockserver.domain import Handler

HANDLERS: Mapping[str, Handler] = {
    "create_course": course.create_course,
    "patch_course": course.patch_course,
    "update_course": course.patch_course,
    "delete_course": course.delete_course,
    "get_course_status": course.get_course_status,
    "get_course_info": course.get_course_info,
    #
    "get_joined_courses": course_lists.get_joined_courses,
    "get_user_courses": course_lists.get_user_courses,
    "search_courses": course_lists.search_courses,
    "get_course_suggestion": course_lists.get_course_suggestion,
    #
    "join_or_accept_invite_to_course": membership.join_or_accept_invite_to_course,
    "leave_course": membership.leave_course,
    "invite_users_to_course": membership.invite_users_to_course,
    "remove_invitation_to_course": membership.remove_invitation_to_course,
    "change_user_role_course": membership.change_user_role_course,
    #
    "get_course_joined_users": people.get_course_joined_users,
    "get_course_invited_users": people.get_course_invited_users,
    "get_course_users_to_approve": people.get_course_users_to_approve,
    "specific_course_suggested_users": people.specific_course_suggested_users,
    "get_course_dashboard_users": people.get_course_dashboard_users,
    "get_course_dashboard_quiz": people.get_course_dashboard_quiz,
    #
    "get_course_sections": section.get_course_sections,
    "get_course_section": section.get_course_section,
    "create_course_section": section.create_course_section,
    "patch_course_section": section.patch_course_section,
    "update_course_section": section.patch_course_section,
    "delete_course_section": section.delete_course_section,
    #
    "get_course_lessons": lesson.get_course_lessons,
    "get_course_lesson": lesson.get_course_lesson,
    "create_course_lesson": lesson.create_course_lesson,
    "patch_course_lesson": lesson.patch_course_lesson,
    "update_course_lesson": lesson.patch_course_lesson,
    "delete_course_lesson": lesson.delete_course_lesson,
    "mark_complete_course_lesson": lesson.mark_complete_course_lesson,
    "mark_incomplete_course_lesson": lesson.mark_incomplete_course_lesson,
    #
    "get_course_questions": quiz.get_course_questions,
    "get_course_question": quiz.get_course_question,
    "create_course_question": quiz.create_course_question,
    "create_course_question_on_lesson": quiz.create_course_question,
    "patch_course_question": quiz.patch_course_question,
    "update_course_question": quiz.patch_course_question,
    "delete_course_question": quiz.delete_course_question,
    "get_course_attempt": quiz.get_course_attempt,
    "make_course_quiz_attempt": quiz.make_course_quiz_attempt,
    #
    "get_course_lesson_comments": comment.get_course_lesson_comments,
    "get_course_comments": comment.get_course_comments,
    "get_course_comment": comment.get_course_comment,
    "create_course_comment": comment.create_course_comment,
    "patch_course_comment": comment.patch_course_comment,
    "update_course_comment": comment.patch_course_comment,
    "delete_course_comment": comment.delete_course_comment,
    #
    "create_media": media.create_media,
    "get_media": media.get_media,
    "delete_media": media.delete_media,
    #
    "get_dynamic_preferences": platform.get_dynamic_preferences,
    "get_features": platform.get_features,
    "get_categories": platform.get_categories,
    "get_me": platform.get_me,
    "get_my_permission": platform.get_my_permission,
    "get_user_settings": platform.get_user_settings,
    "get_hidden_users_id": platform.get_hidden_users_id,
    "get_my_avatars": platform.get_my_avatars,
    #
    "issue_token": oauth.issue_token,
    "authorize": oauth.authorize,
    "revoke_token": oauth.revoke_token,
}
"""operationId → handler. A PUT keeps absent fields that are not required, so that it is a PATCH (COURSE-PUT-03)."""


def handlers(settings: Settings) -> dict[str, Handler]:
    """Return the handlers for some settings."""
    return {**HANDLERS, "verify_token": partial(oauth.verify_token, settings.secret)}
