"""The operations of the desk."""

from contextlib import nullcontext
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, CharField, Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from .faults import has
from .models import Comment, Project, Ticket
from .roles import Comments, Projects, Tickets, is_agent
from .serializers import CommentSerializer, ProjectSerializer, TicketSerializer, write_fields

WRITTEN = Event()
"""Set by each change: the change that overwrites another one waits for it, after it has read the ticket."""
PATIENCE_SECONDS = 5
DOOR = Barrier(2)


class Pages(PageNumberPagination):
    """Pages of 20 rows, or of the requested number."""

    page_size = 20
    page_size_query_param = "page_size"
    most = 100

    def get_page_size(self, request: Request) -> int:
        """Return the requested number of rows; an invalid number is not found."""
        text = request.query_params.get(self.page_size_query_param, "20")
        if not (text.isdecimal() and text.isascii() and 0 < int(text) <= self.most):
            raise NotFound(self.invalid_page_message)
        return int(text)


def nothing_here(_request: HttpRequest, exception: Exception) -> JsonResponse:
    """Respond to a path without a view, in the same way as to a missing row."""
    del exception
    return JsonResponse({"detail": "Not found."}, status=404)


class Credentials(Serializer[Any]):
    """The body of a login."""

    username: Any = CharField()
    password: Any = CharField(trim_whitespace=False)


class SessionView(APIView):
    """The view for logging in and out."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def post(self, request: Request) -> Response:
        """Start a session."""
        credentials = Credentials(data=request.data)
        credentials.is_valid(raise_exception=True)
        user = authenticate(request._request, **credentials.validated_data)  # noqa: SLF001  # Django's login needs it
        if user is None:
            raise PermissionDenied("No such name or password.")
        login(request._request, user)  # noqa: SLF001  # as above
        return Response({"username": user.get_username()})

    def delete(self, request: Request) -> Response:
        """End the session."""
        logout(request._request)  # noqa: SLF001  # as above
        return Response(status=204)


class Items(ModelViewSet[Any]):
    """The base of all collections: a change is one transaction, and writes only the fields that were sent."""

    pagination_class = Pages
    lookup_value_converter = "uuid"

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a row in one transaction."""
        with nullcontext() if has("loses updates") else transaction.atomic():
            return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        """Write the fields that were sent."""
        assert isinstance(serializer.instance, Model)
        write_fields(serializer.instance, serializer.validated_data)


def _meet() -> None:
    """Wait until another request has read the same ticket, if there is one."""
    try:
        DOOR.wait(PATIENCE_SECONDS)
    except BrokenBarrierError:
        DOOR.reset()


class ProjectView(Items):
    """Projects."""

    serializer_class = ProjectSerializer
    permission_classes = (Projects,)

    def get_queryset(self) -> QuerySet[Project]:
        """Return the projects that the user may see."""
        projects = Project.objects.all()
        return projects if is_agent(self.request.user) else projects.filter(private=False)


class TicketView(Items):
    """Tickets."""

    serializer_class = TicketSerializer
    permission_classes = (Tickets,)

    def get_queryset(self) -> QuerySet[Ticket]:
        """Return the tickets that the user may see: all for agents, their own and public ones for requesters."""
        tickets = Ticket.objects.all()
        if is_agent(self.request.user) or has("outsiders read tickets"):
            return tickets
        return tickets.filter(reporter=self.request.user.pk) | tickets.filter(public=True)

    def perform_create(self, serializer: BaseSerializer[Ticket]) -> None:
        """Store the reporter."""
        serializer.save(reporter=self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Respond with a page."""
        answer = super().list(request, *args, **kwargs)
        if has("lists old titles"):
            for row in answer.data["results"]:
                row["title"] = "An old title"
        return answer

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a ticket, or show a fault that is switched on."""
        WRITTEN.clear()
        ticket = self.get_object()
        if has("saves before it validates"):
            self._save_what_is_valid(ticket, request)
        if has("forms reset what is absent") and "urlencoded" in str(request.content_type):
            Ticket.objects.filter(pk=ticket.pk).update(body="", priority="normal", internal_note="")
        before = TicketSerializer(ticket, context={"request": request}).data
        answer = super().update(request, *args, **kwargs)
        if has("denied but written") and not is_agent(request.user):
            return Response({"detail": "You do not have permission to perform this action."}, 403)
        return Response(before) if has("answers the old ticket") else answer

    def perform_update(self, serializer: BaseSerializer[Ticket]) -> None:
        """Write the fields that were sent."""
        ticket = serializer.instance
        assert ticket is not None
        if has("moves created_at"):
            Ticket.objects.filter(pk=ticket.pk).update(created_at=ticket.updated_at)
            ticket.refresh_from_db()
        if has("writes the next ticket"):
            for other in Ticket.objects.exclude(pk=ticket.pk)[:3]:
                write_fields(other, {"title": "Another title"})
        if has("loses updates"):
            _meet()
        if has("loses updates") and "title" in serializer.validated_data:
            WRITTEN.wait(PATIENCE_SECONDS)
            serializer.save()
            return
        super().perform_update(serializer)
        WRITTEN.set()

    def perform_destroy(self, instance: Ticket) -> None:
        """Delete a ticket."""
        if not has("deletes nothing"):
            super().perform_destroy(instance)

    def _save_what_is_valid(self, ticket: Ticket, request: Request) -> None:
        sent: Any = request.data
        check = TicketSerializer(ticket, data=sent, partial=True, context={"request": request})
        if not check.is_valid() and "priority" in check.errors and isinstance(sent.get("title"), str):
            Ticket.objects.filter(pk=ticket.pk).update(title=sent["title"][:120])


class CommentView(Items):
    """Comments on a ticket."""

    serializer_class = CommentSerializer
    permission_classes = (Comments,)

    def _ticket(self) -> Ticket:
        tickets = TicketView(request=self.request).get_queryset()
        return get_object_or_404(tickets, pk=self.kwargs["ticket_id"])

    def get_queryset(self) -> QuerySet[Comment]:
        """Return the comments on a ticket that the user may see."""
        return Comment.objects.filter(ticket=self._ticket())

    def perform_create(self, serializer: BaseSerializer[Comment]) -> None:
        """Store the author."""
        serializer.save(ticket=self._ticket(), author=self.request.user)
