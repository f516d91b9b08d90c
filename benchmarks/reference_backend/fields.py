"""Fields that the framework has no exact match for."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from PIL.Image import Image
from rest_framework import serializers
from rest_framework.relations import MANY_RELATION_KWARGS

from .models import Category
from .pictures import UnreadablePictureError, load, picture_from_text


class CategorySerializer(serializers.ModelSerializer[Category]):
    """A category with every documented key."""

    tags = serializers.SerializerMethodField()
    followed = serializers.SerializerMethodField()
    followers_counter = serializers.IntegerField(source="followers.count", read_only=True)
    parents: serializers.PrimaryKeyRelatedField[Category] = serializers.PrimaryKeyRelatedField(
        many=True, read_only=True
    )

    class Meta:
        """Keys in the order of the documentation."""

        model = Category
        fields = (
            "id", "tags", "followed", "order", "name", "name_synonyms", "slug", "slogan", "html_info",
            "seo_title", "seo_description", "auto_follow", "content_only_staff", "active", "image_original",
            "image_bigger", "image_big", "image_medium", "image_small", "emotional_image_original",
            "emotional_image_position", "lastmod_datetime", "stream_order_by", "followers_counter", "parents",
        )  # fmt: skip

    def get_tags(self, category: Category) -> list[Any]:
        """Return the tags: the course resource has no way to give a category one."""
        return []

    def get_followed(self, category: Category) -> bool:
        """Say whether the caller follows the category."""
        person = self.context.get("caller")
        return person in category.followers.all()


class ListOfIds(serializers.ManyRelatedField):
    """Takes a list and nothing else; by itself, the framework takes an object for the list of its keys."""

    @classmethod
    def of(cls, child: type[Any], **options: Any) -> "ListOfIds":
        """Return the field of many for a field of one, as the framework makes its own."""
        own = {name: value for name, value in options.items() if name in MANY_RELATION_KWARGS}
        return cls(child_relation=child(**options), **own)

    def to_internal_value(self, data: Any) -> Iterable[Any]:
        """Find what the ids name."""
        if isinstance(data, Mapping):
            self.fail("not_a_list", input_type=type(data).__name__)
        return super().to_internal_value(data)


class CategoriesById(serializers.PrimaryKeyRelatedField[Category]):
    """Takes the id of a category, shows the category (COURSE-PATCH-39, COURSE-PATCH-40)."""

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> "ListOfIds":
        """Take several as a list."""
        return ListOfIds.of(cls, **kwargs)

    def use_pk_only_optimization(self) -> bool:
        """Ask for whole categories."""
        return False

    def to_internal_value(self, data: Any) -> Category:
        """Find the category; an infinite number is no id either."""
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("incorrect_type", data_type=type(data).__name__)

    def to_representation(self, value: Any) -> Any:
        """Show the category."""
        return self.shown.to_representation(value)

    @cached_property
    def shown(self) -> CategorySerializer:
        """The serializer of all categories of an answer."""
        return CategorySerializer(context=self.context)


class PictureField(serializers.ImageField):
    """Takes an image file, or a string as the documentation's example sends it (COURSE-PATCH-43)."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the picture, decoded in full so that nothing is left to fail later."""
        try:
            return self.picture(data)
        except UnreadablePictureError:
            self.fail("invalid_image")

    def picture(self, data: Any) -> Image:
        """Read a string by the documented rule and a file by the framework's."""
        if isinstance(data, str):
            return picture_from_text(serializers.CharField().run_validation(data))
        file = super().to_internal_value(data)
        file.seek(0)
        return load(file.read())
