"""Bearer tokens: a person's name during development, or an HS256 JWT."""

from typing import Any

import jwt
from django.conf import settings
from jwt.types import Options
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from .models import Person

REQUIRED_CLAIMS = ["exp", "iat", "jti", "user_id", "token_type"]


class BearerAuthentication(BaseAuthentication):
    """Finds the person whom the token in ``Authorization: Bearer`` names."""

    def authenticate(self, request: Request) -> tuple[Person, str] | None:
        """Return person and token, None without a token; refuse a token that names nobody."""
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self.person_of(token.strip()), token

    def authenticate_header(self, request: Request) -> str:
        """Announce the scheme (AUTH-04)."""
        return "Bearer"

    def person_of(self, token: str) -> Person:
        """Return the person whom ``token`` names."""
        named = Person.objects.filter(username=token, deleted=False).first()
        return named or self.person_of_claims(decode(token, REQUIRED_CLAIMS))

    def person_of_claims(self, claims: dict[str, Any]) -> Person:
        """Return the person of an access token's claims (AUTH-JWT-03, AUTH-JWT-04)."""
        user_id = claims["user_id"]
        known = type(user_id) is int and claims["token_type"] == "access"
        person = Person.objects.filter(pk=user_id, deleted=False).first() if known else None
        if person is None:
            raise AuthenticationFailed
        return person


def decode(token: str, required: list[str]) -> dict[str, Any]:
    """Return the claims of a genuine, living token (AUTH-JWT-01, AUTH-JWT-02)."""
    options: Options = {"require": required, "verify_aud": False, "verify_sub": False}
    try:
        return jwt.decode(token, settings.JWT_SECRET, algorithms=["HS256"], options=options)
    except jwt.InvalidTokenError as error:
        raise AuthenticationFailed(str(error)) from error
