"""DERIVED: for each rule, a mock without it."""

from mockserver.app import OptionsDict as Options
from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.rules import access
from mockserver.courses.rules.access import learner, rate, rate_of
from mockserver.courses.rules.roles import INSIDERS
from mockserver.store import Document, State
from tests.mutation.mutants.ways import Json, Mutant, Patch, answering, document, patched, rows

SHOW = ["get_course_info"]

_PUBLISHED_KEYS = access.published_keys


def _drafts_too(state: State, course: Document) -> list[int]:
    return [lesson["id"] for section in model.sections(state, course) for lesson in model.lessons(state, section)]


def _learns(answer: Json) -> bool:
    return "num_lessons_completed" in answer


def _counts_all_sections(call: Call, answer: Json) -> Json:
    return {**answer, "num_sections": len(answer["sections_order"])} if _learns(answer) else answer


def _published(section: Json) -> int:
    return sum(lesson["status"] == model.PUBLISHED for lesson in section["lessons"])


def _counts_published(call: Call, answer: Json) -> Json:
    if _learns(answer) or "sections" not in answer:
        return answer
    return {**answer, "num_lessons": sum(map(_published, answer["sections"]))}


def _sections_count_published(call: Call, answer: Json) -> Json:
    if _learns(answer) or "sections" not in answer:
        return answer
    return {**answer, "sections": [{**section, "num_lessons": _published(section)} for section in answer["sections"]]}


def _sections_count_all(call: Call, answer: Json) -> Json:
    if not _learns(answer):
        return answer
    sections = [{**section, "num_lessons": len(section["lessons_order"])} for section in answer["sections"]]
    return {**answer, "sections": sections}


def _averages_the_creator_too(call: Call, answer: Json) -> Json:
    if "avg_completion_rate" not in answer:
        return answer
    key, lessons = answer["id"], access.published_keys(call.state, call.documents[0])
    inside = [row["user"] for row in model.members(call.state, key) if row["status"] in INSIDERS]
    rates = [rate_of(learner(call.state, key, user), lessons) for user in inside]
    return {**answer, "avg_completion_rate": rate(sum(rates), 100 * len(rates))}


def _remembers_lessons(patch: Patch) -> tuple[Json, Options]:
    """Compute rates from the lessons that a course had when it had most of them."""
    largest: dict[int, list[int]] = {}

    def keys(state: State, course: Document) -> list[int]:
        largest[course["id"]] = max(largest.get(course["id"], []), _PUBLISHED_KEYS(state, course), key=len)
        return largest[course["id"]]

    patch.setattr(access, "published_keys", keys)
    return document(), {}


def _counts_all_ties(call: Call, row: Json) -> Json:
    return {**row, "member_count": len(model.members(call.state, row["id"]))}


def _orders_what_is_shown(call: Call, answer: Json) -> Json:
    if not _learns(answer):
        return answer
    return {**answer, "sections_order": [section["id"] for section in answer["sections"]]}


MUTANTS: dict[str, Mutant] = {
    "DERIVED-01": patched(access, "published_keys", _drafts_too),
    "DERIVED-02": answering(SHOW, _counts_all_sections),
    "DERIVED-03": answering(SHOW, _counts_published),
    "DERIVED-04": answering(SHOW, _sections_count_published),
    "DERIVED-05": answering(SHOW, _sections_count_all),
    "DERIVED-06": answering(SHOW, _averages_the_creator_too),
    "DERIVED-07": _remembers_lessons,
    "DERIVED-08": rows(["get_user_courses"], _counts_all_ties),
    "DERIVED-09": answering(SHOW, _orders_what_is_shown),
    "DERIVED-10": patched(access, "rate", lambda done, total: 100 * done // total if total else 0),
}
"""Rule id → the mock without it."""
