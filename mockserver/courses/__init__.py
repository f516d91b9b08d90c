"""The course domain of the SelfCommunity platform: its people, rules, handlers and initial state."""

from functools import partial
from pathlib import Path
from typing import Final

from mockserver.auth.bearer import bearer
from mockserver.auth.jwt import DEVELOPMENT_SECRET
from mockserver.courses import entities, sanitizing, seed
from mockserver.courses.handlers import handlers, media, platform
from mockserver.courses.policy import policies
from mockserver.courses.representations.errors import envelope
from mockserver.courses.rules import visibility
from mockserver.courses.rules.protocol import RULES
from mockserver.courses.schema_rules import EXCUSES, SCHEMA_RULES
from mockserver.courses.settings import Settings
from mockserver.courses.spec_overrides import override
from mockserver.domain import Access, Domain, InitialState, Operations, Rejections, nothing_is_gone
from mockserver.settings import SettingsError
from mockserver.store import State

__all__ = ["NAME", "SECRET", "Settings", "SettingsError", "domain"]

NAME: Final = "selfcommunity-courses"
"""The value of ``x-mock-domain`` by which a document asks for this domain."""

SECRET: Final = DEVELOPMENT_SECRET

_TRANSLATIONS = Path(__file__).parent / "languages"


def domain(settings: Settings) -> Domain:
    """Return the behaviour of the platform for the settings of a community."""
    behaviour = Domain(
        access=Access(
            policies=policies(settings),
            authenticate=bearer(settings.secret),
            excuses=EXCUSES,
            gone=visibility.was_deleted if settings.deleted_is_gone else nothing_is_gone,
        ),
        operations=Operations(
            handlers=handlers(settings),
            rewritten=sanitizing.SANITISED if settings.markup_is_sanitised else {},
            link=partial(media.picture, settings.picture_sizes()),
            follows_document=False,  # The platform ignores wrong parameters, and all of its rejections have one form.
        ),
        initial_state=InitialState(partial(seed.plant, settings), entities.INDEXES, partial(introduce, settings)),
        rejections=Rejections(body=envelope, rules=RULES, schema_rules=SCHEMA_RULES, advice=platform.ADVICE),
        override=partial(override, settings),
    )
    return behaviour.configured(settings, _TRANSLATIONS)


def introduce(settings: Settings, state: State, base: str) -> list[str]:
    """Return the lines that name the users and the courses, and a first request to try."""
    users = ", ".join(str(user["username"]) for user in state.all(entities.USERS))
    courses = ", ".join(f"{row['id']} {row['privacy'] or 'draft'}" for row in state.all(entities.COURSES))
    return [
        f"Users    {users}",
        "         The token of a user is their name (Authorization: Bearer creator),",
        f"         or a JWT signed by HS256 with the secret {settings.secret}",
        f"Courses  {courses}",
        f"Try      curl -X PATCH {base}/api/v2/course/1/ -H 'Authorization: Bearer creator' \\",
        """           -H 'Content-Type: application/json' -d '{"description": "Changed."}'""",
    ]
