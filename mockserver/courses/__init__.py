"""The course domain of the SelfCommunity platform: its people, rules, handlers and world at start."""

from collections.abc import Container, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

from mockserver.auth.bearer import bearer
from mockserver.courses import entities, sanitizing, seed
from mockserver.courses.handlers import handlers, media, platform
from mockserver.courses.policy import policies
from mockserver.courses.rules import visibility
from mockserver.courses.rules.course import privacy_may_be_reverted
from mockserver.courses.settings import OF_ANY_DOCUMENT, SECRET, Settings, SettingsError
from mockserver.courses.spec_overrides import amended
from mockserver.domain import READING, Domain, nothing_is_gone
from mockserver.errors import envelope, framework_body
from mockserver.languages import ENGLISH, Languages
from mockserver.store import State
from specdouble.rules import Rule, load_rules

__all__ = ["SECRET", "Settings", "SettingsError", "domain", "elsewhere", "serves"]

_EVERY_METHOD = READING | {"POST", "PUT", "PATCH", "DELETE"}


def serves(operations: Container[str]) -> bool:
    """Tell whether a specification is one of courses."""
    return "patch_course" in operations


def domain(settings: Settings) -> Domain:
    """Return the behaviour of the platform, as a community has set it."""
    return Domain(
        policies=policies(settings),
        handlers=handlers(settings),
        authenticate=bearer(settings.secret),
        seed=partial(seed.plant, settings),
        indexes=entities.INDEXES,
        link=partial(media.picture, settings.picture_sizes()),
        introduce=partial(introduce, settings),
        advice=platform.ADVICE,
        refusals=_refusals(),
        rewritten=sanitizing.SANITISED if settings.markup_is_sanitised else {},
        settings=settings.values(),
        amend=partial(amended, settings),
        gone=visibility.was_deleted if settings.deleted_is_gone else nothing_is_gone,
        excuses={"COURSE-PATCH-26": privacy_may_be_reverted},
        **_of_any_document(settings),
    )


def elsewhere(settings: Settings, behaviour: Domain) -> Domain:
    """Return another domain, set as far as a setting does not need courses; SettingsError names those that do."""
    useless = settings.of_courses_alone()
    if useless:
        told = ", ".join(useless)
        raise SettingsError(
            f"the document has no courses, so leave out: {told}; it can have: {', '.join(OF_ANY_DOCUMENT)}"
        )
    known = {name: value for name, value in settings.values().items() if name in OF_ANY_DOCUMENT}
    return replace(behaviour, settings=known, amend=partial(amended, settings), **_of_any_document(settings))


def _of_any_document(settings: Settings) -> dict[str, Any]:
    """The fields of a domain that a community sets, whatever is served."""
    return {
        "error_body": framework_body if settings.plain_errors else envelope,
        "languages": _languages(settings),
        "sent_on": _EVERY_METHOD if settings.slashless_writes_are_redirected else READING,
        "cross_origin": settings.pages_of_any_origin_may_read,
        "requests_per_minute": settings.requests_per_minute,
    }


def _languages(settings: Settings) -> Languages | None:
    if settings.message_language == ENGLISH and not settings.accept_language_is_heeded:
        return None
    return Languages(settings.message_language, negotiated=settings.accept_language_is_heeded)


@cache
def _refusals() -> dict[tuple[str, str, str], str]:
    return refusals(load_rules())


def refusals(rules: Mapping[str, Rule]) -> dict[tuple[str, str, str], str]:
    """(operation, field, code) → the id of the rule that refuses so, read from the rules themselves."""
    found: dict[tuple[str, str, str], str] = {}
    for rule in rules.values():
        field, code = rule.expect.field, rule.expect.code
        if field is not None and code is not None:
            for operation in rule.operations:
                found.setdefault((operation, field, code), rule.id)
    return found


def introduce(settings: Settings, state: State, base: str) -> list[str]:
    """Tell who is there, which courses there are, and what to try first."""
    people = ", ".join(str(user["username"]) for user in state.all(entities.USERS))
    courses = ", ".join(f"{row['id']} {row['privacy'] or 'draft'}" for row in state.all(entities.COURSES))
    return [
        f"People   {people}",
        "         each one's token is the name: Authorization: Bearer creator",
        f"         or an HS256 JWT signed with: {settings.secret}",
        f"Courses  {courses}",
        f"Try      curl -X PATCH {base}/api/v2/course/1/ -H 'Authorization: Bearer creator' \\",
        """           -H 'Content-Type: application/json' -d '{"description": "Changed."}'""",
    ]
