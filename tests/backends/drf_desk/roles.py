"""The permissions of requesters, agents and admins."""

from typing import Any

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from .faults import has

READS = ("GET", "HEAD", "OPTIONS")


def is_admin(user: Any) -> bool:
    """Return whether a user is an admin."""
    return bool(user.is_superuser)


def is_agent(user: Any) -> bool:
    """Return whether a user is an agent or an admin."""
    return bool(user.is_staff or user.is_superuser)


class Projects(IsAuthenticated):
    """Permissions of projects: every user reads, agents change, admins create and delete."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Judge by role and method."""
        if not super().has_permission(request, view):
            return False
        if request.method in READS or is_admin(request.user):
            return True
        return request.method in ("PATCH", "PUT") and is_agent(request.user)


class Tickets(IsAuthenticated):
    """Permissions of tickets: every user reads and creates, agents change and delete."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Judge by role and method."""
        if not super().has_permission(request, view):
            return False
        open_to_all = has("requesters change tickets") or request.method in (*READS, "POST")
        return open_to_all or is_agent(request.user) or has("denied but written")


class Comments(IsAuthenticated):
    """Permissions of comments: users who see the ticket read and create, authors change."""

    def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
        """Judge by author."""
        return request.method in READS or obj.author_id == request.user.pk or is_admin(request.user)
