"""The paths of the desk, none of which ends with a slash."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from .views import CommentView, ProjectView, SessionView, TicketView

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("projects", ProjectView, "project")
router.register("tickets", TicketView, "ticket")
router.register("tickets/<uuid:ticket_id>/comments", CommentView, "comment")

handler404 = "tests.backends.drf_desk.views.nothing_here"
urlpatterns = [path("api/", include(router.urls)), path("api/session", SessionView.as_view())]
