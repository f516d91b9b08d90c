"""What the desk keeps: projects, their tickets, and what is said about them."""

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
    """What has a UUID, and knows when it came and when it changed."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now_add=True)
    updated_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(auto_now=True)

    class Meta:
        """The newest comes first."""

        abstract = True
        ordering = ("-created_at", "id")


class Project(Item):
    """Where tickets belong; a private one is for agents only."""

    key: models.CharField[str, str] = models.CharField(max_length=24, unique=True)
    name: models.CharField[str, str] = models.CharField(max_length=80)
    description: models.TextField[str, str] = models.TextField(blank=True, default="")
    private: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    objects = models.Manager["Project"]()


class Ticket(Item):
    """Somebody's trouble; a public one is shown to everybody who is logged in."""

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
    """What somebody says about a ticket."""

    ticket: models.ForeignKey[Ticket, Ticket] = models.ForeignKey(Ticket, models.CASCADE, "comments")
    text: models.TextField[str, str] = models.TextField(max_length=500)
    pinned: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    author: models.ForeignKey[User, User] = models.ForeignKey(User, models.CASCADE)

    objects = models.Manager["Comment"]()
