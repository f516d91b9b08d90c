"""Courses as people write and see them."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.validators import UniqueValidator

from . import pictures
from .fields import CategoriesById, PictureField
from .models import Category, Course, Lesson, Person, Privacy, Section
from .progress import Progress, average_rate

COMMON = (
    "id", "name", "slug", "type", "privacy", "hide_member_count", "meta_title", "meta_description", "og_title",
    "og_description", "og_image", "image_bigger", "image_big", "image_medium", "image_small", "deleted",
    "join_status", "user_completion_rate", "created_at", "created_by", "categories",
)  # fmt: skip
FULL = (
    "id", "name", "slug", "description", "type", "privacy", "enforce_lessons_order",
    "new_comment_notification_enabled", "hide_member_count", "meta_title", "meta_description", "og_title",
    "og_description", "og_image", "sections_order", "image_bigger", "image_big", "image_medium", "image_small",
    "deleted", "join_status", "user_completion_rate", "created_at", "created_by", "categories",
)  # fmt: skip


class PersonSerializer(serializers.ModelSerializer[Person]):
    """A person as others see one: the six keys of user_minimal."""

    class Meta:
        """Keys in the order of the documentation."""

        model = Person
        fields = ("id", "username", "real_name", "avatar", "community_badge", "deleted")


class CourseMinimalSerializer(serializers.ModelSerializer[Course]):
    """What search and lock screen show of a course (course_minimal)."""

    image_bigger = serializers.SerializerMethodField()
    image_big = serializers.SerializerMethodField()
    image_medium = serializers.SerializerMethodField()
    image_small = serializers.SerializerMethodField()
    join_status = serializers.SerializerMethodField()
    user_completion_rate = serializers.SerializerMethodField()
    created_by = PersonSerializer(read_only=True)
    categories = CategoriesById(many=True, read_only=True)

    class Meta:
        """Everything here is for reading."""

        model = Course
        fields: tuple[str, ...] = COMMON
        read_only_fields: tuple[str, ...] = COMMON

    def progress(self, course: Course) -> Progress:
        """Return the progress of the person whose personal values are shown."""
        person = self.context.get("subject", self.context["caller"])
        return self.known.setdefault(course.pk, Progress(course, person))

    @cached_property
    def known(self) -> dict[int, Progress]:
        """What was found out already for this answer, by course."""
        return {}

    def get_join_status(self, course: Course) -> str | None:
        """Return the person's status."""
        return self.progress(course).status

    def get_user_completion_rate(self, course: Course) -> int:
        """Return the person's completion in percent."""
        return self.progress(course).rate

    def get_image_bigger(self, course: Course) -> str | None:
        """Return the address of the largest square."""
        return self.image(course, "image_bigger")

    def get_image_big(self, course: Course) -> str | None:
        """Return the address of the large square."""
        return self.image(course, "image_big")

    def get_image_medium(self, course: Course) -> str | None:
        """Return the address of the medium square."""
        return self.image(course, "image_medium")

    def get_image_small(self, course: Course) -> str | None:
        """Return the address of the small square."""
        return self.image(course, "image_small")

    def image(self, course: Course, key: str) -> str | None:
        """Return the address of one square, None without a picture (COURSE-CREATE-12)."""
        if not course.picture:
            return None
        address: str = self.context["request"].build_absolute_uri(pictures.path_of(course.picture, pictures.SIZES[key]))
        return address


class CourseSerializer(CourseMinimalSerializer):
    """The course of POST, PUT, PATCH and of the caller's list; the only one that writes."""

    sections_order = serializers.ListField(child=serializers.IntegerField(), required=False)
    image_original = PictureField(write_only=True, required=False)
    categories = CategoriesById(many=True, required=False, queryset=Category.objects.all())

    class Meta:
        """Read-only is what the documentation marks so (COURSE-PATCH-44)."""

        model = Course
        fields = (*FULL, "image_original")
        read_only_fields = ("deleted", "created_at")
        extra_kwargs: ClassVar[dict[str, Any]] = {
            # Courses.objects knows no deleted ones: they free their name (COURSE-PATCH-17).
            "name": {"validators": [UniqueValidator(Course.objects.all())]},
            "slug": {"validators": [UniqueValidator(Course.objects.all())]},
        }

    def validate_privacy(self, privacy: str) -> str:
        """Refuse the way back to draft (COURSE-PATCH-26)."""
        published = isinstance(self.instance, Course) and self.instance.privacy != Privacy.DRAFT
        if published and privacy == Privacy.DRAFT:
            raise ValidationError("A published course cannot become a draft again.")
        return privacy

    def validate_sections_order(self, ids: list[int]) -> list[int]:
        """Accept a permutation of the sections and nothing else (COURSE-PATCH-38)."""
        current = self.instance.sections_order if isinstance(self.instance, Course) else []
        if sorted(ids) != sorted(current):
            raise ValidationError("Name every section of this course exactly once.")
        return ids

    def create(self, validated_data: dict[str, Any]) -> Course:
        """Create the course with its picture."""
        return super().create(with_picture(validated_data))

    def update(self, instance: Course, validated_data: dict[str, Any]) -> Course:
        """Change the fields that came."""
        return super().update(instance, with_picture(validated_data))


def with_picture(validated_data: dict[str, Any]) -> dict[str, Any]:
    """Replace an uploaded picture by the name under which its squares are stored."""
    uploaded = validated_data.pop("image_original", None)
    return validated_data | ({"picture": pictures.store(uploaded)} if uploaded else {})


class CourseDashboardSerializer(CourseMinimalSerializer):
    """What the dashboard of creator and managers shows (course_dashboard)."""

    avg_completion_rate = serializers.SerializerMethodField()

    class Meta(CourseMinimalSerializer.Meta):
        """One key more than the minimal course."""

        fields = (*COMMON, "avg_completion_rate")

    def get_avg_completion_rate(self, course: Course) -> int:
        """Return how far people are on average."""
        return average_rate(course)


class CourseDetailSerializer(CourseMinimalSerializer):
    """The whole course with drafts and empty sections, for its editors (course_detail)."""

    sections = serializers.SerializerMethodField()
    num_lessons = serializers.SerializerMethodField()
    num_sections = serializers.SerializerMethodField()

    class Meta(CourseMinimalSerializer.Meta):
        """All of the course and its sections."""

        fields = (*FULL, "sections", "num_lessons", "num_sections")
        read_only_fields = fields

    def get_sections(self, course: Course) -> list[dict[str, Any]]:
        """Return every section with every lesson."""
        return [self.section(self.progress(course), section) for section in course.ordered_sections()]

    def section(self, progress: Progress, section: Section) -> dict[str, Any]:
        """Show one section."""
        lessons = [lesson_keys(progress, lesson) for lesson in section.ordered_lessons()]
        return section_keys(section) | {"lessons": lessons, "num_lessons": len(lessons)}

    def get_num_lessons(self, course: Course) -> int:
        """Count all lessons (DERIVED-03)."""
        return Lesson.objects.filter(section__course=course).count()

    def get_num_sections(self, course: Course) -> int:
        """Count all sections (DERIVED-03)."""
        return course.sections.count()


class CourseUserDetailSerializer(CourseMinimalSerializer):
    """The course as somebody takes it: no drafts, no empty sections (course_user_detail, VIEW-02)."""

    sections = serializers.SerializerMethodField()
    num_lessons = serializers.SerializerMethodField()
    num_sections = serializers.SerializerMethodField()
    num_lessons_completed = serializers.SerializerMethodField()

    class Meta(CourseMinimalSerializer.Meta):
        """All of the course and what the person has done of it."""

        fields = (
            *(key for key in FULL if key != "user_completion_rate"),
            "sections", "num_lessons", "num_sections", "num_lessons_completed", "user_completion_rate",
        )  # fmt: skip
        read_only_fields = fields

    def get_sections(self, course: Course) -> list[dict[str, Any]]:
        """Return the sections that hold a published lesson (VIEW-03)."""
        progress = self.progress(course)
        return [self.section(progress, section) for section in progress.sections if progress.published(section)]

    def section(self, progress: Progress, section: Section) -> dict[str, Any]:
        """Show one section as it is open to the person."""
        lessons = progress.published(section)
        available = progress.available_date(section)
        return section_keys(section) | {
            "available_date": date(available),
            "locked": progress.section_locked(section),
            "num_lessons": len(lessons),
            "num_lessons_completed": progress.count_completed(lessons),
            "lessons": [self.lesson(progress, section, lesson) for lesson in lessons],
        }

    def lesson(self, progress: Progress, section: Section, lesson: Lesson) -> dict[str, Any]:
        """Show one lesson as it is open to the person."""
        return lesson_keys(progress, lesson) | {"locked": progress.lesson_locked(lesson, section)}

    def get_num_lessons(self, course: Course) -> int:
        """Count the published lessons (DERIVED-02)."""
        return len(self.progress(course).published())

    def get_num_sections(self, course: Course) -> int:
        """Count the sections that are shown (DERIVED-02)."""
        return len(self.get_sections(course))

    def get_num_lessons_completed(self, course: Course) -> int:
        """Count the published lessons that the person has completed."""
        progress = self.progress(course)
        return progress.count_completed(progress.published())


def section_keys(section: Section) -> dict[str, Any]:
    """Return what every view shows of a section."""
    return {
        "id": section.pk,
        "name": section.name,
        "dripped_at": date(section.dripped_at),
        "drip_delay": section.drip_delay,
        "lessons_order": section.lessons_order,
    }


def lesson_keys(progress: Progress, lesson: Lesson) -> dict[str, Any]:
    """Return what every view shows of a lesson."""
    done = "completed" if lesson.pk in progress.completed else "uncompleted"
    return {
        "id": lesson.pk,
        "name": lesson.name,
        "type": lesson.type,
        "status": lesson.status,
        "comments_enabled": lesson.comments_enabled,
        "completion_status": done,
    }


def date(moment: datetime | None) -> str | None:
    """Return a moment as the framework writes it."""
    shown: str | None = moment and serializers.DateTimeField().to_representation(moment)  # type: ignore[assignment] # wide stubs
    return shown
