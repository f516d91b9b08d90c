"""The paths of the course resource."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.static import serve
from rest_framework.routers import SimpleRouter

from .views import CourseViewSet, VerifyTokenView

router = SimpleRouter(use_regex_path=False)
router.register("course", CourseViewSet, basename="course")


def health(request: HttpRequest) -> JsonResponse:
    """Answer that the backend is ready."""
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("health/", health),
    path("api/v2/", include(router.urls)),
    path("api/v2/jwt/verify_token/", VerifyTokenView.as_view()),
    path("media/<path:path>", serve, {"document_root": Path(settings.MEDIA_ROOT)}),
]
handler400 = "benchmarks.reference_backend.errors.bad_request"
handler404 = "benchmarks.reference_backend.errors.not_found"
handler500 = "benchmarks.reference_backend.errors.server_error"
