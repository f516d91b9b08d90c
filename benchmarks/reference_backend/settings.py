"""Django settings of the reference backend, as a function of where it may keep its files."""

from pathlib import Path
from typing import Any

JWT_SECRET = "specdouble-development-secret-of-32-bytes"


def settings_for(folder: Path) -> dict[str, Any]:
    """Return the settings of a backend that keeps database and pictures in ``folder``."""
    return {
        "ALLOWED_HOSTS": ["*"],
        "APPEND_SLASH": True,
        "DATABASES": {"default": _sqlite(folder / "courses.sqlite3")},
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 10 * 1024 * 1024,
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": ["rest_framework", "benchmarks.reference_backend"],
        "MEDIA_ROOT": str(folder / "pictures"),
        "MIDDLEWARE": ["django.middleware.common.CommonMiddleware"],
        "REST_FRAMEWORK": REST_FRAMEWORK,
        "ROOT_URLCONF": "benchmarks.reference_backend.urls",
        "SECRET_KEY": JWT_SECRET,
        "TIME_ZONE": "UTC",
        "USE_TZ": True,
        # What the platform calls dynamic preferences.
        "CONTENT_AVAILABILITY": True,
        "COURSES_ONLY_STAFF_ENABLED": False,
        "JWT_SECRET": JWT_SECRET,
    }


REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["benchmarks.reference_backend.authentication.BearerAuthentication"],
    "DEFAULT_PAGINATION_CLASS": "benchmarks.reference_backend.pagination.Pages",
    "DEFAULT_PARSER_CLASSES": [
        "benchmarks.reference_backend.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "benchmarks.reference_backend.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,  # no django.contrib.auth here: nobody is None
}


def _sqlite(file: Path) -> dict[str, Any]:
    # IMMEDIATE: a writing transaction takes its turn before it reads, so that no update is lost.
    options = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
    }
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "CONN_MAX_AGE": None, "OPTIONS": options}
