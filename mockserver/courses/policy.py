"""operationId → Policy: who may do what, the whole table on one screen."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mockserver.courses.rules import comment, course, lesson, media, membership, people, quiz, section, views
from mockserver.courses.rules.access import drip_is_over, lesson_is_published, lessons_before_are_done
from mockserver.courses.rules.roles import inside_course, is_staff, leads_course, may_write, wrote_it
from mockserver.courses.rules.visibility import hidden_by, never, sees_course
from mockserver.courses.settings import Settings
from mockserver.policy import Gate, Policy, Renamed, Validator

_DOCUMENTED: tuple[Validator, ...] = (course.sections_order_is_complete, course.picture_is_readable)
_AS_SET: tuple[Validator, ...] = (course.publication_has_content, course.og_image_is_an_address)
_NEW_COURSE = (*(Renamed(check, "") for check in _DOCUMENTED), *_AS_SET)
_WHOLE_COURSE = (*(Renamed(check, "COURSE-PUT-01") for check in _DOCUMENTED), *_AS_SET, course.type_is_kept)
_CHANGED_COURSE = (*_DOCUMENTED, *_AS_SET, course.type_is_kept)
_TOLERATED = (course.text_for_a_picture,)
_SECTION = (section.lessons_order_is_complete, section.dripped_at_is_a_moment)
_NEW_SECTION = (Renamed(section.lessons_order_is_complete, ""), section.dripped_at_is_a_moment)
_NEW_LESSON = (Renamed(lesson.questions_order_is_known, ""),)
_CHANGED_LESSON = (lesson.questions_order_is_known, lesson.type_of_lesson_is_kept)
_CHOICES = (quiz.single_choice_has_one_correct, quiz.multi_choice_has_a_correct)
_NEW_QUESTION = (*_CHOICES, media.question_is_readable)
_CHANGED_QUESTION = (*_CHOICES, Renamed(media.question_is_readable, ""))
_ATTEMPT = (quiz.quiz_has_questions, quiz.every_question_is_answered, quiz.responses_fit)
_COMMENT = (comment.says_something, comment.parent_is_of_first_level, comment.replies_stay_together)
_MEDIUM = (media.url_is_there, media.embed_is_there, media.image_is_there, media.medium_is_readable)
_ROLES = (membership.some_role_is_changed, membership.creator_stays, membership.one_role_each)

_VISIBLE = Gate(sees_course, "VIS-09")
_QUIZ = Gate(quiz.lesson_is_quiz, "QUIZ-09")
_ATTEMPTED = Gate(quiz.lesson_is_quiz, "ATTEMPT-01")
_PUBLISHED = Gate(lesson_is_published, "ACCESS-02")
_LEARN = (
    Gate(inside_course, "ACCESS-01"),
    Gate(drip_is_over, "ACCESS-03"),
    Gate(lessons_before_are_done, "ACCESS-04"),
)


def _below(
    *allowed: Gate, login: str | None = "AUTH-02", only: tuple[Gate, ...] = (), valid: tuple[Validator, ...] = ()
) -> Policy:
    """Return the policy of an operation below a course: it exists for callers who see the course (VIS-09)."""
    return Policy(login=login, missing="TRANS-08", visible=(_VISIBLE, *only), allowed=allowed, valid=valid)


def _leads(id: str, *valid: Validator, only: tuple[Gate, ...] = ()) -> Policy:  # noqa: A002
    return _below(Gate(leads_course, id), login=id, only=only, valid=valid)


def _learners(*gates: Gate, only: tuple[Gate, ...] = (), valid: tuple[Validator, ...] = ()) -> Policy:
    return _below(*_LEARN, *gates, login="ACCESS-01", only=(_PUBLISHED, *only), valid=valid)


def _author(id: str, *valid: Validator, only: tuple[Gate, ...] = ()) -> Policy:  # noqa: A002
    return _below(Gate(leads_course | wrote_it, id), login=id, only=only, valid=valid)


def _course(login: str, missing: str, hidden: str, lead: str, *valid: Validator) -> Policy:
    return Policy(login, missing, (Gate(sees_course, hidden),), (Gate(leads_course, lead),), valid, _TOLERATED)


POLICY: Mapping[str, Policy] = {
    "create_course": Policy(login="COURSE-CREATE-01", valid=_NEW_COURSE, tolerated=_TOLERATED),
    "get_joined_courses": Policy(login="MINE-01"),
    "search_courses": Policy(),
    "get_user_courses": Policy(),
    "get_course_suggestion": Policy(login="SUGG-01"),
    "get_course_info": Policy(
        missing="VIS-11",
        visible=(Gate(sees_course, hidden_by),),
        allowed=(
            Gate(views.edit_is_for_leads, "VIEW-04"),
            Gate(views.dashboard_is_for_leads, "VIEW-05"),
            Gate(views.emulation_is_for_leads, "VIEW-07"),
        ),
        valid=(views.view_exists,),
    ),
    "get_course_status": Policy(login="COURSE-GET-03", missing="VIS-11", visible=(Gate(sees_course, "VIS-06"),)),
    "patch_course": _course(
        "COURSE-PATCH-02", "COURSE-PATCH-05", "COURSE-PATCH-04", "COURSE-PATCH-03", *_CHANGED_COURSE
    ),
    "update_course": _course("COURSE-PUT-01", "COURSE-PUT-01", "COURSE-PUT-01", "COURSE-PUT-01", *_WHOLE_COURSE),
    "delete_course": _course("COURSE-DEL-02", "COURSE-DEL-03", "COURSE-DEL-02", "COURSE-DEL-02"),
    #
    "join_or_accept_invite_to_course": _below(login="JOIN-01"),
    "leave_course": _below(Gate(membership.only_leads_remove_others, "LEAVE-02")),
    "invite_users_to_course": _leads("INVITE-01"),
    "remove_invitation_to_course": _leads("UNINVITE-01"),
    "change_user_role_course": _leads("ROLE-05", *_ROLES),
    "get_course_joined_users": _below(Gate(people.members_are_shown, "MEMBERS-03"), login=None),
    "get_course_invited_users": _leads("INVITED-01"),
    "get_course_users_to_approve": _leads("REQ-01"),
    "specific_course_suggested_users": _leads("SUGU-01"),
    "get_course_dashboard_users": _leads("DASHU-01"),
    "get_course_dashboard_quiz": _leads("DASHQ-01"),
    #
    "get_course_sections": _leads("SECTION-01"),
    "get_course_section": _leads("SECTION-01"),
    "create_course_section": _leads("SECTION-01", *_NEW_SECTION),
    "update_course_section": _leads("SECTION-01", *_SECTION),
    "patch_course_section": _leads("SECTION-01", *_SECTION),
    "delete_course_section": _leads("SECTION-01"),
    #
    "get_course_lessons": _leads("LESSON-10"),
    "get_course_lesson": _learners(),
    "create_course_lesson": _leads("LESSON-01", *_NEW_LESSON),
    "update_course_lesson": _leads("LESSON-07", *_CHANGED_LESSON),
    "patch_course_lesson": _leads("LESSON-06", *_CHANGED_LESSON),
    "delete_course_lesson": _leads("LESSON-11"),
    "mark_complete_course_lesson": _learners(valid=(lesson.quiz_is_not_ticked_off,)),
    "mark_incomplete_course_lesson": _learners(),
    #
    "get_course_questions": _learners(only=(_QUIZ,)),
    "get_course_question": _learners(only=(_QUIZ,)),
    "create_course_question": _leads("QUIZ-01", *_NEW_QUESTION, only=(_QUIZ,)),
    "create_course_question_on_lesson": _leads("QUIZ-01", *_NEW_QUESTION, only=(_QUIZ,)),
    "update_course_question": _leads("QUIZ-01", *_CHANGED_QUESTION, only=(_QUIZ,)),
    "patch_course_question": _leads("QUIZ-01", *_CHANGED_QUESTION, only=(_QUIZ,)),
    "delete_course_question": _leads("QUIZ-01", only=(_QUIZ,)),
    "make_course_quiz_attempt": _learners(only=(_ATTEMPTED,), valid=_ATTEMPT),
    "get_course_attempt": _author("ATTEMPT-13"),
    #
    "get_course_comments": _leads("COMMENT-10"),
    "get_course_lesson_comments": _learners(),
    "create_course_comment": _learners(Gate(comment.comments_are_enabled, "COMMENT-02"), valid=_COMMENT),
    "get_course_comment": _leads("COMMENT-12"),
    "update_course_comment": _author("COMMENT-13", comment.says_something),
    "patch_course_comment": _author("COMMENT-13", comment.says_something),
    "delete_course_comment": _author("COMMENT-15"),
    #
    "create_media": Policy(login="MEDIA-01", valid=_MEDIUM),
    "get_media": Policy(login="MEDIA-05", missing="MEDIA-05"),
    "delete_media": Policy(login="MEDIA-07", missing="MEDIA-07", allowed=(Gate(media.is_ones_own, "MEDIA-07"),)),
    "get_dynamic_preferences": Policy(),
    "get_features": Policy(),
    "get_categories": Policy(),
    "get_me": Policy(login="START-04"),
    "get_my_permission": Policy(login="START-04"),
    "get_user_settings": Policy(login="START-05", missing="START-05", allowed=(Gate(people.is_oneself, "START-05"),)),
    "get_hidden_users_id": Policy(login="START-06"),
    "get_my_avatars": Policy(login="START-07"),
    "verify_token": Policy(),
    "issue_token": Policy(),
    "revoke_token": Policy(),
    "authorize": Policy(login="AUTH-OA-04"),
}

_CONTENT = {
    "get_course_info": "AUTH-CA-01",
    "search_courses": "AUTH-CA-01",
    "get_course_joined_users": "MEMBERS-07",
    "get_user_courses": "USERC-03",
    "get_categories": "START-08",
}
"""Operations open to anonymous callers → the rule that closes them where content_availability is off."""


_WRITING_COURSES = ("create_course", "update_course", "patch_course")


def policies(settings: Settings) -> dict[str, Policy]:
    """Return the table for the settings of a community."""
    table = dict(POLICY)
    if settings.courses_only_staff_enabled:
        table["create_course"] = replace(table["create_course"], allowed=(Gate(is_staff, "COURSE-CREATE-02"),))
    if not settings.content_availability:
        table.update({name: replace(table[name], login=rule) for name, rule in _CONTENT.items()})
    if settings.authors_read_their_comments:
        table["get_course_comment"] = _author("COMMENT-12")
    if settings.lock_screen_hides_members:
        table["get_course_joined_users"] = _closed(table["get_course_joined_users"])
    further = tuple(_further(settings))
    table.update({n: replace(table[n], valid=(*table[n].valid, *further)) for n in _WRITING_COURSES})
    if settings.scopes_are_checked:
        written = Gate(may_write, "scopes_are_checked")
        protected = {name: policy for name, policy in table.items() if policy.login is not None}
        table.update({n: replace(policy, allowed=(*policy.allowed, written)) for n, policy in protected.items()})
    # After all other changes, because it moves gates of every policy.
    if settings.hidden_is_forbidden:
        table = {name: _forbidding(policy) for name, policy in table.items()}
    # Last: it closes routes whatever else holds for them.
    if not settings.courses_enabled:
        closed = Gate(never, "courses_enabled")
        table.update({n: replace(p, visible=(closed,)) for n, p in table.items() if "course" in n or "quiz" in n})
    return table


def _further(settings: Settings) -> Iterator[Validator]:
    """Yield the further conditions on the bodies of courses that the settings ask for."""
    if settings.advanced_types_are_refused and not settings.courses_advanced_enabled:
        yield course.type_is_offered
    if settings.inactive_categories_are_refused:
        yield course.categories_are_active
    if settings.staff_categories_are_refused:
        yield course.categories_are_for_the_caller
    if settings.names_ignore_case:
        yield course.name_is_free_in_capitals_too
    if settings.deleted_courses_keep_names:
        yield from course.KEPT


def _closed(policy: Policy) -> Policy:
    """Reject callers who get no more than the lock screen with 403."""
    return replace(policy, allowed=(Gate(people.is_before_no_lock_screen, "MEMBERS-05"), *policy.allowed))


def _forbidding(policy: Policy) -> Policy:
    """Answer 403 instead of 404 where a course is hidden."""
    hidden = tuple(gate for gate in policy.visible if gate.rule is sees_course)
    rest = tuple(gate for gate in policy.visible if gate.rule is not sees_course)
    return replace(policy, visible=rest, allowed=(*hidden, *policy.allowed))
