"""For each fault the behaviour that it breaks: true of the healthy backend, false of the faulty one."""

from collections.abc import Callable
from threading import Barrier, Thread

from django.db import connections

from tests.benchmarks.backend import COURSES, Backend, codes, picture, token

Probe = Callable[[Backend], None]
PROBES: dict[int, Probe] = {}
ALL_ENCODINGS = ("json", "form", "multipart")
FORMS = ("form", "multipart")


def probe(number: int) -> Callable[[Probe], Probe]:
    def enter(check: Probe) -> Probe:
        PROBES[number] = check
        return check

    return enter


# Validation


@probe(1)
def type_is_one_of_three(backend: Backend) -> None:
    assert codes(backend.patch(1, {"type": "weekly"})) == {"type": ["invalid_choice"]}


@probe(2)
def name_has_255_characters_at_most(backend: Backend) -> None:
    assert backend.patch(1, {"name": "n" * 256}).status_code == 400


@probe(3)
def name_is_not_blank(backend: Backend) -> None:
    assert backend.patch(1, {"name": "  "}).status_code == 400


@probe(4)
def unknown_fields_leave_no_trace(backend: Backend) -> None:
    assert "products" not in backend.patch(1, {"products": 7}).body


@probe(5)
def description_is_text(backend: Backend) -> None:
    for value in (True, ["a"], {"a": 1}):
        assert backend.patch(1, {"description": value}).status_code == 400


@probe(6)
def categories_is_a_list(backend: Backend) -> None:
    assert backend.patch(1, {"categories": 1}).status_code == 400


@probe(7)
def text_that_is_none_is_refused(backend: Backend) -> None:
    bad_bytes = backend.send("PATCH", f"{COURSES}1/", data=b'{"description": "\xff"}', content_type="application/json")
    assert bad_bytes.status_code == 400
    for encoding in ALL_ENCODINGS:
        assert backend.patch(1, {"description": "a\x00b"}, encoding).status_code == 400


@probe(8)
def empty_body_changes_nothing(backend: Backend) -> None:
    assert backend.patch(1, {}).status_code == 200


@probe(9)
def malformed_json_is_refused(backend: Backend) -> None:
    answer = backend.send("PATCH", f"{COURSES}1/", data="{", content_type="application/json")
    assert answer.status_code == 400


@probe(10)
def other_media_types_are_refused(backend: Backend) -> None:
    answer = backend.send("PATCH", f"{COURSES}1/", data="{}", content_type="text/plain")
    assert answer.status_code == 415


@probe(11)
def unknown_course_is_not_found(backend: Backend) -> None:
    assert backend.patch(999, {}).status_code == 404


@probe(12)
def longest_name_is_taken(backend: Backend) -> None:
    assert backend.patch(1, {"name": "n" * 255}).status_code == 200


@probe(13)
def every_type_is_taken(backend: Backend) -> None:
    for kind in ("self-paced", "structured", "scheduled"):
        assert backend.patch(1, {"type": kind}).status_code == 200


@probe(14)
def patch_answers_200(backend: Backend) -> None:
    assert backend.patch(1, {"description": "x"}).status_code == 200


@probe(15)
def errors_are_json(backend: Backend) -> None:
    assert backend.patch(1, {"type": "x"}).content_type == "application/json"


# Shape


@probe(16)
def patch_answer_has_the_slug(backend: Backend) -> None:
    assert "slug" in backend.patch(1, {}).body


@probe(17)
def empty_description_is_text(backend: Backend) -> None:
    assert backend.patch(1, {"description": ""}).body["description"] == ""


@probe(18)
def id_is_a_number(backend: Backend) -> None:
    assert backend.course(1)["id"] == 1


@probe(19)
def dates_end_with_z(backend: Backend) -> None:
    assert backend.course(1)["created_at"].endswith("Z")


@probe(20)
def picture_key_is_internal(backend: Backend) -> None:
    assert "picture_key" not in backend.course(1)


@probe(21)
def method_not_allowed_says_what_is(backend: Backend) -> None:
    answer = backend.send("POST", f"{COURSES}1/", json={})
    assert "PATCH" in answer.headers.get("Allow", "")


# Persistence


@probe(22)
def patch_is_saved(backend: Backend) -> None:
    backend.patch(1, {"description": "new"})
    assert backend.course(1)["description"] == "new"


@probe(23)
def all_fields_are_saved(backend: Backend) -> None:
    backend.patch(1, {"description": "new", "og_title": "also new"})
    assert backend.course(1)["og_title"] == "also new"


@probe(24)
def long_text_is_saved_whole(backend: Backend) -> None:
    backend.patch(1, {"name": "n" * 200, "description": "d" * 200})
    assert [len(backend.course(1)[name]) for name in ("name", "description")] == [200, 200]


@probe(25)
def what_is_answered_is_stored(backend: Backend) -> None:
    assert backend.patch(1, {"description": "abc"}).body["description"] == backend.course(1)["description"]


@probe(26)
def answer_shows_the_new_state(backend: Backend) -> None:
    assert backend.patch(1, {"description": "new"}).body["description"] == "new"


@probe(27)
def reading_is_fresh(backend: Backend) -> None:
    backend.course(1)
    backend.patch(1, {"description": "new"})
    assert backend.course(1)["description"] == "new"


@probe(28)
def other_courses_are_not_written(backend: Backend) -> None:
    backend.patch(1, {"description": "new"})
    assert [backend.course(course)["description"] == "new" for course in (1, 4)] == [True, False]


@probe(29)
def new_course_is_listed(backend: Backend) -> None:
    course = backend.create(privacy="open")
    mine = backend.send("GET", f"{COURSES}?statuses=creator").body["results"]
    found = backend.send("GET", f"{COURSES}search/").body["results"]
    assert course in {row["id"] for row in mine}
    assert course in {row["id"] for row in found}


@probe(30)
def change_stays(backend: Backend) -> None:
    backend.patch(1, {"description": "new"})
    assert backend.course(1)["description"] == "new"


# Partial update


@probe(31)
def absent_text_stays(backend: Backend) -> None:
    before = backend.course(1)["description"]
    backend.patch(1, {"og_title": "t"})
    assert backend.course(1)["description"] == before != ""


@probe(32)
def absent_flag_stays_in_forms(backend: Backend) -> None:
    for encoding in FORMS:
        answer = backend.patch(1, {"og_title": "t"}, encoding)
        assert answer.body["new_comment_notification_enabled"] is True


@probe(33)
def absent_categories_stay(backend: Backend) -> None:
    assert backend.patch(1, {"og_title": "t"}).body["categories"]


@probe(34)
def renaming_leaves_the_slug(backend: Backend) -> None:
    before = backend.course(1)["slug"]
    assert backend.patch(1, {"name": "Another"}).body["slug"] == before


@probe(35)
def renaming_leaves_the_type(backend: Backend) -> None:
    assert backend.patch(2, {"name": "Another"}).body["type"] == "structured"


@probe(36)
def creation_date_stays(backend: Backend) -> None:
    before = backend.course(1)["created_at"]
    assert backend.patch(1, {"og_title": "t"}).body["created_at"] == before


@probe(37)
def siblings_stay(backend: Backend) -> None:
    before = backend.course(2)
    backend.patch(1, {"description": "new", "type": "scheduled", "hide_member_count": True})
    assert backend.course(2) == before


@probe(38)
def null_is_refused(backend: Backend) -> None:
    assert codes(backend.patch(1, {"description": None})) == {"description": ["null"]}


@probe(39)
def empty_text_clears_in_every_encoding(backend: Backend) -> None:
    for encoding in ALL_ENCODINGS:
        backend.patch(1, {"description": "full"})
        assert backend.patch(1, {"description": ""}, encoding).body["description"] == ""


# Protection


@probe(40)
def completion_rate_is_read_only(backend: Backend) -> None:
    assert backend.patch(1, {"user_completion_rate": 42}).body["user_completion_rate"] == 0


@probe(41)
def author_is_read_only(backend: Backend) -> None:
    for author in (2, {"id": 2}):
        assert backend.patch(1, {"created_by": author}).body["created_by"]["id"] == 1


@probe(42)
def deleted_is_read_only(backend: Backend) -> None:
    backend.patch(1, {"deleted": True})
    assert backend.status(1, "creator") == 200


@probe(43)
def creation_date_is_read_only_in_every_encoding(backend: Backend) -> None:
    before = backend.course(1)["created_at"]
    for encoding in ALL_ENCODINGS:
        assert backend.patch(1, {"created_at": "2020-01-01T00:00:00Z"}, encoding).body["created_at"] == before


@probe(44)
def upload_is_not_answered(backend: Backend) -> None:
    assert "canary" not in backend.patch(1, {"image_original": "canary"}).text


@probe(45)
def upload_is_not_listed(backend: Backend) -> None:
    backend.patch(1, {"image_original": ("canary.png", picture())}, "multipart")
    for path in ("?statuses=creator", "search/"):
        assert "canary" not in backend.send("GET", COURSES + path).text


@probe(46)
def hidden_member_count_is_hidden(backend: Backend) -> None:
    backend.patch(1, {"hide_member_count": True})
    assert "member_count" not in backend.course(1, who="joined")


# Access


@probe(47)
def patch_needs_a_token(backend: Backend) -> None:
    for course in (1, 2, 3, 4):
        answer = backend.patch(course, {"description": "mine"}, who=None)
        assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, "Bearer")


@probe(48)
def list_needs_a_token(backend: Backend) -> None:
    assert backend.send("GET", COURSES, None).status_code == 401


@probe(49)
def bad_tokens_are_refused(backend: Backend) -> None:
    for bad in ("garbage", token(exp=1), token(key="k" * 40), token(token_type="refresh"), token(user_id=99)):
        assert backend.status(1, bad) == 401


@probe(50)
def stranger_may_not_patch(backend: Backend) -> None:
    assert backend.patch(1, {"description": "mine"}, who="member").status_code == 403


@probe(51)
def another_creator_may_not_patch(backend: Backend) -> None:
    backend.create("member")
    assert [backend.patch(course, {}, who="member").status_code for course in (1, 2, 3, 4)] == [403, 403, 404, 404]


@probe(52)
def another_creator_does_not_read_drafts(backend: Backend) -> None:
    backend.create("member")
    assert backend.status(4, "member") == 404


@probe(53)
def member_may_not_delete(backend: Backend) -> None:
    assert backend.send("DELETE", f"{COURSES}1/", "joined").status_code == 403


@probe(54)
def roles_count_in_every_encoding(backend: Backend) -> None:
    for encoding in ALL_ENCODINGS:
        assert backend.patch(1, {"description": "mine"}, encoding, who="joined").status_code == 403


@probe(55)
def denied_patch_changes_nothing(backend: Backend) -> None:
    backend.patch(1, {"description": "mine"}, who="joined")
    assert backend.course(1)["description"] != "mine"


@probe(56)
def manager_may_patch(backend: Backend) -> None:
    assert backend.patch(1, {"description": "x"}, who="manager").status_code == 200


@probe(57)
def secret_course_does_not_exist_for_strangers(backend: Backend) -> None:
    assert backend.status(3, "member") == 404
    assert backend.patch(3, {}, who="member").status_code == 404


@probe(58)
def removed_manager_is_refused(backend: Backend) -> None:
    assert backend.patch(1, {}, who="manager").status_code == 200
    assert backend.send("POST", f"{COURSES}1/role/", json={"unjoined": [2]}).status_code == 204
    assert backend.patch(1, {"description": "mine"}, who="manager").status_code == 403


# Transitions


@probe(59)
def published_course_does_not_return_to_draft(backend: Backend) -> None:
    assert codes(backend.patch(1, {"privacy": ""})) == {"privacy": ["invalid"]}


@probe(60)
def no_detour_leads_back_to_draft(backend: Backend) -> None:
    for encoding in FORMS:
        assert backend.patch(1, {"privacy": ""}, encoding).status_code == 400
    assert codes(backend.patch(1, {"privacy": None})) == {"privacy": ["null"]}


@probe(61)
def published_states_may_be_exchanged(backend: Backend) -> None:
    for privacy in ("private", "secret", "open", "secret", "private", "open"):
        assert backend.patch(1, {"privacy": privacy}).status_code == 200


@probe(62)
def refused_transition_changes_nothing_else(backend: Backend) -> None:
    assert backend.patch(1, {"privacy": "", "description": "new"}).status_code == 400
    assert backend.course(1)["description"] != "new"


# Atomicity


@probe(63)
def refused_patch_changes_nothing(backend: Backend) -> None:
    assert backend.patch(1, {"description": "new", "type": "weekly"}).status_code == 400
    assert backend.course(1)["description"] != "new"


@probe(64)
def concurrent_patches_both_survive(backend: Backend) -> None:
    together = Barrier(2)

    def patch(name: str) -> None:
        together.wait()
        backend.patch(1, {name: "new"})
        connections.close_all()

    threads = [Thread(target=patch, args=[name]) for name in ("meta_title", "og_title")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [backend.course(1)[name] for name in ("meta_title", "og_title")] == ["new", "new"]


@probe(65)
def deleted_course_cannot_be_read(backend: Backend) -> None:
    assert backend.send("DELETE", f"{COURSES}1/").status_code == 204
    assert backend.status(1, "creator") == 404


@probe(66)
def deleted_course_cannot_be_patched(backend: Backend) -> None:
    assert backend.send("DELETE", f"{COURSES}1/").status_code == 204
    assert backend.patch(1, {"description": "back"}).status_code == 404


@probe(67)
def taken_name_is_refused(backend: Backend) -> None:
    taken = backend.course(2)["name"]
    assert codes(backend.patch(1, {"name": taken})) == {"name": ["unique"]}


@probe(68)
def repeating_changes_nothing(backend: Backend) -> None:
    body = {"description": "new", "categories": [2, 1]}
    assert backend.patch(1, body).body == backend.patch(1, body).body
