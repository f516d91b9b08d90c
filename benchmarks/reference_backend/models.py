"""What the course resource stores."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class JoinStatus(models.TextChoices):
    """How a person stands to a course."""

    CREATOR = "creator"
    MANAGER = "manager"
    JOINED = "joined"
    INVITED = "invited"
    REQUESTED = "requested"


LEADS = (JoinStatus.CREATOR, JoinStatus.MANAGER)
INSIDERS = (*LEADS, JoinStatus.JOINED)
INVITED_OR_INSIDE = (*INSIDERS, JoinStatus.INVITED)


class CourseType(models.TextChoices):
    """When the sections of a course open."""

    SELF_PACED = "self-paced"
    STRUCTURED = "structured"
    SCHEDULED = "scheduled"


class Privacy(models.TextChoices):
    """Who sees a course."""

    DRAFT = "", "draft"
    OPEN = "open", "open"
    PRIVATE = "private", "private"
    SECRET = "secret", "secret"


class Person(models.Model):
    """A user of the community, as Django REST Framework expects to meet one."""

    username: models.CharField[str, str] = models.CharField(max_length=255, unique=True)
    real_name: models.CharField[str, str] = models.CharField(max_length=255, blank=True)
    avatar: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    community_badge: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    deleted: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    is_staff: models.BooleanField[bool, bool] = models.BooleanField(default=False)

    objects = models.Manager["Person"]()
    is_authenticated = True


class Category(models.Model):
    """A subject that courses are filed under."""

    order: models.IntegerField[int, int] = models.IntegerField(default=0)
    name: models.CharField[str, str] = models.CharField(max_length=255, unique=True)
    name_synonyms: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    slug: models.SlugField[str, str] = models.SlugField(max_length=255, unique=True)
    slogan: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    html_info: models.TextField[str | None, str | None] = models.TextField(null=True)
    seo_title: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    seo_description: models.TextField[str | None, str | None] = models.TextField(null=True)
    auto_follow: models.CharField[str, str] = models.CharField(max_length=16, default="none")
    content_only_staff: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    active: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    image_original: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    image_bigger: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    image_big: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    image_medium: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    image_small: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    emotional_image_original: models.CharField[str | None, str | None] = models.CharField(max_length=255, null=True)
    emotional_image_position: models.IntegerField[int, int] = models.IntegerField(default=50)
    lastmod_datetime: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)
    stream_order_by: models.CharField[str, str] = models.CharField(max_length=16, default="recent")
    parents: models.ManyToManyField[Category, Category] = models.ManyToManyField("self", symmetrical=False)
    followers: models.ManyToManyField[Person, Person] = models.ManyToManyField(Person)

    objects = models.Manager["Category"]()

    class Meta:
        """Categories come in the order of their ids."""

        ordering = ("id",)


class LiveCourses(models.Manager["Course"]):
    """The courses that were not deleted."""

    def get_queryset(self) -> models.QuerySet[Course]:
        """Leave out what was deleted."""
        return super().get_queryset().filter(deleted=False)

    def visible_to(self, person: Person | None) -> models.QuerySet[Course]:
        """Select what ``person`` may know of (VIS-01 to VIS-04, VIS-12)."""
        led = Membership.objects.filter(person=person, status__in=LEADS)
        known = Membership.objects.filter(person=person, status__in=INVITED_OR_INSIDE)
        return self.get_queryset().filter(
            models.Q(privacy__in=(Privacy.OPEN, Privacy.PRIVATE))
            | models.Q(privacy=Privacy.SECRET, pk__in=known.values("course"))
            | models.Q(pk__in=led.values("course"))
        )


class Course(models.Model):
    """A course; deleting only marks it (COURSE-DEL-03)."""

    name: models.CharField[str, str] = models.CharField(max_length=255)
    slug: models.SlugField[str, str] = models.SlugField(max_length=255, blank=True)
    description: models.TextField[str, str] = models.TextField(blank=True, default="")
    type: models.CharField[str, str] = models.CharField(max_length=16, choices=CourseType.choices)
    privacy: models.CharField[str, str] = models.CharField(
        max_length=16, choices=Privacy.choices, blank=True, default=Privacy.DRAFT
    )
    enforce_lessons_order: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    new_comment_notification_enabled: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    hide_member_count: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    meta_title: models.TextField[str, str] = models.TextField(blank=True, default="")
    meta_description: models.TextField[str, str] = models.TextField(blank=True, default="")
    og_title: models.TextField[str, str] = models.TextField(blank=True, default="")
    og_description: models.TextField[str, str] = models.TextField(blank=True, default="")
    og_image: models.TextField[str, str] = models.TextField(blank=True, default="")
    sections_order: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    picture: models.CharField[str, str] = models.CharField(max_length=64, blank=True, default="")
    deleted: models.BooleanField[bool, bool] = models.BooleanField(default=False)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(default=timezone.now)
    created_by: models.ForeignKey[Person, Person] = models.ForeignKey(Person, on_delete=models.PROTECT)
    categories: models.ManyToManyField[Category, Category] = models.ManyToManyField(Category, blank=True)

    everything = models.Manager["Course"]()
    objects = LiveCourses()

    if TYPE_CHECKING:
        created_by_id: int
        sections: RelatedManager[Section]
        memberships: RelatedManager[Membership]

    class Meta:
        """Deleted courses stay reachable for Django itself."""

        base_manager_name = "everything"
        default_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the course, with a slug from its name where it has none (COURSE-CREATE-08)."""
        self.slug = self.slug or self.free_slug()
        super().save(*args, **kwargs)

    def free_slug(self) -> str:
        """Build a slug from the name, numbered where it is taken (COURSE-CREATE-09)."""
        stem = slugify(self.name)[:240].strip("-_") or "course"
        taken = set(Course.objects.exclude(pk=self.pk).filter(slug__startswith=stem).values_list("slug", flat=True))
        numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
        return next(slug for slug in (stem, *numbered) if slug not in taken)

    @cached_property
    def asked_for(self) -> dict[Person | None, Membership | None]:
        """The memberships that were asked for while this course is in hand, which is for one request."""
        return {}

    def membership_of(self, person: Person | None) -> Membership | None:
        """Return the membership of ``person``, None for strangers."""
        if person not in self.asked_for:
            self.asked_for[person] = self.memberships.filter(person=person).first()
        return self.asked_for[person]

    def status_of(self, person: Person | None) -> str | None:
        """Return the join status of ``person``, None for strangers."""
        membership = self.membership_of(person)
        return membership.status if membership else None

    def ordered_sections(self) -> list[Section]:
        """Return the sections as ``sections_order`` puts them."""
        return sorted(self.sections.all(), key=lambda section: self.sections_order.index(section.pk))


class Membership(models.Model):
    """The one status that a person has in a course."""

    course: models.ForeignKey[Course, Course] = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="memberships"
    )
    person: models.ForeignKey[Person, Person] = models.ForeignKey(Person, on_delete=models.CASCADE)
    status: models.CharField[str, str] = models.CharField(max_length=16, choices=JoinStatus.choices)
    joined_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects = models.Manager["Membership"]()

    class Meta:
        """One status per person and course."""

        constraints = (models.UniqueConstraint(fields=["course", "person"], name="one_status"),)


class Section(models.Model):
    """A chapter of a course."""

    course: models.ForeignKey[Course, Course] = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="sections"
    )
    name: models.CharField[str, str] = models.CharField(max_length=255)
    dripped_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    drip_delay: models.IntegerField[int, int] = models.IntegerField(default=0)
    lessons_order: models.JSONField[list[int], list[int]] = models.JSONField(default=list)

    objects = models.Manager["Section"]()

    if TYPE_CHECKING:
        lessons: RelatedManager[Lesson]

    def ordered_lessons(self) -> list[Lesson]:
        """Return the lessons as ``lessons_order`` puts them."""
        return sorted(self.lessons.all(), key=lambda lesson: self.lessons_order.index(lesson.pk))


class Lesson(models.Model):
    """A lesson or quiz of a section."""

    section: models.ForeignKey[Section, Section] = models.ForeignKey(
        Section, on_delete=models.CASCADE, related_name="lessons"
    )
    name: models.CharField[str, str] = models.CharField(max_length=255)
    type: models.CharField[str, str] = models.CharField(max_length=16, default="lesson")
    status: models.CharField[str, str] = models.CharField(max_length=16, default="draft")
    comments_enabled: models.BooleanField[bool, bool] = models.BooleanField(default=True)
    completed_by: models.ManyToManyField[Person, Person] = models.ManyToManyField(Person)

    objects = models.Manager["Lesson"]()
