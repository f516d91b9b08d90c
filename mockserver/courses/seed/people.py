"""The users, named after their role in the first courses; the development token of a user is their name."""

from mockserver.auth.bearer import TOKENS
from mockserver.courses import entities
from mockserver.courses.seed.defaults import START
from mockserver.store import State

PEOPLE = ("creator", "manager", "joined", "invited", "requested", "member", "staff")

STATUSES = PEOPLE[:5]
"""The users with a membership in the first courses: its status is their name."""

SETTINGS = {
    "qa_frequency": 1,
    "email_notification_not_qa": 1,
    "mobile_notifications_scmty": 1,
    "show_toast_notifications": 1,
    "toast_notifications_emit_sound": 0,
}


def plant(state: State) -> None:
    """Create all users, and a token for each."""
    for name in PEOPLE:
        _person(state, name)


def _person(state: State, name: str) -> None:
    key = state.next_id(entities.USERS)
    state.put(
        entities.USERS,
        key,
        {
            "id": key,
            "username": name,
            "real_name": f"{name.capitalize()} Example",
            "avatar": None,
            "ext_id": None,
            "followings_counter": 0,
            "followers_counter": 0,
            "posts_counter": 0,
            "discussions_counter": 0,
            "polls_counter": 0,
            "connection_status": None,
            "categories_counter": 0,
            "date_joined": START,
            "bio": "",
            "location": "",
            "location_lat_lng": "",
            "position_lat_lng": "",
            "date_of_birth": None,
            "description": "",
            "gender": "Unspecified",
            "website": "",
            "cover": None,
            "tags": [],
            "reputation": 0,
            "community_badge": False,
            "reg_approved": True,
            "company_name": "",
            "company_role": "",
            "deleted": False,
            "staff": name == "staff",
            "email": f"{name}@example.org",
            "settings": SETTINGS,
        },
    )
    # The token is the name, so that nobody has to look one up.
    state.put(TOKENS, name, {"user": key, "expires": None})
