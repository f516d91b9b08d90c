"""What a community may set, and a real tenant's answer could change."""

from dataclasses import dataclass

SECRET = "specdouble-development-secret-of-32-bytes"  # noqa: S105  # for development: printed at every start
"""The secret that signs JWTs unless another is given."""


@dataclass(frozen=True)
class Settings:
    """The preferences of the community, by their documented names."""

    secret: str = SECRET
    content_availability: bool = True
    courses_only_staff_enabled: bool = False
