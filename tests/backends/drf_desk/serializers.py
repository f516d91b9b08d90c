"""The serializers of the desk."""

from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db import models
from rest_framework import serializers
from rest_framework.utils.html import is_html_input
from rest_framework.validators import UniqueValidator

from .faults import has
from .models import MOVES, Comment, Project, Ticket
from .roles import is_agent

STAMPS = ("created_at", "updated_at")
PRIORITIES = ("low", "normal", "high")


class _AsWritten(serializers.Field):  # type: ignore[type-arg]  # of the field it is mixed into
    """A field that accepts only its own JSON type, but any text in a form."""

    of: type = str

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Reject values that the framework would convert."""
        root: Any = self.root
        sent = data is not serializers.empty and data is not None
        if sent and not isinstance(data, self.of) and not is_html_input(root.initial_data):
            raise serializers.ValidationError(f"Not a {self.of.__name__}.")
        return super().run_validation(data)


class Flag(_AsWritten, serializers.BooleanField):
    """A boolean."""

    of = bool


class Text(_AsWritten, serializers.CharField):
    """A text whose length includes the blanks at its ends."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Measure the text that was sent, not the one that is kept."""
        if isinstance(data, str) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data)


class Amount(_AsWritten, serializers.DecimalField):
    """A decimal, as a text without blanks."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Reject blanks, which the framework would remove."""
        if isinstance(data, str) and data != data.strip():
            self.fail("invalid")
        return super().run_validation(data)


TYPES: dict[type["models.Field[Any, Any]"], type[serializers.Field[Any, Any, Any, Any]]] = {
    **serializers.ModelSerializer.serializer_field_mapping,
    models.BooleanField: Flag,
    models.CharField: Text,
    models.TextField: Text,
    models.DecimalField: Amount,
}


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """A project."""

    serializer_field_mapping = TYPES

    key = serializers.RegexField(r"^[A-Z][A-Z0-9-]*\Z", max_length=24, trim_whitespace=False)
    tickets = serializers.SerializerMethodField()

    class Meta:
        """Keys in the order of the document."""

        model = Project
        fields = ("id", "key", "name", "description", "private", "tickets", *STAMPS)

    def get_tickets(self, project: Project) -> int:
        """Count the tickets of a project."""
        return Ticket.objects.filter(project=project).count()

    def validate_key(self, key: str) -> str:
        """Reject the key of another project."""
        if not has("takes keys twice"):
            field = self.fields["key"]
            field.instance = self.instance  # type: ignore[attr-defined]  # the validator reads it
            UniqueValidator(Project.objects.all())(key, field)
        return key


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket; notes are for agents."""

    serializer_field_mapping = TYPES

    priority: Any = serializers.ChoiceField(PRIORITIES, default="normal")
    status: Any = serializers.ChoiceField(tuple(MOVES), default="new")
    tags: Any = serializers.ListField(child=Text(max_length=40), max_length=5, default=list)

    class Meta:
        """Keys in the order of the document."""

        model = Ticket
        fields = (
            "id", "project", "title", "body", "status", "priority", "tags", "due", "hours", "public",
            "callback_code", "internal_note", "reporter", *STAMPS,
        )  # fmt: skip
        read_only_fields = ("reporter",)
        extra_kwargs: ClassVar[dict[str, dict[str, Any]]] = {
            "callback_code": {"write_only": True},
            "hours": {"min_value": 0, "default": 0},
        }

    def get_fields(self) -> dict[str, Any]:
        """Hide the notes from users who are not agents."""
        fields = super().get_fields()
        request = self.context["request"]
        if has("any priority"):
            fields["priority"] = serializers.CharField(max_length=12, default="normal")
        if has("takes the reporter"):
            fields["reporter"] = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False)
        if has("echoes the callback code"):
            fields["callback_code"].write_only = False
        if not is_agent(request.user) and not has("shows notes to requesters"):
            del fields["internal_note"]
        return fields

    def validate_status(self, status: str) -> str:
        """Require that a status changes along the table; a new ticket is new."""
        ticket, form = self.instance, "form" in str(self.context["request"].content_type)
        before = ticket.status if ticket else "new"
        allowed = MOVES[before]
        if has("forms reopen what is closed") and form and before == "closed":
            allowed = ("open",)
        if has("solved stays solved") and before == "solved":
            allowed = ()
        if status != before and status not in allowed:
            raise serializers.ValidationError(f"A ticket does not go from {before} to {status}.")
        return status

    def validate_tags(self, tags: list[str]) -> list[str]:
        """Return the tags unchanged, unless a fault is on."""
        form = "form" in str(self.context["request"].content_type)
        if has("forgets tags") and not form:
            return self.instance.tags if self.instance else []
        return tags[-1:] if has("forms keep one tag") and form else tags


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A comment."""

    serializer_field_mapping = TYPES

    class Meta:
        """Keys in the order of the document."""

        model = Comment
        fields = ("id", "text", "pinned", "author", *STAMPS)
        read_only_fields = ("author",)


def write_fields(instance: models.Model, fields: dict[str, Any]) -> None:
    """Write these fields of a row and no others."""
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.save(update_fields=[*fields, "updated_at"])
