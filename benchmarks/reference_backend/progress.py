"""What is derived for one person: completion, dates and locks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone

from .models import LEADS, Course, CourseType, JoinStatus, Lesson, Membership, Person, Section


@dataclass
class Progress:
    """How far ``person`` is in ``course``, and what is open to that person."""

    course: Course
    person: Person | None

    @property
    def membership(self) -> Membership | None:
        """The person's membership, None for strangers."""
        return self.course.membership_of(self.person)

    @property
    def status(self) -> str | None:
        """The person's join status."""
        return self.membership.status if self.membership else None

    @cached_property
    def sections(self) -> list[Section]:
        """The sections in order."""
        return self.course.ordered_sections()

    @cached_property
    def completed(self) -> set[int]:
        """The ids of the lessons that the person has completed."""
        if self.person is None:
            return set()
        done = Lesson.objects.filter(completed_by=self.person, section__course=self.course)
        return set(done.values_list("pk", flat=True))

    def published(self, *sections: Section) -> list[Lesson]:
        """Return the published lessons, in order; those of all sections without an argument."""
        lessons = (lesson for section in sections or self.sections for lesson in section.ordered_lessons())
        return [lesson for lesson in lessons if lesson.status == "published"]

    def count_completed(self, lessons: list[Lesson]) -> int:
        """Count which of ``lessons`` the person has completed."""
        return sum(lesson.pk in self.completed for lesson in lessons)

    @property
    def rate(self) -> int:
        """Completed lessons in percent, never 100 before the last (DERIVED-01, DERIVED-10)."""
        lessons = self.published()
        done = self.count_completed(lessons)
        if not lessons or self.status is None or done == len(lessons):
            return 100 if lessons and self.status and done == len(lessons) else 0
        return min(99, int(100 * done / len(lessons) + 0.5))

    def available_date(self, section: Section) -> datetime | None:
        """Return when ``section`` opens for the person, None where no date counts (DRIP-06)."""
        if self.course.type == CourseType.SCHEDULED:
            return section.dripped_at
        joined_at = self.membership.joined_at if self.membership else None
        if self.course.type == CourseType.STRUCTURED and joined_at:
            return joined_at + timedelta(days=section.drip_delay)
        return None

    def section_locked(self, section: Section) -> bool:
        """Say whether ``section`` is still closed to the person (DRIP-05, DRIP-07, DRIP-08)."""
        date = self.available_date(section)
        if self.status in LEADS:
            return False
        return date > timezone.now() if date else self.course.type == CourseType.STRUCTURED

    def lesson_locked(self, lesson: Lesson, section: Section) -> bool:
        """Say whether ``lesson`` is closed, by its section or by what comes before (ACCESS-07)."""
        if self.status in LEADS or self.section_locked(section):
            return self.status not in LEADS
        return self.course.enforce_lessons_order and not self.all_done_before(lesson)

    def all_done_before(self, lesson: Lesson) -> bool:
        """Say whether every published lesson before ``lesson`` is completed (ACCESS-05)."""
        lessons = [other.pk for other in self.published()]
        before = lessons[: lessons.index(lesson.pk)] if lesson.pk in lessons else []
        return self.completed.issuperset(before)


def average_rate(course: Course) -> int:
    """Return the mean rate of joined people and managers (DERIVED-06)."""
    people = course.memberships.filter(status__in=(JoinStatus.JOINED, JoinStatus.MANAGER))
    rates = [Progress(course, membership.person).rate for membership in people]
    return int(sum(rates) / len(rates) + 0.5) if rates else 0
