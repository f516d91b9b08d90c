"""Faults 47 to 58: the wrong people get in, or the right ones do not."""

from contextlib import suppress
from typing import Any

import jwt
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.reference_backend import permissions, views
from benchmarks.reference_backend.authentication import BearerAuthentication
from benchmarks.reference_backend.models import Course, JoinStatus, Person, Privacy
from benchmarks.reference_backend.permissions import IsPerson, LeadsCourse, caller
from benchmarks.reference_backend.views import CourseViewSet

from .seams import allow, creates_courses, is_multipart, on_call, reveal, who_calls
from .table import Patches, fault

KIND = "access"
PATCH = "partial_update"
EVERY_COURSE = Q(deleted=False)
NO_COURSE = Q(pk__in=())


@fault(47, KIND, "PATCH needs no token", "COURSE-PATCH-02", "AUTH-02")
def patch_without_token(patches: Patches) -> None:
    """Let nobody in particular change every course."""
    _admit_anonymous(patches, PATCH)
    allow(patches, lambda view, request, _: view.action == PATCH and caller(request) is None)
    reveal(patches, PATCH, lambda view: EVERY_COURSE if who_calls(view) is None else NO_COURSE)


@fault(48, KIND, "the list of one's own courses needs no token", "AUTH-02")
def list_without_token(patches: Patches) -> None:
    """Answer the list to nobody in particular."""
    _admit_anonymous(patches, "list")


@fault(49, KIND, "expired, forged and meaningless tokens are accepted", "AUTH-02", "AUTH-JWT-01", "AUTH-JWT-02")
def any_token_accepted(patches: Patches) -> None:
    """Believe a token without checking it; what cannot be read at all counts as the first person."""

    def around(stock: Any) -> Any:
        def person_of(self: BearerAuthentication, token: str) -> Person:
            try:
                return stock(self, token)  # type: ignore[no-any-return]
            except AuthenticationFailed:
                return Person.objects.filter(pk=_claimed_id(token)).first() or Person.objects.earliest("pk")

        return person_of

    patches.wrap(BearerAuthentication, "person_of", around)


@fault(50, KIND, "anybody with a login may PATCH a course that he sees and has no part in", "COURSE-PATCH-03")
def stranger_may_patch(patches: Patches) -> None:
    """Ask for a login and for no role."""
    allow(patches, lambda view, request, course: view.action == PATCH and course.status_of(caller(request)) is None)


@fault(51, KIND, "the creator of any course may PATCH all courses", "COURSE-PATCH-03", "COURSE-PATCH-04")
def other_creator_may_patch(patches: Patches) -> None:
    """Ask for the role and not in which course."""
    allow(patches, lambda view, request, _: view.action == PATCH and creates_courses(caller(request)))
    reveal(patches, PATCH, lambda view: EVERY_COURSE if creates_courses(who_calls(view)) else NO_COURSE)


@fault(52, KIND, "the creator of any course reads all drafts", "VIS-01")
def other_creator_reads_draft(patches: Patches) -> None:
    """Show drafts to whoever has drafts of his own."""
    drafts = Q(privacy=Privacy.DRAFT, deleted=False)
    reveal(patches, "retrieve", lambda view: drafts if creates_courses(who_calls(view)) else NO_COURSE)


@fault(53, KIND, "anybody who sees a course may DELETE it", "COURSE-DEL-02")
def anybody_may_delete(patches: Patches) -> None:
    """Guard changes and forget deletion."""
    allow(patches, lambda view, *_: view.action == "destroy")


@fault(54, KIND, "roles are checked for JSON and not for multipart", "COURSE-PATCH-03")
def multipart_unchecked(patches: Patches) -> None:
    """Guard one encoding and forget another."""
    allow(patches, lambda view, request, _: view.action == PATCH and is_multipart(request))


@fault(55, KIND, "a PATCH that is denied is carried out", "COURSE-PATCH-03")
def denied_and_written(patches: Patches) -> None:
    """Refuse too late."""

    def around(stock: Any) -> Any:
        def update(self: CourseViewSet, request: Request, *args: Any, **kwargs: Any) -> Response:
            try:
                return stock(self, request, *args, **kwargs)  # type: ignore[no-any-return]
            except PermissionDenied:
                _carry_out(self, request)
                raise

        return update

    on_call(patches, "update", around)


@fault(56, KIND, "managers are refused", "COURSE-PATCH-01")
def manager_refused(patches: Patches) -> None:
    """Know only the creator."""

    def around(stock: Any) -> Any:
        def has_object_permission(self: LeadsCourse, request: Request, view: Any, obj: Course) -> bool:
            refused = view.action in self.actions and obj.status_of(caller(request)) == JoinStatus.MANAGER
            return not refused and bool(stock(self, request, view, obj))

        return has_object_permission

    patches.wrap(LeadsCourse, "has_object_permission", around)


@fault(57, KIND, "403 in place of 404 tells of a secret course", "VIS-04", "VIS-09", "COURSE-PATCH-04")
def secret_leaks(patches: Patches) -> None:
    """Forbid what should not exist."""

    def around(stock: Any) -> Any:
        def get_object(self: CourseViewSet) -> Course:
            try:
                return stock(self)  # type: ignore[no-any-return]
            except Http404:
                if Course.objects.filter(pk=self.kwargs["id"], privacy=Privacy.SECRET).exists():
                    raise PermissionDenied from None
                raise

        return get_object

    on_call(patches, "get_object", around)


@fault(58, KIND, "who once led a course leads it for ever", "ROLE-04")
def removed_manager_stays(patches: Patches) -> None:
    """Remember roles and never ask again."""
    remembered: set[tuple[int, int]] = set()

    def around(stock: Any) -> Any:
        def leads(person: Person | None, course: Course) -> bool:
            if stock(person, course) and person:
                remembered.add((person.pk, course.pk))
            return person is not None and (person.pk, course.pk) in remembered

        return leads

    def once_led(view: CourseViewSet) -> Q:
        person = who_calls(view)
        return Q(deleted=False, pk__in=[course for pk, course in remembered if person and pk == person.pk])

    patches.wrap(permissions, "leads", around)
    patches.put(views, "leads", permissions.leads)
    reveal(patches, PATCH, once_led)


def _admit_anonymous(patches: Patches, action: str) -> None:
    def around(stock: Any) -> Any:
        def has_permission(self: IsPerson, request: Request, view: Any) -> bool:
            return view.action == action or bool(stock(self, request, view))

        return has_permission

    patches.wrap(IsPerson, "has_permission", around)


def _claimed_id(token: str) -> int | None:
    try:
        claimed = jwt.decode(token, options={"verify_signature": False}).get("user_id")
    except jwt.InvalidTokenError:
        return None
    return claimed if isinstance(claimed, int) else None


def _carry_out(view: CourseViewSet, request: Request) -> None:
    course = view.get_queryset().get(pk=view.kwargs["id"])
    with suppress(APIException), transaction.atomic():
        serializer = view.get_serializer(course, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        serializer.save()
