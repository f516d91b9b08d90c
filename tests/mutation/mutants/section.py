"""SECTION and DRIP: for each rule, a mock without it."""

from collections.abc import Callable
from datetime import datetime

from mockserver.app import OptionsDict as Options
from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import section
from mockserver.courses.representations import course as represent
from mockserver.courses.rules import access
from mockserver.courses.rules.access import Learner, moment
from mockserver.courses.rules.roles import LEADS
from mockserver.courses.seed import SECTION
from mockserver.store import Document, State
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    Patch,
    afterwards,
    answering,
    dropped,
    patched,
    reading,
    rejecting,
    without_keywords,
)

CREATE, PATCH, PUT = "create_course_section", "patch_course_section", "update_course_section"

Locked = Callable[[Document, Document, Learner, datetime], bool]


def _stands_first(call: Call, answer: Json) -> None:
    course = call.state.get(model.COURSES, call.documents[0]["id"]) or {}
    order = [answer["id"], *(key for key in course["sections_order"] if key != answer["id"])]
    call.state.put(model.COURSES, course["id"], {**course, "sections_order": order})


def _reset(call: Call) -> Json:
    return {"dripped_at": None, "drip_delay": 0, **call.body}


def _leaves_the_rest(state: State, document: Document) -> None:
    state.remove(model.SECTIONS, document["id"])


def _is_a_twin(call: Call) -> bool:
    return any(other["name"] == call.body.get("name") for other in model.sections(call.state, call.documents[0]))


def _by_id(call: Call, answer: list[Json]) -> list[Json]:
    return sorted(answer, key=lambda row: int(row["id"]))


_LOCKED: Locked = access.drip_locked


def _locks(also: Callable[[Document, Document, Learner, datetime], bool]) -> Mutant:
    def locked(course: Document, within: Document, who: Learner, now: datetime) -> bool:
        return _LOCKED(course, within, who, now) or (who.status not in LEADS and also(course, within, who, now))

    return patched(access, "drip_locked", locked)


def _unlocks(kind: str) -> Mutant:
    def locked(course: Document, within: Document, who: Learner, now: datetime) -> bool:
        return course["type"] != kind and _LOCKED(course, within, who, now)

    return patched(access, "drip_locked", locked)


def _a_date_ahead(course: Document, within: Document, who: Learner, now: datetime) -> bool:
    return within["dripped_at"] is not None and now < moment(within["dripped_at"])


def _a_delay(course: Document, within: Document, who: Learner, now: datetime) -> bool:
    return bool(course["type"] == "self-paced" and within["drip_delay"])


def _no_date(course: Document, within: Document, who: Learner, now: datetime) -> bool:
    return bool(course["type"] == "scheduled" and within["dripped_at"] is None)


def _everybody_waits(course: Document, within: Document, who: Learner, now: datetime) -> bool:
    return _LOCKED(course, within, who._replace(status="joined"), now)


def _outsiders_do_not_wait(course: Document, within: Document, who: Learner, now: datetime) -> bool:
    return who.joined_at is not None and _LOCKED(course, within, who, now)


def _unlocked(call: Call, answer: Json) -> Json:
    return {**answer, "sections": [{**visible, "locked": False} for visible in answer.get("sections", ())]}


def _nameless(patch: Patch) -> tuple[Json, Options]:
    changed, _ = without_keywords("CourseSectionCreate", "required")(patch)
    _, options = reading([CREATE], lambda call: {"name": "", **call.body})(patch)
    return changed, options


MUTANTS: dict[str, Mutant] = {
    "SECTION-01": dropped("SECTION-01"),
    "SECTION-02": _nameless,
    "SECTION-03": afterwards([CREATE], _stands_first),
    "SECTION-04": patched(section, "SECTION", {**SECTION, "drip_delay": 1}),
    "SECTION-05": reading([PATCH], _reset),
    "SECTION-06": without_keywords("CourseSectionUpdate", "required"),
    "SECTION-07": dropped("SECTION-07"),
    "SECTION-08": patched(model, "remove_section", _leaves_the_rest),
    "SECTION-09": without_keywords("DripDelay", "minimum"),
    "SECTION-10": _locks(_a_date_ahead),
    "SECTION-11": answering(["get_course_sections"], _by_id),
    "SECTION-12": rejecting([CREATE], _is_a_twin, 400),
    "DRIP-01": _locks(_a_delay),
    "DRIP-02": _unlocks("structured"),
    "DRIP-03": _unlocks("scheduled"),
    "DRIP-04": _locks(_no_date),
    "DRIP-05": patched(access, "drip_locked", _everybody_waits),
    "DRIP-06": patched(represent, "available_date", lambda course, within, who: None),
    "DRIP-07": answering(["get_course_info"], _unlocked),
    "DRIP-08": patched(access, "drip_locked", _outsiders_do_not_wait),
}
"""Rule id → the mock without it."""
