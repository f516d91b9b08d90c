"""What the contract promises of memberships, sections, lessons, quizzes, comments and media."""

import re
from typing import Any

import pytest

from specdouble.rules import Rule, load_rules
from tests.specdouble.support.contract import (
    MEDIA,
    Document,
    accepts,
    body,
    errors,
    named,
    nodes,
    operations,
    resolved,
    schema,
)

TOKENS = {"verify_token", "authorize", "issue_token", "revoke_token"}
WHOLE_ANSWERS = [
    "CourseWithMemberCount",
    "CourseSection",
    "CourseLesson",
    "CourseAttempt",
    "CourseCommentExtras",
    "CourseUserDashboard",
    "CourseQuizDashboard",
    "UserExcerpt",
    "Me",
    "UserPermission",
    "UserSettings",
    "Avatar",
    "Media",
    "Embed",
    "DynamicPreference",
    "Feature",
]
SOMETIMES = {
    "CourseQuestion": {"correct"},
    "CourseQuestionAnswer": {"correct", "selected"},
    "CourseComment": {"latest_reply", "replies", "extras"},
    "User": {"deleted_at", "can_send_pm_to"},
}
"""The keys that an answer has for some callers, or in some places, alone."""

WRITES = {
    "create_course_section": {"name"},
    "update_course_section": {"name"},
    "patch_course_section": set(),
    "create_course_lesson": {"name", "type"},
    "update_course_lesson": {"name", "type"},
    "patch_course_lesson": set(),
    "create_course_question": {"type", "text", "answers"},
    "create_course_question_on_lesson": {"type", "text", "answers"},
    "update_course_question": {"type", "text", "answers"},
    "patch_course_question": set(),
    "make_course_quiz_attempt": {"responses"},
    "create_course_comment": set(),
    "update_course_comment": set(),
    "patch_course_comment": set(),
    "invite_users_to_course": {"users"},
    "remove_invitation_to_course": {"users"},
    "change_user_role_course": set(),
    "create_media": {"type"},
}
"""The fields that each body must have."""


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return load_rules()


def answer(contract: Document, operation: dict[str, Any]) -> Any:
    """The schema of an operation's answer of success, or None where it has no body."""
    status = min(operation["responses"])
    media = resolved(contract, operation["responses"][status]).get("content", {}).get("application/json")
    return None if media is None else resolved(contract, media["schema"])


def parameters(contract: Document, path: str, method: str) -> dict[tuple[str, str], Any]:
    item = contract["paths"][path]
    listed = [*item.get("parameters", ()), *item[method].get("parameters", ())]
    found = [resolved(contract, parameter) for parameter in listed]
    return {(parameter["in"], parameter["name"]): parameter for parameter in found}


def takes(contract: Document, name: str) -> set[str]:
    """The operations that take a query parameter of a name."""
    return {
        operation["operationId"]
        for path, method, operation in operations(contract)
        if ("query", name) in parameters(contract, path, method)
    }


def speak_of(rules: dict[str, Rule], *ids: str) -> set[str]:
    return {operation for each in ids for operation in rules[each].operations}


# --- operations and rules


def test_every_operation_has_rules_of_its_own(contract: Document) -> None:
    assert [name for name, operation in named(contract).items() if not operation["x-rules"]] == []


def test_the_ids_in_a_path_are_declared_as_whole_numbers(contract: Document) -> None:
    for path, method, _ in operations(contract):
        declared = {name: p for (where, name), p in parameters(contract, path, method).items() if where == "path"}
        assert sorted(declared) == sorted(re.findall(r"{(\w+)}", path))
        assert all(p["schema"] == {"type": "integer", "minimum": 1} for p in declared.values())


def test_links_give_every_id_that_the_next_path_needs(contract: Document) -> None:
    needed = {op["operationId"]: set(re.findall(r"{(\w+)}", path)) for path, _, op in operations(contract)}
    links = [link for _, node in nodes(contract["paths"]) for link in node.get("links", {}).values()]
    assert len(links) > 60
    assert [link for link in links if set(link.get("parameters", {})) != needed[link["operationId"]]] == []


@pytest.mark.parametrize("kind", ["course", "course_section", "course_lesson", "course_question", "course_comment"])
def test_whatever_was_created_can_be_read_changed_and_deleted_from_there(contract: Document, kind: str) -> None:
    links = named(contract)[f"create_{kind}"]["responses"]["201"]["links"].values()
    reading = "get_course_info" if kind == "course" else f"get_{kind}"
    assert {reading, f"patch_{kind}", f"update_{kind}", f"delete_{kind}"} <= {link["operationId"] for link in links}


def test_a_page_takes_limit_and_offset_and_nothing_else_does(contract: Document, rules: dict[str, Rule]) -> None:
    paged = {
        name
        for name, operation in named(contract).items()
        if "results" in ((answer(contract, operation) or {}).get("properties", {}))
    }
    assert takes(contract, "limit") == takes(contract, "offset") == paged == speak_of(rules, "LIST-01")


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("statuses", ["LIST-06"]),
        ("ordering", ["LIST-08"]),
        ("search", ["LIST-10"]),
        ("statuses", ["LIST-07", "MEMBERS-02"]),
    ],
)
def test_the_rules_of_lists_name_the_lists_that_take_the_parameter(
    contract: Document, rules: dict[str, Rule], name: str, ids: list[str]
) -> None:
    assert takes(contract, name) == speak_of(rules, *ids)


def test_the_rules_of_bodies_name_all_that_have_one(contract: Document, rules: dict[str, Rule]) -> None:
    bodies = {name for name, operation in named(contract).items() if "requestBody" in operation}
    assert speak_of(rules, "TRANS-02") == speak_of(rules, "ERR-04") == bodies - TOKENS
    assert speak_of(rules, "TRANS-03") == speak_of(rules, "TRANS-04") == bodies - TOKENS | {"verify_token"}


def test_a_list_that_is_not_paged_is_an_array(contract: Document, rules: dict[str, Rule]) -> None:
    for name in speak_of(rules, "LIST-05"):
        assert answer(contract, named(contract)[name])["type"] == "array"


def test_the_steps_of_membership_tell_the_state_before_and_after(rules: dict[str, Rule]) -> None:
    for rule in rules.values():
        if rule.id.startswith("MEMBER-"):
            assert re.search("→|stay what they are", rule.expect.note or ""), rule.id


def test_a_question_is_added_by_two_paths_in_the_same_way(contract: Document) -> None:
    by_id = named(contract)
    plain, documented = by_id["create_course_question"], by_id["create_course_question_on_lesson"]
    assert plain["requestBody"] == documented["requestBody"]
    assert plain["x-rules"] == documented["x-rules"]
    assert plain["responses"].keys() == documented["responses"].keys()


# --- what goes in


@pytest.mark.parametrize(("operation", "required"), WRITES.items())
def test_every_encoding_has_the_same_fields_and_needs_the_same(
    contract: Document, operation: str, required: set[str]
) -> None:
    assert list(named(contract)[operation]["requestBody"]["content"]) == MEDIA
    bodies = [body(contract, operation, media) for media in MEDIA]
    assert all(set(each.get("required", [])) == required for each in bodies)
    assert all(each["properties"].keys() == bodies[0]["properties"].keys() for each in bodies)


def test_joining_and_ticking_off_have_no_body(contract: Document) -> None:
    by_id = named(contract)
    for name in ("join_or_accept_invite_to_course", "mark_complete_course_lesson", "mark_incomplete_course_lesson"):
        assert "requestBody" not in by_id[name]


@pytest.mark.parametrize(
    ("name", "defaults"),
    [
        ("CourseSectionCreate", {"dripped_at": None, "drip_delay": 0, "lessons_order": []}),
        (
            "CourseLessonCreate",
            {"status": "draft", "comments_enabled": True, "text": "", "medias": [], "passing_grade": 60},
        ),
        ("CourseCommentCreate", {"text": "", "parent": None, "in_reply_to": None, "medias": []}),
    ],
)
def test_what_is_left_out_in_creating_starts_with_its_default(
    contract: Document, name: str, defaults: dict[str, object]
) -> None:
    for each in (name, f"{name}Form"):
        properties = schema(contract, each)["properties"]
        assert {field: part["default"] for field, part in properties.items() if "default" in part} == defaults


DAY = "2026-02-01T09:00:00"


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("Title", ["a", " a ", 42, "x" * 255], ["", " ", "a\0", "x" * 256, None, True, []]),
        ("NonBlankText", ["a", "x" * 1000, 1.5], ["", "\n", "\0", None, False, {}]),
        (
            "DripDate",
            [None, f"{DAY}Z", f"{DAY}.5Z", f"{DAY}+02:00", f"{DAY}-11:30"],
            ["", DAY, "2026-02-01", "2026-02-30T09:00:00Z", "0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z", "soon", 5],
        ),
        (
            "DripDelay",
            [0, 7, 32767, "0", "30", "32767", " +7 ", "007", "-0", "7.00"],
            [-1, 32768, "-1", "32768", "99999", "", "x", "1.5", 1.5, None, True, []],
        ),
        ("PassingGrade", [0, 60, 100, "0", "99", "100", " +60.0"], [-1, 101, "101", "-1", "", "x", 0.5, None, True]),
        ("LessonIds", [[], [2, 1], ["2", "+3", "4.0"]], [None, 1, [None], [{}], ["1.5"]]),
        ("MediaIds", [[], [1, 1], ["1", " +2 ", "1_0"]], [None, 1, ["x"], [True], ["1.0"], ["_1"], ["1__0"]]),
        ("OptionalId", [1, "1", " +1.0 ", None], ["", "x", "1.5", True, [], 1.5]),
        ("QuestionType", ["single_choice", "multi_choice"], ["", "x", None]),
        (
            "Answers",
            [
                [{"text": "a"}, {"text": "b", "correct": True}],
                [{"text": 1, "id": 1}, {"text": "b", "id": "2", "correct": "on"}, {"text": "c", "id": None}],
            ],
            [[], [{"text": "a"}], [{"text": "a"}, {}], [{"text": "a"}, {"text": " "}], [{"text": "a"}, "b"], None],
        ),
        (
            "CourseMakeAttempt",
            [{"responses": []}, {"responses": [{"question_id": "1", "selected_options": [2, "3"]}]}],
            [
                {},
                {"responses": None},
                {"responses": [{}]},
                {"responses": [{"question_id": 1}]},
                {"responses": [{"question_id": 1, "selected_options": []}]},
            ],
        ),
        (
            "CourseRoles",
            [{"managers": []}, {"joined": [1]}, {"unjoined": ["1"], "x": 1}],
            [{}, {"x": []}, {"managers": 1}],
        ),
        ("CourseUsers", [{"users": []}, {"users": [1, "2"]}], [{}, {"users": 1}, {"users": [None]}]),
        (
            "MediaCreate",
            [
                {"type": "url", "url": "https://example.com/bread?a=b#c"},
                {"type": "image", "image": "string"},
                {"type": "embed", "embed": {"embed_type": "sc_link", "embed_id": 7}},
            ],
            [
                {},
                {"type": "url"},
                {"type": "url", "image": "x"},
                {"type": "url", "url": "bread"},
                {"type": "url", "url": "ftp://example.com/"},
                {"type": "embed", "embed": {}},
                {"type": "doc"},
            ],
        ),
    ],
)
def test_a_field_is_spelled_as_the_rules_have_it(
    contract: Document, name: str, good: list[object], bad: list[object]
) -> None:
    assert [value for value in good if not accepts(contract, name, value)] == []
    assert [value for value in bad if accepts(contract, name, value)] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CourseSectionPatch", {"lessons_order": 1}),
        ("CourseLessonPatch", {"questions_order": "1"}),
        ("CourseCommentUpdate", {"medias": 1}),
        ("CourseUsers", {"users": 5}),
        ("CourseRoles", {"managers": "5"}),
    ],
)
def test_one_value_is_a_list_of_one_in_forms_alone(contract: Document, name: str, value: object) -> None:
    assert accepts(contract, f"{name}Form", value)
    assert not accepts(contract, name, value)


# --- what comes out


@pytest.mark.parametrize("name", WHOLE_ANSWERS)
def test_every_key_of_an_answer_is_always_there(contract: Document, name: str) -> None:
    answered = schema(contract, name)
    assert sorted(answered["required"]) == sorted(answered["properties"])
    assert answered["additionalProperties"] is False


@pytest.mark.parametrize(("name", "optional"), SOMETIMES.items())
def test_some_keys_are_there_for_some_alone(contract: Document, name: str, optional: set[str]) -> None:
    answered = schema(contract, name)
    assert answered["properties"].keys() - set(answered["required"]) == optional
    assert answered["additionalProperties"] is False


def test_every_page_has_the_same_four_keys(contract: Document) -> None:
    pages = {name: part for name, part in contract["components"]["schemas"].items() if name.endswith("Page")}
    assert len(pages) == 13
    for name, page in pages.items():
        assert page["required"] == list(page["properties"]) == ["count", "next", "previous", "results"]
        assert page["properties"]["results"]["items"]["$ref"].endswith(f"/{name.removesuffix('Page')}")


def test_what_is_only_written_is_in_no_answer(contract: Document) -> None:
    assert schema(contract, "CourseLessonPatch")["properties"].keys() >= {"text", "questions_order"}
    for name in [*WHOLE_ANSWERS, "CourseComment"]:
        assert not {"text", "questions_order", "responses"} & schema(contract, name)["properties"].keys(), name


def test_a_comment_never_has_its_latest_reply_and_all_of_them(contract: Document) -> None:
    value = contract["components"]["examples"]["CourseComment"]["value"]
    pointer = "#/components/schemas/CourseComment"
    assert not list(errors(contract, pointer, value, request=False))
    assert list(errors(contract, pointer, {**value, "replies": []}, request=False))


def test_the_example_of_a_learner_does_not_tell_what_is_correct(contract: Document) -> None:
    answers = contract["components"]["examples"]["CourseQuestions"]["value"][0]["answers"]
    assert all(each.keys() == {"id", "text"} for each in answers)


def test_people_to_invite_are_told_with_five_attributes(contract: Document) -> None:
    assert set(schema(contract, "UserExcerpt")["properties"]) == {"id", "username", "real_name", "ext_id", "avatar"}
