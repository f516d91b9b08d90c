"""What the contract promises of itself: complete, consistent, and with examples that hold."""

import re
import sys
from collections.abc import Iterator

import pytest

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
    security,
)

OPERATIONS = {
    # courses
    "create_course",
    "get_joined_courses",
    "search_courses",
    "get_course_info",
    "update_course",
    "patch_course",
    "delete_course",
    "get_course_status",
    "get_course_suggestion",
    "get_user_courses",
    # who is what in them
    "join_or_accept_invite_to_course",
    "leave_course",
    "get_course_joined_users",
    "invite_users_to_course",
    "remove_invitation_to_course",
    "get_course_invited_users",
    "get_course_users_to_approve",
    "specific_course_suggested_users",
    "change_user_role_course",
    "get_course_dashboard_users",
    "get_course_dashboard_quiz",
    # sections
    "get_course_sections",
    "create_course_section",
    "get_course_section",
    "update_course_section",
    "patch_course_section",
    "delete_course_section",
    # lessons
    "get_course_lessons",
    "create_course_lesson",
    "get_course_lesson",
    "update_course_lesson",
    "patch_course_lesson",
    "delete_course_lesson",
    "mark_complete_course_lesson",
    "mark_incomplete_course_lesson",
    # quizzes
    "get_course_questions",
    "create_course_question",
    "create_course_question_on_lesson",
    "get_course_question",
    "update_course_question",
    "patch_course_question",
    "delete_course_question",
    "make_course_quiz_attempt",
    "get_course_attempt",
    # comments
    "get_course_comments",
    "get_course_lesson_comments",
    "create_course_comment",
    "get_course_comment",
    "update_course_comment",
    "patch_course_comment",
    "delete_course_comment",
    # what front ends need besides
    "create_media",
    "get_media",
    "delete_media",
    "get_dynamic_preferences",
    "get_features",
    "get_categories",
    "get_me",
    "get_my_permission",
    "get_user_settings",
    "get_hidden_users_id",
    "get_my_avatars",
    # tokens
    "verify_token",
    "authorize",
    "issue_token",
    "revoke_token",
}
ANONYMOUS = {
    "get_course_info",
    "search_courses",
    "get_course_joined_users",
    "get_user_courses",
    "get_dynamic_preferences",
    "get_features",
    "get_categories",
    "verify_token",
    "authorize",
    "issue_token",
    "revoke_token",
}
"""What may be asked without a token, while the community shows its content to everybody."""

COURSE_WRITES = ["create_course", "update_course", "patch_course"]
READ_ONLY = {
    "id",
    "image_bigger",
    "image_big",
    "image_medium",
    "image_small",
    "deleted",
    "join_status",
    "user_completion_rate",
    "created_at",
    "created_by",
}
ANSWERS = [
    "Course",
    "CourseMinimal",
    "CourseDashboard",
    "CourseDetail",
    "CourseSectionDetail",
    "CourseLessonDetail",
    "CourseUserDetail",
    "CourseUserSectionDetail",
    "CourseUserLessonDetail",
    "CourseStatus",
    "CoursePage",
    "CourseMinimalPage",
    "Category",
    "Tag",
    "UserMinimal",
]
# --- operations


def test_the_operations_are_those_of_the_documentation(contract: Document) -> None:
    assert sorted(operation["operationId"] for _, _, operation in operations(contract)) == sorted(OPERATIONS)


def test_every_operation_has_a_summary_a_description_and_a_known_tag(contract: Document) -> None:
    tags = {tag["name"] for tag in contract["tags"]}
    for _, _, operation in operations(contract):
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags


def test_every_operation_refuses_callers_who_exclude_json(contract: Document) -> None:
    assert all("406" in operation["responses"] for _, _, operation in operations(contract))


def test_a_protected_operation_says_how_to_authenticate(contract: Document) -> None:
    for _, _, operation in operations(contract):
        if security(contract, operation):
            refusal = resolved(contract, operation["responses"]["401"])
            assert "WWW-Authenticate" in refusal["headers"], operation["operationId"]


def test_anonymous_people_may_read_courses_and_get_tokens(contract: Document) -> None:
    anonymous = set()
    for name, operation in named(contract).items():
        alternatives = security(contract, operation)
        if not alternatives or {} in alternatives:
            anonymous.add(name)
    assert anonymous == ANONYMOUS


def test_an_operation_with_a_body_says_which_bodies_it_refuses(contract: Document) -> None:
    for _, _, operation in operations(contract):
        if "requestBody" in operation:
            assert operation["responses"].keys() >= {"400", "413", "415"}, operation["operationId"]


def test_whatever_an_id_names_may_be_missing(contract: Document) -> None:
    for path, _, operation in operations(contract):
        assert ("404" in operation["responses"]) == ("{" in path)


def test_only_announced_statuses_occur(contract: Document) -> None:
    announced = {"200", "201", "204", "302", "400", "401", "403", "404", "406", "413", "415"}
    for _, _, operation in operations(contract):
        assert operation["responses"].keys() <= announced


def test_every_refusal_has_an_error_body(contract: Document) -> None:
    for _, _, operation in operations(contract):
        for status, response in operation["responses"].items():
            if status >= "400":
                answer = resolved(contract, response)["content"]["application/json"]["schema"]
                names = {part["$ref"].rpartition("/")[2] for part in answer.get("anyOf", [answer])}
                assert names <= {"Errors", "Refusal", "OAuthError"}, operation["operationId"]


def test_links_lead_from_a_new_course_to_everything_below_it(contract: Document) -> None:
    by_id = named(contract)
    links = by_id["create_course"]["responses"]["201"]["links"].values()
    assert {link["operationId"] for link in links} == {
        "get_course_info",
        "get_course_status",
        "patch_course",
        "update_course",
        "delete_course",
        "create_course_section",
        "get_course_sections",
        "invite_users_to_course",
        "join_or_accept_invite_to_course",
        "get_course_joined_users",
    }
    for _, node in nodes(contract["paths"]):
        for link in node.get("links", {}).values():
            assert link["operationId"] in by_id


# --- what goes in


@pytest.mark.parametrize("operation", COURSE_WRITES)
def test_a_course_is_written_in_three_encodings_with_the_same_fields(contract: Document, operation: str) -> None:
    assert list(named(contract)[operation]["requestBody"]["content"]) == MEDIA
    writable = set(schema(contract, "Course")["properties"]) - READ_ONLY | {"image_original"}
    for media in MEDIA:
        assert set(body(contract, operation, media)["properties"]) == writable


@pytest.mark.parametrize(
    ("operation", "required"),
    [("create_course", {"name", "type"}), ("update_course", {"name", "type"}), ("patch_course", set())],
)
def test_a_patch_requires_nothing(contract: Document, operation: str, required: set[str]) -> None:
    for media in MEDIA:
        assert set(body(contract, operation, media).get("required", [])) == required


@pytest.mark.parametrize("operation", COURSE_WRITES)
def test_a_picture_is_a_file_in_multipart_and_a_text_elsewhere(contract: Document, operation: str) -> None:
    multipart = named(contract)[operation]["requestBody"]["content"]["multipart/form-data"]
    assert multipart["encoding"]["image_original"]["contentType"] == "image/png, image/jpeg, image/gif"
    for media in MEDIA:
        picture = resolved(contract, body(contract, operation, media)["properties"]["image_original"])
        assert picture["writeOnly"]
        assert (picture.get("format") == "binary") == (media == "multipart/form-data")


def test_a_new_course_starts_with_the_documented_defaults(contract: Document) -> None:
    properties = schema(contract, "CourseCreate")["properties"]
    assert {name: part["default"] for name, part in properties.items() if "default" in part} == {
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
    }


BLANKS = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]


def test_a_name_of_blanks_alone_is_refused(contract: Document) -> None:
    pattern = re.compile(schema(contract, "Title")["anyOf"][0]["pattern"])
    assert not [blank for blank in BLANKS if pattern.search(blank)]
    assert not pattern.search("".join(BLANKS))
    assert pattern.search(" a ")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("CourseName", ["a", " a ", "é", "a\nb", 42, 1.5, "x" * 255], ["", " ", "a\0", "x" * 256, None, True, [], {}]),
        ("CourseSlug", ["", "a-b_C9", 42, "x" * 255], ["a b", "é", "x" * 256, None, True, 1.5, []]),
        ("Text", ["", " ", 0, 1.5, "x" * 100_000], ["\0", "a\0b", None, False, [], {}]),
        (
            "Flag",
            [True, False, 0, 1, "true", "False", "ON", "off", "Yes", "n", "0"],
            ["", "maybe", "tRUE", 2, None, []],
        ),
        ("CategoryIds", [[], [1], ["1"], [1, 1]], [None, 1, "1", ["a"], [None], [True], [{}], [1.5]]),
        ("SectionIds", [[], [2, 1], ["2"]], [None, {}, [[]]]),
        ("CourseType", ["self-paced", "structured", "scheduled"], ["", "x", None, 1]),
        ("CoursePrivacy", ["", "open", "private", "secret"], ["draft", None, 0]),
        ("PictureText", ["string", 1], ["", None, {}, True]),
    ],
)
def test_the_spellings_of_a_field_are_those_of_the_rules(
    contract: Document, name: str, good: list[object], bad: list[object]
) -> None:
    assert [value for value in good if not accepts(contract, name, value)] == []
    assert [value for value in bad if accepts(contract, name, value)] == []


def test_fields_that_are_unknown_or_read_only_may_be_sent(contract: Document) -> None:
    for name in ("CourseCreate", "CourseUpdate", "CoursePatch"):
        assert accepts(contract, name, {"name": "n", "type": "scheduled", "id": "x", "created_by": 5, "products": []})


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("joined", True),
        ("joined,manager", True),
        (" joined , , manager ", True),
        ("", True),
        ('["joined", "manager"]', True),
        ("[]", True),
        (["joined", "manager"], True),
        (["joined,manager", ""], True),
        ("x", False),
        ("joinedmanager", False),
        ('["x"]', False),
        ('["joined" "manager"]', False),
        (["joined", "x"], False),
    ],
)
def test_states_are_asked_for_in_every_spelling(contract: Document, value: object, good: bool) -> None:
    pointer = "#/components/parameters/Statuses/schema"
    assert (not list(errors(contract, pointer, value, request=True))) == good


# --- what comes out


@pytest.mark.parametrize("name", ANSWERS)
def test_every_key_of_an_answer_is_always_there_and_no_other(contract: Document, name: str) -> None:
    answer = schema(contract, name)
    assert answer["required"] == list(answer["properties"])
    assert answer["additionalProperties"] is False


def test_what_can_only_be_read_is_marked_in_the_course(contract: Document) -> None:
    properties = schema(contract, "Course")["properties"]
    marked = {name for name, part in properties.items() if resolved(contract, part).get("readOnly")}
    assert marked == READ_ONLY


def test_the_picture_as_it_was_uploaded_is_in_no_answer(contract: Document) -> None:
    for name in ANSWERS:
        if name != "Category":  # categories have a picture of that name, and it is there to be read
            assert "image_original" not in schema(contract, name)["properties"]


def test_categories_have_no_colour(contract: Document) -> None:
    assert "color" not in schema(contract, "Category")["properties"]


def test_the_schemas_of_the_views_exclude_each_other(contract: Document) -> None:
    keys = [frozenset(schema(contract, name)["properties"]) for name in [*ANSWERS[:4], "CourseUserDetail"]]
    assert len(set(keys)) == 5


# --- the document as a whole


def test_every_component_is_used(contract: Document) -> None:
    used = {node["$ref"] for _, node in nodes(contract) if isinstance(node.get("$ref"), str)}
    listed = {
        f"#/components/{kind}/{name}"
        for kind, entries in contract["components"].items()
        for name in entries
        if kind != "securitySchemes"
    }
    assert listed - used == set()


def test_the_server_is_whoever_serves_the_document(contract: Document) -> None:
    assert [server["url"] for server in contract["servers"]] == ["/"]


def examples(contract: Document) -> Iterator[tuple[str, object, bool]]:
    """Every example with the place of its schema, and whether it goes in."""
    for pointer, node in nodes(contract):
        if "schema" in node:
            values = [node["example"]] if "example" in node else []
            values += [resolved(contract, example)["value"] for example in node.get("examples", {}).values()]
            for value in values:
                yield f"{pointer}/schema", value, "/responses/" not in pointer and "/headers/" not in pointer


def test_every_example_is_valid(contract: Document) -> None:
    found = list(examples(contract))
    assert len(found) > 40
    wrong = [
        (pointer, error.message)
        for pointer, value, request in found
        for error in errors(contract, pointer, value, request)
    ]
    assert wrong == []


def test_every_json_answer_with_a_body_has_an_example(contract: Document) -> None:
    for _, _, operation in operations(contract):
        for status, response in operation["responses"].items():
            media = resolved(contract, response).get("content", {}).get("application/json")
            assert media is None or "example" in media or "examples" in media, (operation["operationId"], status)
