"""START-01 to 08: the first requests of front ends."""

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
def preferences_are_public(context: Context) -> None:
    """Every user can read the preferences, among them the URL templates and the settings of courses."""
    for name in (ANONYMOUS, "member"):
        rows = list_page(context, context.person(name), PREFERENCES, "DynamicPreference")
        missing = NEEDED - {f"{row['section']}.{row['name']}" for row in rows}
        require_equal(sorted(missing), [], "preferences that are missing")


@scenario("START-02", operation="get_dynamic_preferences")
def preferences_can_be_filtered(context: Context) -> None:
    """Preferences can be filtered by section, and searched by name."""
    whole = list_rows(context.anonymous, PREFERENCES, limit=100)
    for section in ("images", "configurations"):
        rows = list_rows(context.anonymous, PREFERENCES, section=section, limit=100)
        require_equal(ids(rows), [row["id"] for row in whole if row["section"] == section], f"preferences of {section}")
    for text in ("url_template", "COURSES_", "cover"):
        rows = list_rows(context.anonymous, PREFERENCES, search=text, limit=100)
        expected = [row["id"] for row in whole if text.lower() in row["name"]]
        require_equal((ids(rows), bool(rows)), (expected, True), f"preferences found by {text}")


@scenario("START-03", operation="get_features")
def features_are_public(context: Context) -> None:
    """Every user can read the features, among them courses, and can filter them by name."""
    for name in (ANONYMOUS, "member"):
        rows = list_page(context, context.person(name), FEATURES, "Feature")
        require_equal({row["name"]: row["enabled"] for row in rows}.get("course"), True, "whether courses are enabled")
        named = list_page(context, context.person(name), FEATURES, "Feature", name="course")
        require_equal([row["name"] for row in named], ["course"], "features of the name course")
    require_equal(list_rows(context.owner, FEATURES, name="no-such-feature"), [], "features of no name")


@scenario("START-04", operation="get_me")
def users_read_their_own_profile(context: Context) -> None:
    """Users who are logged in can read their own profile, with roles and permissions."""
    context.require_rejected(context.anonymous.get("/api/v2/user/me/"), 401)
    for name in PEOPLE:
        answer = context.require_accepted(context.person(name).get("/api/v2/user/me/"))
        require_fields(context, answer.document, "Me", "the response")
        require_fields(context, answer["permission"], "UserPermission", "the permissions")
        require_equal(
            (answer["id"], answer["permission"]["create_course"]), (context.person(name).id, True), "id, permission"
        )


@scenario("START-04", operation="get_my_permission")
def users_read_their_own_permissions(context: Context) -> None:
    """The permissions of a user are the same on their own as in the user's profile."""
    context.require_rejected(context.anonymous.get("/api/v2/user/me/permission/"), 401)
    for name in PEOPLE:
        answer = context.require_accepted(context.person(name).get("/api/v2/user/me/permission/"))
        require_fields(context, answer.document, "UserPermission", "the permissions")
        in_profile = context.require_accepted(context.person(name).get("/api/v2/user/me/"))["permission"]
        require_equal(answer.document, in_profile, "the permissions")


@scenario("START-05", operation="get_user_settings")
def settings_are_ones_own(context: Context) -> None:
    """Users can read only their own settings."""
    for name in PEOPLE:
        person = context.person(name)
        answer = context.require_accepted(person.get(f"/api/v2/user/{person.id}/settings/"))
        require_fields(context, answer.document, "UserSettings", "the response")
        context.require_rejected(person.get(f"/api/v2/user/{context.person('joined').id}/settings/"), 403)


@scenario("START-06", operation="get_hidden_users_id")
def hidden_users_are_ones_own(context: Context) -> None:
    """Users who are logged in can read the ids of the users whom they hide."""
    path = "/api/v2/user/hidden_users_id/"
    context.require_rejected(context.anonymous.get(path), 401)
    for name in PEOPLE:
        answer = context.person(name).get(path)
        if (
            not answer.ok
            or not isinstance(answer.body, list)
            or not all(type(user_id) is int for user_id in answer.body)
        ):
            raise Broken(f"{answer.request.line}: an array of ids", answer.summary)


@scenario("START-07", operation="get_my_avatars")
def avatars_are_ones_own(context: Context) -> None:
    """Users who are logged in can read their own avatars."""
    context.require_rejected(context.anonymous.get("/api/v2/user/avatar/"), 401)
    for name in PEOPLE:
        list_page(context, context.person(name), "/api/v2/user/avatar/", "Avatar")


@scenario("START-08", operation="get_categories")
def categories_can_be_filtered(context: Context) -> None:
    """Categories come as a page, can be searched by name, and filtered by whether they are active."""
    for name in (ANONYMOUS, "member"):
        rows = list_page(context, context.person(name), CATEGORIES, "Category")
    for active, text in ((True, "true"), (False, "false")):
        actual = list_rows(context.owner, CATEGORIES, active=text, limit=100)
        require_equal(
            ids(actual), [row["id"] for row in rows if row["active"] is active], f"categories with active={text}"
        )
    word = rows[0]["name"]
    for text in (word, word[1:].upper()):
        actual = list_rows(context.owner, CATEGORIES, search=text, limit=100)
        expected = [row["id"] for row in rows if text.lower() in row["name"].lower()]
        require_equal(ids(actual), expected, f"categories found by {text}")
