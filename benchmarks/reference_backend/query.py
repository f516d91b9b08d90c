"""What may stand in a query, read by serializers like any other input."""

import json
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.fields import empty

from .models import JoinStatus


class QueryList(serializers.ListField):
    """A list in a query: repeated keys, ``name[]``, commas, or a JSON array (LIST-06)."""

    def get_value(self, dictionary: Any) -> Any:
        """Collect the items from every spelling."""
        name = self.field_name or ""
        values = dictionary.getlist(name) + dictionary.getlist(f"{name}[]")
        return [item for value in values for item in self.items(value)] or empty

    def items(self, value: str) -> list[Any]:
        """Split one value into its items."""
        try:
            items = json.loads(value)
        except (ValueError, RecursionError):
            items = [item.strip() for item in value.split(",") if item.strip()]
        return items if isinstance(items, list) else [value]


class ListQuery(serializers.Serializer[Any]):
    """The filters of the caller's own courses."""

    statuses = QueryList(
        child=serializers.ChoiceField(JoinStatus.choices), default=[JoinStatus.MANAGER, JoinStatus.JOINED]
    )
    created_by = serializers.IntegerField(required=False)


class SearchQuery(serializers.Serializer[Any]):
    """The filters of the search."""

    statuses = QueryList(child=serializers.ChoiceField(JoinStatus.choices), default=list)
    categories = QueryList(child=serializers.IntegerField(), default=list)


class ViewQuery(serializers.Serializer[Any]):
    """How a course is to be shown, and as whom (VIEW-01, VIEW-07)."""

    view = serializers.ChoiceField(("user", "edit", "dashboard"), default="user")
    user = serializers.IntegerField(required=False)


def read(reader: type[serializers.Serializer[Any]], query: QueryDict) -> dict[str, Any]:
    """Return the cleaned query; refuse it with 400 where it makes no sense."""
    serializer = reader(data=query)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
