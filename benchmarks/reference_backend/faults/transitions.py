"""Faults 59 to 62: privacy goes where it must not, or not where it may."""

from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from benchmarks.reference_backend.models import Privacy
from benchmarks.reference_backend.serializers import CourseSerializer

from .atomicity import save_what_is_valid_after
from .seams import is_form, on_body, sent
from .table import Patches, fault

KIND = "transitions"


@fault(59, KIND, "privacy returns to draft", "COURSE-PATCH-26")
def back_to_draft(patches: Patches) -> None:
    """Let a published course become a draft."""
    patches.put(CourseSerializer, "validate_privacy", lambda _, privacy: privacy)


@fault(60, KIND, "privacy returns to draft by null and by forms", "COURSE-PATCH-26", "COURSE-PATCH-27")
def back_to_draft_by_detour(patches: Patches) -> None:
    """Guard the way that the documentation names and no other."""

    def around(stock: Any) -> Any:
        def validate_privacy(self: CourseSerializer, privacy: str) -> str:
            detour = is_form(self) or sent(self, "privacy") is None
            return privacy if detour else stock(self, privacy)

        return validate_privacy

    patches.wrap(CourseSerializer, "validate_privacy", around)
    on_body(patches, _null_privacy_as_draft)


@fault(61, KIND, "a secret course cannot become open", "COURSE-PATCH-28")
def legal_transition_blocked(patches: Patches) -> None:
    """Block a way that is free."""

    def around(stock: Any) -> Any:
        def validate_privacy(self: CourseSerializer, privacy: str) -> str:
            current = getattr(self.instance, "privacy", None)
            if (current, privacy) == (Privacy.SECRET, Privacy.OPEN):
                raise ValidationError("A secret course stays closed.")
            return stock(self, privacy)  # type: ignore[no-any-return]

        return validate_privacy

    patches.wrap(CourseSerializer, "validate_privacy", around)


@fault(62, KIND, "beside a refused privacy the other fields are saved", "COURSE-PATCH-26", "ERR-04")
def refused_transition_half_applied(patches: Patches) -> None:
    """Refuse the transition and save the rest."""
    save_what_is_valid_after(patches, lambda refused: refused == {"privacy"})


def _null_privacy_as_draft(_: CourseSerializer, data: Any) -> Any:
    is_null = not isinstance(data, QueryDict) and data.get("privacy", "") is None
    return data | {"privacy": Privacy.DRAFT} if is_null else data
