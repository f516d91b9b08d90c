"""Who may see which view of a course, and as which user."""

from mockserver.call import Call
from mockserver.courses.rules.roles import leads_course
from mockserver.errors import Problem
from mockserver.messages import translatable
from mockserver.policy import rule
from mockserver.request import parameters

VIEWS = ("user", "edit", "dashboard")


def view_of(call: Call) -> str:
    """Return the view in the query, ``user`` by default (VIEW-01)."""
    return (parameters.text(call.query, "view") or "user") if call.query else "user"


@rule
def edit_is_for_leads(call: Call) -> bool:
    """Hold for leads, or for another view: the edit view shows drafts."""
    return view_of(call) != "edit" or leads_course(call)


@rule
def dashboard_is_for_leads(call: Call) -> bool:
    """Hold for leads, or for another view: the dashboard shows other users."""
    return view_of(call) != "dashboard" or leads_course(call)


@rule
def emulation_is_for_leads(call: Call) -> bool:
    """Hold for leads, or where the query names no other user."""
    return "user" not in call.query or leads_course(call)


class ViewExists:
    """A view is one of the documented ones."""

    id = "VIEW-06"
    field = "view"

    def problems(self, call: Call) -> list[Problem]:
        """Return the rejection of an unknown view."""
        view = view_of(call)
        message = translatable('"{value}" is not a valid choice.', value=view)
        return [] if view in VIEWS else [Problem(self.field, "invalid_choice", message, self.id)]


view_exists = ViewExists()
