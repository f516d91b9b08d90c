"""COMMENT: for each rule, a mock without it."""

from dataclasses import replace
from typing import Any

import msgspec

from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import comment
from mockserver.courses.representations import comment as represent
from mockserver.courses.rules.roles import leads_course, wrote_it
from mockserver.domain import Handler
from mockserver.policy import Gate, Policy
from mockserver.store import Document
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    afterwards,
    answering,
    dropped,
    handled,
    patched,
    policies,
    rows,
    unasked,
)

CREATE, LIST, READ, ALL = (
    "create_course_comment",
    "get_course_lesson_comments",
    "get_course_comment",
    "get_course_comments",
)

_COMMENT = represent.comment


def _everybody_comments(name: str, policy: Policy) -> Policy:
    gates = tuple(gate for gate in policy.allowed if gate.id == "COMMENT-02")
    return replace(policy, allowed=gates) if name == CREATE else policy


def _authors_read(name: str, policy: Policy) -> Policy:
    return replace(policy, allowed=(Gate(leads_course | wrote_it, "mutant"),)) if name == READ else policy


def _with_text(call: Call, answer: Json) -> Json:
    return {**answer, "text": answer["html"]}


def _in_any_case(handler: Handler) -> Handler:
    """List comments as if they were switched on."""

    def called(call: Call) -> Any:
        *above, lesson = call.documents
        return handler(msgspec.structs.replace(call, documents=(*above, {**lesson, "comments_enabled": True})))

    return called


def _both_ways(call: Call, document: Document) -> Json:
    answer = _COMMENT(call, document)
    return {**answer, "replies": []} if "latest_reply" in answer else answer


def _answers_the_comment(call: Call, answer: Json) -> None:
    key = call.documents[3]["id"]
    call.state.put(model.COMMENTS, key, {**(call.state.get(model.COMMENTS, key) or {}), "in_reply_to": None})


def _leaves_replies(call: Call) -> None:
    call.state.remove(model.COMMENTS, call.documents[3]["id"])


def _while_switched_on(call: Call, row: Json) -> Json | None:
    lesson = call.state.get(model.LESSONS, row["extras"]["lesson"]["id"]) or {}
    return row if lesson["comments_enabled"] else None


MUTANTS: dict[str, Mutant] = {
    "COMMENT-01": policies(_everybody_comments),
    "COMMENT-02": dropped("COMMENT-02"),
    "COMMENT-03": dropped("COMMENT-03"),
    "COMMENT-04": dropped("COMMENT-04"),
    "COMMENT-05": answering([CREATE], _with_text),
    "COMMENT-06": dropped("COMMENT-06"),
    "COMMENT-07": unasked(LIST, "parent"),
    "COMMENT-08": handled([LIST], _in_any_case),
    "COMMENT-09": unasked(LIST, "ordering"),
    "COMMENT-10": dropped("COMMENT-10"),
    "COMMENT-11": patched(represent, "comment", _both_ways),
    "COMMENT-12": policies(_authors_read),
    "COMMENT-13": dropped("COMMENT-13"),
    "COMMENT-14": afterwards(["patch_course_comment"], _answers_the_comment),
    "COMMENT-15": handled(["delete_course_comment"], lambda handler: _leaves_replies),
    "COMMENT-16": rows([ALL], _while_switched_on),
    "COMMENT-17": patched(comment, "_notify", lambda call, comment: None),
}
"""Rule id → the mock without it."""
