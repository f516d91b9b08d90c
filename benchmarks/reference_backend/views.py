"""The operations of the course resource."""

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from rest_framework import filters, serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from .authentication import decode
from .models import INVITED_OR_INSIDE, Category, Course, JoinStatus, Membership, Person, Privacy
from .permissions import IsPerson, LeadsCourse, MayCreate, caller, leads
from .query import ListQuery, SearchQuery, ViewQuery, read
from .roles import RoleSerializer
from .serializers import (
    CourseDashboardSerializer,
    CourseDetailSerializer,
    CourseMinimalSerializer,
    CourseSerializer,
    CourseUserDetailSerializer,
)

VIEWS = {
    "user": CourseUserDetailSerializer,
    "edit": CourseDetailSerializer,
    "dashboard": CourseDashboardSerializer,
}
READING = ("list", "search", "retrieve")
SHOWN_WITH = ("categories__followers", "categories__parents", "sections__lessons")


class CourseViewSet(ModelViewSet[Course]):
    """Courses: list, create, retrieve, update, patch, delete, search, status."""

    permission_classes = (IsPerson, MayCreate, LeadsCourse)
    lookup_url_kwarg = "id"
    lookup_value_converter = "int"
    search_fields = ("name", "description")
    ordering_fields = ("id", "name", "created_at")
    ordering = ("-id",)

    @property
    def person(self) -> Person | None:
        """Who calls, None for anonymous."""
        return caller(self.request)

    def get_queryset(self) -> QuerySet[Course]:
        """Return the courses that exist for the caller (VIS-09)."""
        courses = Course.objects.visible_to(self.person).select_related("created_by")
        return courses.prefetch_related(*SHOWN_WITH) if self.action in READING else courses

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Course]]:
        """Search shows less of a course than the other operations."""
        return CourseMinimalSerializer if self.action == "search" else CourseSerializer

    def get_serializer_context(self) -> dict[str, Any]:
        """Tell the serializers who calls."""
        return {**super().get_serializer_context(), "caller": self.person}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of the caller's own courses, newest join first (MINE-01 to MINE-05)."""
        query = read(ListQuery, request.query_params)
        mine = Q(memberships__person=self.person, memberships__status__in=query["statuses"])
        courses = self.get_queryset().filter(mine)
        if "created_by" in query:
            courses = courses.filter(created_by__in=Person.objects.filter(pk=query["created_by"]))
        return self.page(courses.order_by(F("memberships__joined_at").desc(nulls_last=True), "-pk"))

    @action(detail=False)
    def search(self, request: Request) -> Response:
        """Answer with a page of the courses that match (SEARCH-01 to SEARCH-07)."""
        query = read(SearchQuery, request.query_params)
        courses = self.get_queryset()
        if query["statuses"]:
            mine = Membership.objects.filter(person=self.person, status__in=query["statuses"])
            courses = courses.filter(pk__in=mine.values("course"))
        if query["categories"]:
            # Only ids that exist: the database cannot compare numbers of any size.
            known = set(Category.objects.values_list("pk", flat=True)).intersection(query["categories"])
            courses = courses.filter(categories__in=known).distinct()
        for backend in (filters.SearchFilter(), filters.OrderingFilter()):
            courses = backend.filter_queryset(request, courses, self)
        return self.page(courses)

    def page(self, courses: QuerySet[Course]) -> Response:
        """Answer with one page of ``courses``."""
        rows = self.paginate_queryset(courses)
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    @transaction.atomic
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create a course whose creator is the caller."""
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer: serializers.BaseSerializer[Course]) -> None:
        """Store the course and make its author the creator (COURSE-CREATE-05)."""
        course = serializer.save(created_by=self.person)
        Membership.objects.create(
            course=course, person=self.person, status=JoinStatus.CREATOR, joined_at=course.created_at
        )

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with the course as the caller may and wants to see it (COURSE-GET-02)."""
        course = self.get_object()
        leading = leads(self.person, course)
        if not leading and "user" in request.query_params:
            raise PermissionDenied
        query = read(ViewQuery, request.query_params)
        if not leading and query["view"] != "user":
            raise PermissionDenied
        context = self.get_serializer_context() | {"subject": self.subject(query)}
        return Response(self.representation(course, query["view"])(course, context=context).data)

    def subject(self, query: dict[str, Any]) -> Person | None:
        """Return whose personal values are shown (VIEW-08, VIEW-10)."""
        if "user" not in query:
            return self.person
        person = Person.objects.filter(pk=query["user"]).first()
        if person is None:
            raise Http404
        return person

    def representation(self, course: Course, view: str) -> type[CourseMinimalSerializer]:
        """Choose the schema: strangers to a private course meet the lock screen (VIS-03)."""
        locked = course.privacy == Privacy.PRIVATE and course.status_of(self.person) not in INVITED_OR_INSIDE
        return CourseMinimalSerializer if locked else VIEWS[view]

    @transaction.atomic
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a course, all or nothing (ERR-04)."""
        return super().update(request, *args, **kwargs)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Delete a course."""
        return super().destroy(request, *args, **kwargs)

    def perform_destroy(self, instance: Course) -> None:
        """Only mark the course as deleted (COURSE-DEL-03)."""
        instance.deleted = True
        instance.save()

    @action(detail=True, methods=["post"])
    @transaction.atomic
    def role(self, request: Request, **kwargs: Any) -> Response:
        """Change what people are in the course (ROLE-01 to ROLE-06)."""
        serializer = RoleSerializer(data=request.data, context={"course": self.get_object()})
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(status=HTTPStatus.NO_CONTENT)

    @action(detail=True)
    def status(self, request: Request, **kwargs: Any) -> Response:
        """Answer with the caller's join status (COURSE-GET-03)."""
        return Response({"status": self.get_object().status_of(self.person)})


class TokenSerializer(serializers.Serializer[Any]):
    """A token to verify."""

    token = serializers.CharField()


class VerifyTokenView(APIView):
    """Says whether a JWT is genuine and alive; whom it names does not matter (AUTH-JWT-08)."""

    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """Answer 200 for a good token; a bad one is refused with 401."""
        serializer = TokenSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        decode(serializer.validated_data["token"], required=["exp"])
        return Response({})
