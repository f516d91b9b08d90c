"""The WSGI application of the desk, with its users."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PASSWORD = "open sesame"
PEOPLE = {"ada": (True, True), "agnes": (False, True), "ruth": (False, False), "rob": (False, False)}
"""Name → whether the user is an admin, and whether an agent."""


def settings_for(folder: Path) -> dict[str, Any]:
    """Return the settings of a desk that keeps its database in a folder."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA synchronous=OFF"}
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "desk.sqlite3"), "OPTIONS": options}
    return {
        "ALLOWED_HOSTS": ["*"],
        "DATABASES": {"default": {**database, "CONN_MAX_AGE": None}},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "INSTALLED_APPS": [
            "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "rest_framework",
            "tests.backends.drf_desk",
        ],
        "MIDDLEWARE": [
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "REST_FRAMEWORK": {
            "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        },
        "ROOT_URLCONF": "tests.backends.drf_desk.urls",
        "SECRET_KEY": "a secret that everybody may read",
        "USE_TZ": True,
    }  # fmt: skip


def start(folder: Path) -> "WSGIApplication":
    """Set up Django, which keeps its settings for the life of the process, and create the users."""
    settings.configure(**settings_for(folder))
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    call_command("migrate", run_syncdb=True, verbosity=0)
    for name, (admin, agent) in PEOPLE.items():
        User.objects.create_user(name, password=PASSWORD, is_superuser=admin, is_staff=agent)
    return get_wsgi_application()
