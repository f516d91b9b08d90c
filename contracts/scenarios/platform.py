"""START-01 to 08: what front ends ask for before anything else."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import PREFERENCES, list_rows, require_equal
from contracts.scenarios._fixtures import ids, list_page, require_fields

FEATURES, CATEGORIES = "/api/v2/feature/", "/api/v2/category/"
TEMPLATES = (
    *("post", "discussion", "status", "comment", "category", "categories_list", "profile", "profile_settings"),
    *("notifications", "private_message", "incubator", "live_stream"),
)
SWITCHES = ("courses_enabled", "courses_advanced_enabled", "courses_only_staff_enabled", "content_availability")
NEEDED = {
    *(f"configurations.url_template_{name}" for name in TEMPLATES),
    *(f"configurations.{name}" for name in SWITCHES),
    "images.user_default_cover",
}
PEOPLE = ("creator", "member", "staff")


@scenario("START-01", operation="get_dynamic_preferences")
def preferences_are_for_everybody(context: Context) -> None:
    """Everybody reads the preferences, among them templates of addresses and what is set for courses."""
    for name in (ANONYMOUS, "member"):
        rows = list_page(context, context.person(name), PREFERENCES, "DynamicPreference")
        missing = NEEDED - {f"{row['section']}.{row['name']}" for row in rows}
        require_equal(sorted(missing), [], "preferences that are missing")


@scenario("START-02", operation="get_dynamic_preferences")
def preferences_can_be_narrowed(context: Context) -> None:
    """Preferences can be narrowed to a section, and searched by name."""
    whole = list_rows(context.anonymous, PREFERENCES, limit=100)
    for asked in ("images", "configurations"):
        found = list_rows(context.anonymous, PREFERENCES, section=asked, limit=100)
        require_equal(ids(found), [row["id"] for row in whole if row["section"] == asked], f"preferences of {asked}")
    for text in ("url_template", "COURSES_", "cover"):
        found = list_rows(context.anonymous, PREFERENCES, search=text, limit=100)
        expected = [row["id"] for row in whole if text.lower() in row["name"]]
        require_equal((ids(found), bool(found)), (expected, True), f"preferences found by {text}")


@scenario("START-03", operation="get_features")
def features_are_for_everybody(context: Context) -> None:
    """Everybody reads the features, courses among them, and can ask for one by name."""
    for name in (ANONYMOUS, "member"):
        rows = list_page(context, context.person(name), FEATURES, "Feature")
        require_equal({row["name"]: row["enabled"] for row in rows}.get("course"), True, "whether courses are enabled")
        named = list_page(context, context.person(name), FEATURES, "Feature", name="course")
        require_equal([row["name"] for row in named], ["course"], "features of the name course")
    require_equal(list_rows(context.owner, FEATURES, name="no-such-feature"), [], "features of no name")


@scenario("START-04", operation="get_me")
def one_is_told_who_one_is(context: Context) -> None:
    """Who is logged in is told who he is, with roles and permissions."""
    context.require_rejected(context.anonymous.get("/api/v2/user/me/"), 401)
    for name in PEOPLE:
        answer = context.require_accepted(context.person(name).get("/api/v2/user/me/"))
        require_fields(context, answer.document, "Me", "the answer")
        require_fields(context, answer["permission"], "UserPermission", "the permissions")
        require_equal(
            (answer["id"], answer["permission"]["create_course"]), (context.person(name).id, True), "id, permission"
        )


@scenario("START-04", operation="get_my_permission")
def one_is_told_what_one_may_do(context: Context) -> None:
    """Who is logged in is told what he may do, by itself as among what is told of him."""
    context.require_rejected(context.anonymous.get("/api/v2/user/me/permission/"), 401)
    for name in PEOPLE:
        answer = context.require_accepted(context.person(name).get("/api/v2/user/me/permission/"))
        require_fields(context, answer.document, "UserPermission", "the permissions")
        told = context.require_accepted(context.person(name).get("/api/v2/user/me/"))["permission"]
        require_equal(answer.document, told, "the permissions")


@scenario("START-05", operation="get_user_settings")
def settings_are_ones_own(context: Context) -> None:
    """Settings are read by whose they are."""
    for name in PEOPLE:
        person = context.person(name)
        answer = context.require_accepted(person.get(f"/api/v2/user/{person.id}/settings/"))
        require_fields(context, answer.document, "UserSettings", "the answer")
        context.require_rejected(person.get(f"/api/v2/user/{context.person('joined').id}/settings/"), 403)


@scenario("START-06", operation="get_hidden_users_id")
def hidden_people_are_ones_own(context: Context) -> None:
    """Who is logged in reads the ids of the people whom he hides."""
    path = "/api/v2/user/hidden_users_id/"
    context.require_rejected(context.anonymous.get(path), 401)
    for name in PEOPLE:
        answer = context.person(name).get(path)
        if not answer.ok or not isinstance(answer.body, list) or not all(type(each) is int for each in answer.body):
            raise Broken(f"{answer.request.line}: an array of ids", answer.summary)


@scenario("START-07", operation="get_my_avatars")
def avatars_are_ones_own(context: Context) -> None:
    """Who is logged in reads the avatars that he has."""
    context.require_rejected(context.anonymous.get("/api/v2/user/avatar/"), 401)
    for name in PEOPLE:
        list_page(context, context.person(name), "/api/v2/user/avatar/", "Avatar")


@scenario("START-08", operation="get_categories")
def categories_can_be_narrowed(context: Context) -> None:
    """Categories come as a page, can be searched by name, and narrowed to those that are active."""
    for name in (ANONYMOUS, "member"):
        rows = list_page(context, context.person(name), CATEGORIES, "Category")
    for active, text in ((True, "true"), (False, "false")):
        found = list_rows(context.owner, CATEGORIES, active=text, limit=100)
        require_equal(
            ids(found), [row["id"] for row in rows if row["active"] is active], f"categories with active={text}"
        )
    word = rows[0]["name"]
    for text in (word, word[1:].upper()):
        found = list_rows(context.owner, CATEGORIES, search=text, limit=100)
        expected = [row["id"] for row in rows if text.lower() in row["name"].lower()]
        require_equal(ids(found), expected, f"categories found by {text}")
