"""The models of the desk: projects, their tickets, and comments on tickets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import models

MOVES = {
    "new": ("open",),
    "open": ("pending", "solved"),
    "pending": ("open", "solved"),
    "solved": ("open", "closed"),
    "closed": (),
}
"""Status → the statuses that may follow."""


class Item(models.Model):
    """A row with a UUID, and the times of its creation and its last change."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    updated_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now=True)

    class Meta:
        """The newest comes first."""

        abstract = True
        ordering = ("-created_at", "id")


class Project(Item):
    """A project of tickets; a private one is for agents only."""

    key: models.CharField[str, str] = models.CharField(max_length=24, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=80)
    description: models.TextField[str, str] = models.TextField(blank=True, default="")
    private: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    objects = models.Manager["Project"]()


class Ticket(Item):
    """A problem that a user reports; a public one is shown to every user who is logged in."""

    project: models.ForeignKey[Project, Project] = models.ForeignKey(Project, models.CASCADE, "tickets")
    title: models.CharField[str, str] = models.CharField(max_length=120)
    body: models.TextField[str, str] = models.TextField(blank=True, default="")
    status: models.CharField[str, str] = models.CharField(max_length=12, default="new")
    priority: models.CharField[str, str] = models.CharField(max_length=12, default="normal")
    tags: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    due: models.DateField[date | None, date | None] = models.DateField(null=True, blank=True)
    hours: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    public: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    callback_code: models.CharField[str, str] = models.CharField(max_length=60, blank=True, default="")
    internal_note: models.TextField[str, str] = models.TextField(blank=True, default="")
    reporter: models.ForeignKey[User, User] = models.ForeignKey(User, models.CASCADE)

    objects = models.Manager["Ticket"]()

    if TYPE_CHECKING:
        reporter_id: int


class Comment(Item):
    """A comment on a ticket."""

    ticket: models.ForeignKey[Ticket, Ticket] = models.ForeignKey(Ticket, models.CASCADE, "comments")
    text: models.TextField[str, str] = models.TextField(max_length=500)
    pinned: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    author: models.ForeignKey[User, User] = models.ForeignKey(User, models.CASCADE)

    objects = models.Manager["Comment"]()
