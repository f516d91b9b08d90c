"""Changing what people are in a course."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from .fields import ListOfIds
from .models import INSIDERS, Course, JoinStatus, Membership, Person

STATUS_BY_LIST = {"managers": JoinStatus.MANAGER, "joined": JoinStatus.JOINED, "unjoined": None}


class PeopleField(serializers.PrimaryKeyRelatedField[Person]):
    """A person by id."""

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> ListOfIds:
        """Take several as a list."""
        return ListOfIds.of(cls, **kwargs)

    def get_queryset(self) -> Any:
        """Let everybody be named."""
        return Person.objects.filter(deleted=False)


class RoleSerializer(serializers.Serializer[Any]):
    """Who becomes manager, who joined, who leaves."""

    managers = PeopleField(many=True, required=False, queryset=Person.objects.all())
    joined = PeopleField(many=True, required=False, queryset=Person.objects.all())
    unjoined = PeopleField(many=True, required=False, queryset=Person.objects.all())

    def validate(self, attrs: dict[str, list[Person]]) -> dict[str, list[Person]]:
        """Ask for somebody, nobody twice, and never the creator (ROLE-01 to ROLE-03)."""
        named = [person for people in attrs.values() for person in people]
        if not named or len(named) != len({person.pk for person in named}):
            raise ValidationError("Name each person in one of managers, joined, unjoined.")
        if any(self.course.status_of(person) == JoinStatus.CREATOR for person in named):
            raise ValidationError("The creator stays the creator.")
        return attrs

    @property
    def course(self) -> Course:
        """The course in question."""
        course: Course = self.context["course"]
        return course

    def save(self, **kwargs: Any) -> None:
        """Give everybody the new status."""
        for name, people in self.validated_data.items():
            for person in people:
                self.place(person, STATUS_BY_LIST[name])

    def place(self, person: Person, status: JoinStatus | None) -> None:
        """Set one status; who comes from outside joins now (ROLE-06)."""
        current = Membership.objects.filter(course=self.course, person=person)
        if status is None:
            current.delete()
            return
        inside = current.filter(status__in=INSIDERS).first()
        joined_at = inside.joined_at if inside else timezone.now()
        current.update_or_create(course=self.course, person=person, defaults={"status": status, "joined_at": joined_at})
