"""Who may look at a course in which view, and as whom."""

from mockserver.call import Call
from mockserver.courses.rules.roles import leads_course
from mockserver.errors import Problem
from mockserver.messages import translatable
from mockserver.policy import rule
from mockserver.request import parameters

VIEWS = ("user", "edit", "dashboard")


def view_of(call: Call) -> str:
    """Return the view that is asked for, ``user`` where none is (VIEW-01)."""
    return (parameters.text(call.query, "view") or "user") if call.query else "user"


@rule
def edit_is_for_leads(call: Call) -> bool:
    """The edit view shows drafts, so only the creator and managers get it."""
    return view_of(call) != "edit" or leads_course(call)


@rule
def dashboard_is_for_leads(call: Call) -> bool:
    """The dashboard tells of other people, so only the creator and managers get it."""
    return view_of(call) != "dashboard" or leads_course(call)


@rule
def emulation_is_for_leads(call: Call) -> bool:
    """Only the creator and managers look through another user's eyes."""
    return "user" not in call.query or leads_course(call)


class ViewExists:
    """A view is one of the documented ones."""

    id = "VIEW-06"
    field = "view"

    def problems(self, call: Call) -> list[Problem]:
        """Return the refusal of a view that there is not."""
        view = view_of(call)
        message = translatable('"{value}" is not a valid choice.', value=view)
        return [] if view in VIEWS else [Problem(self.field, "invalid_choice", message, self.id)]


view_exists = ViewExists()
