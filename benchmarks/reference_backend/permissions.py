"""Who may do what with a course."""

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.viewsets import ViewSetMixin

from .models import LEADS, Course, Person


def caller(request: Request) -> Person | None:
    """Return who calls, None for anonymous."""
    user: object = request.user  # the stubs know only the users of django.contrib.auth
    return user if isinstance(user, Person) else None


class IsPerson(BasePermission):
    """Asks for a login, but for reading while the community is open (AUTH-CA-01)."""

    def has_permission(self, request: Request, view: ViewSetMixin) -> bool:  # type: ignore[override]
        """Say whether this caller may call the operation at all."""
        public = settings.CONTENT_AVAILABILITY and view.action in ("retrieve", "search")
        return public or caller(request) is not None


class MayCreate(BasePermission):
    """Lets only staff create where the preference says so (COURSE-CREATE-02)."""

    def has_permission(self, request: Request, view: ViewSetMixin) -> bool:  # type: ignore[override]
        """Say whether this caller may create courses."""
        person = caller(request)
        open_to_all = view.action != "create" or not settings.COURSES_ONLY_STAFF_ENABLED
        return open_to_all or (person is not None and person.is_staff)


class LeadsCourse(BasePermission):
    """Lets only creator and managers change a course (COURSE-PATCH-01, COURSE-PATCH-03)."""

    actions = ("update", "partial_update", "destroy", "role")

    def has_object_permission(self, request: Request, view: ViewSetMixin, obj: Course) -> bool:  # type: ignore[override]
        """Say whether this caller may do this to ``obj``."""
        return view.action not in self.actions or leads(caller(request), obj)


def leads(person: Person | None, course: Course) -> bool:
    """Say whether ``person`` is creator or manager of ``course``."""
    return course.status_of(person) in LEADS
