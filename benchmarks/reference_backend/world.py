"""The people, categories and courses that are there at every start."""

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.db import transaction

from . import pictures
from .models import (
    INSIDERS,
    Category,
    Course,
    CourseType,
    JoinStatus,
    Lesson,
    Membership,
    Person,
    Privacy,
    Section,
)

PEOPLE = ("creator", "manager", "joined", "invited", "requested", "member", "staff")
CATEGORIES = ("Languages", "Cooking", "Music")
COURSES = (
    ("First steps in Italian", CourseType.SELF_PACED, Privacy.OPEN),
    ("Bread at home", CourseType.STRUCTURED, Privacy.PRIVATE),
    ("Choir rehearsals", CourseType.SCHEDULED, Privacy.SECRET),
    ("Guitar for beginners", CourseType.SELF_PACED, Privacy.DRAFT),
)
# Per course its sections; per section (days until it opens, states of its lessons).
SECTIONS = (
    ((0, ("published", "published")), (0, ("published", "draft")), (0, ("draft",))),
    ((0, ("published",)), (7, ("published", "published"))),
    ((0, ("published",)), (36500, ("published",))),
    ((0, ("draft",)),),
)
START = datetime(2024, 1, 15, 9, tzinfo=UTC)


@transaction.atomic
def build() -> None:
    """Replace everything that is stored by the world at start."""
    for model in reversed(list(apps.get_app_config("reference_backend").get_models())):
        model._base_manager.all().delete()  # noqa: SLF001 # Django documents the base manager under this name
    people = [_person(number, name) for number, name in enumerate(PEOPLE, 1)]
    categories = [_category(number, name) for number, name in enumerate(CATEGORIES, 1)]
    for number in range(1, len(COURSES) + 1):
        course = _course(number, people)
        course.categories.set(categories[:number])
    categories[0].followers.set([people[0]])


def _person(number: int, name: str) -> Person:
    badge = name == "staff"
    return Person.objects.create(
        pk=number, username=name, real_name=name.title(), is_staff=badge, community_badge=badge
    )


def _category(number: int, name: str) -> Category:
    return Category.objects.create(pk=number, name=name, slug=name.lower(), order=number, lastmod_datetime=START)


def _course(number: int, people: list[Person]) -> Course:
    name, kind, privacy = COURSES[number - 1]
    course = Course.everything.create(
        pk=number, name=name, type=kind, privacy=privacy, description=f"{name}, lesson by lesson.",
        picture=pictures.store(pictures.placeholder(name)) if number == 1 else "",
        created_by=people[0], created_at=START + timedelta(days=number),
    )  # fmt: skip
    _memberships(course, people)
    course.sections_order = [_section(course, *section) for section in SECTIONS[number - 1]]
    course.save()
    return course


def _memberships(course: Course, people: list[Person]) -> None:
    for person in people:
        if person.username in JoinStatus.values:
            joined_at = course.created_at if person.username in INSIDERS else None
            Membership.objects.create(course=course, person=person, status=person.username, joined_at=joined_at)


def _section(course: Course, days: int, states: tuple[str, ...]) -> int:
    section = Section.objects.create(
        course=course, name=f"Part {course.sections.count() + 1}", drip_delay=days,
        dripped_at=course.created_at + timedelta(days=days) if course.type == CourseType.SCHEDULED else None,
    )  # fmt: skip
    lessons = [
        Lesson.objects.create(section=section, name=f"Lesson {number}", status=state)
        for number, state in enumerate(states, 1)
    ]
    section.lessons_order = [lesson.pk for lesson in lessons]
    section.save()
    return int(section.pk)
