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
from .serializers import CommentSerializer, ProjectSerializer, TicketSerializer, changed

WRITTEN = Event()
"""Set by each change: one that loses another waits for it, with what it has read in its hands."""
PATIENCE_SECONDS = 5
DOOR = Barrier(2)


class Pages(PageNumberPagination):
    """Twenty a page, or as many as are asked for."""

    page_size = 20
    page_size_query_param = "page_size"
    most = 100

    def get_page_size(self, request: Request) -> int:
        """As many as are asked for; what is no such number is no page."""
        asked = request.query_params.get(self.page_size_query_param, "20")
        if not (asked.isdecimal() and asked.isascii() and 0 < int(asked) <= self.most):
            raise NotFound(self.invalid_page_message)
        return int(asked)


def nothing_here(_request: HttpRequest, exception: Exception) -> JsonResponse:
    """What a path without a view is answered, as everything else that is not there."""
    del exception
    return JsonResponse({"detail": "Not found."}, status=404)


class Credentials(Serializer[Any]):
    """Who logs in."""

    username: Any = CharField()
    password: Any = CharField(trim_whitespace=False)


class SessionView(APIView):
    """Log in and out."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def post(self, request: Request) -> Response:
        """Begin a session."""
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        user = authenticate(request._request, **given.validated_data)  # noqa: SLF001  # as Django's login asks for it
        if user is None:
            raise PermissionDenied("No such name or password.")
        login(request._request, user)  # noqa: SLF001  # as above
        return Response({"username": user.get_username()})

    def delete(self, request: Request) -> Response:
        """End it."""
        logout(request._request)  # noqa: SLF001  # as above
        return Response(status=204)


class Items(ModelViewSet[Any]):
    """What collections do alike: a change is one transaction, and writes what was sent and nothing else."""

    pagination_class = Pages
    lookup_value_converter = "uuid"

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change an item as it is now."""
        with nullcontext() if has("loses updates") else transaction.atomic():
            return super().update(request, *args, **kwargs)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        """Write what was sent."""
        assert isinstance(serializer.instance, Model)
        changed(serializer.instance, serializer.validated_data)


def _meet() -> None:
    """Wait until another request has read what it changes, too, if one is on its way."""
    try:
        DOOR.wait(PATIENCE_SECONDS)
    except BrokenBarrierError:
        DOOR.reset()


class ProjectView(Items):
    """Projects."""

    serializer_class = ProjectSerializer
    permission_classes = (Projects,)

    def get_queryset(self) -> QuerySet[Project]:
        """What exists for somebody."""
        projects = Project.objects.all()
        return projects if is_agent(self.request.user) else projects.filter(private=False)


class TicketView(Items):
    """Tickets."""

    serializer_class = TicketSerializer
    permission_classes = (Tickets,)

    def get_queryset(self) -> QuerySet[Ticket]:
        """What exists for somebody: all of it for agents, what they asked for requesters."""
        tickets = Ticket.objects.all()
        if is_agent(self.request.user) or has("strangers read tickets"):
            return tickets
        return tickets.filter(reporter=self.request.user.pk) | tickets.filter(public=True)

    def perform_create(self, serializer: BaseSerializer[Ticket]) -> None:
        """Remember who asked."""
        serializer.save(reporter=self.request.user)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page."""
        answer = super().list(request, *args, **kwargs)
        if has("lists old titles"):
            for row in answer.data["results"]:
                row["title"] = "An old title"
        return answer

    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a ticket, unless something is wrong with the desk."""
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
        """Write what was sent."""
        ticket = serializer.instance
        assert ticket is not None
        if has("moves created_at"):
            Ticket.objects.filter(pk=ticket.pk).update(created_at=ticket.updated_at)
            ticket.refresh_from_db()
        if has("writes the next ticket"):
            for each in Ticket.objects.exclude(pk=ticket.pk)[:3]:
                changed(each, {"title": "Another title"})
        if has("loses updates"):
            _meet()
        if has("loses updates") and "title" in serializer.validated_data:
            WRITTEN.wait(PATIENCE_SECONDS)
            serializer.save()
            return
        super().perform_update(serializer)
        WRITTEN.set()

    def perform_destroy(self, instance: Ticket) -> None:
        """Delete it."""
        if not has("deletes nothing"):
            super().perform_destroy(instance)

    def _save_what_is_valid(self, ticket: Ticket, request: Request) -> None:
        sent: Any = request.data
        check = TicketSerializer(ticket, data=sent, partial=True, context={"request": request})
        if not check.is_valid() and "priority" in check.errors and isinstance(sent.get("title"), str):
            Ticket.objects.filter(pk=ticket.pk).update(title=sent["title"][:120])


class CommentView(Items):
    """What is said about a ticket."""

    serializer_class = CommentSerializer
    permission_classes = (Comments,)

    def _ticket(self) -> Ticket:
        tickets = TicketView(request=self.request).get_queryset()
        return get_object_or_404(tickets, pk=self.kwargs["ticket_id"])

    def get_queryset(self) -> QuerySet[Comment]:
        """What was said about a ticket that somebody sees."""
        return Comment.objects.filter(ticket=self._ticket())

    def perform_create(self, serializer: BaseSerializer[Comment]) -> None:
        """Remember who said it."""
        serializer.save(ticket=self._ticket(), author=self.request.user)
